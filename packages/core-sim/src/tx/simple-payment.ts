import { Asset, xdr } from '@stellar/stellar-sdk/base';
import type { KeyId } from '../keys.ts';
import type { TxFrame } from './frame.ts';
import { type OwnTransaction, signTransaction } from './sign-transaction.ts';

/** What `/testtx` pays. */
export interface SimplePayment extends Omit<OwnTransaction, 'operations' | 'soroban'> {
  readonly destination: KeyId;
  /** In stroops. */
  readonly amount: bigint;
  /** Creates the destination with the amount. */
  readonly isCreation: boolean;
}

/** Makes and signs a payment with one operation, without time bounds and memo. */
export function createSimplePayment(payment: SimplePayment): TxFrame {
  const destination = new xdr.Uint256Bytes(Buffer.from(payment.destination, 'hex'));
  const body = payment.isCreation
    ? xdr.OperationBody.createAccount(
        new xdr.CreateAccountOp({
          destination: xdr.PublicKey.publicKeyTypeEd25519(destination),
          startingBalance: payment.amount,
        }),
      )
    : xdr.OperationBody.payment(
        new xdr.PaymentOp({
          destination: xdr.MuxedAccount.keyTypeEd25519(destination),
          asset: Asset.native().toXdrObject(),
          amount: payment.amount,
        }),
      );
  return signTransaction({
    ...payment,
    operations: [new xdr.Operation({ sourceAccount: null, body })],
  });
}
