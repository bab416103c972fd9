import { renderError } from '@ssc/errors';
import { claimFormation } from '@ssc/formation';
import { expect, test } from 'vitest';
import { defineMission } from '../../src/index.ts';
import { createPlace, type Driver, everything, type Place } from './drivers.ts';

const mini = defineMission('Mini', {
  summary: 'One validator closes ledgers.',
  expectedDuration: '1m',
  network: { core: { nodes: 1 } },
  async run({ core }, { phase }) {
    await phase('sync', () => core.waitUntilSynced());
  },
});

const textsOf = async (place: Place): Promise<string[]> =>
  [...(await everything(place.cluster))].map(
    ([name, object]) => `${name} ${JSON.stringify(object)}`,
  );

/** Draws the names in order, as drivers that have them. */
function drawing(
  place: Place,
  names: readonly string[],
): { draw(): Promise<Driver['formation']>; drawn: Driver[] } {
  const drawn: Driver[] = [];
  return {
    drawn,
    draw: async () => {
      const run = names[drawn.length] ?? 'ssc-ffffff';
      const driver = place.drive(mini, { name: `draw ${drawn.length}`, run });
      drawn.push(driver);
      return driver.formation;
    },
  };
}

const never = new AbortController().signal;

test('a run whose name another run has draws another name, and does not touch that run', async () => {
  const place = createPlace('claim');
  await place.clock.run(async () => {
    const kept = place.drive(mini, { name: 'kept', keep: true, run: 'ssc-00000a' });
    expect((await kept.go()).verdict).toBe('rehearsed');
    place.standStill();
    await place.clock.sleep(60_000);
    const before = await textsOf(place);

    const { draw, drawn } = drawing(place, ['ssc-00000a', 'ssc-00000a', 'ssc-00000b']);
    const formation = await claimFormation(draw, never);
    expect(formation.run).toBe('ssc-00000b');
    const result = await drawn[2]?.go();
    expect(result).toMatchObject({ verdict: 'rehearsed', afterwards: [] });
    place.standStill();
    await place.clock.sleep(60_000);
    // Object by object, with resourceVersions.
    expect(await textsOf(place)).toEqual(before);
  });
});

test('names that are all taken end it, with the names', async () => {
  const place = createPlace('claim');
  await place.clock.run(async () => {
    const kept = place.drive(mini, { name: 'kept', keep: true, run: 'ssc-00000a' });
    await kept.go();
    const { draw, drawn } = drawing(
      place,
      Array.from({ length: 9 }, () => 'ssc-00000a'),
    );
    const error: unknown = await claimFormation(draw, never).catch((thrown: unknown) => thrown);
    expect(drawn).toHaveLength(5);
    expect(renderError(error)).toMatchInlineSnapshot(`
      "✖ SSC_RUN_NAMES_TAKEN  5 names were drawn for the run, and each is that of another run
        Drawn    ssc-00000a, ssc-00000a, ssc-00000a, ssc-00000a, ssc-00000a
        Nothing was made. ssc runs lists the runs that there are."
    `);
    place.standStill();
  });
});

test('what else goes wrong with the fuse is told by the run that has the name', async () => {
  const place = createPlace('claim');
  await place.clock.run(async () => {
    place.cluster.faults.api({
      fault: { kind: 'status', code: 403 },
      verb: 'create',
      resource: 'jobs',
    });
    const { draw, drawn } = drawing(place, ['ssc-00000a']);
    const formation = await claimFormation(draw, never);
    expect(formation.run).toBe('ssc-00000a');
    const result = await drawn[0]?.go();
    expect(result).toMatchObject({
      verdict: 'broken',
      error: { code: 'SSC_KUBE_REFUSED', phase: 'bring up' },
    });
  });
});

test('an interruption waits for no fuse, and removes the one that comes', async () => {
  const place = createPlace('claim');
  await place.clock.run(async () => {
    const interruption = new AbortController();
    const driver = place.drive(mini, { run: 'ssc-00000a', signal: interruption.signal });
    const claiming = claimFormation(async () => driver.formation, interruption.signal);
    interruption.abort(new Error('interrupted'));
    const startedAt = place.clock.now();
    await claiming;
    expect(place.clock.now()).toBe(startedAt);
    expect((await driver.go()).phases).toEqual([]);
    await place.clock.sleep(60_000);
    expect((await textsOf(place)).filter((text) => text.includes('ssc-00000a'))).toEqual([]);
  });
});
