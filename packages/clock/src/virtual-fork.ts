import { realWork } from './async-resources.ts';
import { type ForkedClock, sleepBy } from './clock.ts';
import type { Ticket, VirtualTime } from './virtual-time.ts';

/** Makes a clock that shows a virtual time. Once it is dead, or what it was forked from, nothing that was asked of it happens. */
export function createVirtualFork(
  time: VirtualTime,
  name: string,
  isParentDead: () => boolean,
): ForkedClock {
  let isKilled = false;
  const isDead = (): boolean => isKilled || isParentDead();
  const clock: ForkedClock = {
    name,
    get dead() {
      return isDead();
    },
    now: () => time.now,
    timer(ms, fire) {
      const timer = time.after(ms, () => {
        if (!isDead()) fire();
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
        if (!isDead()) time.take(begin(work, isDead, { resolve, reject }));
      }),
    awaiting(what, promise) {
      const forget = time.wait(`${name}: ${what}`);
      promise.then(forget, forget);
      return promise;
    },
    fork: (child) => createVirtualFork(time, child, isDead),
    kill() {
      isKilled = true;
    },
  };
  return clock;
}

/** Begins real work. What it gives is handed out to whom it is for, unless that one has died meanwhile. */
function begin<T>(
  work: () => Promise<T>,
  isDead: () => boolean,
  to: { resolve(value: T): void; reject(error: unknown): void },
): Ticket {
  let deliver = (): void => {};
  let isSettled = false;
  const settled = realWork(work)
    .then(
      (value) => {
        deliver = () => to.resolve(value);
      },
      (error: unknown) => {
        deliver = () => to.reject(error);
      },
    )
    .then(() => {
      isSettled = true;
    });
  return {
    settled,
    get isSettled() {
      return isSettled;
    },
    handOut() {
      if (!isDead()) deliver();
    },
  };
}
