import { xdr } from '@stellar/stellar-sdk/base';
import { type AccountRef, toAccountId, toMuxedAccount } from '../address.ts';
import { type Amount, parseAmount } from '../amount.ts';
import { type Asset, toAsset, unitOf } from '../asset.ts';
import { type Operation, type OperationSource, wrap } from './wrap.ts';

/** Makes an account with a starting balance in XLM; 0 is possible from protocol 14 on when its reserve is sponsored. */
export function createAccount(
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
export function payment(
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

/** From which asset to which, and over which others. */
interface Path extends OperationSource {
  readonly destination: AccountRef;
  readonly send: Asset;
  readonly receive: Asset;
  /** At most 5. @default none */
  readonly path?: readonly Asset[];
}

/** The destination receives exactly `amount` of `receive`; at most `sendMax` of `send` is spent. */
export function pathPaymentStrictReceive(
  options: Path & { readonly amount: Amount; readonly sendMax: Amount },
): Operation {
  return wrap(
    options,
    xdr.OperationBody.pathPaymentStrictReceive(
      new xdr.PathPaymentStrictReceiveOp({
        sendAsset: toAsset(options.send),
        sendMax: parseAmount(options.sendMax, unitOf(options.send)),
        destination: toMuxedAccount(options.destination),
        destAsset: toAsset(options.receive),
        destAmount: parseAmount(options.amount, unitOf(options.receive)),
        path: (options.path ?? []).map(toAsset),
      }),
    ),
  );
}

/** Exactly `amount` of `send` is spent; the destination receives at least `receiveMin` of `receive`. */
export function pathPaymentStrictSend(
  options: Path & { readonly amount: Amount; readonly receiveMin: Amount },
): Operation {
  return wrap(
    options,
    xdr.OperationBody.pathPaymentStrictSend(
      new xdr.PathPaymentStrictSendOp({
        sendAsset: toAsset(options.send),
        sendAmount: parseAmount(options.amount, unitOf(options.send)),
        destination: toMuxedAccount(options.destination),
        destAsset: toAsset(options.receive),
        destMin: parseAmount(options.receiveMin, unitOf(options.receive)),
        path: (options.path ?? []).map(toAsset),
      }),
    ),
  );
}
