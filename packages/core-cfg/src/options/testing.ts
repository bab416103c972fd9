import { bool, int, ints, text } from './option.ts';

const loadValues = (what: string) =>
  ints(
    `Values of ${what} that generated Soroban load draws from: set it together with its weights.`,
    {
      testingOnly: 'will',
      rules: ['as long as its weights', 'needs ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING'],
    },
  );
const loadWeights = (what: string) =>
  ints(
    `Weights of the values of ${what} in generated Soroban load: set it together with its values.`,
    {
      testingOnly: 'will',
      rules: ['as long as its values', 'all above 0'],
    },
  );

/** Keys for tests. Source: stellar-core, src/main/Config.cpp; the testing-only list is TESTING_ONLY_OPTIONS there. */
export const testingOptions = {
  RUN_STANDALONE: bool(
    false,
    'Runs without peers and without some admin commands, needs no readable archive: for a single node that only applies.',
    { testingOnly: 'will' },
  ),
  MANUAL_CLOSE: bool(
    false,
    'Closes a ledger only when told to by /manualclose: for tests that step through ledgers.',
    { testingOnly: 'will', rules: ['needs NODE_IS_VALIDATOR'] },
  ),
  ALLOW_LOCALHOST_FOR_TESTING: bool(
    false,
    'Accepts 127.0.0.1 as a peer: true where several nodes share one machine.',
    { testingOnly: 'may' },
  ),
  ALLOW_PRIVATE_ADDRESSES_FOR_TESTING: bool(
    false,
    'Tells peers about private addresses such as those of pods: true in a cluster whose nodes find each other by gossip.',
    { testingOnly: 'may', build: 'test' },
  ),
  ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING: bool(
    false,
    'Closes a ledger every second and a checkpoint every 8 ledgers: true in tests of behaviour, false in tests of performance.',
    { testingOnly: 'will' },
  ),
  ARTIFICIALLY_SET_CLOSE_TIME_FOR_TESTING: int(
    0,
    'Time between ledgers, 0 for the real one, with checkpoints still every 64 ledgers; wins over acceleration.',
    { testingOnly: 'will', unit: 's' },
  ),
  ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING: bool(
    false,
    'Allows /generateload: true on the nodes that make load.',
    { testingOnly: 'will' },
  ),
  GENESIS_TEST_ACCOUNT_COUNT: int(
    0,
    'Funded test accounts in the genesis ledger: the same on all nodes, because it changes the hash of ledger 1.',
    { testingOnly: 'will', unit: 'accounts' },
  ),
  LOADGEN_PREGENERATED_TRANSACTIONS_FILE: text(
    'stellar-load-transactions.xdr',
    'The file of signed transactions that the pregenerated load sends: made before the run.',
    { testingOnly: 'will' },
  ),
  UPDATE_SOROBAN_COSTS_DURING_PROTOCOL_UPGRADE_FOR_TESTING: bool(
    false,
    'Uses measured cost parameters at the step to protocol 20: without it all uploads fail on a network upgraded from 0.',
    {
      testingOnly: 'will',
      rules: ['has an effect only with ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING'],
    },
  ),
  TESTING_SOROBAN_HIGH_LIMIT_OVERRIDE: bool(
    false,
    'Sets very large Soroban limits at the step to protocol 20: for load that should not be limited by them.',
  ),
  TESTING_MINIMUM_PERSISTENT_ENTRY_LIFETIME: int(
    0,
    'The shortest life of persistent entries, written at the step to protocol 20, 0 for the real one: small in tests of archival.',
    { min: 10, also: 0, unit: 'ledgers' },
  ),
  OVERRIDE_EVICTION_PARAMS_FOR_TESTING: bool(
    false,
    'Makes the node use the three settings of eviction below: true in tests of archival.',
  ),
  TESTING_EVICTION_SCAN_SIZE: int(100_000, 'How much of a bucket eviction scans per ledger.', {
    unit: 'bytes',
    rules: ['has an effect only with OVERRIDE_EVICTION_PARAMS_FOR_TESTING'],
  }),
  TESTING_STARTING_EVICTION_SCAN_LEVEL: int(6, 'The first bucket level that eviction scans.', {
    min: 1,
    max: 10,
    rules: ['has an effect only with OVERRIDE_EVICTION_PARAMS_FOR_TESTING'],
  }),
  TESTING_MAX_ENTRIES_TO_ARCHIVE: int(100, 'How many entries eviction archives per ledger.', {
    unit: 'entries',
    rules: ['has an effect only with OVERRIDE_EVICTION_PARAMS_FOR_TESTING'],
  }),
  ARTIFICIALLY_REPLAY_WITH_NEWEST_BUCKET_LOGIC_FOR_TESTING: bool(
    false,
    'Replays old ledgers with the newest bucket logic: to compare that logic on real history.',
    { testingOnly: 'will' },
  ),
  ARTIFICIALLY_DELAY_BUCKET_APPLICATION_FOR_TESTING: int(
    0,
    'A pause while buckets are applied in catchup: to look at a node in that state.',
    { testingOnly: 'will', unit: 's' },
  ),
  ARTIFICIALLY_DELAY_LEDGER_CLOSE_FOR_TESTING: int(
    0,
    'A pause in every ledger close: to test a slow node.',
    { testingOnly: 'will', unit: 'ms' },
  ),
  ARTIFICIALLY_SLEEP_MAIN_THREAD_FOR_TESTING: int(
    0,
    'A pause of the main thread at every turn: to test a slow node.',
    { testingOnly: 'will', unit: 'µs' },
  ),
  ARTIFICIALLY_SET_SURVEY_PHASE_DURATION_FOR_TESTING: int(
    0,
    'How long a phase of a survey lasts, 0 for the real time: to end a survey within a test.',
    { testingOnly: 'will', unit: 'min' },
  ),
  CATCHUP_WAIT_MERGES_TX_APPLY_FOR_TESTING: bool(
    false,
    'Waits for bucket merges after every ledger of catchup: for reproducible timing.',
    { testingOnly: 'will' },
  ),
  DISABLE_SOROBAN_METRICS_FOR_TESTING: bool(
    false,
    'Skips the metrics of contracts: to measure without their cost.',
  ),
  DISABLE_TX_META_FOR_TESTING: bool(
    false,
    'Skips the meta of transactions: to measure without its cost.',
  ),
  LOADGEN_BYTE_COUNT_FOR_TESTING: loadValues('transaction data'),
  LOADGEN_BYTE_COUNT_DISTRIBUTION_FOR_TESTING: loadWeights('transaction data'),
  LOADGEN_WASM_BYTES_FOR_TESTING: loadValues('contract code size'),
  LOADGEN_WASM_BYTES_DISTRIBUTION_FOR_TESTING: loadWeights('contract code size'),
  LOADGEN_NUM_DATA_ENTRIES_FOR_TESTING: loadValues('data entries touched'),
  LOADGEN_NUM_DATA_ENTRIES_DISTRIBUTION_FOR_TESTING: loadWeights('data entries touched'),
  LOADGEN_IO_KILOBYTES_FOR_TESTING: loadValues('kilobytes read and written'),
  LOADGEN_IO_KILOBYTES_DISTRIBUTION_FOR_TESTING: loadWeights('kilobytes read and written'),
  LOADGEN_TX_SIZE_BYTES_FOR_TESTING: loadValues('transaction size'),
  LOADGEN_TX_SIZE_BYTES_DISTRIBUTION_FOR_TESTING: loadWeights('transaction size'),
  LOADGEN_INSTRUCTIONS_FOR_TESTING: loadValues('instructions'),
  LOADGEN_INSTRUCTIONS_DISTRIBUTION_FOR_TESTING: loadWeights('instructions'),
  LOADGEN_MEASURE_TX_E2E_LATENCY_FOR_TESTING: bool(
    false,
    'Measures how long generated transactions take from submission to ledger: true on the nodes that make load, when you ask for latency.',
    { testingOnly: 'will' },
  ),
  TRANSACTION_QUEUE_SIZE_MULTIPLIER_FOR_TESTING: int(
    2,
    'How many ledgers of classic transactions may wait: 3 in throughput tests.',
    { min: 1, unit: 'ledgers', testingOnly: 'will', build: 'test' },
  ),
  SOROBAN_TRANSACTION_QUEUE_SIZE_MULTIPLIER_FOR_TESTING: int(
    2,
    'How many ledgers of Soroban transactions may wait: 3 in throughput tests.',
    { min: 1, unit: 'ledgers', testingOnly: 'will', build: 'test' },
  ),
  TESTING_IGNORE_LEDGER_TIME_UPGRADE_BOUNDS: bool(
    false,
    'Lets an upgrade set any ledger time: true in searches for the shortest block time.',
    { build: 'test' },
  ),
  TESTING_NOMINATE_RANDOM_VALUES: bool(
    false,
    'Nominates transaction sets that nobody has: to test how others bear it.',
    { build: 'test', protocol: 28 },
  ),
  TESTING_MAX_SOROBAN_BYTE_ALLOWANCE: int(
    0,
    'Bytes of Soroban transactions per set, 0 for 5 MiB: 9 MiB in Soroban throughput tests.',
    {
      unit: 'bytes',
      build: 'test',
      rules: ['with TESTING_MAX_CLASSIC_BYTE_ALLOWANCE at most 10 MiB'],
    },
  ),
  TESTING_MAX_CLASSIC_BYTE_ALLOWANCE: int(
    0,
    'Bytes of classic transactions per set, 0 for 5 MiB: 9 MiB in classic throughput tests.',
    {
      unit: 'bytes',
      build: 'test',
      rules: ['with TESTING_MAX_SOROBAN_BYTE_ALLOWANCE at most 10 MiB'],
    },
  ),
  IGNORE_MESSAGE_LIMITS_FOR_TESTING: bool(
    false,
    'Takes messages of any size and number from peers: for overlay experiments only.',
    { build: 'test' },
  ),
  SKIP_HIGH_CRITICAL_VALIDATOR_CHECKS_FOR_TESTING: bool(
    false,
    'Lets HIGH and CRITICAL organisations have fewer than three validators and no archives: true in small networks with a generated quorum set.',
    { testingOnly: 'will', build: 'test' },
  ),
  CATCHUP_SKIP_KNOWN_RESULTS_FOR_TESTING: bool(
    false,
    'Skips transactions whose failure the archive records while replaying: for faster replays.',
    { build: 'test' },
  ),
  OP_APPLY_SLEEP_TIME_DURATION_FOR_TESTING: ints(
    'Pauses per applied operation, drawn by the weights below: to give simulated operations a cost.',
    {
      unit: 'µs',
      testingOnly: 'will',
      build: 'test',
      rules: ['as long as OP_APPLY_SLEEP_TIME_WEIGHT_FOR_TESTING'],
    },
  ),
  OP_APPLY_SLEEP_TIME_WEIGHT_FOR_TESTING: ints('Weights of the pauses above.', {
    testingOnly: 'will',
    build: 'test',
    rules: ['as long as OP_APPLY_SLEEP_TIME_DURATION_FOR_TESTING', 'all above 0'],
  }),
  ARTIFICIALLY_SET_SYSTEM_CLOCK_OFFSET_FOR_TESTING: int(
    0,
    "How far the node's clock is wrong, ahead when positive: to test clock skew.",
    { min: -2_147_483_648, max: 2_147_483_647, unit: 'ms', build: 'test' },
  ),
  ARTIFICIALLY_DELAY_NOMINATION_EMIT_FOR_TESTING: int(
    0,
    'A pause before nomination messages are sent: to test slow leaders.',
    { unit: 'ms', testingOnly: 'will', build: 'test' },
  ),
} as const;
