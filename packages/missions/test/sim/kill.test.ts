import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { defineMission, findMission, type Mission } from '../../src/index.ts';
import { createPlace, type Driver, everything, type Place } from './drivers.ts';
import { type Death, DyingDispatcher } from './dying-dispatcher.ts';

const mini = defineMission('Mini', {
  summary: 'One validator closes ledgers.',
  expectedDuration: '1m',
  network: { core: { nodes: 1 } },
  async run({ core }, { phase }) {
    await phase('sync', () => core.waitUntilSynced());
  },
});

// 15 minutes after the last push at the latest, and a moment for the control plane.
const pastTheFuseMs = 16 * 60_000;

/** Drives the mission until it ends or the driver dies; tells whether it died. */
async function driveUntil(
  place: Place,
  mission: Mission,
  death: Death,
): Promise<{ readonly driver: Driver; readonly died: boolean }> {
  let die = () => {};
  const died = new Promise<true>((resolve) => {
    die = () => resolve(true);
  });
  const driver = place.drive(mission, {
    name: `${mission.name} ${death.when} ${death.call}`,
    through: (dispatcher, clock) => new DyingDispatcher(dispatcher, clock, death, die),
  });
  const result = await Promise.race([driver.go(), died]);
  if (result !== true) expect(result).toMatchObject({ verdict: 'rehearsed', afterwards: [] });
  return { driver, died: result === true };
}

/** Kills drivers at calls of a run beside another run; gives how many. */
async function killAt(mission: Mission, wanted: (call: number) => boolean): Promise<number> {
  const place = createPlace('kill');
  return place.clock.run(async () => {
    // The run beside: kept for a year, with no driver of its own that could repair anything.
    const beside = place.drive(mini, { name: 'beside', keep: true, keepFor: '8760h' });
    expect((await beside.go()).verdict).toBe('rehearsed');
    place.standStill();
    await place.clock.sleep(60_000);
    const before = textsOf(await everything(place.cluster));
    expect([...before.keys()].filter((name) => name.includes(beside.run)).length).toBeGreaterThan(
      8,
    );

    let killed = 0;
    for (let call = 1, ended = false; !ended; call++) {
      if (!wanted(call)) continue;
      for (const when of ['before', 'after'] as const) {
        const { driver, died } = await driveUntil(place, mission, { call, when });
        // A run that ended before it came to this call was removed by its driver: that is the end of the calls there are.
        ended ||= !died;
        place.standStill();
        await place.clock.sleep(pastTheFuseMs);
        const left = textsOf(await everything(place.cluster));
        const names = [...left.keys()].filter((name) => name.includes(driver.run));
        expect([call, when, names]).toEqual([call, when, []]);
        // Object by object, with resourceVersions: nobody so much as touched one.
        expect(left).toEqual(before);
        if (died) killed += 1;
      }
    }
    return killed;
  });
}

const textsOf = (objects: ReadonlyMap<string, unknown>): Map<string, string> =>
  new Map([...objects].map(([name, object]) => [name, hashOf(JSON.stringify(object))]));

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('a driver that is killed', () => {
  test('at any call of a run leaves nothing once its fuse has burnt down, and touches nothing else', async () => {
    const killed = await killAt(mini, () => true);
    console.log(`Mini: killed at ${killed} points: every call, before and after it took effect`);
    expect(killed).toBeGreaterThan(40);
  });

  test('in the midst of SimplePayment as well', async () => {
    const thorough = process.env['SSC_THOROUGH'] === '1';
    const killed = await killAt(
      findMission('SimplePayment'),
      thorough ? () => true : (call) => call <= 12 || call % 40 === 0,
    );
    console.log(
      `SimplePayment: killed at ${killed} points: ${thorough ? 'every call' : 'the first twelve calls, then every 40th'}, before and after it took effect`,
    );
  });
});
