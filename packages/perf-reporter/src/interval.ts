import type { LoadFacts, MetricValue, Sample } from './sample.ts';

/** What happened on one node between two of its samples. */
export interface Interval {
  readonly node: string;
  /** Empty between phases. */
  readonly phase: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** The samples in it, the first one and the last one included, oldest first. Two at least. */
  readonly samples: readonly Sample[];
  /** How often the node was asked and gave no answer. */
  readonly missing: number;
  /** The load that was begun in its phase. */
  readonly load?: LoadFacts;
  /** The node was not there when the phase began. */
  readonly cameLater?: boolean;
}

export const secondsOf = ({ fromMs, toMs }: Interval): number => (toMs - fromMs) / 1000;

/** How often counts of events fell: the node was started again, or its metrics were cleared. */
export function restartsOf(interval: Interval): number {
  return pairs(interval.samples).filter(([before, after]) => hasFallen(before, after)).length;
}

/**
 * How much a count grew. After a restart the count began at 0 again: what was counted before it, since the sample before, is
 * not known and is left out.
 */
export function growthOf(
  interval: Interval,
  metric: string,
  of: 'count' | 'sum' = 'count',
): number {
  return pairs(interval.samples).reduce((total, [before, after]) => {
    const now = after.metrics.get(metric)?.[of] ?? 0;
    return total + (hasFallen(before, after) ? now : now - (before.metrics.get(metric)?.[of] ?? 0));
  }, 0);
}

/** The value of a metric's field in each window that held anything. */
export function windowsOf(
  interval: Interval,
  metric: string,
  field: 'median' | '75%' | '95%' | '99%' | '100%',
): number[] {
  return interval.samples
    .slice(1)
    .map((sample) => sample.metrics.get(metric)?.[field] ?? 0)
    .filter((value) => value > 0);
}

/** The value of a counter at the end. */
export const lastOf = (interval: Interval, metric: string): number | undefined =>
  interval.samples.at(-1)?.metrics.get(metric)?.count;

export const isKnown = (interval: Interval, metric: string): boolean =>
  interval.samples.some((sample) => sample.metrics.has(metric));

/** The mean of what came in the interval; undefined when nothing came. */
export function meanOf(interval: Interval, metric: string): number | undefined {
  const count = growthOf(interval, metric);
  return count > 0 ? growthOf(interval, metric, 'sum') / count : undefined;
}

const pairs = (samples: readonly Sample[]): [Sample, Sample][] =>
  samples.slice(1).map((after, i) => [samples[i] as Sample, after]);

// A counter may fall; what counts events may not.
const grows = (metric: MetricValue): boolean =>
  metric.type !== 'counter' && metric.type !== 'buckets';

/** Whether a count of events fell from one sample to a later one: they are of two lives of a node. */
export function hasFallen(before: Sample, after: Sample): boolean {
  for (const [name, metric] of before.metrics)
    if (grows(metric) && (after.metrics.get(name)?.count ?? 0) < (metric.count ?? 0)) return true;
  return false;
}
