import { growthOf, type Interval, restartsOf, secondsOf } from './interval.ts';
import type { RunFacts, Sample } from './sample.ts';

/** Why a figure may mislead. */
export interface Doubt {
  readonly kind: 'simulated' | 'drift' | 'restart' | 'missing' | 'short' | 'spread';
  readonly phase?: string;
  readonly node?: string;
  readonly text: string;
}

// Percentiles of stellar-core are those of a window of 30 s (HISTOGRAM_WINDOW_SIZE): a third of a phase holds one at least.
const windowSeconds = 30;
const driftShare = 0.2;
const spreadShare = 0.05;
/** Fewer events than these are chance. */
const enough = 100;
const missingShare = 0.1;

/** What speaks against taking the figures of a run as they stand. */
export function findDoubts(
  intervals: readonly Interval[],
  run: Pick<RunFacts, 'nodes'>,
  everyMs: number,
): Doubt[] {
  const phases = [...new Set(intervals.map((interval) => interval.phase))];
  return [
    ...nodeDoubt(run.nodes),
    ...phases.flatMap((phase) => {
      const of = intervals.filter((interval) => interval.phase === phase);
      return [
        ...of.flatMap((interval) => [
          ...restartDoubt(interval),
          ...missingDoubt(interval, everyMs),
        ]),
        ...shortDoubt(phase, of),
        ...spreadDoubt(phase, of),
        ...driftDoubt(phase, of),
      ];
    }),
  ];
}

function nodeDoubt(nodes: RunFacts['nodes']): Doubt[] {
  if (nodes !== 'simulated' && nodes !== 'mixed') return [];
  return [
    {
      kind: 'simulated',
      text: `${nodes === 'simulated' ? 'the nodes were' : 'some nodes were'} simulated: no figure says anything about stellar-core`,
    },
  ];
}

function restartDoubt(interval: Interval): Doubt[] {
  const restarts = restartsOf(interval);
  if (restarts === 0) return [];
  const { phase, node } = interval;
  return [
    {
      kind: 'restart',
      phase,
      node,
      text: `counts of ${node} fell ${restarts === 1 ? 'once' : `${restarts} times`}: it was started again, or its metrics were cleared`,
    },
  ];
}

function missingDoubt(interval: Interval, everyMs: number): Doubt[] {
  const { phase, node, samples, missing } = interval;
  const gapMs = Math.max(...samples.slice(1).map((s, i) => s.atMs - (samples[i] as Sample).atMs));
  const isMany = missing / (missing + samples.length) > missingShare;
  if (!isMany && gapMs <= 3 * everyMs) return [];
  const texts = [
    ...(missing > 0
      ? [`${node} gave no answer ${missing} of ${missing + samples.length} times`]
      : []),
    ...(gapMs > 3 * everyMs ? [`nothing is known of ${node} for ${seconds(gapMs)}`] : []),
  ];
  return [{ kind: 'missing', phase, node, text: texts.join('; ') }];
}

function shortDoubt(phase: string, intervals: readonly Interval[]): Doubt[] {
  const isLoaded = intervals.some((interval) => growthOf(interval, 'loadgen.txn.attempted') > 0);
  const longest = Math.max(...intervals.map(secondsOf));
  if (!isLoaded || longest >= windowSeconds) return [];
  return [
    {
      kind: 'short',
      phase,
      text: `"${phase}" took ${seconds(longest * 1000)}, less than one window of ${windowSeconds}s: its percentiles hold what was before`,
    },
  ];
}

function spreadDoubt(phase: string, intervals: readonly Interval[]): Doubt[] {
  // A node that came later applies what the others had before, or misses what they had meanwhile.
  const counts = intervals
    .filter((interval) => interval.cameLater !== true)
    .map((interval) => [interval.node, growthOf(interval, 'ledger.transaction.apply')] as const);
  const sorted = counts.toSorted(([, a], [, b]) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined || most[1] < enough) return [];
  if ((most[1] - least[1]) / most[1] <= spreadShare) return [];
  return [
    {
      kind: 'spread',
      phase,
      node: least[0],
      text: `${most[0]} applied ${most[1]} transactions in "${phase}", and ${least[0]} ${least[1]}`,
    },
  ];
}

function driftDoubt(phase: string, intervals: readonly Interval[]): Doubt[] {
  const from = Math.min(...intervals.map((interval) => interval.fromMs));
  const to = Math.max(...intervals.map((interval) => interval.toMs));
  if (to - from < 3 * windowSeconds * 1000) return [];
  const third = (to - from) / 3;
  const thirds = [0, 1, 2].map((i) =>
    intervals.flatMap((interval) => cut(interval, from + i * third, from + (i + 1) * third)),
  );
  if (thirds.some((part) => part.length === 0)) return [];
  const figures: readonly (readonly [string, (part: readonly Interval[]) => number | undefined])[] =
    [
      ['the mean time to close a ledger', meanClose],
      ['the rate of applied transactions', txRate],
    ];
  return figures.flatMap(([what, figure]): Doubt[] => {
    const values = thirds.map(figure);
    const known = values.filter((value) => value !== undefined);
    if (known.length < 3) return [];
    const [low, high] = [Math.min(...known), Math.max(...known)];
    if (high === 0 || (high - low) / high <= driftShare) return [];
    return [
      {
        kind: 'drift',
        phase,
        text: `${what} moved between the thirds of "${phase}": ${known.map((value) => Number(value.toPrecision(3))).join(', ')}`,
      },
    ];
  });
}

/** The part of an interval between two instants. */
function cut(interval: Interval, fromMs: number, toMs: number): Interval[] {
  const samples = interval.samples.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const [start, end] = [samples[0], samples.at(-1)];
  if (start === undefined || end === undefined || start === end) return [];
  return [{ ...interval, fromMs: start.atMs, toMs: end.atMs, samples }];
}

function meanClose(part: readonly Interval[]): number | undefined {
  const total = (of: 'count' | 'sum') =>
    part.reduce((sum, interval) => sum + growthOf(interval, 'ledger.ledger.close', of), 0);
  const count = total('count');
  return count >= 3 * part.length ? total('sum') / count : undefined;
}

function txRate(part: readonly Interval[]): number | undefined {
  const count = part.reduce((sum, i) => sum + growthOf(i, 'ledger.transaction.apply'), 0);
  const length = part.reduce((sum, interval) => sum + secondsOf(interval), 0);
  return count >= enough && length > 0 ? count / length : undefined;
}

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10}s`;
