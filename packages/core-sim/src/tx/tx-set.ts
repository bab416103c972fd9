import { xdr } from '@stellar/stellar-sdk/base';
import { sha256Hex } from '../keys.ts';
import { isSoroban } from '../soroban/resources.ts';
import { XdrWriter } from '../xdr/writer.ts';
import { createFrame, operationCount, type TxFrame } from './frame.ts';
import {
  framesOf,
  noSoroban,
  readComponents,
  readPhase,
  type SorobanPhase,
  writeComponents,
  writePhase,
} from './soroban-phase.ts';

/** A set of transactions to be applied together. */
export interface TxSet {
  /** The XDR: a `TransactionSet` for a ledger after one below protocol 20, else a `GeneralizedTransactionSet`. */
  readonly bytes: Buffer;
  readonly isGeneralized: boolean;
  /** In hex. */
  readonly hash: string;
  readonly previousLedgerHash: string;
  /** All transactions. */
  readonly frames: readonly TxFrame[];
  /** Those without contracts, in the order of the set: by full hash. */
  readonly classic: readonly TxFrame[];
  /** What each of their operations pays, as a generalized set tells; see {@link baseFeeOf} for the others. */
  readonly baseFee: bigint | undefined;
  readonly soroban: SorobanPhase;
}

/** Makes the set for the ledger after one with this hash and protocol. */
export function createTxSet(
  previousLedgerHash: string,
  previousProtocol: number,
  frames: readonly TxFrame[],
  baseFee: bigint,
  soroban: SorobanPhase = noSoroban,
): TxSet {
  const classic = [...frames].sort((a, b) => (a.fullHash < b.fullHash ? -1 : 1));
  const isGeneralized = previousProtocol >= 20;
  const bytes = isGeneralized
    ? encodeGeneralized(previousLedgerHash, previousProtocol, classic, baseFee, soroban)
    : encodeLegacy(previousLedgerHash, classic);
  return {
    bytes,
    isGeneralized,
    hash: hashSet(bytes, isGeneralized, previousLedgerHash, classic),
    previousLedgerHash,
    frames: [...classic, ...framesOf(soroban)],
    classic,
    baseFee: isGeneralized && classic.length > 0 ? baseFee : undefined,
    soroban,
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
  classic: readonly TxFrame[],
  baseFee: bigint,
  soroban: SorobanPhase,
): Buffer {
  const writer = new XdrWriter().int(1).hex(previousLedgerHash).uint(2);
  writeComponents(writer, classic, baseFee);
  writePhase(writer, soroban, protocol);
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
  let classic: readonly TxFrame[] = [];
  let soroban = noSoroban;
  let baseFee: bigint | undefined;
  let previousLedgerHash: string;
  if (isGeneralized) {
    const set = xdr.GeneralizedTransactionSet.fromXdr(bytes).v1TxSet;
    previousLedgerHash = Buffer.from(set.previousLedgerHash.value).toString('hex');
    if (set.phases.length !== 2)
      throw new Error('a transaction set with other phases than classic and Soroban');
    ({ frames: classic, baseFee } = readComponents(set.phases[0], networkId));
    soroban = readPhase(set.phases[1], networkId);
    if (classic.some(isSoroban) || !framesOf(soroban).every(isSoroban))
      throw new Error('a transaction set with a transaction in the phase of others');
  } else {
    const set = xdr.TransactionSet.fromXdr(bytes);
    previousLedgerHash = Buffer.from(set.previousLedgerHash.value).toString('hex');
    classic = set.txs.map((envelope) => createFrame(envelope, networkId));
  }
  return {
    bytes,
    isGeneralized,
    hash: hashSet(bytes, isGeneralized, previousLedgerHash, classic),
    previousLedgerHash,
    frames: [...classic, ...framesOf(soroban)],
    classic,
    baseFee,
    soroban,
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
  if (sizeOf(set.classic, header.ledgerVersion) <= room) return BigInt(header.baseFee);
  let lowest: bigint | undefined;
  for (const frame of set.classic) {
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

/**
 * The order in which the set is applied: rounds with one transaction of each account, mixed by the set's hash; then, cluster
 * by cluster, those that call the host of contracts.
 */
export function applyOrder(set: TxSet): TxFrame[] {
  const setHash = Buffer.from(set.hash, 'hex');
  const ranks = new Map(set.frames.map((frame) => [frame, rankOf(frame, setHash)]));
  const byRank = (a: TxFrame, b: TxFrame): number =>
    (ranks.get(a) as string) < (ranks.get(b) as string) ? -1 : 1;
  const stages = set.soroban.stages
    .map((clusters) => clusters.map((cluster) => [...cluster].sort(byRank)))
    .sort((a, b) => byRank(a[0]?.[0] as TxFrame, b[0]?.[0] as TxFrame));
  return [...inRounds(set.classic, byRank), ...stages.flat(2)];
}

function inRounds(
  frames: readonly TxFrame[],
  byRank: (a: TxFrame, b: TxFrame) => number,
): TxFrame[] {
  const byAccount = new Map<string, TxFrame[]>();
  for (const frame of [...frames].sort((a, b) => (a.seqNum < b.seqNum ? -1 : 1))) {
    const queue = byAccount.get(frame.source);
    if (queue === undefined) byAccount.set(frame.source, [frame]);
    else queue.push(frame);
  }
  const ordered: TxFrame[] = [];
  for (let round = 0; ordered.length < frames.length; round++) {
    const batch = [...byAccount.values()].flatMap((queue) => queue[round] ?? []);
    for (const frame of batch.sort(byRank)) ordered.push(frame);
  }
  return ordered;
}

/** What the set takes of the ledger's capacity: operations, transactions before protocol 11. */
export const sizeOf = (frames: readonly TxFrame[], protocol: number): number =>
  protocol < 11 ? frames.length : frames.reduce((sum, frame) => sum + operationCount(frame), 0);
