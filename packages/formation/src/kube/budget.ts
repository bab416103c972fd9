import type { Clock } from '@ssc/clock';

/** How many calls may be made. */
export interface Budget {
  /** Resolves when one more call may be made. */
  take(): Promise<void>;
}

/** A token bucket: `perSecond` calls a second, up to `burst` at once; later ones wait their turn in order. */
export function createBudget(
  clock: Clock,
  { perSecond = 50, burst = 100 }: { readonly perSecond?: number; readonly burst?: number } = {},
): Budget {
  const intervalMs = 1000 / perSecond;
  // The instant at which the next call would be due if calls came evenly; it may lie `burst` calls in the past.
  let due = Number.NEGATIVE_INFINITY;
  return {
    async take() {
      const now = clock.now();
      due = Math.max(due, now - (burst - 1) * intervalMs);
      const waitMs = due - now;
      due += intervalMs;
      if (waitMs > 0) await clock.sleep(waitMs);
    },
  };
}
