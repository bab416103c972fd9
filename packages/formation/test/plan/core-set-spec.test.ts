import { expect, test } from 'vitest';
import { checkNetworkSpec } from '../../src/plan/core-set-spec.ts';

test('a good network has no problems', () => {
  expect(
    checkNetworkSpec({
      core: { nodes: 3 },
      watchers: {
        nodes: 2,
        quorum: { of: ['core'], thresholdPercent: 67 },
        role: 'watcher',
        archivesFrom: ['core'],
        peers: ['core'],
      },
    }),
  ).toEqual([]);
});

test('all problems are named at once, each with its path', () => {
  const problems = checkNetworkSpec({
    core: {
      nodez: 3,
      nodes: -3,
      archivesFrom: ['coer'],
      quorum: { off: [], of: ['watcher'], thresholdPercent: 101 },
      peers: 'core',
      image: 'older',
    },
    'Bad-name': 7,
    watchers: { nodes: 1.5 },
  });
  expect(problems.map((problem) => problem.join('  '))).toMatchInlineSnapshot(`
    [
      "network.core.nodez  unknown key; did you mean "nodes"?",
      "network.core.nodes  must be 1 to 1000, got -3",
      "network.core.image  must be "new" or "old", got "older"",
      "network.core.archivesFrom[0]  there is no core set "coer"; did you mean "core"?",
      "network.core.peers  must be a list of core sets",
      "network.core.quorum.off  unknown key; did you mean "of"?",
      "network.core.quorum.of[0]  there is no core set "watcher"; did you mean "watchers"?",
      "network.core.quorum.thresholdPercent  must be 1 to 100, got 101",
      "network.Bad-name  a core set has a name of 1 to 24 small letters and digits, a letter first",
      "network.Bad-name  must be an object",
      "network.watchers.nodes  must be 1 to 1000, got 1.5",
    ]
  `);
  expect(checkNetworkSpec({})).toEqual([['network', 'must name at least one core set']]);
  expect(checkNetworkSpec([])).toEqual([['network', 'must be an object of core sets']]);
});
