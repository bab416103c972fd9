import { textOf } from './config-text.ts';
import type { NodeConfig } from './node-config.generated.ts';
import { options } from './options/table.ts';
import type { Report } from './problem.ts';

type NumberName = {
  [Name in keyof NodeConfig]-?: NonNullable<NodeConfig[Name]> extends number ? Name : never;
}[keyof NodeConfig];

const numberOf = (config: NodeConfig, name: NumberName): number =>
  config[name] ?? options[name].default;

/** Pairs of keys that core refuses together while it loads the file, in its order. Source: stellar-core, src/main/Config.cpp. */
export function checkPairs(config: NodeConfig, report: Report): void {
  checkFlowControl(config, report);
  checkSleepTimes(config, report);
  checkAllowances(config, report);
  checkFlowControlBytes(config, report);
  if (config.INVARIANT_EXTRA_CHECKS === true && config.NODE_IS_VALIDATOR === true) {
    report({
      code: 'SSC_CFG_CONTRADICTION',
      path: ['INVARIANT_EXTRA_CHECKS'],
      needs: ['NODE_IS_VALIDATOR'],
      message: 'INVARIANT_EXTRA_CHECKS is on, and the node is a validator',
      suggestion: 'check on a watcher',
      core: {
        message:
          'Invalid configuration: INVARIANT_EXTRA_CHECKS cannot be enabled on a validator node (NODE_IS_VALIDATOR=true)',
      },
    });
  }
  if (config.BACKFILL_STELLAR_ASSET_EVENTS === true && config.EMIT_CLASSIC_EVENTS !== true) {
    report({
      code: 'SSC_CFG_CONTRADICTION',
      path: ['BACKFILL_STELLAR_ASSET_EVENTS'],
      needs: ['EMIT_CLASSIC_EVENTS'],
      message: 'BACKFILL_STELLAR_ASSET_EVENTS is on, and EMIT_CLASSIC_EVENTS is off',
      suggestion: 'set EMIT_CLASSIC_EVENTS = true',
      core: {
        message:
          'Invalid configuration: BACKFILL_STELLAR_ASSET_EVENTS requires EMIT_CLASSIC_EVENTS to be enabled',
      },
    });
  }
  checkWindow(config, report);
  checkDistributions(config, report);
  checkSecretFiles(config, report);
}

function checkFlowControl(config: NodeConfig, report: Report): void {
  const batch = numberOf(config, 'FLOW_CONTROL_SEND_MORE_BATCH_SIZE');
  const flood = numberOf(config, 'PEER_FLOOD_READING_CAPACITY');
  const all = numberOf(config, 'PEER_READING_CAPACITY');
  if (batch > flood) {
    report({
      code: 'SSC_CFG_CONTRADICTION',
      path: ['FLOW_CONTROL_SEND_MORE_BATCH_SIZE'],
      needs: ['PEER_FLOOD_READING_CAPACITY'],
      message: `FLOW_CONTROL_SEND_MORE_BATCH_SIZE is ${batch}, and PEER_FLOOD_READING_CAPACITY is ${flood}`,
      allowed: `at most ${flood}`,
      core: {
        message:
          "Invalid configuration: FLOW_CONTROL_SEND_MORE_BATCH_SIZE can't be greater than PEER_FLOOD_READING_CAPACITY",
      },
    });
  }
  if (all <= flood) {
    report({
      code: 'SSC_CFG_CONTRADICTION',
      path: ['PEER_READING_CAPACITY'],
      needs: ['PEER_FLOOD_READING_CAPACITY'],
      message: `PEER_READING_CAPACITY is ${all}, and PEER_FLOOD_READING_CAPACITY is ${flood}`,
      allowed: `more than ${flood}`,
      core: {
        message:
          'Invalid configuration: PEER_READING_CAPACITY must be greater than PEER_FLOOD_READING_CAPACITY',
      },
    });
  }
}

function checkSleepTimes(config: NodeConfig, report: Report): void {
  const durations = config.OP_APPLY_SLEEP_TIME_DURATION_FOR_TESTING ?? [];
  const weights = config.OP_APPLY_SLEEP_TIME_WEIGHT_FOR_TESTING ?? [];
  if (durations.length !== weights.length) {
    report({
      code: 'SSC_CFG_CONTRADICTION',
      path: ['OP_APPLY_SLEEP_TIME_WEIGHT_FOR_TESTING'],
      needs: ['OP_APPLY_SLEEP_TIME_DURATION_FOR_TESTING'],
      message: `there are ${durations.length} durations and ${weights.length} weights of OP_APPLY_SLEEP_TIME`,
      core: {
        message:
          'OP_APPLY_SLEEP_TIME_DURATION_FOR_TESTING and OP_APPLY_SLEEP_TIME_WEIGHT_FOR_TESTING must be defined together and have the same size',
      },
    });
  }
  checkWeights('OP_APPLY_SLEEP_TIME_WEIGHT_FOR_TESTING', weights, report);
}

function checkWeights(name: string, weights: readonly number[], report: Report): void {
  const zero = weights.indexOf(0);
  if (zero < 0) return;
  report({
    code: 'SSC_CFG_OUT_OF_RANGE',
    path: [name, zero],
    message: `${name}[${zero}] is 0`,
    allowed: 'at least 1',
    core: { message: `All elements in ${name} must be positive integers` },
  });
}

const mebibyte = 1_048_576;

function checkAllowances(config: NodeConfig, report: Report): void {
  // 0 stands for 5 MiB.
  const classic = (config.TESTING_MAX_CLASSIC_BYTE_ALLOWANCE ?? 0) || 5 * mebibyte;
  const soroban = (config.TESTING_MAX_SOROBAN_BYTE_ALLOWANCE ?? 0) || 5 * mebibyte;
  if (classic + soroban <= 10 * mebibyte) return;
  report({
    code: 'SSC_CFG_CONTRADICTION',
    path: [
      config.TESTING_MAX_CLASSIC_BYTE_ALLOWANCE === undefined
        ? 'TESTING_MAX_SOROBAN_BYTE_ALLOWANCE'
        : 'TESTING_MAX_CLASSIC_BYTE_ALLOWANCE',
    ],
    needs: ['TESTING_MAX_CLASSIC_BYTE_ALLOWANCE', 'TESTING_MAX_SOROBAN_BYTE_ALLOWANCE'],
    message: `classic and Soroban transactions may take ${classic} and ${soroban} bytes of a set`,
    allowed: `${10 * mebibyte} bytes together; 0 stands for ${5 * mebibyte}`,
    core: {
      message:
        "Invalid configuration: TESTING_MAX_CLASSIC_BYTE_ALLOWANCE + TESTING_MAX_SOROBAN_BYTE_ALLOWANCE can't be greater than MAX_TX_SET_ALLOWANCE",
    },
  });
}

function checkFlowControlBytes(config: NodeConfig, report: Report): void {
  const batch = config.FLOW_CONTROL_SEND_MORE_BATCH_SIZE_BYTES ?? 0;
  const flood = config.PEER_FLOOD_READING_CAPACITY_BYTES ?? 0;
  if (batch <= flood) return;
  report({
    code: 'SSC_CFG_CONTRADICTION',
    path: ['FLOW_CONTROL_SEND_MORE_BATCH_SIZE_BYTES'],
    needs: ['PEER_FLOOD_READING_CAPACITY_BYTES'],
    message: `FLOW_CONTROL_SEND_MORE_BATCH_SIZE_BYTES is ${batch}, and PEER_FLOOD_READING_CAPACITY_BYTES is ${flood}`,
    allowed: `at most ${flood}`,
    core: {
      message:
        "Invalid configuration: FLOW_CONTROL_SEND_MORE_BATCH_SIZE_BYTES can't be greater than PEER_FLOOD_READING_CAPACITY_BYTES",
    },
  });
}

function checkWindow(config: NodeConfig, report: Report): void {
  const window = config.HISTOGRAM_WINDOW_SIZE;
  if (window === undefined || 300 % window === 0) return;
  report({
    code: 'SSC_CFG_OUT_OF_RANGE',
    path: ['HISTOGRAM_WINDOW_SIZE'],
    message: `HISTOGRAM_WINDOW_SIZE is ${window}`,
    allowed: 'a number that divides 300',
    core: { message: 'HISTOGRAM_WINDOW_SIZE must divide 300 evenly' },
  });
}

/** What generated load draws from: `LOADGEN_X_FOR_TESTING` and its weights. */
const loadNames = [
  'BYTE_COUNT',
  'WASM_BYTES',
  'NUM_DATA_ENTRIES',
  'IO_KILOBYTES',
  'TX_SIZE_BYTES',
  'INSTRUCTIONS',
] as const;

const loadKeys = loadNames.map(
  (name) => [`LOADGEN_${name}_FOR_TESTING`, `LOADGEN_${name}_DISTRIBUTION_FOR_TESTING`] as const,
);

function checkDistributions(config: NodeConfig, report: Report): void {
  for (const [values, weights] of loadKeys) {
    checkDistribution(config, values, weights, report);
    const isSet = (config[values]?.length ?? 0) > 0;
    if (isSet && config.ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING !== true) {
      report({
        code: 'SSC_CFG_CONTRADICTION',
        path: [values],
        needs: ['ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING', values, weights],
        message: `${values} is set, and ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING is off`,
        suggestion: 'set ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING = true',
        core: {
          message: `When ${values} and ${weights} are defined ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING must be set true`,
        },
      });
    }
    checkWeights(weights, config[weights] ?? [], report);
  }
  checkDistribution(
    config,
    'APPLY_LOAD_EVENT_COUNT',
    'APPLY_LOAD_EVENT_COUNT_DISTRIBUTION',
    report,
  );
}

function checkDistribution(
  config: NodeConfig,
  values: DistributionName,
  weights: DistributionName,
  report: Report,
): void {
  const [one, other] = [config[values]?.length ?? 0, config[weights]?.length ?? 0];
  if (one === other) return;
  report({
    code: 'SSC_CFG_CONTRADICTION',
    path: [config[weights] === undefined ? values : weights],
    needs: [values, weights],
    message: `${values} has ${one} values, and ${weights} has ${other} weights`,
    allowed: 'the same number of both',
    core: {
      message: `${values} and ${weights} must be defined together and must have the exact same size.`,
    },
  });
}

type DistributionName = {
  [Name in keyof NodeConfig]-?: NonNullable<NodeConfig[Name]> extends readonly number[]
    ? Name
    : never;
}[keyof NodeConfig];

/** The passphrase of the public network. Source: stellar-core, docs/stellar-core_example.cfg. */
export const publicPassphrase = 'Public Global Stellar Network ; September 2015';
/** The passphrase of SDF's test network. Source: stellar-core, docs/stellar-core_testnet.cfg. */
export const testnetPassphrase = 'Test SDF Network ; September 2015';

function checkSecretFiles(config: NodeConfig, report: Report): void {
  if (config.NETWORK_PASSPHRASE !== publicPassphrase) return;
  for (const name of ['NODE_SEED', 'DATABASE'] as const) {
    if (!textOf(config, name).startsWith('$FILE:')) continue;
    report({
      code: 'SSC_CFG_CONTRADICTION',
      path: [name],
      message: `${name} is read from a file, and the network is the public one`,
      suggestion: 'write the value itself',
      core: {
        message: 'External secret references ($FILE:) are not supported on the public network',
      },
    });
  }
}
