import { expect, test } from 'vitest';
import { findMission } from '../../src/index.ts';
import { told } from './told.ts';
import { rehearse } from './world.ts';

test('a protocol that the nodes do not know is refused as soon as they answer', async () => {
  const mission = findMission('HistoryGenerateAndCatchup');
  const world = await rehearse(mission, { params: { firstProtocol: '28' } });
  expect(told(world)).toMatchInlineSnapshot(`
    "usage in "bring up"
    ✖ SSC_PROTOCOL_UNKNOWN  HistoryGenerateAndCatchup is asked for protocol 28, and stellar-core knows protocols up to 27; the run ends here
      generator-0    core-sim 0.0.0 (simulates v27.1.0)
      Give --first-protocol 27 or lower, or a newer stellar-core."
  `);
  expect(world.result.verdict).toBe('usage');
  expect(world.result.phases.map(({ name }) => name)).toEqual(['bring up']);
});
