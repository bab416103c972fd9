import type { TxFrame } from '../tx/frame.ts';
import type { Payer } from './payers.ts';

/** What a load consists of. */
export interface LoadKind {
  /** The accounts that pay, by their names. */
  readonly payers: readonly string[];
  /** How many transactions. */
  readonly count: number;
  /** Calls the host of contracts, which protocol 20 brought. */
  readonly isSoroban: boolean;
  /** The next transaction; it is made again with the account's new number when the old one was wrong. */
  next(payer: Payer): (seqNum: bigint) => TxFrame;
  /** What its meters count for a transaction of so many bytes. */
  counted(bytes: number): Readonly<Record<string, number>>;
  /** Whether the ledger has what must be there at the end. */
  isThere(): boolean;
  /** What follows once all of it is in the ledger. */
  follows?(): LoadKind;
}
