import { planNodes } from '@ssc/core-cfg';
import { expect, test } from 'vitest';
import { describeTopology } from '../../src/network/topology.ts';

const nodes = planNodes(
  {
    passphrase: 'A network',
    seed: '1',
    sets: {
      core: { nodes: 3, homeDomain: 'stellar.org', quorum: { auto: {} } },
      watcher: { nodes: 1, role: 'watcher', quorum: { of: ['core'] } },
    },
  },
  ({ name }) => ({ peerHost: name, dataFolder: '/data', historyUrl: `http://${name}` }),
);

test('tells quorum sets in words, those that core makes itself too, and peers by their names', () => {
  const key = nodes[1]?.publicKey.slice(0, 5) ?? '';
  const peers: Record<string, string[]> = {
    'core-0': ['core-2', key, key],
    'watcher-0': ['GZZZZ'],
  };
  expect(
    describeTopology(
      nodes,
      (node) => peers[node],
      (node) => node,
    ),
  ).toMatchInlineSnapshot(`
    [
      {
        "node": "core-0",
        "peers": [
          "core-1",
          "core-2",
        ],
        "role": "validator",
        "trusts": "2 of core-0, core-1, core-2",
      },
      {
        "node": "core-1",
        "role": "validator",
        "trusts": "2 of core-0, core-1, core-2",
      },
      {
        "node": "core-2",
        "role": "validator",
        "trusts": "2 of core-0, core-1, core-2",
      },
      {
        "node": "watcher-0",
        "peers": [
          "GZZZZ",
        ],
        "role": "watcher",
        "trusts": "3 of core-0, core-1, core-2",
      },
    ]
  `);
});
