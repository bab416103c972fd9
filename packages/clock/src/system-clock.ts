import { type Clock, type ForkedClock, sleepBy, type Timer } from './clock.ts';

// setTimeout fires at once when asked for more than this.
const longestTimeoutMs = 2 ** 31 - 1;

/** The machine's own time. */
export function createSystemClock(): Clock {
  return createFork('system');
}

function createFork(name: string): ForkedClock {
  const timers = new Set<Timer>();
  const forks = new Set<ForkedClock>();
  let dead = false;
  const never = new Promise<never>(() => {});
  const clock: ForkedClock = {
    name,
    get dead() {
      return dead;
    },
    now: () => Date.now(),
    timer(ms, fire) {
      if (dead) return { cancel() {} };
      const timer = setLongTimeout(ms, () => {
        timers.delete(timer);
        fire();
      });
      timers.add(timer);
      return {
        cancel() {
          timers.delete(timer);
          timer.cancel();
        },
      };
    },
    sleep: (ms, signal) => sleepBy(clock, ms, signal),
    real: async (work) => {
      if (dead) return never;
      const result = await work();
      return dead ? never : result;
    },
    awaiting: (_what, promise) => promise,
    fork(childName) {
      const child = createFork(childName);
      if (dead) child.kill();
      forks.add(child);
      return child;
    },
    kill() {
      dead = true;
      for (const timer of timers) timer.cancel();
      for (const fork of forks) fork.kill();
      timers.clear();
      forks.clear();
    },
  };
  return clock;
}

function setLongTimeout(ms: number, fire: () => void): Timer {
  const end = Date.now() + ms;
  let handle: NodeJS.Timeout;
  const arm = () => {
    const left = end - Date.now();
    handle =
      left > longestTimeoutMs
        ? setTimeout(arm, longestTimeoutMs)
        : setTimeout(fire, Math.max(0, left));
  };
  arm();
  return { cancel: () => clearTimeout(handle) };
}
