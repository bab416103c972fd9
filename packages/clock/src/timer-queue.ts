/** One entry of the queue: `fire` at `at`; equal instants in the order of asking. */
export interface QueuedTimer {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
  cancelled: boolean;
}

/** Timers by (instant, order of asking): a binary heap. Cancelled ones are dropped when they come up. */
export class TimerQueue {
  readonly #heap: QueuedTimer[] = [];
  #order = 0;

  add(at: number, fire: () => void): QueuedTimer {
    const timer = { at, order: this.#order++, fire, cancelled: false };
    const heap = this.#heap;
    let i = heap.push(timer) - 1;
    while (i > 0) {
      const up = (i - 1) >> 1;
      const parent = heap[up] as QueuedTimer;
      if (!isBefore(timer, parent)) break;
      heap[i] = parent;
      i = up;
    }
    heap[i] = timer;
    return timer;
  }

  /** The next timer that was not cancelled, taken out; undefined when there is none. */
  take(): QueuedTimer | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined) return undefined;
      this.#removeFirst();
      if (!first.cancelled) return first;
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as QueuedTimer;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (
        child + 1 < heap.length &&
        isBefore(heap[child + 1] as QueuedTimer, heap[child] as QueuedTimer)
      )
        child += 1;
      if (!isBefore(heap[child] as QueuedTimer, last)) break;
      heap[i] = heap[child] as QueuedTimer;
      i = child;
    }
    heap[i] = last;
  }
}

const isBefore = (a: QueuedTimer, b: QueuedTimer): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order);
