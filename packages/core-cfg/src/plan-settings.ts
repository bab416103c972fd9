import type {
  CoreSetModel,
  FlowControlModel,
  SorobanLoadModel,
  TuningModel,
} from './network-model.ts';
import type { NodeConfig } from './node-config.generated.ts';
import type { PlacedNode } from './placed-node.ts';

const mebibyte = 1_048_576;

/** Everything about a node that does not depend on the other nodes. */
export function planSettings(node: PlacedNode): NodeConfig {
  const { model, ordinal } = node;
  return {
    ...baseSettings(model),
    ...optionalSettings(model),
    ...clockSettings(model, ordinal),
    ...applySettings(model),
    ...flowControlSettings(model.flowControl ?? {}),
    ...sorobanLoadSettings(model.sorobanLoad ?? {}),
    ...tuningSettings(model.tuning ?? {}),
  };
}

function baseSettings(model: CoreSetModel): NodeConfig {
  return {
    METADATA_DEBUG_LEDGERS: 0,
    // The default asks a server on the internet, which a cluster may not reach.
    NTP_DRIFT_CHECK_SERVER: '',
    MAXIMUM_LEDGER_CLOSETIME_DRIFT: 120,
    ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING: model.accelerate ?? true,
    ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING: model.generatesLoad ?? true,
    INVARIANT_CHECKS: invariantPatterns[model.invariants ?? 'all-except-events'],
    ...catchupSettings(model.catchup),
    ...checkerSettings(model.quorumIntersectionChecker ?? false),
  };
}

/** ".*" stops core: the events invariant demands that events are emitted. */
const invariantPatterns = {
  'all-except-events': ['(?!EventsAreConsistentWithEntryDiffs).*'],
  'all-except-events-and-buckets': [
    '(?!BucketListIsConsistentWithDatabase|EventsAreConsistentWithEntryDiffs).*',
  ],
  none: [],
} as const;

function catchupSettings(catchup: CoreSetModel['catchup']): NodeConfig {
  if (catchup === undefined || catchup === 'complete') return { CATCHUP_COMPLETE: true };
  const recent = catchup === 'minimal' ? 0 : catchup.recent;
  return { CATCHUP_COMPLETE: false, CATCHUP_RECENT: recent };
}

function checkerSettings(
  checker: NonNullable<CoreSetModel['quorumIntersectionChecker']>,
): NodeConfig {
  if (typeof checker === 'boolean') return { QUORUM_INTERSECTION_CHECKER: checker };
  return {
    QUORUM_INTERSECTION_CHECKER: true,
    USE_QUORUM_INTERSECTION_CHECKER_V2: true,
    ...(checker.timeLimitMs !== undefined && {
      QUORUM_INTERSECTION_CHECKER_TIME_LIMIT_MS: checker.timeLimitMs,
    }),
    ...(checker.memoryLimitBytes !== undefined && {
      QUORUM_INTERSECTION_CHECKER_MEMORY_LIMIT_BYTES: checker.memoryLimitBytes,
    }),
  };
}

function optionalSettings(model: CoreSetModel): NodeConfig {
  const levels = Object.entries(model.logLevels ?? {});
  return {
    ...(levels.length > 0 && {
      COMMANDS: levels.map(([partition, level]) => `ll?level=${level}&partition=${partition}`),
    }),
    ...(model.genesisTestAccounts !== undefined && {
      GENESIS_TEST_ACCOUNT_COUNT: model.genesisTestAccounts,
    }),
    ...(model.oldLeaderElection !== undefined && {
      FORCE_OLD_STYLE_LEADER_ELECTION: model.oldLeaderElection,
    }),
    ...(model.oldTriggerTimer !== undefined && {
      FORCE_OLD_STYLE_PREPARE_START_TRIGGER_TIMER: model.oldTriggerTimer,
    }),
    ...(model.surveyPhaseMinutes !== undefined && {
      ARTIFICIALLY_SET_SURVEY_PHASE_DURATION_FOR_TESTING: model.surveyPhaseMinutes,
    }),
    ...(model.updateSorobanCosts !== undefined && {
      UPDATE_SOROBAN_COSTS_DURING_PROTOCOL_UPGRADE_FOR_TESTING: model.updateSorobanCosts,
    }),
    ...(model.measureLatency === true && { LOADGEN_MEASURE_TX_E2E_LATENCY_FOR_TESTING: true }),
    ...(model.maintenance !== undefined && {
      AUTOMATIC_MAINTENANCE_PERIOD: model.maintenance === 'default' ? 10 : 0,
      AUTOMATIC_MAINTENANCE_COUNT: model.maintenance === 'default' ? 50_000 : 0,
    }),
  };
}

function clockSettings(model: CoreSetModel, ordinal: number): NodeConfig {
  const offset = model.clockOffsetsMs?.[ordinal];
  return {
    ...(offset !== undefined && { ARTIFICIALLY_SET_SYSTEM_CLOCK_OFFSET_FOR_TESTING: offset }),
    ...(model.sleepMainThreadUs !== undefined && {
      ARTIFICIALLY_SLEEP_MAIN_THREAD_FOR_TESTING: model.sleepMainThreadUs,
    }),
  };
}

function applySettings({ simulatedApply }: CoreSetModel): NodeConfig {
  if (simulatedApply === undefined) return {};
  return {
    OP_APPLY_SLEEP_TIME_DURATION_FOR_TESTING: simulatedApply.durationsUs,
    OP_APPLY_SLEEP_TIME_WEIGHT_FOR_TESTING: simulatedApply.weights,
  };
}

function flowControlSettings(flow: FlowControlModel): NodeConfig {
  return defined({
    PEER_READING_CAPACITY: flow.readingCapacity,
    PEER_FLOOD_READING_CAPACITY: flow.floodReadingCapacity,
    FLOW_CONTROL_SEND_MORE_BATCH_SIZE: flow.sendMoreBatch,
    PEER_FLOOD_READING_CAPACITY_BYTES: flow.floodReadingCapacityBytes,
    FLOW_CONTROL_SEND_MORE_BATCH_SIZE_BYTES: flow.sendMoreBatchBytes,
    OUTBOUND_TX_QUEUE_BYTE_LIMIT: flow.outboundQueueBytes,
  });
}

function sorobanLoadSettings(load: SorobanLoadModel): NodeConfig {
  return defined({
    LOADGEN_BYTE_COUNT_FOR_TESTING: load.byteCount?.values,
    LOADGEN_BYTE_COUNT_DISTRIBUTION_FOR_TESTING: load.byteCount?.weights,
    LOADGEN_WASM_BYTES_FOR_TESTING: load.wasmBytes?.values,
    LOADGEN_WASM_BYTES_DISTRIBUTION_FOR_TESTING: load.wasmBytes?.weights,
    LOADGEN_NUM_DATA_ENTRIES_FOR_TESTING: load.dataEntries?.values,
    LOADGEN_NUM_DATA_ENTRIES_DISTRIBUTION_FOR_TESTING: load.dataEntries?.weights,
    LOADGEN_IO_KILOBYTES_FOR_TESTING: load.ioKilobytes?.values,
    LOADGEN_IO_KILOBYTES_DISTRIBUTION_FOR_TESTING: load.ioKilobytes?.weights,
    LOADGEN_TX_SIZE_BYTES_FOR_TESTING: load.txSizeBytes?.values,
    LOADGEN_TX_SIZE_BYTES_DISTRIBUTION_FOR_TESTING: load.txSizeBytes?.weights,
    LOADGEN_INSTRUCTIONS_FOR_TESTING: load.instructions?.values,
    LOADGEN_INSTRUCTIONS_DISTRIBUTION_FOR_TESTING: load.instructions?.weights,
  });
}

function tuningSettings(tuning: TuningModel): NodeConfig {
  const fast = tuning.maxRate !== undefined;
  const batch = tuning.txBatchMaxSize ?? (fast ? 500 : undefined);
  const parallel = tuning.parallelApply ?? (fast ? true : undefined);
  const signatures = tuning.backgroundSignatures ?? (fast ? true : undefined);
  const older = tuning.olderNames === true;
  return defined({
    PARALLEL_LEDGER_APPLY: parallel,
    BACKGROUND_TX_SIG_VERIFICATION: signatures,
    EXPERIMENTAL_PARALLEL_LEDGER_APPLY: older ? parallel : undefined,
    EXPERIMENTAL_BACKGROUND_TX_SIG_VERIFICATION: older ? signatures : undefined,
    BUCKETLIST_DB_INDEX_PAGE_SIZE_EXPONENT: tuning.inMemoryBuckets === true || fast ? 0 : undefined,
    EXPERIMENTAL_TX_BATCH_MAX_SIZE: batch,
    FLOOD_DEMAND_BACKOFF_DELAY_MS: fast || tuning.shortBlocks === true ? 1000 : undefined,
    TESTING_IGNORE_LEDGER_TIME_UPGRADE_BOUNDS: tuning.shortBlocks === true ? true : undefined,
    FLOOD_DEMAND_PERIOD_MS: fast ? 100 : undefined,
    BUCKETLIST_DB_PERSIST_INDEX: fast ? false : undefined,
    ...allowances(tuning.maxRate),
  });
}

/** Room in a transaction set and in the queues, by what the ledgers are made of. */
function allowances(kind: TuningModel['maxRate']): NodeConfig {
  if (kind === undefined || kind === 'classic-prev-version') return {};
  const [classic, soroban] = kind === 'classic' ? [9, 1] : [1, 9];
  return {
    TESTING_MAX_CLASSIC_BYTE_ALLOWANCE: classic * mebibyte,
    TESTING_MAX_SOROBAN_BYTE_ALLOWANCE: soroban * mebibyte,
    TRANSACTION_QUEUE_SIZE_MULTIPLIER_FOR_TESTING: 3,
    SOROBAN_TRANSACTION_QUEUE_SIZE_MULTIPLIER_FOR_TESTING: 3,
  };
}

/** Without the keys that are undefined. */
function defined(
  settings: { readonly [Name in keyof NodeConfig]?: NodeConfig[Name] | undefined },
): NodeConfig {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
