import { xdr } from '@stellar/stellar-sdk/base';
import { type AccountRef, toMuxedAccount } from '../address.ts';

/** One operation of a transaction, as XDR. */
export type Operation = xdr.Operation;

/** What every operation can say beside its own fields. */
export interface OperationSource {
  /** Who does it. @default the transaction's source */
  readonly source?: AccountRef;
}

/** A body with its source. */
export const wrap = (options: OperationSource, body: xdr.OperationBody): Operation =>
  new xdr.Operation({
    sourceAccount: options.source === undefined ? null : toMuxedAccount(options.source),
    body,
  });
