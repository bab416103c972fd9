import { createRandom, type Random } from '@ssc/clock';
import type { ApiFault, KubeLocal } from '@ssc/kube-local';
import { expect, test } from 'vitest';
import { defineMission } from '../../src/index.ts';
import { createPlace, everything, type Place } from './drivers.ts';

const seeds = Number(process.env['SSC_FAULT_SEEDS'] ?? 300);

const payment = defineMission('Payment', {
  summary: 'One validator upgrades to the latest protocol and applies a payment.',
  expectedDuration: '1m',
  network: { core: { nodes: 1 } },
  async run({ core }, { phase }) {
    await phase('upgrade', async () => {
      await core.waitUntilSynced();
      await core.upgrade({ protocol: 'latest' });
    });
    const alice = await phase('create Alice', () =>
      core.createAccount('alice', { balance: '1000 XLM' }),
    );
    await phase('pay', async () => {
      const root = { ...alice, name: 'root' };
      await core.pay({ from: root, to: alice, amount: '10 XLM' });
      await core.expectBalance(alice, '1010 XLM');
    });
  },
});

const stopping = defineMission('Stopping', {
  summary: 'One of two validators goes on when the other is stopped.',
  expectedDuration: '1m',
  network: { core: { nodes: 2, quorum: { all: true, thresholdPercent: 50 } } },
  async run({ core }, { phase }) {
    await phase('sync', () => core.waitUntilSynced());
    await phase('stop a node', () => core.stopAllBut(1));
    await phase('go on', () => core.waitUntilSynced());
  },
});

/** What can go wrong with any call. */
const faults = (dice: Random): readonly ApiFault[] => [
  { kind: 'latency', ms: dice.int(20_000) },
  { kind: 'status', code: 403 },
  { kind: 'status', code: 409 },
  { kind: 'status', code: 429, retryAfterSeconds: 1 + dice.int(5) },
  { kind: 'status', code: 500 },
  { kind: 'status', code: 503, retryAfterSeconds: 1 },
  { kind: 'reset', when: 'before' },
  { kind: 'reset', when: 'after' },
  { kind: 'silence', when: 'before' },
  { kind: 'silence', when: 'after' },
];

/** Lets each kind of fault strike at random calls, and watches die at random times; tells how often they died. */
function strike(place: Place, dice: Random): { readonly watchesDropped: () => number } {
  const { cluster, clock } = place;
  const all = faults(dice);
  // One for sure, at one of the first calls; then from a fault in fifty calls to four in ten.
  const first = all[dice.int(all.length)];
  if (first !== undefined) cluster.faults.api({ fault: first, call: 1 + dice.int(25) });
  const chance = (0.02 * 20 ** dice.float()) / all.length;
  for (const fault of all) cluster.faults.api({ fault, chance });
  let dropped = 0;
  const dropLater = (): void =>
    void clock.timer(500 + dice.int(15_000), () => {
      cluster.faults.dropWatches();
      dropped += 1;
      dropLater();
    });
  dropLater();
  return { watchesDropped: () => dropped };
}

const add = (sums: Map<string, number>, name: string, count = 1): void =>
  void sums.set(name, (sums.get(name) ?? 0) + count);

const struckIn = (cluster: KubeLocal, watches: number): [string, number][] => [
  ...Object.entries(cluster.faultsStruck),
  ...(watches > 0 ? ([['watches died', watches]] as [string, number][]) : []),
];

test('whatever goes wrong with the API, a run is rehearsed, or broken with its reason', async () => {
  const verdicts = new Map<string, number>();
  const struck = new Map<string, number>();
  const wrong: string[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const place = createPlace(`faults ${seed}`);
    const { watchesDropped } = strike(place, createRandom(`faults ${seed}`));
    await place.clock.run(async () => {
      const driver = place.drive(seed % 3 === 0 ? stopping : payment);
      const { verdict, error } = await driver.go();
      const what = error === undefined ? verdict : `${verdict} ${error.code}`;
      add(verdicts, what);
      if (verdict !== 'rehearsed' && (verdict !== 'broken' || error?.code === 'SSC_BUG'))
        wrong.push(`seed ${seed}: ${what}: ${JSON.stringify(error)}`);
      const these = struckIn(place.cluster, watchesDropped());
      if (these.length === 0) wrong.push(`seed ${seed}: no fault struck`);
      for (const [name, count] of these) add(struck, name, count);

      // What the driver could not remove, its fuse does.
      place.cluster.faults.clearApi();
      place.standStill();
      await place.clock.sleep(16 * 60_000);
      const left = [...(await everything(place.cluster)).keys()].filter((name) =>
        name.includes(driver.run),
      );
      if (left.length > 0) wrong.push(`seed ${seed}: ${what}: left ${left.join(', ')}`);
    });
  }
  const lines = (sums: Map<string, number>): string =>
    [...sums]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  console.log(`${seeds} seeds: ${lines(verdicts)}\nstruck: ${lines(struck)}`);
  expect(wrong).toEqual([]);
  expect([...struck.keys()].sort()).toEqual([
    '403',
    '409',
    '429',
    '500',
    '503',
    'latency',
    'reset',
    'silence',
    'watches died',
  ]);
});

test('an API server that starts again, and for ten seconds refuses all that it allows, ends no run', async () => {
  const wrong: string[] = [];
  // From when the nodes answer until the mission is over.
  for (let second = 4; second < 30; second++) {
    const place = createPlace('rights');
    const { clock, cluster } = place;
    clock.timer(second * 1000, () => {
      cluster.faults.dropWatches();
      cluster.faults.api({ fault: { kind: 'status', code: 403 } });
    });
    clock.timer((second + 10) * 1000, () => cluster.faults.clearApi());
    const result = await clock.run(() => place.drive(payment).go());
    if (result.verdict !== 'rehearsed' || result.afterwards.length > 0)
      wrong.push(`${second} s: ${JSON.stringify([result.error, result.afterwards])}`);
  }
  expect(wrong).toEqual([]);
});
