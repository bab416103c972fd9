import { beforeAll, describe, expect, it } from 'vitest';
import { accelerated, archivesOf } from './catchup/archives.ts';
import {
  type Line,
  readRecording,
  recordedNodes,
  recordedStart,
  replay,
  type Seen,
  seenInRecording,
} from './replay.ts';

/** The states of a node one after the other, each once. */
const statesOf = (seen: readonly Seen[]): string[] =>
  seen.flatMap(({ state }, i) => (seen[i - 1]?.state === state ? [] : [state]));

/** When each ledger was first seen. */
function firstSeen(seen: readonly Seen[]): Map<number, Seen> {
  const first = new Map<number, Seen>();
  for (const moment of seen) if (!first.has(moment.ledger)) first.set(moment.ledger, moment);
  return first;
}

describe('what was done to three real validators, done to simulated ones', () => {
  let lines: readonly Line[];
  let real: Map<string, Seen[]>;
  let simulated: Map<string, Seen[]>;

  beforeAll(async () => {
    lines = readRecording('real-cadence');
    real = seenInRecording(lines);
    // With this seed the nodes boot in the order in which the real ones did, some milliseconds apart.
    ({ seen: simulated } = await replay(lines, { startMs: recordedStart, seed: 's4' }));
  });

  const both = (node: string): [Seen[], Seen[]] => [
    real.get(node) ?? [],
    simulated.get(node) ?? [],
  ];

  it.each(recordedNodes)('%s goes through the same states in the same order', (node) => {
    const [was, is] = both(node);
    expect(statesOf(is)).toEqual(statesOf(was));
  });

  it('the states are those of a start, a loss, a return and a recovery', () => {
    expect(
      Object.fromEntries(recordedNodes.map((n) => [n, statesOf(simulated.get(n) ?? [])])),
    ).toMatchInlineSnapshot(`
        {
          "node-0": [
            "gone",
            "Synced!",
            "Joining SCP",
            "Synced!",
          ],
          "node-1": [
            "gone",
            "Synced!",
            "gone",
            "Synced!",
            "gone",
          ],
          "node-2": [
            "gone",
            "Synced!",
            "gone",
            "Synced!",
            "gone",
            "Synced!",
          ],
        }
      `);
  });

  it.each(recordedNodes)('%s is never more than one ledger away', (node) => {
    const [was, is] = both(node);
    const far = is.filter(({ ledger }, i) => Math.abs(ledger - (was[i]?.ledger ?? 0)) > 1);
    expect(far).toEqual([]);
  });

  it.each(recordedNodes)('%s comes to states and ledgers within the time of a ledger', (node) => {
    const [was, is] = both(node);
    const changes = (seen: readonly Seen[]): number[] =>
      seen.flatMap(({ t, state }, i) => (seen[i - 1]?.state === state ? [] : [t]));
    const [before, now] = [changes(was), changes(is)];
    for (const [i, t] of now.entries()) expect(Math.abs(t - (before[i] ?? 0))).toBeLessThan(5);
    const reached = firstSeen(was);
    for (const [ledger, { t }] of firstSeen(is)) {
      const then = reached.get(ledger)?.t;
      if (then !== undefined) expect(Math.abs(t - then)).toBeLessThanOrEqual(5);
    }
  });

  it('the chain is the real one, hash for hash, until milliseconds decide after the loss of the quorum', () => {
    const hashes = firstSeen(real.get('node-0') ?? []);
    const ours = firstSeen(simulated.get('node-0') ?? []);
    const same = [...ours.keys()].filter((n) => n > 0 && ours.get(n)?.hash === hashes.get(n)?.hash);
    expect(same).toEqual(Array.from({ length: 27 }, (_, i) => i + 1));
  });

  it('peers are there when they were, to the second', () => {
    for (const node of recordedNodes) {
      const [was, is] = both(node);
      const off = is.filter(({ peers }, i) => {
        const near = [was[i - 1], was[i], was[i + 1]];
        return !near.some((moment) => moment?.peers === peers);
      });
      expect(off).toEqual([]);
    }
  });
});

describe('what was done to three real validators at the accelerated cadence, done to simulated ones', () => {
  let real: Map<string, Seen[]>;
  let simulated: Map<string, Seen[]>;

  beforeAll(async () => {
    const lines = readRecording('accelerated');
    real = seenInRecording(lines);
    // The real machine was slow, and its ledgers came when it had time. Where every message takes so long, and with this
    // start and seed, the simulated ones come at the same pace.
    ({ seen: simulated } = await replay(lines, {
      startMs: Date.UTC(2026, 10, 22, 13, 20, 55, 852),
      seed: 's16',
      latencyMs: 38,
      extra: [accelerated],
      history: (name) => archivesOf(name, recordedNodes),
    }));
  });

  const both = (node: string): [Seen[], Seen[]] => [
    real.get(node) ?? [],
    simulated.get(node) ?? [],
  ];

  it.each(recordedNodes)('%s goes through the same states in the same order', (node) => {
    const [was, is] = both(node);
    expect(statesOf(is)).toEqual(statesOf(was));
  });

  it('the states are those of a start, of a node that fell behind and catches up, of a loss and of a recovery', () => {
    expect(statesOf(simulated.get('node-2') ?? [])).toMatchInlineSnapshot(`
      [
        "gone",
        "Synced!",
        "gone",
        "Synced!",
        "Catching up",
        "Synced!",
        "gone",
        "Synced!",
      ]
    `);
  });

  it.each(recordedNodes)('%s comes to each state within three seconds', (node) => {
    const changes = (seen: readonly Seen[]): number[] =>
      seen.flatMap(({ t, state }, i) => (seen[i - 1]?.state === state ? [] : [t]));
    const [was, is] = both(node).map(changes) as [number[], number[]];
    for (const [i, t] of is.entries()) expect(Math.abs(t - (was[i] ?? 0))).toBeLessThan(3);
  });

  it('the node that fell behind catches up in the same seconds, to the same ledgers', () => {
    const [was, is] = both('node-2');
    const far = is.filter(({ ledger }, i) => {
      const then = was[i];
      return then?.state === 'Catching up' && Math.abs(ledger - then.ledger) > 1;
    });
    expect(far).toEqual([]);
    expect(was.filter(({ state }) => state === 'Catching up')).toHaveLength(3);
    const targets = (seen: readonly Seen[]): string[] => [
      ...new Set(
        seen.flatMap(({ status }) => /Catching up to ledger (\d+)/.exec(status.join())?.[1] ?? []),
      ),
    ];
    expect(targets(was)).toEqual(['31', '39', '47']);
    expect(targets(is)).toEqual(['31', '39', '47']);
  });

  it.each(recordedNodes)(
    '%s is within one ledger of where it was, two seconds sooner or later',
    (node) => {
      const [was, is] = both(node);
      const far = is.filter(({ ledger }, i) => {
        const near = was.slice(Math.max(0, i - 2), i + 3);
        return !near.some((moment) => Math.abs(moment.ledger - ledger) <= 1);
      });
      expect(far).toEqual([]);
    },
  );
});
