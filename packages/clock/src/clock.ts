/** A timer that was set; cancelling one that has fired does nothing. */
export interface Timer {
  cancel(): void;
}

/**
 * Time as an argument. The system clock is made once, in the composition root; a virtual clock runs hours of a
 * simulation in an instant, and the same way each time.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `fire` after `ms` milliseconds. `fire` must not throw. */
  timer(ms: number, fire: () => void): Timer;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Does work in the real world (files, processes, sockets). Under virtual time this is the only way to do it: no timer
   * fires while such work is under way, and results are handed out in the order in which the work was begun.
   */
  real<T>(work: () => Promise<T>): Promise<T>;
  /** The promise itself; while it is pending, an error that finds everyone waiting names it. */
  awaiting<T>(what: string, promise: Promise<T>): Promise<T>;
  /** A clock with the same time whose timers and real work can be ended alone, as when one machine dies. */
  fork(name: string): ForkedClock;
}

/** See {@link Clock.fork}. */
export interface ForkedClock extends Clock {
  readonly name: string;
  readonly dead: boolean;
  /** From now on nothing that was asked of this clock, or is asked later, ever happens. */
  kill(): void;
}

/** `sleep` by `timer`, the same for every clock. */
export function sleepBy(
  clock: Pick<Clock, 'timer'>,
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const abort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.timer(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}
