import type { Clock } from '@ssc/clock';

/** Keys to look at, each once however often it was added meanwhile. */
export interface WorkQueue {
  add(key: string): void;
  /** Adds the key when this time has passed. */
  addAfter(key: string, ms: number): void;
}

/** Makes a queue that hands each key to `work` a moment after it was added, in the order of adding. */
export function createWorkQueue(
  clock: Clock,
  delayMs: number,
  work: (key: string) => void,
): WorkQueue {
  const pending = new Set<string>();
  let isArmed = false;
  const run = (): void => {
    isArmed = false;
    const keys = [...pending];
    pending.clear();
    for (const key of keys) work(key);
  };
  const queue: WorkQueue = {
    add(key) {
      pending.add(key);
      if (isArmed) return;
      isArmed = true;
      clock.timer(delayMs, run);
    },
    addAfter: (key, ms) => void clock.timer(ms, () => queue.add(key)),
  };
  return queue;
}

/** Waits that double from one failure to the next, as the real controllers' rate limiter does. */
export interface Backoff {
  /** The next wait for a key. */
  next(key: string): number;
  reset(key: string): void;
}

export function createBackoff(firstMs: number, longestMs: number): Backoff {
  const failures = new Map<string, number>();
  return {
    next(key) {
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      return Math.min(longestMs, firstMs * 2 ** Math.min(count, 40));
    },
    reset: (key) => void failures.delete(key),
  };
}
