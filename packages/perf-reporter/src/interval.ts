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
  return stepsOf(interval).filter((step) => step.isFall).length;
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
  return stepsOf(interval).reduce((total, { before, after, isFall }) => {
    const now = after.metrics.get(metric)?.[of] ?? 0;
    return total + (isFall ? now : now - (before.metrics.get(metric)?.[of] ?? 0));
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

/** From one sample to the next. */
interface Step {
  readonly before: Sample;
  readonly after: Sample;
  /** See {@link hasFallen}. */
  readonly isFall: boolean;
}

// Every figure of an interval asks for its steps, and a fall is found by looking at all metrics.
const steps = new WeakMap<Interval, readonly Step[]>();

function stepsOf(interval: Interval): readonly Step[] {
  let found = steps.get(interval);
  if (found === undefined) {
    const { samples } = interval;
    found = samples.slice(1).map((after, i) => {
      const before = samples[i] as Sample;
      return { before, after, isFall: hasFallen(before, after) };
    });
    steps.set(interval, found);
  }
  return found;
}

// A counter may fall; what counts events may not.
const grows = (metric: MetricValue): boolean =>
  metric.type !== 'counter' && metric.type !== 'buckets';

/** Whether a count of events fell from one sample to a later one: they are of two lives of a node. */
export function hasFallen(before: Sample, after: Sample): boolean {
  for (const [name, metric] of before.metrics)
    if (grows(metric) && (after.metrics.get(name)?.count ?? 0) < (metric.count ?? 0)) return true;
  return false;
}
