import { ledgerLimits, resourcesOf } from '../soroban/resources.ts';
import type { TxFrame } from '../tx/frame.ts';
import type { LedgerView } from '../tx/rules.ts';
import { sizeOf } from '../tx/tx-set.ts';

/** One of the two parts of a ledger that transactions wait for, each with limits of its own. */
export interface Lane {
  /** In the names of its metrics. @example "pending-txs" */
  readonly metric: string;
  /** What a transaction takes of a ledger, a number for each limit. */
  measure(frame: TxFrame, protocol: number): readonly number[];
  /** What a ledger has room for; undefined while it has no such part. */
  capacity(view: LedgerView): readonly number[] | undefined;
}

/** Of operations, transactions before protocol 11. */
export const classicLane: Lane = {
  metric: 'pending-txs',
  measure: (frame, protocol) => [sizeOf([frame], protocol)],
  capacity: ({ maxTxSetSize }) => [maxTxSetSize],
};

/** Of transactions that call the host of contracts. */
export const sorobanLane: Lane = {
  metric: 'pending-soroban-txs',
  measure: ({ soroban, bytes }, protocol) =>
    soroban === undefined ? [] : Object.values(resourcesOf(protocol, soroban, bytes.length)),
  capacity: ({ soroban }) => soroban && Object.values(ledgerLimits(soroban)),
};
