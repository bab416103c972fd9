import { bool, int, text, texts, uint16, uint32 } from './option.ts';

/** Process, HTTP and storage. Source of names, types, defaults and ranges: stellar-core, src/main/Config.cpp. */
export const processOptions = {
  NETWORK_PASSPHRASE: text(
    '',
    "Names the network and goes into every signature and the root account's key: give each network its own.",
    { rules: ['must not be empty', 'stays what it was when the database was made'] },
  ),
  DATABASE: text(
    'sqlite3://stellar.db',
    'Where the node keeps its state: sqlite3://FILE, sqlite3://:memory: (always fresh) or postgresql://dbname=… user=… (deprecated); point it into the data volume.',
    { rules: ['no $FILE: reference on the public network'] },
  ),
  BUCKET_DIR_PATH: text(
    'buckets',
    'The folder of buckets, temporary files, the publish queue and the lock: keep it beside the database and move both together.',
  ),
  LOG_FILE_PATH: text(
    'stellar-core-{datetime:%Y-%m-%d_%H-%M-%S}.log',
    'The log file, with strftime fields in {datetime:…}: set it to "" in a container, so that the whole log goes to stderr.',
  ),
  LOG_COLOR: bool(false, 'Colours on the log: leave it off wherever a program reads the log.'),
  HTTP_PORT: int(
    11626,
    'The port of the admin commands, 0 switches them off: change it where several nodes share one machine.',
    { max: uint16, wraps: true },
  ),
  PUBLIC_HTTP_PORT: bool(
    false,
    'Listens on all addresses instead of 127.0.0.1: true in a cluster, where others must reach the admin port, never on the open internet.',
  ),
  HTTP_MAX_CLIENT: int(
    128,
    'How many clients the admin port serves at once: raise it where many pollers meet.',
    { max: uint16 },
  ),
  HTTP_QUERY_PORT: int(
    0,
    'The port of the read-only query server, 0 for none: give one to a watcher that serves ledger entries.',
    {
      max: uint16,
      rules: ['differs from HTTP_PORT', 'stays 0 on a validator, unless RUN_STANDALONE'],
    },
  ),
  QUERY_THREAD_POOL_SIZE: int(4, 'Threads of the query server: raise it when queries wait.', {
    min: 1,
    max: 1000,
  }),
  QUERY_SNAPSHOT_LEDGERS: int(
    5,
    'How many older ledgers the query server can still answer for: raise it for clients that look back.',
    { unit: 'ledgers' },
  ),
  COMMANDS: texts(
    'Admin commands run once after the start, as in the URL without its first slash ("ll?level=debug&partition=SCP"): for log levels that must hold from the beginning.',
  ),
  NODE_NAMES: texts(
    'Aliases for public keys ("G… alias"), used as "$alias" elsewhere and shown in logs: for names without a quorum set that gives them.',
  ),
  WORKER_THREADS: int(11, 'Background threads: lower it when many nodes share a machine.', {
    min: 2,
    max: 1000,
  }),
  COMPILATION_THREADS: int(
    6,
    'Threads that compile contracts at start: lower it when many nodes share a machine.',
    { min: 2, max: 1000 },
  ),
  MAX_CONCURRENT_SUBPROCESSES: int(
    16,
    'How many get, put and gzip processes run at once: raise it for catchup from a fast archive.',
    { min: 1 },
  ),
  ENTRY_CACHE_SIZE: int(
    100_000,
    'Ledger entries kept in memory: below 20000 core warns that it is slow.',
    { max: uint32, unit: 'entries' },
  ),
  PREFETCH_BATCH_SIZE: int(
    1000,
    'Entries loaded ahead of applying a ledger at a time: for storage experiments only.',
    { max: uint32, unit: 'entries' },
  ),
  HISTOGRAM_WINDOW_SIZE: int(
    30,
    'The time that percentiles in /metrics look back: widen it when you sample rarely.',
    { min: 1, max: 300, unit: 's', rules: ['divides 300'] },
  ),
  DISABLE_XDR_FSYNC: bool(
    false,
    'Skips syncing written streams to disk: faster, and unsafe when the machine loses power.',
  ),
  METADATA_OUTPUT_STREAM: text(
    '',
    'Where the meta of every closed ledger is written, a path or fd:N: for watchers that feed an indexer.',
    { rules: ['empty on a validator, unless RUN_STANDALONE'] },
  ),
  METADATA_DEBUG_LEDGERS: int(
    100,
    'How many ledgers of meta are kept for debugging below BUCKET_DIR_PATH: 0 saves disk in performance runs.',
    { max: uint32, unit: 'ledgers' },
  ),
  AUTOMATIC_SELF_CHECK_PERIOD: int(
    10_800,
    'How often the node checks itself in the background, 0 for never: 0 keeps performance runs even.',
    { max: uint32, unit: 's' },
  ),
  INVARIANT_CHECKS: texts(
    'Patterns of invariants to check while applying, each matching a whole name regardless of case: "(?!EventsAreConsistentWithEntryDiffs).*" in tests; they cost time.',
    {
      rules: [
        'every pattern matches an invariant that no earlier one matched',
        'EventsAreConsistentWithEntryDiffs needs EMIT_CLASSIC_EVENTS and BACKFILL_STELLAR_ASSET_EVENTS, in production builds also METADATA_OUTPUT_STREAM',
      ],
    },
  ),
  INVARIANT_EXTRA_CHECKS: bool(
    false,
    'Runs slow whole-state checks in the background: for watchers that guard a network.',
    { rules: ['not on a validator'] },
  ),
  STATE_SNAPSHOT_INVARIANT_LEDGER_FREQUENCY: int(
    300,
    'Ledgers between two whole-state checks of INVARIANT_EXTRA_CHECKS: lower it to find a fault sooner.',
    { min: 1, unit: 'ledgers' },
  ),
  HALT_ON_INTERNAL_TRANSACTION_ERROR: bool(
    false,
    'Stops the node at a txINTERNAL_ERROR instead of going on: true in tests that look for such errors.',
  ),
  PATH_TO_PROTOCOL_23_CORRUPTION_FILE: text(
    '',
    'The file that lists entries damaged at protocol 23 on the public network: needed only to replay that history.',
  ),
  NTP_DRIFT_CHECK_SERVER: text(
    'pool.ntp.org',
    'The time server a validator compares its clock with, "" for none: set it to "" where there is no internet.',
  ),
  PARALLEL_LEDGER_APPLY: bool(
    true,
    'Applies a ledger while the next one is agreed on: false to compare with the old way; core turns it off by itself with an in-memory database.',
  ),
  BUCKETLIST_DB_INDEX_PAGE_SIZE_EXPONENT: int(
    14,
    'The page size of bucket indexes as a power of two, 0 to index every entry in memory: 0 for the highest throughput where memory allows.',
    {
      min: 8,
      max: 31,
      also: 0,
      refusedAs: {
        low: 'BUCKETLIST_DB_INDEX_PAGE_SIZE_EXPONENT must be at least 8 or set to 0 for individual entry indexing',
        high: 'BUCKETLIST_DB_INDEX_PAGE_SIZE_EXPONENT must be less than 32',
      },
    },
  ),
  BUCKETLIST_DB_INDEX_CUTOFF: int(
    20,
    'Buckets smaller than this are indexed entry by entry: raise it to trade memory for speed.',
    { unit: 'MB' },
  ),
  BUCKETLIST_DB_MEMORY_FOR_CACHING: int(
    0,
    'Memory for caching ledger entries of buckets: raise it on nodes with a large state.',
    { unit: 'MB' },
  ),
  BUCKETLIST_DB_PERSIST_INDEX: bool(
    true,
    'Keeps bucket indexes in .index files for a faster start: false in performance runs that never restart.',
  ),
} as const;
