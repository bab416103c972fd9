import { checkpointOf, firstLedgerOf, isFirstInCheckpoint } from '../history/checkpoint.ts';
import type { Value } from '../scp/statement.ts';

/** What a gap before the ledgers that wait means. */
export type GapVerdict =
  /** The archives have, or will soon have, all up to this ledger: time to fetch it. */
  { readonly fetchUpTo: number; readonly status: string } | { readonly status: string };

/**
 * Ledgers that the network agreed on and this node has not closed yet (stellar-core:
 * src/catchup/LedgerApplyManagerImpl.cpp).
 */
export class PendingLedgers {
  readonly #every: number;
  readonly #values = new Map<number, Value>();
  #newest = 0;

  constructor(checkpointFrequency: number) {
    this.#every = checkpointFrequency;
  }

  /** The newest ledger that was ever heard of. */
  get newest(): number {
    return this.#newest;
  }

  get size(): number {
    return this.#values.size;
  }

  add(seq: number, value: Value): void {
    this.#values.set(seq, value);
    this.#newest = Math.max(this.#newest, seq);
  }

  /** Takes out the value of a ledger. */
  take(seq: number): Value | undefined {
    const value = this.#values.get(seq);
    this.#values.delete(seq);
    return value;
  }

  get(seq: number): Value | undefined {
    return this.#values.get(seq);
  }

  /** Forgets what is closed, and what archives will tell: all before the checkpoint that the newest of them lies in. */
  trim(lastClosed: number): void {
    this.#forgetBefore(lastClosed + 1);
    if (this.#values.size === 0) return;
    const last = Math.max(...this.#values.keys());
    // Nobody may have begun to publish the checkpoint before the first ledger of the next one.
    const near = isFirstInCheckpoint(last, this.#every) ? last - 1 : last;
    this.#forgetBefore(firstLedgerOf(checkpointOf(near, this.#every), this.#every));
  }

  /** The first of those that wait. */
  first(): number {
    return Math.min(...this.#values.keys());
  }

  /** What to do about the ledgers that are missing before the first one. */
  judge(closeTimeMs: number): GapVerdict {
    const first = this.first();
    const last = Math.max(...this.#values.keys());
    if (isFirstInCheckpoint(first, this.#every) && first < last)
      return {
        fetchUpTo: first - 1,
        status: `Starting catchup after ensuring checkpoint ledger ${last} was closed on network`,
      };
    const required = isFirstInCheckpoint(first, this.#every)
      ? first
      : checkpointOf(first, this.#every) + 1;
    const trigger = required + 1;
    if (trigger > last) {
      const seconds = Math.floor(((trigger - last) * closeTimeMs) / 1000);
      return { status: `Waiting for trigger ledger: ${last}/${trigger}, ETA: ${seconds}s` };
    }
    return { status: `Waiting for out-of-order ledger(s). Trigger ledger: ${trigger}` };
  }

  #forgetBefore(seq: number): void {
    for (const key of this.#values.keys()) if (key < seq) this.#values.delete(key);
  }
}
