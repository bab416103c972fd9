import { SscError } from '@ssc/errors';
import { simulated } from './async-resources.ts';
import type { Clock } from './clock.ts';
import { createVirtualFork } from './virtual-fork.ts';
import { VirtualTime } from './virtual-time.ts';

/** A clock whose time passes only while {@link VirtualClock.run} is at work, as fast as the machine can. */
export interface VirtualClock extends Clock {
  /**
   * Runs `main` to its end. Fires one timer, lets everything that follows from it happen, fires the next. When no timer
   * is left and `main` has not ended, throws SSC_DEADLOCK, naming what everyone waits for.
   */
  run<T>(main: () => Promise<T>): Promise<T>;
  /** How many timers have fired: equal for equal runs. */
  readonly fired: number;
}

/** Makes a virtual clock that begins at `start`, in milliseconds since the Unix epoch. */
export function createVirtualClock({ start }: { readonly start: number }): VirtualClock {
  const time = new VirtualTime(start);
  const { now, timer, sleep, real, awaiting, fork } = createVirtualFork(time, 'main', () => false);
  return {
    now,
    timer,
    sleep,
    real,
    awaiting,
    fork,
    run: (main) => simulated(() => runOn(time, main)),
    get fired() {
      return time.fired;
    },
  };
}

async function runOn<T>(time: VirtualTime, main: () => Promise<T>): Promise<T> {
  let ended = false;
  const result = main().finally(() => {
    ended = true;
  });
  result.catch(() => {});
  for (;;) {
    await time.becomeQuiet();
    time.throwWhatTimersThrew();
    if (ended) return result;
    if (!time.fireNext()) throw deadlock(time.elapsedMs, time.waits());
  }
}

function deadlock(elapsedMs: number, waits: readonly string[]): SscError {
  return new SscError({
    problem: { code: 'SSC_DEADLOCK' },
    verdict: 'broken',
    summary: `everyone waits and no timer is set, ${elapsedMs / 1000} s into the simulation`,
    facts:
      waits.length === 0
        ? [['Waiting', 'a promise that nothing names']]
        : waits.map((wait) => ['Waiting', wait] as const),
    hint: 'Whoever should answer has lost the request, or a wait was begun without a deadline.',
  });
}
