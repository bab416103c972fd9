import { SscError } from '@ssc/errors';
import { insideClock, realWork, simulated } from './async-resources.ts';
import { type Clock, type ForkedClock, sleepBy } from './clock.ts';
import { TimerQueue } from './timer-queue.ts';

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

/** Real work under way, in the order in which it was begun. */
interface Ticket {
  readonly settled: Promise<void>;
  isSettled: boolean;
  handOut(): void;
}

/** Makes a virtual clock that begins at `start`, in milliseconds since the Unix epoch. */
export function createVirtualClock(options: { readonly start: number }): VirtualClock {
  const queue = new TimerQueue();
  const tickets: Ticket[] = [];
  const waits = new Map<number, string>();
  let now = options.start;
  let fired = 0;
  let waitId = 0;
  let thrown: { error: unknown } | undefined;

  function fire(timer: { at: number; fire: () => void }): void {
    now = Math.max(now, timer.at);
    fired += 1;
    try {
      timer.fire();
    } catch (error) {
      thrown ??= { error };
    }
  }

  /** Two turns of the event loop with no ticket open: every in-process request has ended by then. */
  async function becomeQuiet(): Promise<void> {
    for (let quietTurns = 0; quietTurns < 2; ) {
      await turn();
      const first = tickets[0];
      if (first === undefined) {
        quietTurns += 1;
        continue;
      }
      quietTurns = 0;
      if (!first.isSettled) await first.settled;
      tickets.shift();
      first.handOut();
    }
  }

  async function run<T>(main: () => Promise<T>): Promise<T> {
    let ended = false;
    const result = main().finally(() => {
      ended = true;
    });
    result.catch(() => {});
    for (;;) {
      await becomeQuiet();
      if (thrown !== undefined) {
        const { error } = thrown;
        thrown = undefined;
        throw error;
      }
      if (ended) return result;
      const timer = queue.take();
      if (timer === undefined) throw deadlock(now - options.start, [...waits.values()]);
      fire(timer);
    }
  }

  function createFork(name: string, parentDead: () => boolean): ForkedClock {
    let killed = false;
    const isDead = () => killed || parentDead();
    const clock: ForkedClock = {
      name,
      get dead() {
        return isDead();
      },
      now: () => now,
      timer(ms, fireTimer) {
        const timer = queue.add(now + Math.max(0, ms), () => {
          if (!isDead()) fireTimer();
        });
        return {
          cancel() {
            timer.cancelled = true;
          },
        };
      },
      sleep: (ms, signal) => sleepBy(clock, ms, signal),
      real: (work) =>
        new Promise((resolve, reject) => {
          if (isDead()) return;
          let deliver = () => {};
          const ticket: Ticket = {
            isSettled: false,
            settled: realWork(work)
              .then(
                (value) => {
                  deliver = () => resolve(value);
                },
                (error: unknown) => {
                  deliver = () => reject(error);
                },
              )
              .then(() => {
                ticket.isSettled = true;
              }),
            handOut() {
              if (!isDead()) deliver();
            },
          };
          tickets.push(ticket);
        }),
      awaiting(what, promise) {
        const id = waitId++;
        waits.set(id, `${name}: ${what}`);
        const forget = () => {
          waits.delete(id);
        };
        promise.then(forget, forget);
        return promise;
      },
      fork: (childName) => createFork(childName, isDead),
      kill() {
        killed = true;
      },
    };
    return clock;
  }

  const { now: readNow, timer, sleep, real, awaiting, fork } = createFork('main', () => false);
  return {
    now: readNow,
    timer,
    sleep,
    real,
    awaiting,
    fork,
    run: (main) => simulated(() => run(main)),
    get fired() {
      return fired;
    },
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    insideClock(() => setImmediate(resolve));
  });
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
