import { xdr } from '@stellar/stellar-sdk/base';
import { sha256Hex } from '../keys.ts';
import { XdrWriter } from '../xdr/writer.ts';
import { createFrame, operationCount, type TxFrame } from './frame.ts';

/** A set of transactions to be applied together. */
export interface TxSet {
  /** The XDR: a `TransactionSet` for a ledger after one below protocol 20, else a `GeneralizedTransactionSet`. */
  readonly bytes: Buffer;
  readonly isGeneralized: boolean;
  /** In hex. */
  readonly hash: string;
  readonly previousLedgerHash: string;
  /** In the order of the set: by full hash. */
  readonly frames: readonly TxFrame[];
  /** What each operation pays, as a generalized set tells; see {@link baseFeeOf} for the others. */
  readonly baseFee: bigint | undefined;
}

/** Makes the set for the ledger after one with this hash and protocol. */
export function createTxSet(
  previousLedgerHash: string,
  previousProtocol: number,
  frames: readonly TxFrame[],
  baseFee: bigint,
): TxSet {
  const sorted = [...frames].sort((a, b) => (a.fullHash < b.fullHash ? -1 : 1));
  const isGeneralized = previousProtocol >= 20;
  const bytes = isGeneralized
    ? encodeGeneralized(previousLedgerHash, previousProtocol, sorted, baseFee)
    : encodeLegacy(previousLedgerHash, sorted);
  return {
    bytes,
    isGeneralized,
    hash: hashSet(bytes, isGeneralized, previousLedgerHash, sorted),
    previousLedgerHash,
    frames: sorted,
    baseFee: isGeneralized && sorted.length > 0 ? baseFee : undefined,
  };
}

function encodeLegacy(previousLedgerHash: string, frames: readonly TxFrame[]): Buffer {
  const writer = new XdrWriter().hex(previousLedgerHash).uint(frames.length);
  for (const frame of frames) writer.fixed(frame.bytes);
  return writer.end();
}

function encodeGeneralized(
  previousLedgerHash: string,
  protocol: number,
  frames: readonly TxFrame[],
  baseFee: bigint,
): Buffer {
  const writer = new XdrWriter().int(1).hex(previousLedgerHash).uint(2);
  // Classic phase: one component in which everyone pays the base fee, none when there is nothing.
  writer.int(0).uint(frames.length === 0 ? 0 : 1);
  if (frames.length > 0) {
    writer.int(0).int(1).long(baseFee).uint(frames.length);
    for (const frame of frames) writer.fixed(frame.bytes);
  }
  // Soroban phase: parallel from protocol 23 on; always empty here.
  if (protocol >= 23) writer.int(1).int(0).uint(0);
  else writer.int(0).uint(0);
  return writer.end();
}

function hashSet(
  bytes: Buffer,
  isGeneralized: boolean,
  previousLedgerHash: string,
  frames: readonly TxFrame[],
): string {
  if (isGeneralized) return sha256Hex(bytes);
  const previous = Buffer.from(previousLedgerHash, 'hex');
  return sha256Hex(Buffer.concat([previous, ...frames.map((frame) => frame.bytes)]));
}

/** Reads a set that a peer or an archive gave. Throws on bytes that are none, or on transactions that core-sim can't apply. */
export function readTxSet(bytes: Buffer, isGeneralized: boolean, networkId: Uint8Array): TxSet {
  let envelopes: readonly xdr.TransactionEnvelope[] = [];
  let baseFee: bigint | undefined;
  let previousLedgerHash: string;
  if (isGeneralized) {
    const set = xdr.GeneralizedTransactionSet.fromXdr(bytes).v1TxSet;
    previousLedgerHash = Buffer.from(set.previousLedgerHash.value).toString('hex');
    const [classic, soroban] = set.phases;
    if (set.phases.length !== 2 || classic?.type !== 'v0Components')
      throw new Error('a transaction set with other phases than classic and Soroban');
    const components = classic.v0Components.map((c) => c.txsMaybeDiscountedFee);
    if (components.length > 1) throw new Error('a transaction set with several fee components');
    envelopes = components[0]?.txs ?? [];
    baseFee = components[0]?.baseFee ?? undefined;
    const isEmpty =
      soroban?.type === 'v0Components'
        ? soroban.v0Components.length === 0
        : soroban?.parallelTxsComponent.executionStages.length === 0;
    if (!isEmpty) throw new Error('core-sim does not simulate Soroban transactions');
  } else {
    const set = xdr.TransactionSet.fromXdr(bytes);
    previousLedgerHash = Buffer.from(set.previousLedgerHash.value).toString('hex');
    envelopes = set.txs;
  }
  const frames = envelopes.map((envelope) => createFrame(envelope, networkId));
  return {
    bytes,
    isGeneralized,
    hash: hashSet(bytes, isGeneralized, previousLedgerHash, frames),
    previousLedgerHash,
    frames,
    baseFee,
  };
}

/** The most operations of one transaction (stellar-core: MAX_OPS_PER_TX). */
const maxOperations = 100;

/**
 * What each operation of the set pays at most; undefined: its whole bid. Sets before protocol 20 do not say: when the
 * largest transaction might not have found room beside them, everyone pays the lowest bid among them.
 */
export function baseFeeOf(
  set: TxSet,
  header: {
    readonly ledgerVersion: number;
    readonly baseFee: number;
    readonly maxTxSetSize: number;
  },
): bigint | undefined {
  if (set.isGeneralized || header.ledgerVersion < 11) return set.baseFee;
  const room = Math.max(0, header.maxTxSetSize - maxOperations);
  if (sizeOf(set.frames, header.ledgerVersion) <= room) return BigInt(header.baseFee);
  let lowest: bigint | undefined;
  for (const frame of set.frames) {
    const count = BigInt(operationCount(frame));
    const rate = (frame.fee + count - 1n) / count;
    if (lowest === undefined || rate < lowest) lowest = rate;
  }
  return lowest ?? BigInt(header.baseFee);
}

/** The hash of a transaction and that of its set, bit by bit, as a text that sorts as its bytes do. */
function rankOf(frame: TxFrame, setHash: Buffer): string {
  const bytes = Buffer.from(frame.fullHash, 'hex');
  for (let i = 0; i < bytes.length; i++) bytes[i] = (bytes[i] as number) ^ (setHash[i] as number);
  return bytes.toString('latin1');
}

/** The order in which the set is applied: rounds with one transaction of each account, mixed by the set's hash. */
export function applyOrder(set: TxSet): TxFrame[] {
  const byAccount = new Map<string, TxFrame[]>();
  for (const frame of [...set.frames].sort((a, b) => (a.seqNum < b.seqNum ? -1 : 1))) {
    const queue = byAccount.get(frame.source);
    if (queue === undefined) byAccount.set(frame.source, [frame]);
    else queue.push(frame);
  }
  const setHash = Buffer.from(set.hash, 'hex');
  const ranks = new Map(set.frames.map((frame) => [frame, rankOf(frame, setHash)]));
  const rank = (frame: TxFrame): string => ranks.get(frame) as string;
  const ordered: TxFrame[] = [];
  for (let round = 0; ordered.length < set.frames.length; round++) {
    const batch = [...byAccount.values()].flatMap((queue) => queue[round] ?? []);
    batch.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
    for (const frame of batch) ordered.push(frame);
  }
  return ordered;
}

/** What the set takes of the ledger's capacity: operations, transactions before protocol 11. */
export const sizeOf = (frames: readonly TxFrame[], protocol: number): number =>
  protocol < 11 ? frames.length : frames.reduce((sum, frame) => sum + operationCount(frame), 0);
