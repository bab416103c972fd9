import { expect, test } from 'vitest';
import { defineMission, findMission } from '../../src/index.ts';
import { told } from './told.ts';
import { rehearse } from './world.ts';

// Twelve ledgers between the starts of two nodes: what they begin with has gone on meanwhile.
const faults = { slowPulls: { 'core-sim': 12_000 } };

test('nodes that begin with an archive begin with one state of it, however far apart they start', async () => {
  const mission = defineMission('FromArchive', {
    summary: 'Two nodes of different images go on from one ledger of an archive.',
    expectedDuration: '5m',
    network: {
      before: { nodes: 2, image: 'old', quorum: { of: ['before'] } },
      newer: {
        nodes: 1,
        startsLater: true,
        startsFrom: 'archive',
        archivesFrom: ['before'],
        quorum: { of: ['newer', 'older'], thresholdPercent: 100 },
      },
      older: {
        nodes: 1,
        image: 'old',
        startsLater: true,
        startsFrom: 'archive',
        archivesFrom: ['before'],
        quorum: { of: ['newer', 'older'], thresholdPercent: 100 },
      },
    },
    async run({ before, newer, older }, { phase }) {
      await phase('go on', async () => {
        await before.waitUntilSynced();
        const from = await before.waitUntilPublished();
        await Promise.all([newer.start({ from }), older.start({ from })]);
        await newer.waitUntilSynced({ with: [older] });
        await before.stop();
      });
    },
  });
  expect(told(await rehearse(mission, { faults }))).toBe('rehearsed in ""\n');
});

test('nodes that begin with a saved state begin with one, however far apart they start', async () => {
  const world = await rehearse(findMission('VersionMixConsensus'), { faults });
  expect(told(world)).toBe('rehearsed in ""\n');
});
