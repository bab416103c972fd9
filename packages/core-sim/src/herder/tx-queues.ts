import type { KeyId } from '../keys.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { isSoroban } from '../soroban/resources.ts';
import type { TxFrame } from '../tx/frame.ts';
import type { LedgerView } from '../tx/rules.ts';
import { classicLane, sorobanLane } from './lanes.ts';
import { type Chosen, type Submitted, TxQueue } from './tx-queue.ts';

/** All transactions that wait for a ledger: those that call the host of contracts have a queue of their own, and an account waits in one alone. */
export class TxQueues {
  readonly #classic: TxQueue;
  readonly #soroban: TxQueue;

  constructor(metrics: Metrics, now: () => number) {
    this.#classic = new TxQueue(metrics, now, classicLane);
    this.#soroban = new TxQueue(metrics, now, sorobanLane);
  }

  /** Judges a transaction and keeps it when it may wait. */
  submit(frame: TxFrame, view: LedgerView, isOwn: boolean): Submitted {
    const [queue, other] = this.#of(frame);
    if (other.isPending((frame.inner ?? frame).source)) return { status: 'TRY_AGAIN_LATER' };
    return queue.submit(frame, view, isOwn);
  }

  /** True when the transaction waits, or was dealt with not long ago: no need to hear of it again. */
  knows(frame: TxFrame): boolean {
    return this.#of(frame)[0].knows(frame);
  }

  /** True while a transaction of the account waits. */
  isPending(source: KeyId): boolean {
    return this.#classic.isPending(source) || this.#soroban.isPending(source);
  }

  /** What the next ledger may take of each. */
  choose(view: LedgerView): { readonly classic: Chosen; readonly soroban: Chosen } {
    return { classic: this.#classic.choose(view), soroban: this.#soroban.choose(view) };
  }

  /** A ledger was closed: what it applied is gone, the rest grew older. `view` is that of the next one. */
  ledgerClosed(applied: readonly TxFrame[], { soroban }: LedgerView): void {
    this.#classic.ledgerClosed(applied.filter((frame) => !isSoroban(frame)));
    if (soroban !== undefined) this.#soroban.ledgerClosed(applied.filter(isSoroban));
  }

  #of(frame: TxFrame): readonly [queue: TxQueue, other: TxQueue] {
    return isSoroban(frame) ? [this.#soroban, this.#classic] : [this.#classic, this.#soroban];
  }
}
