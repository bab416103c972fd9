import { xdr } from '@stellar/stellar-sdk/base';
import type { SigningKey } from '../keys.ts';
import { createFrame, type TxFrame } from './frame.ts';

/** A transaction of one of the keys that a node itself has, without time bounds and memo. */
export interface OwnTransaction {
  readonly source: SigningKey;
  readonly seqNum: bigint;
  /** The whole bid in stroops. */
  readonly fee: number;
  readonly operations: readonly xdr.Operation[];
  /** What a call of the host of contracts needs beside its operation. */
  readonly soroban?: xdr.SorobanTransactionData;
  readonly networkId: Uint8Array;
  /** The form of envelopes before protocol 13. */
  readonly isV0: boolean;
}

/** Makes and signs a transaction. */
export function signTransaction(transaction: OwnTransaction): TxFrame {
  const { source, networkId } = transaction;
  const envelope = transaction.isV0 ? v0(transaction) : v1(transaction);
  const unsigned = createFrame(envelope([]), networkId);
  const signature = source.sign(Buffer.from(unsigned.hash, 'hex'));
  const hint = new xdr.SignatureHint(source.hint);
  const decorated = new xdr.DecoratedSignature({ hint, signature: new xdr.Signature(signature) });
  return createFrame(envelope([decorated]), networkId);
}

type Envelope = (signatures: xdr.DecoratedSignature[]) => xdr.TransactionEnvelope;

const publicKeyOf = ({ id }: SigningKey): xdr.Uint256Bytes =>
  new xdr.Uint256Bytes(Buffer.from(id, 'hex'));

function v0({ source, fee, seqNum, operations }: OwnTransaction): Envelope {
  const tx = new xdr.TransactionV0({
    sourceAccountEd25519: publicKeyOf(source),
    fee,
    seqNum,
    timeBounds: null,
    memo: xdr.Memo.memoNone(),
    operations: [...operations],
    ext: xdr.TransactionV0Ext.v0(),
  });
  return (signatures) =>
    xdr.TransactionEnvelope.envelopeTypeTxV0(new xdr.TransactionV0Envelope({ tx, signatures }));
}

function v1({ source, fee, seqNum, operations, soroban }: OwnTransaction): Envelope {
  const tx = new xdr.Transaction({
    sourceAccount: xdr.MuxedAccount.keyTypeEd25519(publicKeyOf(source)),
    fee,
    seqNum,
    cond: xdr.Preconditions.precondNone(),
    memo: xdr.Memo.memoNone(),
    operations: [...operations],
    ext: soroban === undefined ? xdr.TransactionExt.v0() : xdr.TransactionExt.sorobanData(soroban),
  });
  return (signatures) =>
    xdr.TransactionEnvelope.envelopeTypeTx(new xdr.TransactionV1Envelope({ tx, signatures }));
}
