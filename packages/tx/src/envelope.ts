import { xdr } from '@stellar/stellar-sdk/base';
import { type AccountRef, toMuxedAccount } from './address.ts';
import { networkId, sha256 } from './hash.ts';
import type { Signer } from './key.ts';
import { refuse } from './problem.ts';
import { type SignedTransaction, type Signing, signatures } from './transaction.ts';

const typeFeeBump = Buffer.from([0, 0, 0, 5]);

/** A fee bump, and the hash (hexadecimal) of the transaction inside, under which its own result is told. */
export interface SignedFeeBump extends SignedTransaction {
  readonly innerHash: string;
}

/**
 * Wraps a signed transaction so that another account pays, or the same pays more. A node replaces a queued transaction
 * of the same sequence number only when the fee is at least 10 times as high for each operation
 * (stellar-core: src/herder/TransactionQueue.cpp).
 */
export function signFeeBump(
  bump: Signing & {
    readonly transaction: SignedTransaction;
    readonly feeSource: AccountRef;
    /** The most that all may cost, in stroops: at least the base fee for each operation and one more. */
    readonly fee: bigint;
  },
): SignedFeeBump {
  const inner = xdr.TransactionEnvelope.fromXdr(bump.transaction.base64, 'base64');
  if (inner.type !== 'envelopeTypeTx')
    throw refuse(
      { code: 'SSC_TX_INPUT', field: 'transaction' },
      `a fee bump wraps a plain transaction, got ${inner.type === 'envelopeTypeTxV0' ? 'one of version 0' : 'another fee bump'}`,
    );
  if (bump.fee < 0n || bump.fee > 2n ** 63n - 1n)
    throw refuse(
      { code: 'SSC_TX_INPUT', field: 'fee' },
      `the fee of a fee bump is 0 to ${2n ** 63n - 1n} stroops, got ${bump.fee}`,
    );
  const body = new xdr.FeeBumpTransaction({
    feeSource: toMuxedAccount(bump.feeSource),
    fee: bump.fee,
    innerTx: xdr.FeeBumpTransactionInnerTx.envelopeTypeTx(inner.v1),
    ext: xdr.FeeBumpTransactionExt.v0(),
  }).toXdr();
  const hash = sha256(networkId(bump.passphrase), typeFeeBump, body);
  return {
    hash: hash.toString('hex'),
    innerHash: bump.transaction.hash,
    source: bump.transaction.source,
    sequence: bump.transaction.sequence,
    fee: bump.fee,
    base64: Buffer.concat([typeFeeBump, body, signatures(bump.signers, hash)]).toString('base64'),
  };
}

/** The same transaction with more signatures, behind those that it has; its hash stays. */
export function addSignatures<T extends SignedTransaction>(
  transaction: T,
  signers: readonly Signer[],
): T {
  const bytes = Buffer.from(transaction.base64, 'base64');
  // Signatures are the last member of every envelope; an entry is 8 bytes and the signature padded to 4.
  const old = signatureCount(transaction.base64);
  const start = bytes.length - old.bytes;
  if (old.count + signers.length > 20)
    throw refuse(
      { code: 'SSC_TX_INPUT', field: 'signers' },
      `an envelope holds at most 20 signatures, got ${old.count} and ${signers.length} more`,
    );
  const more = signatures(signers, Buffer.from(transaction.hash, 'hex'));
  const count = Buffer.alloc(4);
  count.writeUInt32BE(old.count + signers.length);
  const base64 = Buffer.concat([
    bytes.subarray(0, start),
    count,
    bytes.subarray(start + 4),
    more.subarray(4),
  ]).toString('base64');
  return { ...transaction, base64 };
}

function signatureCount(base64: string): { count: number; bytes: number } {
  const envelope = xdr.TransactionEnvelope.fromXdr(base64, 'base64');
  const list =
    envelope.type === 'envelopeTypeTxFeeBump'
      ? envelope.feeBump.signatures
      : envelope.type === 'envelopeTypeTx'
        ? envelope.v1.signatures
        : envelope.v0.signatures;
  return {
    count: list.length,
    bytes: list.reduce((sum, signature) => sum + signature.toXdr().length, 4),
  };
}
