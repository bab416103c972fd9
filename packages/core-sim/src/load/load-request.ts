import { type Command, CommandError, flagArgument, uintArgument } from '../http/request.ts';
import { readSettingChanges, type SettingChanges } from './settings-parameters.ts';

/** The loads that core-sim makes, by core's names of them. */
export const loadModes = ['pay', 'soroban_upload', 'upgrade_setup', 'create_upgrade'] as const;
export type LoadMode = (typeof loadModes)[number];

/** A load that the node was asked to make. */
export interface LoadRequest {
  readonly mode: LoadMode;
  readonly accounts: number;
  /** The index of the first account. */
  readonly offset: number;
  readonly txs: number;
  /** As asked for: 0 counts as 1. */
  readonly txRate: number;
  /** Seconds between spikes; 0: none. */
  readonly spikeIntervalSeconds: number;
  /** How many transactions more each spike brings. */
  readonly spikeSize: number;
  /** Fees are drawn up to this much for each operation; undefined: the base fee. */
  readonly maxFeeRate: number | undefined;
  /** True when a fee that is too low is no failure. */
  readonly skipsLowFees: boolean;
  /** Of its calls of the host of contracts, so many of a hundred must succeed. */
  readonly minPercentSuccess: number;
  /** What `create_upgrade` changes. */
  readonly changes: SettingChanges;
}

/** Modes of core that core-sim refuses: they need contracts that run, or prepared files. */
const unsupportedModes = [
  'pay_pregenerated',
  'soroban_invoke_setup',
  'soroban_invoke',
  'mixed_classic_soroban',
  'mixed_pregen_sac_payment',
  'mixed_pregen_oz_token_transfer',
  'mixed_pregen_soroswap_swap',
];

/** The mode of a request. Throws a {@link CommandError} for one that there is not. */
export function readMode(command: Command): LoadMode | 'stop' | 'create' {
  const mode = command.args.get('mode') ?? 'pay';
  if (mode === 'stop' || mode === 'create') return mode;
  const known = loadModes.find((one) => one === mode);
  if (known !== undefined) return known;
  if (unsupportedModes.includes(mode))
    throw new CommandError(`core-sim does not simulate the loadgen mode: ${mode}`);
  throw new CommandError(`Unknown loadgen mode: ${mode}`);
}

/** Reads the parameters of `generateload`, with core's defaults. */
export function readLoad(mode: LoadMode, command: Command): LoadRequest {
  const uint = (name: string, otherwise: number): number =>
    uintArgument(command, name) ?? otherwise;
  const isSetup = mode === 'upgrade_setup' || mode === 'create_upgrade';
  return {
    mode,
    accounts: uint('accounts', 1000),
    offset: uint('offset', 0),
    txs: uint('txs', 0),
    txRate: uint('txrate', 10),
    spikeIntervalSeconds: uint('spikeinterval', 0),
    spikeSize: uint('spikesize', 0),
    maxFeeRate: uintArgument(command, 'maxfeerate'),
    // Settings that are stored or not make a difference.
    skipsLowFees: flagArgument(command, 'skiplowfeetxs') && !isSetup,
    minPercentSuccess: uint('minpercentsuccess', 0),
    changes: readSettingChanges(command),
  };
}
