import type { Clock } from '@ssc/clock';

/** Waits of a container that ends again and again, and of an image that cannot be pulled (pkg/kubelet). */
const firstMs = 10_000;
const longestMs = 300_000;

/** The wait after another failure: twice the last one. */
export const nextBackoffMs = (lastMs: number | undefined): number =>
  lastMs === undefined ? firstMs : Math.min(longestMs, lastMs * 2);

/** Waits before restarts of one container. */
export interface RestartBackoff {
  /**
   * Waits until the container may start again. The first restart comes at once, each further one after twice the time,
   * counted from the end of the last instance; one that ran for long begins anew.
   */
  wait(clock: Clock, endedAtMs: number): Promise<void>;
}

/** Begins without a wait; each wait is told, in the words that the kubelet has for its length. */
export function createRestartBackoff(
  now: () => number,
  tell: (waiting: string) => void,
): RestartBackoff {
  let last: { readonly ms: number; readonly atMs: number } | undefined;
  return {
    async wait(clock, endedAtMs) {
      if (last !== undefined && endedAtMs - last.atMs > 2 * longestMs) last = undefined;
      if (last !== undefined) {
        tell(lengthOf(last.ms / 1000));
        const left = endedAtMs + last.ms - now();
        if (left > 0) await clock.sleep(left);
      }
      last = { ms: nextBackoffMs(last?.ms), atMs: now() };
    },
  };
}

const lengthOf = (seconds: number): string =>
  seconds >= 60 ? `${Math.floor(seconds / 60)}m${seconds % 60}s` : `${seconds}s`;
