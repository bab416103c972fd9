import { sees, type Table } from './expectation.ts';

interface Reply {
  readonly ts: string;
  readonly uname: string;
  readonly metrics: Readonly<Record<string, { readonly type: string; readonly count?: number }>>;
}

/** The numbers looked at in each reply; one that core has not touched yet is left out. */
const names = {
  closes: 'ledger.ledger.close',
  applied: 'ledger.transaction.apply',
  started: 'loadgen.run.start',
  complete: 'loadgen.run.complete',
  failed: 'loadgen.run.failed',
  attempted: 'loadgen.txn.attempted',
  paid: 'loadgen.payment.submitted',
  authenticated: 'overlay.connection.authenticated',
  invalidSignatures: 'scp.envelope.invalidsig',
} as const;
type Counts = { readonly [name in keyof typeof names]?: number };

const view = ({ ts, uname, metrics }: Reply) => ({
  ts,
  uname,
  types: Object.fromEntries(
    ['counter', 'meter', 'timer', 'histogram', 'buckets'].map((type) => [
      type,
      Object.values(metrics).filter((metric) => metric.type === type).length,
    ]),
  ),
  counts: Object.fromEntries(
    Object.entries(names).flatMap(([short, name]) => {
      const count = metrics[name]?.count;
      return count === undefined ? [] : [[short, count]];
    }),
  ),
});

/** When, how many of each type, and the counts. The machine calls itself vm. */
const metrics = (
  ts: string,
  [counter, meter, timer, histogram, buckets]: readonly [number, number, number, number, number],
  counts: Counts,
) => sees(view, { ts, uname: 'vm', types: { counter, meter, timer, histogram, buckets }, counts });

/** Of a whole reply: also how many peers and bad signatures. */
const whole = (
  time: string,
  [counter, meter, timer]: readonly [number, number, number],
  counts: Counts,
) =>
  metrics(`2026-11-22T${time}Z`, [counter, meter, timer, 22, 1], {
    invalidSignatures: 0,
    authenticated: 0,
    ...counts,
  });

/** Counts of loads: of runs, and of transactions. */
const loads = (
  started: number,
  complete: number,
  failed: number,
  attempted: number,
  paid: number,
) => ({ started, complete, failed, attempted, paid }) satisfies Counts;

/** `metrics`. Those of the load generator are not there before its first run. */
export const allMetrics: Table = {
  'http-solo/metrics.after-transactions.json': whole('12:32:43', [181, 114, 74], {
    closes: 29,
    applied: 20,
  }),
  'http-solo/metrics.before-load.json': whole('12:32:15', [164, 111, 67], {
    closes: 3,
    applied: 0,
  }),
  'http-solo/metrics.end.json': whole('12:36:55', [181, 114, 76], { closes: 267, applied: 43 }),
  'http-solo/metrics__enable-ledger.json': metrics('2026-11-22T12:32:43Z', [11, 1, 6, 4, 1], {
    closes: 29,
    applied: 20,
  }),
  // Two metrics, every number of them; six digits.
  'http-solo/metrics__enable-ledger.ledger.close.scp.memory.cumulative-statements.json': sees(
    (reply: Reply) => reply.metrics,
    {
      'ledger.ledger.close': {
        type: 'timer',
        count: 29,
        event_type: 'calls',
        rate_unit: 's',
        mean_rate: 0.963664,
        '1_min_rate': 1.02845,
        '5_min_rate': 1.00645,
        '15_min_rate': 1.0022,
        duration_unit: 'ms',
        min: 4.19306,
        max: 1926.41,
        mean: 156.551,
        stddev: 362.173,
        sum: 4539.99,
        median: 35.484,
        '75%': 44.8058,
        '95%': 386.093,
        '98%': 386.093,
        '99%': 386.093,
        '99.9%': 386.093,
        '100%': 386.093,
      },
      'scp.memory.cumulative-statements': { type: 'counter', count: 96 },
    },
  ),
  // A name that nothing has: no metric, and no error.
  'http-solo/metrics__enable-nosuch.json': metrics('2026-11-22T12:32:43Z', [0, 0, 0, 0, 0], {}),

  'http-soroban/metrics.after.json': whole('13:13:21', [181, 128, 72], {
    closes: 51,
    applied: 129,
    ...loads(7, 6, 1, 129, 20),
  }),
  'http-soroban/metrics.before.json': whole('13:12:37', [180, 113, 69], { closes: 7, applied: 0 }),
  'http-soroban/metrics__enable-loadgen.json': sees(
    (reply: Reply) =>
      Object.fromEntries(
        Object.entries(reply.metrics).map(([name, { type, count }]) => [
          name.replace('loadgen.', ''),
          `${type} ${count}`,
        ]),
      ),
    {
      'payment.bytes': 'meter 4080',
      'payment.submitted': 'meter 20',
      'run.complete': 'meter 6',
      'run.failed': 'meter 1',
      'run.start': 'meter 7',
      'soroban.create_upgrade': 'meter 1',
      'soroban.invoke': 'meter 55',
      'soroban.setup_invoke': 'meter 6',
      'soroban.setup_upgrade': 'meter 2',
      'soroban.upload': 'meter 45',
      'step.count': 'meter 231',
      'step.submit': 'timer 231',
      'txn.attempted': 'meter 129',
      'txn.bytes': 'meter 177740',
      'txn.rejected': 'meter 0',
    },
  ),

  'http-standalone/metrics.json': whole('12:47:59', [181, 114, 72], { closes: 25, applied: 6 }),

  'http-trio/metrics.after-load-errors.node-0.json': whole('12:48:05', [181, 128, 75], {
    closes: 84,
    applied: 615,
    authenticated: 1,
    ...loads(5, 5, 0, 615, 615),
  }),
  'http-trio/metrics.after-pay.node-0.json': whole('12:47:06', [181, 128, 75], {
    closes: 43,
    applied: 410,
    authenticated: 1,
    ...loads(2, 2, 0, 410, 410),
  }),
  // Thirteen were started, ten ended: refused Soroban runs count as started and never end.
  'http-trio/metrics.after-soroban.node-0.json': whole('12:52:13', [181, 128, 76], {
    closes: 253,
    applied: 668,
    authenticated: 1,
    ...loads(13, 8, 2, 668, 634),
  }),
  'http-trio/metrics.before-load.node-0.json': whole('12:46:53', [181, 128, 75], {
    closes: 34,
    applied: 10,
    authenticated: 1,
    ...loads(1, 1, 0, 10, 10),
  }),
  'http-trio/metrics.end.node-0.json': whole('12:55:37', [181, 128, 76], {
    closes: 334,
    applied: 668,
    authenticated: 1,
    ...loads(13, 8, 2, 668, 634),
  }),
  'http-trio/metrics.end.node-1.json': whole('12:55:37', [180, 113, 71], {
    closes: 9,
    applied: 0,
    authenticated: 1,
  }),
  'http-trio/metrics.end.node-2.json': whole('12:55:37', [180, 113, 71], { closes: 9, applied: 0 }),
  'http-trio/metrics.three.node-0.json': whole('12:46:16', [164, 111, 70], {
    closes: 6,
    applied: 0,
    authenticated: 1,
  }),
};
