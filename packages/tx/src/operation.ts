import { xdr } from '@stellar/stellar-sdk/base';
import { type AccountRef, toAccountId, toMuxedAccount } from './address.ts';
import { type Amount, parseAmount } from './amount.ts';
import { type Asset, toAsset, unitOf } from './asset.ts';

/** One operation of a transaction, as XDR. */
export type Operation = xdr.Operation;

/** What every operation can say beside its own fields. */
export interface OperationSource {
  /** Who does it. @default the transaction's source */
  readonly source?: AccountRef;
}

const wrap = (options: OperationSource, body: xdr.OperationBody): Operation =>
  new xdr.Operation({
    sourceAccount: options.source === undefined ? null : toMuxedAccount(options.source),
    body,
  });

/** Makes an account with a starting balance in XLM; 0 is possible from protocol 14 on when its reserve is sponsored. */
function createAccount(
  options: OperationSource & { readonly destination: AccountRef; readonly startingBalance: Amount },
): Operation {
  return wrap(
    options,
    xdr.OperationBody.createAccount(
      new xdr.CreateAccountOp({
        destination: toAccountId(options.destination),
        startingBalance: parseAmount(options.startingBalance),
      }),
    ),
  );
}

/** Pays an amount of an asset. An amount of 0 is written as asked; a node refuses it as PAYMENT_MALFORMED. */
function payment(
  options: OperationSource & {
    readonly destination: AccountRef;
    readonly amount: Amount;
    /** @default 'native' */
    readonly asset?: Asset;
  },
): Operation {
  const asset = options.asset ?? 'native';
  return wrap(
    options,
    xdr.OperationBody.payment(
      new xdr.PaymentOp({
        destination: toMuxedAccount(options.destination),
        asset: toAsset(asset),
        amount: parseAmount(options.amount, unitOf(asset)),
      }),
    ),
  );
}

/** Makes operations. Nothing is checked that a node checks: what can be written in XDR is written. */
export const operation = { createAccount, payment } as const;
