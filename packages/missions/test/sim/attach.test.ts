import type { ForkedClock } from '@ssc/clock';
import { type ClusterSettings, type CoreSet, kinds } from '@ssc/formation';
import { setObjectName } from '@ssc/kube-specs';
import type { Dispatcher } from 'undici';
import { describe, expect, test } from 'vitest';
import {
  defineMission,
  findMission,
  type Mission,
  type RunEvent,
  type RunResult,
} from '../../src/index.ts';
import { createPlace, everything, type Place } from './drivers.ts';
import { DyingDispatcher } from './dying-dispatcher.ts';

/** Where a driver dies: when a phase begins, a while after that, or between it and the next. */
interface Death {
  readonly phase: string;
  readonly at: 'in' | 'after';
  /** How long after the phase has begun. @default 0 */
  readonly delayMs?: number;
}

/** Kills a driver: its clock dies, and its connections never answer again, so that no `finally` of it runs. */
class Killer {
  readonly died: Promise<'died'>;
  readonly #place: Place;
  #clock: ForkedClock | undefined;
  #die: () => void = () => {};

  constructor(place: Place) {
    this.#place = place;
    this.died = new Promise((resolve) => {
      this.#die = () => resolve('died');
    });
  }

  through = (dispatcher: Dispatcher, clock: ForkedClock): Dispatcher => {
    this.#clock = clock;
    return new DyingDispatcher(
      dispatcher,
      clock,
      { call: Number.MAX_SAFE_INTEGER, when: 'before' },
      () => {},
    );
  };

  kill(): void {
    this.#clock?.kill();
    this.#die();
  }

  /** Listens to the run until it has come to the place of the death. */
  at({ phase, at, delayMs = 0 }: Death): (event: RunEvent) => void {
    return (event) => {
      const wanted = at === 'in' ? 'phase-started' : 'phase-ended';
      if (event.type !== wanted || event.phase !== phase) return;
      if (delayMs === 0) this.kill();
      else this.#place.clock.timer(delayMs, () => this.kill());
    };
  }
}

/** Drives a mission until its driver dies, and attaches to it; gives the second driver's result and what is left. */
async function killAndAttach(
  mission: Mission,
  death: Death,
  {
    second = mission,
    params = {},
    settings = {},
    before = async () => {},
    meanwhile = async () => {},
  }: {
    /** The mission as the second driver knows it. */
    readonly second?: Mission;
    readonly params?: Readonly<Record<string, string>>;
    readonly settings?: ClusterSettings;
    /** Done before the first driver begins. */
    readonly before?: (place: Place) => Promise<unknown>;
    /** Done before the second driver comes. */
    readonly meanwhile?: (place: Place, run: string) => Promise<void>;
  } = {},
): Promise<{
  readonly result: RunResult;
  readonly left: readonly string[];
  readonly silent: boolean;
  readonly files: ReadonlyMap<string, string>;
}> {
  const place = createPlace('attach');
  return place.clock.run(async () => {
    await before(place);
    const killer = new Killer(place);
    const first = place.drive(mission, {
      name: 'first',
      params,
      settings,
      through: killer.through,
      onEvent: killer.at(death),
    });
    expect(await Promise.race([first.go(), killer.died])).toBe('died');
    await meanwhile(place, first.run);
    const files = new Map<string, string>();
    const driver = await place.attach(second, first.run, {
      isForced: true,
      params,
      settings,
      save: async (path, content) => void files.set(path, String(content)),
    });
    const result = await driver.go();
    place.standStill();
    await place.clock.sleep(60_000);
    const left = [...(await everything(place.cluster)).keys()].filter((name) =>
      name.includes(first.run),
    );
    return { result, left, files, silent: first.clock.dead };
  });
}

const outcomes = (result: RunResult): string[] =>
  result.phases.map(
    ({ name, outcome, earlier }) => `${name}: ${earlier === true ? 'earlier' : outcome}`,
  );

const broken = (result: RunResult): string => {
  const { error } = result;
  if (error === undefined) return result.verdict;
  return `${result.verdict} in "${error.phase ?? ''}": ${error.code} ${error.message}`;
};

/** The steps of a mission in their order, as a run that nobody kills has them. */
async function stepsOf(
  mission: Mission,
  params: Readonly<Record<string, string>>,
): Promise<string[]> {
  const place = createPlace('attach');
  return place.clock.run(async () => {
    const { phases, verdict } = await place.drive(mission, { params }).go();
    expect(verdict).toBe('rehearsed');
    place.standStill();
    return phases.map((phase) => phase.name);
  });
}

/** A mission of the catalogue whose driver dies. */
interface Catalogued {
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
  /** Its phases that may not be begun twice; left out where no driver dies within a phase. */
  readonly once?: readonly string[];
}

const perProtocol = (protocol: number): readonly string[] => [
  `generate at protocol ${protocol}`,
  `upload contracts at protocol ${protocol}`,
  `catch up at protocol ${protocol}`,
];
const catalogued: readonly Catalogued[] = [
  { name: 'SimplePayment', params: {}, once: ['create Alice and Bob', 'pay'] },
  { name: 'LoadGeneration', params: { accounts: '200', txs: '100' }, once: ['load'] },
  { name: 'ProtocolUpgradeWithLoad', params: { accounts: '200', txs: '600', txRate: '20' } },
  // Both have sets that start later, stop, and start with other data.
  { name: 'VersionMixConsensus', params: { txs: '40', ledgers: '3' } },
  {
    name: 'HistoryGenerateAndCatchup',
    params: { firstProtocol: '26', txs: '20', uploads: '2' },
    once: [...perProtocol(26), ...perProtocol(27), 'catch up with all of it'],
  },
];

describe.each(catalogued)('a driver of $name that dies', ({ name, params, once }) => {
  const mission = findMission(name);

  test('between any two phases has its run finished by another', async () => {
    const steps = await stepsOf(mission, params);
    for (const [i, phase] of steps.slice(0, -1).entries()) {
      const { result, left, silent } = await killAndAttach(
        mission,
        { phase, at: 'after' },
        { params },
      );
      expect([phase, silent, broken(result), left]).toEqual([phase, true, 'rehearsed', []]);
      const done = steps.map((step, j) => `${step}: ${j <= i ? 'earlier' : 'done'}`);
      expect(outcomes(result)).toEqual(done);
      expect(result.afterwards).toEqual([]);
    }
    console.log(`${name}: attached after ${steps.length - 1} phases`);
  });

  if (once === undefined) return;
  test('in any phase has it done again where it may be, and otherwise ends as broken', async () => {
    const steps = await stepsOf(mission, params);
    for (const phase of steps) {
      // Long enough for a bring-up to have created some of its objects, and for a phase to have acted.
      const delayMs = phase === 'bring up' ? 60 : 300;
      const { result, left, files } = await killAndAttach(
        mission,
        { phase, at: 'in', delayMs },
        { params },
      );
      const refused = `broken in "${phase}": SSC_ATTACH_NOT_REPEATABLE the driver died in phase "${phase}", which cannot be begun twice`;
      expect([phase, broken(result), left]).toEqual([
        phase,
        once.includes(phase) ? refused : 'rehearsed',
        [],
      ]);
      // What there is of a run that cannot go on is saved.
      expect([...files].find(([path]) => path.endsWith('/stellar-core.log'))?.[1]).toContain(
        'core-sim',
      );
    }
    console.log(`${name}: attached within ${steps.length} phases`);
  });
});

/** Two phases that may be begun again, on one validator. */
const two = (second: string, act: (core: CoreSet) => Promise<unknown> = async () => {}): Mission =>
  defineMission('Two', {
    summary: 'One validator closes ledgers.',
    expectedDuration: '1m',
    network: { core: { nodes: 1 } },
    async run({ core }, { phase }) {
      await phase('first', () => core.waitForLedgers(2), { repeatable: true });
      await phase(second, async () => void (await act(core)), { repeatable: true });
    },
  });

describe('a run that is taken over', () => {
  test('ends as broken when its mission has other phases now', async () => {
    const { result, left } = await killAndAttach(
      two('second'),
      { phase: 'second', at: 'after' },
      { second: two('other') },
    );
    expect(broken(result)).toMatchInlineSnapshot(
      `"broken in "other": SSC_ATTACH_PHASES the driver before was in phase "second" where this mission has phase "other""`,
    );
    expect(left).toEqual([]);
  });

  test('ends as broken when somebody removed a part of it meanwhile', async () => {
    const { result, left } = await killAndAttach(
      two('second'),
      { phase: 'first', at: 'after' },
      {
        meanwhile: async ({ kube }, run) => {
          const name = setObjectName({ run, set: 'core' });
          await kube.delete(
            { kind: kinds.statefulSet, namespace: 'default', name },
            { propagationPolicy: 'Background' },
          );
        },
      },
    );
    expect(broken(result).replaceAll(/ssc-[0-9a-f]{6}/gu, 'RUN')).toMatchInlineSnapshot(
      `"broken in "bring up": SSC_ATTACH_MISSING run RUN has no StatefulSet RUN-core, which the driver before brought up"`,
    );
    expect(left).toEqual([]);
  });

  test('ends as broken when a pod was made anew meanwhile, with other data', async () => {
    const { result, left } = await killAndAttach(
      two('second'),
      { phase: 'first', at: 'after' },
      {
        meanwhile: async ({ kube, clock }, run) => {
          await kube.delete(
            { kind: kinds.pod, namespace: 'default', name: `${run}-core-0` },
            { propagationPolicy: 'Background' },
          );
          await clock.sleep(30_000);
        },
      },
    );
    expect(broken(result)).toMatchInlineSnapshot(
      `"broken in "bring up": SSC_POD_REPLACED the pod of core-0 was made while nobody drove the run"`,
    );
    expect(left).toEqual([]);
  });

  test('goes on with sets as they were changed: image, settings and data', async () => {
    const mission = defineMission('Changed', {
      summary: 'A validator becomes a newer one with other settings, and begins anew twice.',
      expectedDuration: '5m',
      network: {
        core: { nodes: 1, image: 'old', keepsData: true },
        other: { nodes: 1, startsLater: true, keepsData: true },
      },
      async run({ core, other }, { phase }) {
        await phase('change', async () => {
          await core.change({ data: 'kept', image: 'new', config: { MAX_SLOTS_TO_REMEMBER: 24 } });
        });
        await phase('change again', async () => {
          await core.change({ data: 'fresh', config: { CATCHUP_COMPLETE: undefined } });
        });
        await phase('start and stop the other', async () => {
          await other.start();
          await other.stop();
        });
        await phase(
          'go on',
          async () => {
            await other.start({ data: 'kept' });
            await core.change({ data: 'kept', config: { MAX_SLOTS_TO_REMEMBER: undefined } });
            await core.waitForLedgers(2);
            return core.builds();
          },
          { repeatable: true },
        );
      },
    });
    for (const phase of ['change', 'change again', 'start and stop the other']) {
      const { result, left, files } = await killAndAttach(mission, { phase, at: 'after' });
      expect([phase, broken(result), left]).toEqual([phase, 'rehearsed', []]);
      expect(result.phases.find(({ name }) => name === 'go on')?.value).toEqual([
        expect.stringContaining('simulates v27.1.0'),
      ]);
      // The older one was heard by the driver that died.
      expect(result.builds).toEqual([
        expect.stringContaining('simulates v26.0.0'),
        expect.stringContaining('simulates v27.1.0'),
      ]);
      // Each change goes on from the one before: no setting comes back, no data id does.
      expect(files.get('configs/core-0.cfg')).not.toContain('CATCHUP_COMPLETE');
      expect(files.get('configs/core-0.cfg')).not.toContain('MAX_SLOTS_TO_REMEMBER');
      const log = [...files].find(([path]) => /core-0\/prepare.*log$/u.test(path))?.[1];
      expect(log).toContain('core-g2, nothing to prepare');
      const other = [...files].find(([path]) => /other-0\/prepare.*log$/u.test(path))?.[1];
      expect(other).toContain('other-g1, nothing to prepare');
    }
  });

  test('goes on with sets as small as a quota had made them', async () => {
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'team' },
      spec: { hard: { 'requests.cpu': '50m' } },
    };
    const mission = defineMission('Small', {
      summary: 'One validator is changed.',
      expectedDuration: '1m',
      network: { core: { nodes: 1 } },
      async run({ core }, { phase }) {
        await phase('close ledgers', () => core.waitForLedgers(2));
        await phase('change', () => core.change({ data: 'fresh' }));
      },
    });
    const { result } = await killAndAttach(
      mission,
      { phase: 'close ledgers', at: 'after' },
      { settings: { fitQuota: true }, before: ({ kube }) => kube.create('default', quota) },
    );
    expect(broken(result)).toBe('rehearsed');
  });

  test('ends as broken when somebody changed a set meanwhile', async () => {
    const { result } = await killAndAttach(
      two('second'),
      { phase: 'first', at: 'after' },
      {
        meanwhile: async ({ kube }, run) => {
          const ref = {
            kind: kinds.statefulSet,
            namespace: 'default',
            name: setObjectName({ run, set: 'core' }),
          };
          const annotations = { 'ssc.stellar.org/state': '{"change":1,"dataId":"g7"}' };
          await kube.patch(ref, { metadata: { annotations } });
        },
      },
    );
    expect(broken(result).replaceAll(/ssc-[0-9a-f]{6}/gu, 'RUN')).toMatchInlineSnapshot(
      `"broken in "bring up": SSC_ATTACH_CHANGED StatefulSet RUN-core is not as its run made it: its image, settings or data are others"`,
    );
  });

  test('has a phase that starts nodes begun again where it may be, although the pods are younger than its last word', async () => {
    const mission = defineMission('Late', {
      summary: 'A second validator comes later.',
      expectedDuration: '1m',
      network: { core: { nodes: 1 }, late: { nodes: 1, startsLater: true } },
      async run({ core, late }, { phase }) {
        await phase(
          'start',
          async () => {
            if (late.nodes.length === 0) await late.start();
            await core.waitForLedgers(5);
          },
          { repeatable: true },
        );
      },
    });
    const { result } = await killAndAttach(mission, { phase: 'start', at: 'in', delayMs: 10_000 });
    expect(broken(result)).toBe('rehearsed');
  });

  test('goes on with as many nodes as its driver left it', async () => {
    const seen: (readonly string[])[] = [];
    const mission = defineMission('Fewer', {
      summary: 'Of three validators, one is stopped.',
      expectedDuration: '1m',
      network: { core: { nodes: 3, quorum: { of: ['core'], thresholdPercent: 51 } } },
      async run({ core }, { phase }) {
        await phase('stop one', () => core.stopAllBut(2));
        await phase(
          'go on',
          async () => {
            seen.push(core.nodes);
            await core.waitForLedgers(2);
          },
          { repeatable: true },
        );
      },
    });
    const { result } = await killAndAttach(mission, { phase: 'stop one', at: 'after' });
    expect(broken(result)).toBe('rehearsed');
    expect(seen.at(-1)).toEqual(['core-0', 'core-1']);
  });
});

/** Two networks, one after the other. */
const inSequence = defineMission('InSequence', {
  summary: 'Launches two networks of one validator, one after the other.',
  expectedDuration: '2m',
  async run(_none, { network, phase }) {
    for (const name of ['small', 'next']) {
      const launched = await network(name, { core: { nodes: 1 } });
      await phase(`look at ${name}`, () => launched.sets.core.waitForLedgers(2), {
        repeatable: true,
      });
      await launched.remove();
    }
  },
});

test('a run of several networks is taken over at every step of their lives', async () => {
  const steps = await stepsOf(inSequence, {});
  const deaths: Death[] = steps.flatMap((phase): Death[] => [
    { phase, at: 'in', delayMs: phase.startsWith('bring up') ? 40 : 0 },
    { phase, at: 'after' },
  ]);
  let attached = 0;
  for (const death of deaths.slice(0, -1)) {
    const { result, left } = await killAndAttach(inSequence, death);
    expect([death, broken(result), left]).toEqual([death, 'rehearsed', []]);
    expect(result.afterwards).toEqual([]);
    expect(result.phases.map(({ name }) => name)).toEqual(steps);
    attached += 1;
  }
  console.log(`InSequence: attached at ${attached} places of ${steps.length} steps`);
});
