import {
  growthOf,
  type Interval,
  isKnown,
  lastOf,
  meanOf,
  restartsOf,
  secondsOf,
  windowsOf,
} from './interval.ts';
import type { RunFacts } from './sample.ts';

/** A figure, a word, or nothing: then nothing is known, which is not 0. */
export type Cell = string | number | undefined;

/** One column of `perf.csv`: its head, what it says, and how it is come by. */
export interface Column {
  readonly name: string;
  /** Empty for words. */
  readonly unit: string;
  readonly about: string;
  readonly from: (interval: Interval, run: RunFacts) => Cell;
}

/** How the eight columns of a duration are named, and what they come from. */
const durations: readonly (readonly [prefix: string, metric: string, what: string])[] = [
  ['nominate', 'scp.timing.nominated', 'time from the start of a slot to its nomination'],
  ['prepare', 'scp.timing.externalized', 'time from nomination to agreement'],
  ['close', 'ledger.ledger.close', 'time to apply and close a ledger'],
  ['age', 'ledger.age.closed-histogram', 'time between two closed ledgers'],
];

const percentiles = [
  ['per75th', '75%'],
  ['per95th', '95%'],
  ['per99th', '99%'],
  ['max', '100%'],
] as const;

const rate = (interval: Interval, metric: string): Cell =>
  isKnown(interval, metric) ? perSecond(interval, growthOf(interval, metric)) : undefined;

const perSecond = (interval: Interval, count: number): Cell => {
  const seconds = secondsOf(interval);
  return seconds > 0 ? count / seconds : undefined;
};

const grown = (interval: Interval, metric: string, of: 'count' | 'sum' = 'count'): Cell =>
  isKnown(interval, metric) ? growthOf(interval, metric, of) : undefined;

const medianOf = (values: readonly number[]): Cell => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return undefined;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
};

const highestOf = (values: readonly number[]): Cell =>
  values.length === 0 ? undefined : Math.max(...values);

const durationColumns = ([prefix, metric, what]: (typeof durations)[number]): Column[] => [
  {
    name: `${prefix}.mean`,
    unit: 'ms',
    about: `mean ${what}`,
    from: (i) => meanOf(i, metric),
  },
  {
    name: `${prefix}.median`,
    unit: 'ms',
    about: `median ${what}: the median of the medians of windows`,
    from: (i) => medianOf(windowsOf(i, metric, 'median')),
  },
  ...percentiles.map(
    ([name, field]): Column => ({
      name: `${prefix}.${name}`,
      unit: 'ms',
      about: `${name === 'max' ? 'longest' : `${field.replace('%', 'th')} percentile of the`} ${what}: that of the worst window`,
      from: (i) => highestOf(windowsOf(i, metric, field)),
    }),
  ),
];

const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * The one table of columns: it makes the head and the rows of the CSV files, the keys of the JSON, and the documentation. Names
 * that the reporter of the predecessor had mean here what they meant there.
 */
export const columns: readonly Column[] = [
  {
    name: 'time',
    unit: '',
    about: 'end of the interval, ISO 8601 in UTC',
    from: (i) => iso(i.toMs),
  },
  { name: 'mission', unit: '', about: 'the mission', from: (_i, run) => run.mission },
  { name: 'run', unit: '', about: "the run's name", from: (_i, run) => run.run },
  {
    name: 'nodes',
    unit: '',
    about:
      'what the nodes were: real, simulated or mixed; figures of simulated nodes say nothing about stellar-core',
    from: (_i, run) => run.nodes,
  },
  { name: 'phase', unit: '', about: 'the phase; empty between phases', from: (i) => i.phase },
  { name: 'node', unit: '', about: 'the node', from: (i) => i.node },
  {
    name: 'seconds',
    unit: 's',
    about: 'length of the interval, from its first sample to its last',
    from: secondsOf,
  },
  { name: 'samples', unit: '', about: 'samples in the interval', from: (i) => i.samples.length },
  {
    name: 'missing',
    unit: '',
    about: 'how often the node was asked and gave no answer',
    from: (i) => i.missing,
  },
  {
    name: 'restarts',
    unit: '',
    about: 'how often counts of the node fell: it was started again, or its metrics were cleared',
    from: restartsOf,
  },
  {
    name: 'txtype',
    unit: '',
    about: 'what the load that was begun in the phase is made of; empty where none was',
    from: (i) => i.load?.kind,
  },
  {
    name: 'accounts',
    unit: '',
    about: 'accounts that take part in that load',
    from: (i) => i.load?.accounts,
  },
  {
    name: 'expectedTxs',
    unit: '',
    about: 'transactions that it was to have',
    from: (i) => i.load?.txs,
  },
  {
    name: 'txRate',
    unit: '1/s',
    about: 'transactions a second that it was to have',
    from: (i) => i.load?.txRate,
  },
  {
    name: 'ledgers',
    unit: '',
    about: 'ledgers closed',
    from: (i) => grown(i, 'ledger.ledger.close'),
  },
  {
    name: 'meanRate',
    unit: '1/s',
    about: 'ledgers closed a second',
    from: (i) => rate(i, 'ledger.ledger.close'),
  },
  {
    name: 'appliedTxs',
    unit: '',
    about: 'transactions applied',
    from: (i) => grown(i, 'ledger.transaction.apply'),
  },
  {
    name: 'appliedTxRate',
    unit: '1/s',
    about: 'transactions applied a second',
    from: (i) => rate(i, 'ledger.transaction.apply'),
  },
  {
    name: 'appliedOpRate',
    unit: '1/s',
    about: 'operations applied a second',
    from: (i) => rate(i, 'ledger.operation.apply'),
  },
  {
    name: 'failedTxs',
    unit: '',
    about: 'transactions applied that failed',
    from: (i) => grown(i, 'ledger.apply.failure'),
  },
  {
    name: 'internalErrors',
    unit: '',
    about: 'transactions that ended in an internal error',
    from: (i) => grown(i, 'ledger.transaction.internal-error'),
  },
  {
    name: 'txsPerLedgerMean',
    unit: '',
    about: 'mean transactions of a ledger that has any',
    from: (i) => meanOf(i, 'ledger.transaction.count'),
  },
  {
    name: 'loadStepRate',
    unit: '1/s',
    about: 'steps of the load generator a second; empty on nodes without load',
    from: (i) => rate(i, 'loadgen.step.submit'),
  },
  {
    name: 'loadTxRate',
    unit: '1/s',
    about: 'transactions that the load generator attempted a second; empty on nodes without load',
    from: (i) => rate(i, 'loadgen.txn.attempted'),
  },
  {
    name: 'loadRejected',
    unit: '',
    about: 'transactions of the load generator that were rejected; empty on nodes without load',
    from: (i) => grown(i, 'loadgen.txn.rejected'),
  },
  ...durations.flatMap(durationColumns),
  {
    name: 'timeoutsNominate',
    unit: '',
    about: 'time-outs of nomination',
    from: (i) => grown(i, 'scp.timeout.nominate', 'sum'),
  },
  {
    name: 'timeoutsPrepare',
    unit: '',
    about: 'time-outs of balloting',
    from: (i) => grown(i, 'scp.timeout.prepare', 'sum'),
  },
  {
    name: 'syncLost',
    unit: '',
    about: 'how often the node lost consensus',
    from: (i) => grown(i, 'scp.sync.lost'),
  },
  {
    name: 'peers',
    unit: '',
    about: 'authenticated connections at the end',
    from: (i) => lastOf(i, 'overlay.connection.authenticated'),
  },
  {
    name: 'bytesRead',
    unit: 'B/s',
    about: 'bytes read from peers a second',
    from: (i) => rate(i, 'overlay.byte.read'),
  },
  {
    name: 'bytesWritten',
    unit: 'B/s',
    about: 'bytes written to peers a second',
    from: (i) => rate(i, 'overlay.byte.write'),
  },
  {
    name: 'messagesDropped',
    unit: '',
    about: 'messages dropped',
    from: (i) => grown(i, 'overlay.message.drop'),
  },
  {
    name: 'floodDuplicates',
    unit: '',
    about: 'flooded bytes that were received before, as a share of all flooded bytes',
    from: shareOfDuplicates,
  },
];

function shareOfDuplicates(interval: Interval): Cell {
  const again = growthOf(interval, 'overlay.flood.duplicate-recv', 'count');
  const all = again + growthOf(interval, 'overlay.flood.unique-recv', 'count');
  return all > 0 ? again / all : undefined;
}

/** Columns that the reporter of the predecessor had and this one has not, with the reason. */
const leftOut: readonly (readonly [names: string, because: string])[] = [
  ['batchSize', 'loads have none any more'],
  [
    'nominate.min, nominate.stdDev and those of prepare, close, age; txsPerLedgerStdDev, loadStepStdDev',
    'stellar-core keeps minima and standard deviations since its start alone: a part of a run has none of its own',
  ],
];

/** The documentation of the columns, in Markdown. */
export const renderColumnDocs = (): string =>
  [
    '| column | unit | what it says |',
    '| --- | --- | --- |',
    ...columns.map(({ name, unit, about }) => `| \`${name}\` | ${unit} | ${about} |`),
    '',
    'Columns that supercluster had and that mean nothing any more:',
    '',
    ...leftOut.map(([names, because]) => `- ${names}: ${because}.`),
    '',
  ].join('\n');
