import { SscError } from '@ssc/errors';
import * as z from 'zod';
import { word } from './argument.ts';
import type { Command } from './command.ts';

// Core prints doubles with 6 significant digits; counts are exact and may leave the safe range.
const number = z.union([z.number(), z.bigint()]).transform(Number);

const rates = {
  mean_rate: number,
  '1_min_rate': number,
  '5_min_rate': number,
  '15_min_rate': number,
};

const distribution = {
  min: number,
  max: number,
  mean: number,
  stddev: number,
  sum: number,
  /** The percentiles are of the last whole window of 30 s (HISTOGRAM_WINDOW_SIZE), and 0 when nothing came in it. */
  median: number,
  '75%': number,
  '95%': number,
  '98%': number,
  '99%': number,
  '99.9%': number,
  '100%': number,
};

const counterSchema = z.looseObject({ type: z.literal('counter'), count: number });
const meterSchema = z.looseObject({
  type: z.literal('meter'),
  count: number,
  event_type: z.string(),
  rate_unit: z.literal('s'),
  ...rates,
});
const histogramSchema = z.looseObject({
  type: z.literal('histogram'),
  count: number,
  ...distribution,
});
const timerSchema = z.looseObject({
  type: z.literal('timer'),
  count: number,
  event_type: z.string(),
  rate_unit: z.literal('s'),
  ...rates,
  duration_unit: z.literal('ms'),
  ...distribution,
});
const bucketsSchema = z.looseObject({
  type: z.literal('buckets'),
  boundary_unit: z.literal('ms'),
  buckets: z.array(timerSchema.extend({ boundary: number })),
});

/** A number that goes up and down. */
export type Counter = z.infer<typeof counterSchema>;
/** Events counted since the start, and their rates in a second. */
export type Meter = z.infer<typeof meterSchema>;
/** Values: minimum to sum since the start, percentiles of the last window. */
export type Histogram = z.infer<typeof histogramSchema>;
/** Durations in milliseconds, and how many a second. */
export type Timer = z.infer<typeof timerSchema>;
/** Timers by the interval they fall into; the last boundary is the largest double. */
export type Buckets = z.infer<typeof bucketsSchema>;

const metricSchema = z.discriminatedUnion('type', [
  counterSchema,
  meterSchema,
  histogramSchema,
  timerSchema,
  bucketsSchema,
]);

/** One metric, told apart by `type`. */
export type Metric = z.infer<typeof metricSchema>;

const metricsSchema = z.looseObject({
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  ts: z.iso.datetime(),
  uname: z.string(),
  metrics: z.record(z.string(), metricSchema),
});

/** `metrics`: all, or those of the given first name parts and full names. Reading resets the `.max` of simple timers. */
export const metricsCommand = (
  options: { readonly only?: readonly string[] } = {},
): Command<z.infer<typeof metricsSchema>> => ({
  name: 'metrics',
  query: { enable: options.only?.map((name) => word('metric', name)).join(',') },
  kind: 'read',
  availability: 'always',
  success: { kind: 'json', schema: metricsSchema },
  expects: 'a JSON object with "ts" and "metrics"',
});

/** The metrics of one node at one moment. */
export interface MetricsSnapshot {
  readonly node: string;
  /** When the node made it, by its own clock. */
  readonly at: string;
  readonly all: ReadonlyMap<string, Metric>;
  /** Undefined when core has not touched it yet. */
  get(name: string): Metric | undefined;
  /**
   * How often, of any metric that counts. Core makes a metric when it first touches it, so a missing one counts 0.
   * Throws SSC_METRIC_TYPE for buckets.
   */
  count(name: string): number;
  counter(name: string): Counter | undefined;
  meter(name: string): Meter | undefined;
  timer(name: string): Timer | undefined;
  histogram(name: string): Histogram | undefined;
  buckets(name: string): Buckets | undefined;
}

/** Makes a snapshot. Asking for a metric of another type throws SSC_METRIC_TYPE. */
export function toSnapshot(node: string, reply: z.infer<typeof metricsSchema>): MetricsSnapshot {
  const all = new Map(Object.entries(reply.metrics));
  const typed = <T extends Metric['type']>(name: string, type: T) => {
    const metric = all.get(name);
    if (metric === undefined || metric.type === type) {
      return metric as Extract<Metric, { type: T }> | undefined;
    }
    throw typeError(node, name, metric.type, type);
  };
  return {
    node,
    at: reply.ts,
    all,
    get: (name) => all.get(name),
    count(name) {
      const metric = all.get(name);
      if (metric === undefined) return 0;
      if (metric.type === 'buckets') throw typeError(node, name, 'buckets', 'count');
      return metric.count;
    },
    counter: (name) => typed(name, 'counter'),
    meter: (name) => typed(name, 'meter'),
    timer: (name) => typed(name, 'timer'),
    histogram: (name) => typed(name, 'histogram'),
    buckets: (name) => typed(name, 'buckets'),
  };
}

function typeError(node: string, name: string, seen: string, asked: string): SscError {
  return new SscError({
    problem: { code: 'SSC_METRIC_TYPE' },
    verdict: 'broken',
    summary: `the metric ${name} of ${node} is of type ${seen}, and was read as ${asked}`,
  });
}

/** What happened between two snapshots of one node. */
export interface MetricsDifference {
  readonly node: string;
  /** Seconds by the node's clock, whole ones. */
  readonly seconds: number;
  /**
   * True when a count of events fell: the node was restarted or its metrics were cleared, so differences say nothing.
   */
  readonly reset: boolean;
  /** How much the count grew; 0 when neither snapshot has the metric. A counter may shrink. */
  count(name: string): number;
  /** The sum of a timer (milliseconds) or histogram since the first snapshot; exact to 6 digits of the later sum. */
  sum(name: string): number;
}

/** What happened from one snapshot to a later one of the same node. */
export function metricsDifference(
  before: MetricsSnapshot,
  after: MetricsSnapshot,
): MetricsDifference {
  const sumOf = (snapshot: MetricsSnapshot, name: string): number => {
    const metric = snapshot.get(name);
    return metric !== undefined && 'sum' in metric ? Number(metric.sum) : 0;
  };
  const fell = [...before.all].some(
    ([name, metric]) =>
      metric.type !== 'counter' && metric.type !== 'buckets' && after.count(name) < metric.count,
  );
  return {
    node: after.node,
    seconds: (Date.parse(after.at) - Date.parse(before.at)) / 1000,
    reset: fell,
    count: (name) => after.count(name) - before.count(name),
    sum: (name) => sumOf(after, name) - sumOf(before, name),
  };
}
