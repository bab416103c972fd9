import { xdr } from '@stellar/stellar-sdk/base';
import { type AccountRef, addressOf, toMuxedAccount } from './address.ts';
import { networkId, sha256 } from './hash.ts';
import { type KeyPair, publicKeyBytes, type Signer } from './key.ts';
import { type Memo, toMemo } from './memo.ts';
import { type Preconditions, toPreconditions } from './preconditions.ts';
import { refuse } from './problem.ts';
import { reason } from './xdr-input.ts';

/** The least fee of one operation on a new network, in stroops (stellar-core: src/ledger/LedgerManagerImpl.cpp). */
export const BASE_FEE = 100n;

/** What a transaction says. */
export interface TransactionPlan extends Preconditions {
  readonly source: AccountRef;
  /** The sequence number that this transaction uses: the account's own in the ledger, plus 1. */
  readonly sequence: bigint;
  readonly operations: readonly xdr.Operation[];
  /** For all operations together, in stroops; Soroban's resource fee included. @default 100 for each operation */
  readonly fee?: bigint;
  readonly memo?: Memo;
  /** Footprint, resources and resource fee of a Soroban transaction. */
  readonly sorobanData?: xdr.SorobanTransactionData;
}

/** A transaction ready to be sent. All of it is plain data: it can be journaled as JSON once the bigints are text. */
export interface SignedTransaction {
  /** What core calls its hash: hexadecimal, 64 digits, without signatures in it. */
  readonly hash: string;
  /** The address whose sequence number it uses. */
  readonly source: string;
  readonly sequence: bigint;
  /** The most it may cost, in stroops. */
  readonly fee: bigint;
  /** TransactionEnvelope as base64, for `tx?blob=` (to be percent-encoded there). */
  readonly base64: string;
}

/** Who signs, and for which network. */
export interface Signing {
  readonly passphrase: string;
  readonly signers: readonly Signer[];
}

const typeTx = Buffer.from([0, 0, 0, 2]);

/** The transaction of a plan as XDR, unsigned. */
export function toTransaction(plan: TransactionPlan): xdr.Transaction {
  const fee = plan.fee ?? BASE_FEE * BigInt(Math.max(1, plan.operations.length));
  if (fee < 0n || fee > 0xffff_ffffn)
    throw refuse(
      { code: 'SSC_TX_INPUT', field: 'fee' },
      `a transaction's fee is 0 to 4294967295 stroops, got ${fee}`,
      { hint: 'A fee bump carries higher ones.' },
    );
  if (plan.sequence < 0n || plan.sequence > 2n ** 63n - 1n)
    throw refuse(
      { code: 'SSC_TX_INPUT', field: 'sequence' },
      `a sequence number is 0 to ${2n ** 63n - 1n}, got ${plan.sequence}`,
    );
  if (plan.operations.length > 100)
    throw refuse(
      { code: 'SSC_TX_INPUT', field: 'operations' },
      `a transaction holds at most 100 operations, got ${plan.operations.length}`,
    );
  return new xdr.Transaction({
    sourceAccount: toMuxedAccount(plan.source),
    fee: Number(fee),
    seqNum: plan.sequence,
    cond: toPreconditions(plan),
    memo: toMemo(plan.memo),
    operations: [...plan.operations],
    ext:
      plan.sorobanData === undefined
        ? xdr.TransactionExt.v0()
        : xdr.TransactionExt.sorobanData(plan.sorobanData),
  });
}

/** Builds a transaction and signs it with every signer given, in their order (20 at most; none is possible too). */
export function signTransaction(plan: TransactionPlan & Signing): SignedTransaction {
  const transaction = toTransaction(plan);
  // One encoding serves both the hash and the envelope: XDR is concatenation.
  const body = encode(transaction);
  const hash = sha256(networkId(plan.passphrase), typeTx, body);
  return {
    hash: hash.toString('hex'),
    source: addressOf(plan.source),
    sequence: plan.sequence,
    fee: BigInt(transaction.fee),
    base64: Buffer.concat([typeTx, body, signatures(plan.signers, hash)]).toString('base64'),
  };
}

function encode(transaction: xdr.Transaction): Uint8Array {
  try {
    return transaction.toXdr();
  } catch (cause) {
    throw refuse(
      { code: 'SSC_TX_INPUT', field: 'transaction' },
      `the transaction cannot be written: ${reason(cause)}`,
    );
  }
}

/** DecoratedSignature<20>: a count, then for each the last 4 bytes of the public key, a length and the signature. */
export function signatures(signers: readonly Signer[], hash: Uint8Array): Buffer {
  if (signers.length > 20)
    throw refuse(
      { code: 'SSC_TX_INPUT', field: 'signers' },
      `an envelope holds at most 20 signatures, got ${signers.length}`,
    );
  const out = Buffer.alloc(4 + signers.length * 72);
  out.writeUInt32BE(signers.length, 0);
  for (const [i, signer] of signers.entries()) {
    const at = 4 + i * 72;
    out.set(hintOf(signer), at);
    out.writeUInt32BE(64, at + 4);
    out.set(signer.sign(hash), at + 8);
  }
  return out;
}

/** The last 4 bytes of the public key, by which a verifier guesses whose signature it is. */
function hintOf(signer: Signer & Partial<Pick<KeyPair, 'publicKeyBytes'>>): Uint8Array {
  return (signer.publicKeyBytes ?? publicKeyBytes(signer.publicKey)).subarray(28);
}
