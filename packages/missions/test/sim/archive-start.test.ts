import { expect, test } from 'vitest';
import { findMission } from '../../src/index.ts';
import { rehearse, told } from './world.ts';

test('nodes that begin with an archive begin with one state of it, however far apart they start', async () => {
  // Twelve ledgers: the old network has published another checkpoint by then.
  const world = await rehearse(findMission('VersionMixConsensus'), {
    faults: { slowPulls: { 'core-sim': 12_000 } },
  });
  expect(told(world)).toBe('rehearsed in ""\n');
});
