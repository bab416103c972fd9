import { bigint, bool, choice, int, ints } from './option.ts';

const build = { build: 'test' } as const;
const limit = (what: string) =>
  int(0, `The limit of ${what} that the apply-load benchmark sets up.`, build);

/** Keys of the subcommand apply-load, all in builds with tests only. Source: stellar-core, src/main/Config.cpp. */
export const applyLoadOptions = {
  APPLY_LOAD_MODE: choice(
    ['ledger-limits', 'max-sac-tps', 'benchmark'],
    'What apply-load does: fill ledgers to their limits, search the highest rate of asset transfers, or measure one model.',
    build,
  ),
  APPLY_LOAD_MODEL_TX: choice(
    ['sac', 'custom_token', 'soroswap'],
    'The transaction that apply-load measures: asset transfer, token contract or swap.',
    build,
  ),
  APPLY_LOAD_BL_SIMULATED_LEDGERS: int(
    1000,
    'Ledgers that apply-load simulates to fill the bucket list before it measures.',
    { ...build, unit: 'ledgers' },
  ),
  APPLY_LOAD_BL_WRITE_FREQUENCY: int(
    1000,
    'Every how many simulated ledgers a batch of entries is written.',
    { ...build, unit: 'ledgers' },
  ),
  APPLY_LOAD_BL_BATCH_SIZE: int(
    1000,
    'Entries in each batch written to the simulated bucket list.',
    {
      ...build,
      unit: 'entries',
    },
  ),
  APPLY_LOAD_BL_LAST_BATCH_LEDGERS: int(
    300,
    'The last simulated ledgers, in which every ledger gets its own batch.',
    { ...build, unit: 'ledgers' },
  ),
  APPLY_LOAD_BL_LAST_BATCH_SIZE: int(100, 'Entries in each batch of the last simulated ledgers.', {
    ...build,
    unit: 'entries',
  }),
  APPLY_LOAD_NUM_LEDGERS: int(100, 'Ledgers that apply-load measures.', {
    ...build,
    unit: 'ledgers',
  }),
  APPLY_LOAD_EVENT_COUNT: ints('Numbers of events per transaction that apply-load draws from.', {
    ...build,
    rules: ['as long as APPLY_LOAD_EVENT_COUNT_DISTRIBUTION'],
  }),
  APPLY_LOAD_EVENT_COUNT_DISTRIBUTION: ints('Weights of APPLY_LOAD_EVENT_COUNT.', {
    ...build,
    rules: ['as long as APPLY_LOAD_EVENT_COUNT'],
  }),
  APPLY_LOAD_LEDGER_MAX_INSTRUCTIONS: bigint(
    0,
    'The limit of instructions per ledger that the apply-load benchmark sets up.',
    build,
  ),
  APPLY_LOAD_TX_MAX_INSTRUCTIONS: bigint(
    0,
    'The limit of instructions per transaction that the apply-load benchmark sets up.',
    build,
  ),
  APPLY_LOAD_LEDGER_MAX_DISK_READ_LEDGER_ENTRIES: limit('entries read from disk per ledger'),
  APPLY_LOAD_TX_MAX_DISK_READ_LEDGER_ENTRIES: limit('entries read from disk per transaction'),
  APPLY_LOAD_TX_MAX_FOOTPRINT_SIZE: limit('footprint entries per transaction'),
  APPLY_LOAD_LEDGER_MAX_WRITE_LEDGER_ENTRIES: limit('entries written per ledger'),
  APPLY_LOAD_TX_MAX_WRITE_LEDGER_ENTRIES: limit('entries written per transaction'),
  APPLY_LOAD_LEDGER_MAX_DISK_READ_BYTES: limit('bytes read from disk per ledger'),
  APPLY_LOAD_TX_MAX_DISK_READ_BYTES: limit('bytes read from disk per transaction'),
  APPLY_LOAD_LEDGER_MAX_WRITE_BYTES: limit('bytes written per ledger'),
  APPLY_LOAD_TX_MAX_WRITE_BYTES: limit('bytes written per transaction'),
  APPLY_LOAD_MAX_TX_SIZE_BYTES: limit('bytes of one transaction'),
  APPLY_LOAD_MAX_LEDGER_TX_SIZE_BYTES: limit('bytes of all transactions of a ledger'),
  APPLY_LOAD_MAX_CONTRACT_EVENT_SIZE_BYTES: limit('bytes of events per transaction'),
  APPLY_LOAD_MAX_SOROBAN_TX_COUNT: limit('Soroban transactions per ledger'),
  APPLY_LOAD_CLASSIC_TXS_PER_LEDGER: int(
    0,
    'Classic payments that apply-load adds to every ledger.',
    { ...build, unit: 'transactions' },
  ),
  APPLY_LOAD_LEDGER_MAX_DEPENDENT_TX_CLUSTERS: int(
    1,
    'Groups of transactions that may be applied in parallel.',
    { ...build, min: 1 },
  ),
  APPLY_LOAD_TARGET_CLOSE_TIME_MS: int(
    1000,
    'The close time below which a rate of max-sac-tps counts as sustained.',
    { ...build, min: 1, unit: 'ms' },
  ),
  APPLY_LOAD_MAX_SAC_TPS_MIN_TPS: int(100, 'Where the search of max-sac-tps begins.', {
    ...build,
    unit: 'transactions/s',
  }),
  APPLY_LOAD_MAX_SAC_TPS_MAX_TPS: int(50_000, 'Where the search of max-sac-tps ends.', {
    ...build,
    unit: 'transactions/s',
  }),
  APPLY_LOAD_BATCH_SAC_COUNT: int(1, 'Asset transfers in one transaction.', { ...build, min: 1 }),
  APPLY_LOAD_TIME_WRITES: bool(
    true,
    'Counts the time of writing to the database: false to measure applying alone.',
    build,
  ),
} as const;
