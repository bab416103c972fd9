import { Asset, xdr } from '@stellar/stellar-sdk/base';
import type { KeyId, SigningKey } from '../keys.ts';
import { createFrame, type TxFrame } from './frame.ts';

/** What `/testtx` pays. */
export interface SimplePayment {
  readonly source: SigningKey;
  readonly destination: KeyId;
  /** In stroops. */
  readonly amount: bigint;
  readonly seqNum: bigint;
  readonly fee: number;
  /** Creates the destination with the amount. */
  readonly isCreation: boolean;
  readonly networkId: Uint8Array;
  /** The form of envelopes before protocol 13. */
  readonly isV0: boolean;
}

/** Makes and signs a payment with one operation, without time bounds and memo. */
export function createSimplePayment(payment: SimplePayment): TxFrame {
  const source = Buffer.from(payment.source.id, 'hex');
  const destination = Buffer.from(payment.destination, 'hex');
  const body = payment.isCreation
    ? xdr.OperationBody.createAccount(
        new xdr.CreateAccountOp({
          destination: xdr.PublicKey.publicKeyTypeEd25519(new xdr.Uint256Bytes(destination)),
          startingBalance: payment.amount,
        }),
      )
    : xdr.OperationBody.payment(
        new xdr.PaymentOp({
          destination: xdr.MuxedAccount.keyTypeEd25519(new xdr.Uint256Bytes(destination)),
          asset: Asset.native().toXdrObject(),
          amount: payment.amount,
        }),
      );
  const operations = [new xdr.Operation({ sourceAccount: null, body })];
  const sign = (signatures: xdr.DecoratedSignature[]): xdr.TransactionEnvelope =>
    payment.isV0
      ? xdr.TransactionEnvelope.envelopeTypeTxV0(
          new xdr.TransactionV0Envelope({
            tx: new xdr.TransactionV0({
              sourceAccountEd25519: new xdr.Uint256Bytes(source),
              fee: payment.fee,
              seqNum: payment.seqNum,
              timeBounds: null,
              memo: xdr.Memo.memoNone(),
              operations,
              ext: xdr.TransactionV0Ext.v0(),
            }),
            signatures,
          }),
        )
      : xdr.TransactionEnvelope.envelopeTypeTx(
          new xdr.TransactionV1Envelope({
            tx: new xdr.Transaction({
              sourceAccount: xdr.MuxedAccount.keyTypeEd25519(new xdr.Uint256Bytes(source)),
              fee: payment.fee,
              seqNum: payment.seqNum,
              cond: xdr.Preconditions.precondNone(),
              memo: xdr.Memo.memoNone(),
              operations,
              ext: xdr.TransactionExt.v0(),
            }),
            signatures,
          }),
        );
  const unsigned = createFrame(sign([]), payment.networkId);
  const signature = payment.source.sign(Buffer.from(unsigned.hash, 'hex'));
  const hint = new xdr.SignatureHint(payment.source.hint);
  const decorated = new xdr.DecoratedSignature({ hint, signature: new xdr.Signature(signature) });
  return createFrame(sign([decorated]), payment.networkId);
}
