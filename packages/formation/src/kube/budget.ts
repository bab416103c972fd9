import type { Clock } from '@ssc/clock';

/** How many calls may be made. */
export interface Budget {
  /** Resolves when one more call may be made. */
  take(): Promise<void>;
  /** The server has too much to do: from now on half as many calls a second, growing back over a minute or two. */
  slowDown(): void;
}

// A server that says 429 to one call says it to all that are on their way: those count once.
const slowDownPauseMs = 1000;
const slowest = 16;
/** How long it takes until twice as many calls are allowed again. */
const recoverMs = 20_000;

/** A token bucket: `perSecond` calls a second, up to `burst` at once; later ones wait their turn in order. */
export function createBudget(
  clock: Clock,
  { perSecond = 50, burst = 100 }: { readonly perSecond?: number; readonly burst?: number } = {},
): Budget {
  const intervalMs = 1000 / perSecond;
  // The instant at which the next call would be due if calls came evenly; it may lie `burst` calls in the past.
  let due = Number.NEGATIVE_INFINITY;
  // How many times slower than asked for it was when it was last slowed down.
  let slowed = { factor: 1, at: Number.NEGATIVE_INFINITY };
  const factorNow = (): number =>
    slowed.factor === 1
      ? 1
      : Math.max(1, slowed.factor / 2 ** ((clock.now() - slowed.at) / recoverMs));
  return {
    async take() {
      const now = clock.now();
      const factor = factorNow();
      const room = factor > 1 ? Math.max(1, Math.floor(burst / factor)) : burst;
      due = Math.max(due, now - (room - 1) * intervalMs * factor);
      const waitMs = due - now;
      due += intervalMs * factor;
      if (waitMs > 0) await clock.sleep(waitMs);
    },
    slowDown() {
      const now = clock.now();
      if (now - slowed.at < slowDownPauseMs) return;
      slowed = { factor: Math.min(slowest, factorNow() * 2), at: now };
    },
  };
}
