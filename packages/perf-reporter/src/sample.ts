/** A metric as a node's `/metrics` shows it; what a type does not have is missing. Durations in milliseconds. */
export interface MetricValue {
  readonly type: 'counter' | 'meter' | 'timer' | 'histogram' | 'buckets';
  readonly count?: number;
  /** Of all values since the node started. */
  readonly sum?: number;
  /** Of the last whole window of 30 s; 0 when nothing came in it. */
  readonly median?: number;
  readonly '75%'?: number;
  readonly '95%'?: number;
  readonly '99%'?: number;
  readonly '100%'?: number;
}

/** The metrics of one node at one moment. */
export interface Sample {
  readonly node: string;
  /** Milliseconds since the Unix epoch, by the driver's clock. */
  readonly atMs: number;
  readonly metrics: ReadonlyMap<string, MetricValue>;
}

/** What is read of each node: first name parts and full names, as `/metrics?enable=` takes them. */
export const sampledMetrics: readonly string[] = [
  'ledger.ledger.close',
  'ledger.age.closed-histogram',
  'ledger.transaction.apply',
  'ledger.transaction.count',
  'ledger.transaction.internal-error',
  'ledger.operation.apply',
  'ledger.apply.failure',
  'scp.timing.nominated',
  'scp.timing.externalized',
  'scp.timeout.nominate',
  'scp.timeout.prepare',
  'scp.sync.lost',
  'herder.pending-txs.banned',
  'overlay.byte.read',
  'overlay.byte.write',
  'overlay.message.drop',
  'overlay.connection.authenticated',
  'overlay.flood.duplicate-recv',
  'overlay.flood.unique-recv',
  'loadgen.step.submit',
  'loadgen.txn.attempted',
  'loadgen.txn.rejected',
];

/** A time during which something was done. */
export interface PhaseSpan {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** @default "done" */
  readonly outcome?: 'done' | 'failed';
  /** The load that was begun in it. */
  readonly load?: LoadFacts;
}

/** What was asked of a load generator. */
export interface LoadFacts {
  /** @example "payment" */
  readonly kind: string;
  readonly accounts?: number;
  readonly txs?: number;
  /** Transactions a second. */
  readonly txRate?: number;
}

/** One node among the others. */
export interface TopologyFacts {
  readonly node: string;
  readonly role: string;
  /** Its quorum set in words. */
  readonly trusts: string;
  readonly peers?: readonly string[];
}

/** What is told of a run beside its figures. */
export interface RunFacts {
  readonly mission: string;
  readonly summary: string;
  readonly run: string;
  readonly verdict: string;
  readonly nodes: 'real' | 'simulated' | 'mixed' | 'none';
  /** The versions that the nodes said they are. */
  readonly builds?: readonly string[];
  readonly provider: string;
  readonly seed: string;
  readonly version: string;
  readonly startedAt: string;
  readonly seconds: number;
  /** The parameters of the mission. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Whom each node trusts, and whom it was connected to when it was asked last. */
  readonly topology?: readonly TopologyFacts[];
  /** What was checked at the end. */
  readonly checks?: readonly {
    readonly name: string;
    readonly outcome: 'held' | 'failed' | 'skipped' | 'unknown';
    readonly because?: string;
  }[];
  /** The error that ended the run, as a person reads it. */
  readonly problem?: {
    readonly code: string;
    readonly message: string;
    readonly facts: readonly (readonly [string, string])[];
  };
}
