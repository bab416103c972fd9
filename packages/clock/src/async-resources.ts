import { AsyncLocalStorage, createHook } from 'node:async_hooks';

/*
 * Under virtual time everything must end in microtasks, so that two runs do the same things in the same order. A socket,
 * a file or a system timer opened past the clock would bring real time in; this file catches such a thing at its birth.
 */

const insideRun = new AsyncLocalStorage<true>();
const insideReal = new AsyncLocalStorage<true>();
let clockIsAtWork = false;

/** Does work that may use the real world: see Clock.real. */
export const realWork = <T>(work: () => Promise<T>): Promise<T> =>
  insideReal.run(true, async () => work());

/** Does all that follows from a simulation: what is made outside of any is nobody's concern. */
export const simulated = <T>(work: () => Promise<T>): Promise<T> => insideRun.run(true, work);

/** Marks what the virtual clock itself makes. */
export function insideClock(make: () => void): void {
  clockIsAtWork = true;
  try {
    make();
  } finally {
    clockIsAtWork = false;
  }
}

// Ends in microtasks or nextTicks, or only carries context: no real time in it. A FILEHANDLE is born natively, outside any
// context, when an FSREQPROMISE ends; that request itself is found. A SIGNREQUEST is made by crypto.sign and verify, and a ZLIB
// by gzipSync and its kin, though they act at once; their slow forms are refused by repo-check.
const harmless = new Set([
  'SIGNREQUEST',
  'ZLIB',
  'PROMISE',
  'Microtask',
  'TickObject',
  'bound-anonymous-fn',
  'FILEHANDLE',
]);

/** An asynchronous resource that should not have been made, with the place that made it. */
export interface ForeignResource {
  readonly type: string;
  readonly stack: string;
}

/**
 * Watches for asynchronous resources made past the clock, in simulations, until `stop`, which returns them (the first twenty).
 * Costs time for each promise made: for tests and rehearsals, not for real runs.
 */
export function watchAsyncResources(): { stop(): readonly ForeignResource[] } {
  const found: ForeignResource[] = [];
  const hook = createHook({
    init(_id, type) {
      if (harmless.has(type) || type.startsWith('UNDICI_') || clockIsAtWork) return;
      if (insideRun.getStore() === undefined || insideReal.getStore() === true) return;
      if (found.length >= 20) return;
      found.push({ type, stack: new Error(type).stack ?? type });
    },
  });
  hook.enable();
  return {
    stop() {
      hook.disable();
      return found;
    },
  };
}
