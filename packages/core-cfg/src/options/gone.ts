/** A key that older versions had: writing it stops today's core at "Unknown configuration entry". */
export interface GoneOption {
  /** The key, or the beginning of a family of keys when it ends in `*`. */
  readonly name: string;
  /** What to do instead. */
  readonly instead: string;
}

/** Unknown to stellar-core v27.1.0 and later. Source: stellar-core, src/main/Config.cpp and its history. */
export const goneOptions: readonly GoneOption[] = [
  {
    name: 'DEPRECATED_SQL_LEDGER_STATE',
    instead: 'leave it out: ledger state lives in the bucket list',
  },
  { name: 'EXPERIMENTAL_BUCKETLIST_DB*', instead: 'use the BUCKETLIST_DB_… key of that name' },
  { name: 'KNOWN_CURSORS', instead: 'leave it out: there are no cursors any more' },
  {
    name: 'MODE_USES_IN_MEMORY_LEDGER',
    instead: 'leave it out: there is no in-memory ledger any more',
  },
  { name: 'IN_MEMORY_LEDGER', instead: 'leave it out: there is no in-memory ledger any more' },
  { name: 'EXPERIMENTAL_PRECAUTION_DELAY_META', instead: 'leave it out' },
  { name: 'TESTING_UPGRADE_*', instead: 'arm upgrades with the admin command upgrades?mode=set' },
  {
    name: 'USE_CONFIG_FOR_GENESIS',
    instead: 'arm upgrades with the admin command upgrades?mode=set',
  },
  { name: 'DISABLE_BUCKET_GC', instead: 'use the command-line option --disable-bucket-gc' },
  { name: 'REPORT_METRICS', instead: 'use the command-line option --metric' },
  {
    name: 'FORCE_SCP',
    instead: 'leave it out: NODE_IS_VALIDATOR decides, and run --wait-for-consensus lifts it',
  },
  { name: 'FLOOD_OP_RATE', instead: 'use FLOOD_OP_RATE_PER_LEDGER' },
  { name: 'ARTIFICIALLY_PESSIMIZE_MERGES_FOR_TESTING', instead: 'leave it out' },
  { name: 'ARTIFICIALLY_REDUCE_MERGE_COUNTS_FOR_TESTING', instead: 'leave it out' },
  {
    name: 'ARTIFICIALLY_SKIP_CONNECTION_ADJUSTMENT_FOR_TESTING',
    instead: 'leave it out: no version reads it',
  },
];
