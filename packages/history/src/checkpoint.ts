import { historyError } from './problem.ts';

/**
 * How many ledgers make a checkpoint: 64, or 8 on networks whose nodes have
 * `ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING` (stellar-core: src/history/HistoryManager.h). All nodes and readers of a
 * network must agree on it.
 */
export type CheckpointFrequency = 8 | 64;

/** The last ledger a header can number. */
const lastLedger = 0xffffffff;

/** The checkpoint that holds a ledger, named by its last ledger: of 64, ledgers 1 to 63 belong to 63. */
export function checkpointOf(ledger: number, frequency: CheckpointFrequency): number {
  requireLedger(ledger);
  return (Math.floor(ledger / frequency) + 1) * frequency - 1;
}

/** True for the last ledger of a checkpoint, which names it. */
export const isCheckpoint = (ledger: number, frequency: CheckpointFrequency): boolean =>
  Number.isInteger(ledger) && ledger > 0 && (ledger + 1) % frequency === 0;

/** The first ledger of a checkpoint; the first checkpoint begins with ledger 1, as there is no ledger 0. */
export function firstLedgerOf(checkpoint: number, frequency: CheckpointFrequency): number {
  requireCheckpoint(checkpoint, frequency);
  return Math.max(1, checkpoint + 1 - frequency);
}

/** The checkpoints from one to another, both included, in order. */
export function* checkpointsBetween(
  first: number,
  last: number,
  frequency: CheckpointFrequency,
): Generator<number> {
  requireCheckpoint(first, frequency);
  requireCheckpoint(last, frequency);
  for (let checkpoint = first; checkpoint <= last; checkpoint += frequency) yield checkpoint;
}

/** Throws SSC_HISTORY_INPUT unless the number is one of a ledger. */
export function requireLedger(ledger: number, field = 'ledger'): void {
  if (!Number.isInteger(ledger) || ledger < 1 || ledger > lastLedger)
    throw historyError(
      { code: 'SSC_HISTORY_INPUT', field },
      `${field} must be a whole number from 1 to ${lastLedger}, got ${ledger}`,
    );
}

function requireCheckpoint(checkpoint: number, frequency: CheckpointFrequency): void {
  requireLedger(checkpoint, 'checkpoint');
  if (!isCheckpoint(checkpoint, frequency))
    throw historyError(
      { code: 'SSC_HISTORY_INPUT', field: 'checkpoint' },
      `a checkpoint of ${frequency} ledgers ends with a number that is one below a multiple of ${frequency}; ${checkpoint} is not, it belongs to checkpoint ${checkpointOf(checkpoint, frequency)}`,
    );
}
