import { type Command, CommandError, flagArgument, uintArgument } from '../http/request.ts';

/** A load of payments that the node was asked to make. */
export interface LoadRequest {
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
}

/** Modes of core that core-sim refuses: all but payments need contracts or prepared files. */
const unsupportedModes = [
  'pay_pregenerated',
  'soroban_upload',
  'soroban_invoke_setup',
  'soroban_invoke',
  'upgrade_setup',
  'create_upgrade',
  'mixed_classic_soroban',
  'mixed_pregen_sac_payment',
  'mixed_pregen_oz_token_transfer',
  'mixed_pregen_soroswap_swap',
];

/** The mode of a request. Throws a {@link CommandError} for one that there is not. */
export function readMode(command: Command): 'pay' | 'stop' | 'create' {
  const mode = command.args.get('mode') ?? 'pay';
  if (mode === 'pay' || mode === 'stop' || mode === 'create') return mode;
  if (unsupportedModes.includes(mode))
    throw new CommandError(`core-sim does not simulate the loadgen mode: ${mode}`);
  throw new CommandError(`Unknown loadgen mode: ${mode}`);
}

/** Reads the parameters of `generateload?mode=pay`, with core's defaults. */
export function readLoad(command: Command): LoadRequest {
  const uint = (name: string, otherwise: number): number =>
    uintArgument(command, name) ?? otherwise;
  return {
    accounts: uint('accounts', 1000),
    offset: uint('offset', 0),
    txs: uint('txs', 0),
    txRate: uint('txrate', 10),
    spikeIntervalSeconds: uint('spikeinterval', 0),
    spikeSize: uint('spikesize', 0),
    maxFeeRate: uintArgument(command, 'maxfeerate'),
    skipsLowFees: flagArgument(command, 'skiplowfeetxs'),
  };
}
