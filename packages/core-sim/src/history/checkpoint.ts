/** The last ledger of the checkpoint that holds a ledger; checkpoints have `every` ledgers, the first one fewer. */
export const checkpointOf = (seq: number, every: number): number =>
  (Math.floor(seq / every) + 1) * every - 1;

/** The first ledger of the checkpoint that ends with `checkpoint`: ledger 0 does not exist. */
export const firstLedgerOf = (checkpoint: number, every: number): number =>
  Math.max(1, checkpoint - every + 1);

/** True for a ledger with which a checkpoint begins. */
export const isFirstInCheckpoint = (seq: number, every: number): boolean =>
  seq === firstLedgerOf(checkpointOf(seq, every), every);

/** The number of a ledger as the names of files carry it: 8 hex digits. */
export const hexOf = (seq: number): string => seq.toString(16).padStart(8, '0');
