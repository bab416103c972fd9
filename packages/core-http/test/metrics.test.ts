import { renderError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import { loadCounts, type MetricsSnapshot, metricsDifference } from '../src/index.ts';
import { fakeNode } from './fake-network.ts';
import { recording } from './recordings.ts';

async function snapshot(file: string): Promise<MetricsSnapshot> {
  const { client, clock } = fakeNode(() => recording(file).body);
  return clock.run(() => client.metrics());
}

describe('the metrics of a real node', () => {
  test('by type, with their units', async () => {
    const metrics = await snapshot('http-trio/metrics.end.node-0.json');
    expect(metrics.counter('bucket.memory.shared')).toEqual({ type: 'counter', count: 12 });
    expect(metrics.meter('loadgen.run.start')).toMatchObject({
      count: 13,
      event_type: 'run',
      rate_unit: 's',
    });
    expect(metrics.timer('app.post-on-background-thread.delay')).toMatchObject({
      count: 586,
      duration_unit: 'ms',
      max: 79,
      sum: 1151,
      '75%': 0,
      '95%': 2,
    });
    expect(metrics.histogram('ledger.age.closed-histogram')).toMatchObject({
      count: 334,
      min: 59,
      max: 49255,
      median: 1036,
      '99.9%': 42696.3,
    });
    const buckets = metrics.buckets('ledger.age.closed')?.buckets ?? [];
    expect(buckets.map(({ boundary }) => boundary)).toEqual([
      5000, 7000, 10000, 20000, 1.79769e308,
    ]);
    expect(buckets[0]).toMatchObject({ count: 325, min: 59.5063 });
  });

  test('a missing one counts 0, as core makes metrics when it first touches them', async () => {
    const metrics = await snapshot('http-solo/metrics.end.json');
    expect(metrics.get('loadgen.run.start')).toBeUndefined();
    expect(metrics.meter('loadgen.run.start')).toBeUndefined();
    expect(metrics.count('loadgen.run.start')).toBe(0);
  });

  test('reading one as another type is refused', async () => {
    const metrics = await snapshot('http-solo/metrics.end.json');
    const read = (call: () => unknown) => {
      try {
        return call();
      } catch (error) {
        return renderError(error);
      }
    };
    expect(read(() => metrics.meter('ledger.ledger.close'))).toMatchInlineSnapshot(
      `"✖ SSC_METRIC_TYPE  the metric ledger.ledger.close of core-0 is of type timer, and was read as meter"`,
    );
    expect(read(() => metrics.count('ledger.age.closed'))).toContain('SSC_METRIC_TYPE');
  });

  test('only those asked for', async () => {
    const { client, clock, dispatcher } = fakeNode(
      () => recording('http-solo/metrics__enable-ledger.json').body,
    );
    const metrics = await clock.run(() => client.metrics({ only: ['ledger', 'scp.memory.x'] }));
    expect(dispatcher.requests[0]?.path).toBe('/metrics?enable=ledger,scp.memory.x');
    expect([...metrics.all.keys()].every((name) => name.startsWith('ledger.'))).toBe(true);
  });
});

test('loads of a real node: three of its thirteen runs were refused after they had counted as begun', async () => {
  expect(loadCounts(await snapshot('http-trio/metrics.end.node-0.json'))).toEqual({
    start: 13,
    complete: 8,
    failed: 2,
    attempted: 668,
    rejected: 0,
    bytes: 171016,
  });
});

describe('a difference', () => {
  test('of a real run of 400 payments', async () => {
    const before = await snapshot('http-trio/metrics.before-load.node-0.json');
    const after = await snapshot('http-trio/metrics.after-pay.node-0.json');
    const difference = metricsDifference(before, after);
    expect(difference.reset).toBe(false);
    expect(difference.count('loadgen.run.complete')).toBe(1);
    expect(difference.count('loadgen.txn.attempted')).toBe(400);
    expect(difference.count('loadgen.payment.submitted')).toBe(400);
    expect(difference.count('no.such.metric')).toBe(0);
    expect(difference.seconds).toBeGreaterThan(10);
    expect(difference.sum('ledger.ledger.close')).toBeGreaterThan(0);
  });

  test('shows that the counts fell', async () => {
    const late = await snapshot('http-trio/metrics.end.node-0.json');
    const early = await snapshot('http-trio/metrics.three.node-0.json');
    expect(metricsDifference(late, early).reset).toBe(true);
  });
});
