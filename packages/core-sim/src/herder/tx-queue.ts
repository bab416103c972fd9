import type { KeyId } from '../keys.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { inclusionFeeOf, operationCount, type TxFrame } from '../tx/frame.ts';
import { encodeFeeBumpResult, encodeResult, type TxOutcome } from '../tx/result.ts';
import { checkTransaction, type LedgerView, minFee } from '../tx/rules.ts';
import type { Lane } from './lanes.ts';

/** What a submission is answered. `result` is the XDR of a `TransactionResult`. */
export type Submitted =
  | { readonly status: 'PENDING' | 'DUPLICATE' | 'TRY_AGAIN_LATER' | 'FILTERED' }
  | { readonly status: 'ERROR'; readonly result: Buffer };

/** stellar-core: src/herder/HerderImpl.h and TransactionQueue.h. */
const pendingDepth = 4;
const banDepth = 10;
const sizeMultiplier = 2;
const replaceFactor = 10n;

/** What a ledger may take, and what each operation of it pays at most. */
export interface Chosen {
  readonly frames: readonly TxFrame[];
  readonly baseFee: bigint;
}

interface Queued {
  readonly frame: TxFrame;
  /** What it takes of a ledger, a number for each limit. */
  readonly size: readonly number[];
  readonly atMs: number;
  readonly isOwn: boolean;
  age: number;
}

/** Transactions that wait for their part of a ledger: one for each source account (stellar-core: src/herder/TransactionQueue.cpp). */
export class TxQueue {
  readonly #metrics: Metrics;
  readonly #now: () => number;
  readonly #lane: Lane;
  readonly #bySource = new Map<KeyId, Queued>();
  /** What those who pay owe for all that waits. */
  readonly #owed = new Map<KeyId, bigint>();
  /** What all that waits takes, a number for each limit. */
  #held: number[] = [];
  /** Hashes by the ledger in which they were banned, the newest first. */
  #banned: Set<string>[] = [new Set()];

  constructor(metrics: Metrics, now: () => number, lane: Lane) {
    this.#metrics = metrics;
    this.#now = now;
    this.#lane = lane;
  }

  get frames(): TxFrame[] {
    return Array.from(this.#bySource.values(), (queued) => queued.frame);
  }

  /** Judges a transaction and keeps it when it may wait. */
  submit(frame: TxFrame, view: LedgerView, isOwn: boolean): Submitted {
    const body = frame.inner ?? frame;
    if (this.#banned.some((hashes) => hashes.has(frame.hash))) return { status: 'TRY_AGAIN_LATER' };
    const waiting = this.#bySource.get(body.source);
    if (waiting !== undefined) {
      const refusal = this.#judgeReplacement(frame, waiting.frame);
      if (refusal !== undefined) return refusal;
    }
    // What calls the host must be within limits before any room is made for it.
    const early = frame.soroban && this.#judge(frame, view);
    if (early !== undefined) return early;
    const evicted = this.#makeRoom(frame, view, waiting);
    if (!Array.isArray(evicted)) return evicted;
    const refusal = this.#judge(frame, view);
    if (refusal !== undefined) return refusal;
    const payer = view.account(frame.feeSource);
    const replaced = waiting?.frame.feeSource === frame.feeSource ? waiting.frame.fee : 0n;
    const owed = (this.#owed.get(frame.feeSource) ?? 0n) - replaced;
    if ((payer?.balance ?? 0n) - 2n * BigInt(view.baseReserve) - frame.fee < owed)
      return this.#error(frame, view, { code: 'txInsufficientBalance' });
    for (const { frame: other } of evicted) {
      this.#remove((other.inner ?? other).source);
      this.#ban(other);
      this.#count('evicted-due-to-low-fee-count');
    }
    this.#remove(body.source);
    const size = this.#lane.measure(frame, view.protocol);
    this.#bySource.set(body.source, { frame, size, atMs: this.#now(), isOwn, age: 0 });
    this.#owed.set(frame.feeSource, (this.#owed.get(frame.feeSource) ?? 0n) + frame.fee);
    this.#held = size.map((more, i) => (this.#held[i] ?? 0) + more);
    this.#count('age0');
    return { status: 'PENDING' };
  }

  /** True when the transaction waits, or was dealt with not long ago: no need to hear of it again. */
  knows(frame: TxFrame): boolean {
    return (
      this.#bySource.get(frame.source)?.frame.fullHash === frame.fullHash ||
      this.#banned.some((hashes) => hashes.has(frame.hash))
    );
  }

  /** True while a transaction of the account waits. */
  isPending(source: KeyId): boolean {
    return this.#bySource.has(source);
  }

  #remove(source: KeyId): void {
    const queued = this.#bySource.get(source);
    if (queued === undefined) return;
    const { frame, age, size } = queued;
    this.#bySource.delete(source);
    this.#held = this.#held.map((held, i) => held - (size[i] ?? 0));
    const owed = (this.#owed.get(frame.feeSource) ?? 0n) - frame.fee;
    if (owed > 0n) this.#owed.set(frame.feeSource, owed);
    else this.#owed.delete(frame.feeSource);
    this.#count(`age${age}`, -1);
  }

  /** What the next ledger may take: the best bids first, as far as there is room. */
  choose(view: LedgerView): Chosen {
    const candidates = this.frames
      .filter((frame) => {
        const isValid = checkTransaction(view, frame) === undefined;
        if (!isValid) this.#drop(frame);
        return isValid;
      })
      .sort((a, b) => compareBids(b, a));
    const capacity = this.#lane.capacity(view) ?? [];
    const frames: TxFrame[] = [];
    let lowest: TxFrame | undefined;
    let isFull = false;
    let taken = capacity.map(() => 0);
    for (const frame of candidates) {
      const size = this.#lane.measure(frame, view.protocol);
      const after = taken.map((held, i) => held + (size[i] ?? 0));
      if (after.some((held, i) => held > (capacity[i] as number))) {
        isFull = true;
        continue;
      }
      frames.push(frame);
      taken = after;
      lowest = frame;
    }
    const baseFee = BigInt(view.baseFee);
    if (!isFull || lowest === undefined) return { frames, baseFee };
    this.#count('not-included-due-to-low-fee-count', candidates.length - frames.length);
    const rate = inclusionFeeOf(lowest) / BigInt(operationCount(lowest));
    return { frames, baseFee: rate > baseFee ? rate : baseFee };
  }

  /** A ledger was closed: what it applied is gone, the rest grew older. */
  ledgerClosed(applied: readonly TxFrame[]): void {
    this.#banned.unshift(new Set());
    this.#banned = this.#banned.slice(0, banDepth);
    for (const frame of applied) {
      const { source, seqNum } = frame.inner ?? frame;
      this.#ban(frame, false);
      const waiting = this.#bySource.get(source);
      if (waiting === undefined || (waiting.frame.inner ?? waiting.frame).seqNum > seqNum) continue;
      const ms = this.#now() - waiting.atMs;
      this.#count('sum', ms);
      this.#count('count');
      if (waiting.isOwn) {
        this.#count('self-sum', ms);
        this.#count('self-count');
      }
      this.#remove(source);
    }
    for (const queued of [...this.#bySource.values()]) {
      queued.age += 1;
      if (queued.age < pendingDepth) continue;
      this.#drop(queued.frame);
      this.#count('evicted-due-to-age-count');
    }
    this.#countAges();
  }

  /** What the rules say against a transaction. */
  #judge(frame: TxFrame, view: LedgerView): Submitted | undefined {
    const refusal = checkTransaction(view, frame);
    if (refusal === undefined) return undefined;
    const { outcome, isInner } = refusal;
    const fee = feeToShow(frame, view);
    return { status: 'ERROR', result: renderRefusal(frame, view, fee, outcome, isInner) };
  }

  #judgeReplacement(frame: TxFrame, waiting: TxFrame): Submitted | undefined {
    if (frame.fullHash === waiting.fullHash || frame.hash === waiting.hash)
      return { status: 'DUPLICATE' };
    const [body, theirs] = [frame.inner ?? frame, waiting.inner ?? waiting];
    if (body.seqNum < theirs.seqNum)
      return { status: 'ERROR', result: encodeResult(frame.fee, { code: 'txBadSeq' }) };
    if (frame.inner === undefined || body.seqNum !== theirs.seqNum)
      return { status: 'TRY_AGAIN_LATER' };
    const mine = BigInt(operationCount(frame));
    const its = BigInt(operationCount(waiting));
    const theirBid = inclusionFeeOf(waiting);
    if (inclusionFeeOf(frame) * its >= theirBid * mine * replaceFactor) return undefined;
    const bid = (theirBid * mine * replaceFactor + its - 1n) / its;
    const needed = bid + (frame.soroban?.resourceFee ?? 0n);
    return { status: 'ERROR', result: encodeResult(needed, { code: 'txInsufficientFee' }) };
  }

  /** The transactions that must go for this one, or why it can't stay. */
  #makeRoom(frame: TxFrame, view: LedgerView, replaced: Queued | undefined): Queued[] | Submitted {
    const size = this.#lane.measure(frame, view.protocol);
    const limits = this.#lane.capacity(view)?.map((limit) => limit * sizeMultiplier);
    if (limits === undefined) return [];
    let held = size.map((more, i) => (this.#held[i] ?? 0) - (replaced?.size[i] ?? 0) + more);
    const fits = (): boolean => held.every((number, i) => number <= (limits[i] as number));
    if (fits()) return [];
    const others = [...this.#bySource.values()].filter((queued) => queued !== replaced);
    others.sort((a, b) => compareBids(a.frame, b.frame));
    const evicted: Queued[] = [];
    for (const queued of others) {
      if (compareBids(queued.frame, frame) >= 0) break;
      evicted.push(queued);
      held = held.map((number, i) => number - (queued.size[i] ?? 0));
      if (fits()) return evicted;
    }
    this.#ban(frame);
    const lowest = others[0]?.frame;
    if (lowest === undefined) return { status: 'TRY_AGAIN_LATER' };
    const count = BigInt(operationCount(lowest));
    const bid = (inclusionFeeOf(lowest) * BigInt(operationCount(frame))) / count + 1n;
    const needed = bid + (frame.soroban?.resourceFee ?? 0n);
    return { status: 'ERROR', result: encodeResult(needed, { code: 'txInsufficientFee' }) };
  }

  #error(frame: TxFrame, view: LedgerView, outcome: TxOutcome): Submitted {
    return { status: 'ERROR', result: encodeResult(feeToShow(frame, view), outcome) };
  }

  #drop(frame: TxFrame): void {
    this.#remove((frame.inner ?? frame).source);
    this.#ban(frame);
  }

  #ban(frame: TxFrame, isCounted = true): void {
    this.#banned[0]?.add(frame.hash);
    if (isCounted) this.#count('banned');
  }

  #countAges(): void {
    const ages = [0, 0, 0, 0];
    for (const { age } of this.#bySource.values()) ages[age] = (ages[age] ?? 0) + 1;
    for (const [age, count] of ages.entries())
      this.#metrics.set(`herder.${this.#lane.metric}.age${age}`, count);
  }

  #count(name: string, more = 1): void {
    this.#metrics.add(`herder.${this.#lane.metric}.${name}`, more);
  }
}

/** The order of bids per operation; equal ones by hash. */
function compareBids(a: TxFrame, b: TxFrame): number {
  const left = inclusionFeeOf(a) * BigInt(operationCount(b));
  const right = inclusionFeeOf(b) * BigInt(operationCount(a));
  if (left !== right) return left < right ? -1 : 1;
  if (a.fullHash === b.fullHash) return 0;
  return a.fullHash < b.fullHash ? -1 : 1;
}

/** The `feeCharged` of a refusal: what the transaction would have paid. */
const feeToShow = (frame: TxFrame, view: LedgerView): bigint =>
  minFee(view, frame) + (frame.soroban?.resourceFee ?? 0n);

function renderRefusal(
  frame: TxFrame,
  view: LedgerView,
  fee: bigint,
  outcome: TxOutcome,
  isInner: boolean,
): Buffer {
  if (!isInner || frame.inner === undefined) return encodeResult(fee, outcome);
  const innerFee = view.protocol >= 25 ? 0n : minFee(view, { ...frame, inner: undefined });
  return encodeFeeBumpResult(fee, { hash: frame.inner.hash, feeCharged: innerFee, outcome });
}
