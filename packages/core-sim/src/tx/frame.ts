import { xdr } from '@stellar/stellar-sdk/base';
import { type KeyId, sha256, sha256Hex } from '../keys.ts';
import { NotSimulatedError } from '../not-simulated.ts';
import {
  type HostCall,
  readHostCall,
  readSorobanData,
  type SorobanData,
} from '../soroban/host-call.ts';
import { XdrWriter } from '../xdr/writer.ts';

/** Operations that move lumens. */
export type MoneyOperation =
  | {
      readonly type: 'createAccount';
      readonly source: KeyId | undefined;
      readonly destination: KeyId;
      readonly amount: bigint;
    }
  | {
      readonly type: 'payment';
      readonly source: KeyId | undefined;
      readonly destination: KeyId;
      readonly amount: bigint;
    };

/** The operations that core-sim applies. */
export type SimOperation =
  | MoneyOperation
  | {
      readonly type: 'invokeHostFunction';
      readonly source: KeyId | undefined;
      readonly call: HostCall;
    };

/** A signature with the last bytes of the key that it claims to be of. */
export interface TxSignature {
  readonly hint: Uint8Array;
  readonly signature: Uint8Array;
}

/** The parts of a transaction that are alike for plain ones and those inside a fee bump. */
export interface TxBody {
  readonly source: KeyId;
  readonly seqNum: bigint;
  /** The bid in stroops. */
  readonly fee: bigint;
  readonly operations: readonly SimOperation[];
  readonly signatures: readonly TxSignature[];
  /** What is signed, in hex. */
  readonly hash: string;
  readonly minTime: bigint;
  readonly maxTime: bigint;
  readonly preconditions: Preconditions | undefined;
  /** What a transaction that calls the host of contracts must say beside its operation. */
  readonly soroban: SorobanData | undefined;
  /** A memo, or a multiplexed source: what transactions that call the host may not have from protocol 25 on. */
  readonly isMarked: boolean;
}

/** Preconditions of protocol 19 beyond time bounds. */
export interface Preconditions {
  readonly minLedger: number;
  /** 0: no limit. */
  readonly maxLedger: number;
  readonly minSeqNum: bigint | undefined;
  readonly minSeqAge: bigint;
  readonly minSeqLedgerGap: number;
}

/** A transaction as the node handles it. */
export interface TxFrame extends TxBody {
  /** The XDR of the envelope. */
  readonly bytes: Buffer;
  /** SHA-256 of the envelope in hex: the order of sets, and what tells duplicates. */
  readonly fullHash: string;
  readonly envelopeType: 'v0' | 'v1' | 'feeBump';
  /** Who pays the fee. */
  readonly feeSource: KeyId;
  /** The transaction that a fee bump carries. */
  readonly inner: TxBody | undefined;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function keyOfMuxed(account: xdr.MuxedAccount): KeyId {
  return account.type === 'keyTypeEd25519'
    ? hex(account.ed25519.value)
    : hex(account.med25519.ed25519.value);
}

function readOperation(operation: xdr.Operation, networkId: Uint8Array): SimOperation {
  const source = operation.sourceAccount === null ? undefined : keyOfMuxed(operation.sourceAccount);
  const { body } = operation;
  if (body.type === 'createAccount') {
    const { destination, startingBalance } = body.createAccountOp;
    return {
      type: 'createAccount',
      source,
      destination: hex(destination.ed25519.value),
      amount: startingBalance,
    };
  }
  if (body.type === 'payment') {
    const { asset, amount, destination } = body.paymentOp;
    if (asset.type !== 'assetTypeNative')
      throw new NotSimulatedError(
        'core-sim does not simulate payments of other assets than lumens',
      );
    return { type: 'payment', source, destination: keyOfMuxed(destination), amount };
  }
  if (body.type === 'invokeHostFunction')
    return {
      type: 'invokeHostFunction',
      source,
      call: readHostCall(body.invokeHostFunctionOp, networkId),
    };
  throw new NotSimulatedError(`core-sim does not simulate the operation ${body.type}`);
}

function readSignatures(list: readonly xdr.DecoratedSignature[]): TxSignature[] {
  return list.map((s) => ({ hint: s.hint.value, signature: s.signature.value }));
}

/** SHA-256 of the signature payload: network id, envelope type, transaction. */
function contentsHash(networkId: Uint8Array, type: number, body: Uint8Array): string {
  return sha256Hex(new XdrWriter().fixed(networkId).int(type).fixed(body).end());
}

function readV1(networkId: Uint8Array, envelope: xdr.TransactionV1Envelope): TxBody {
  const { tx } = envelope;
  const conditions = readConditions(tx.cond);
  return {
    source: keyOfMuxed(tx.sourceAccount),
    seqNum: tx.seqNum,
    fee: BigInt(tx.fee),
    operations: tx.operations.map((operation) => readOperation(operation, networkId)),
    signatures: readSignatures(envelope.signatures),
    hash: contentsHash(networkId, 2, tx.toXdr()),
    soroban: tx.ext.type === 'sorobanData' ? readSorobanData(tx.ext.sorobanData) : undefined,
    isMarked: tx.memo.type !== 'memoNone' || tx.sourceAccount.type !== 'keyTypeEd25519',
    ...conditions,
  };
}

function readConditions(
  cond: xdr.Preconditions,
): Pick<TxBody, 'minTime' | 'maxTime' | 'preconditions'> {
  const bounds =
    cond.type === 'precondTime'
      ? cond.timeBounds
      : cond.type === 'precondV2'
        ? cond.v2.timeBounds
        : null;
  const times = { minTime: bounds?.minTime ?? 0n, maxTime: bounds?.maxTime ?? 0n };
  if (cond.type !== 'precondV2') return { ...times, preconditions: undefined };
  if (cond.v2.extraSigners.length > 0)
    throw new NotSimulatedError('core-sim does not simulate extra signers');
  return {
    ...times,
    preconditions: {
      minLedger: cond.v2.ledgerBounds?.minLedger ?? 0,
      maxLedger: cond.v2.ledgerBounds?.maxLedger ?? 0,
      minSeqNum: cond.v2.minSeqNum ?? undefined,
      minSeqAge: BigInt(cond.v2.minSeqAge),
      minSeqLedgerGap: cond.v2.minSeqLedgerGap,
    },
  };
}

const read = new WeakMap<Uint8Array, { readonly network: string; readonly frame: TxFrame }>();

/**
 * Reads an envelope. Throws what the XDR decoder throws on bad bytes, and a {@link NotSimulatedError}. The bytes are read once
 * for all who share them.
 */
export function readTransaction(bytes: Uint8Array, networkId: Uint8Array): TxFrame {
  const network = hex(networkId);
  const known = read.get(bytes);
  if (known?.network === network) return known.frame;
  const frame = createFrame(xdr.TransactionEnvelope.fromXdr(bytes), networkId);
  read.set(bytes, { network, frame });
  return frame;
}

export function createFrame(envelope: xdr.TransactionEnvelope, networkId: Uint8Array): TxFrame {
  const bytes = Buffer.from(envelope.toXdr());
  const fullHash = sha256Hex(bytes);
  switch (envelope.type) {
    case 'envelopeTypeTx': {
      const body = readV1(networkId, envelope.v1);
      return {
        ...body,
        bytes,
        fullHash,
        envelopeType: 'v1',
        feeSource: body.source,
        inner: undefined,
      };
    }
    case 'envelopeTypeTxV0': {
      const { tx, signatures } = envelope.v0;
      const source = hex(tx.sourceAccountEd25519.value);
      // A v0 transaction is signed as the v1 transaction it stands for: the key's type before the key.
      const asV1 = Buffer.concat([Buffer.alloc(4), tx.toXdr()]);
      return {
        source,
        seqNum: tx.seqNum,
        fee: BigInt(tx.fee),
        operations: tx.operations.map((operation) => readOperation(operation, networkId)),
        signatures: readSignatures(signatures),
        hash: contentsHash(networkId, 2, asV1),
        minTime: tx.timeBounds?.minTime ?? 0n,
        maxTime: tx.timeBounds?.maxTime ?? 0n,
        preconditions: undefined,
        soroban: undefined,
        isMarked: tx.memo.type !== 'memoNone',
        bytes,
        fullHash,
        envelopeType: 'v0',
        feeSource: source,
        inner: undefined,
      };
    }
    case 'envelopeTypeTxFeeBump': {
      const { tx, signatures } = envelope.feeBump;
      const inner = readV1(networkId, tx.innerTx.v1);
      return {
        ...inner,
        fee: tx.fee,
        signatures: readSignatures(signatures),
        hash: contentsHash(networkId, 5, tx.toXdr()),
        bytes,
        fullHash,
        envelopeType: 'feeBump',
        feeSource: keyOfMuxed(tx.feeSource),
        inner,
      };
    }
  }
}

/** How many operations count for fees and limits: a fee bump counts as one more. */
export const operationCount = (frame: TxFrame): number =>
  Math.max(1, frame.operations.length) + (frame.inner === undefined ? 0 : 1);

/** What a transaction bids for being in a ledger: all of its fee but what its resources cost. */
export const inclusionFeeOf = (body: Pick<TxBody, 'fee' | 'soroban'>): bigint =>
  body.fee - (body.soroban?.resourceFee ?? 0n);

/** The network id: SHA-256 of the passphrase. */
export const networkIdOf = (passphrase: string): Buffer => sha256(Buffer.from(passphrase));
