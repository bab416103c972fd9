import { SscError } from '@ssc/errors';
import type { Clock } from './clock.ts';
import { type Duration, formatDuration, toMs } from './duration.ts';

/** One look at the thing awaited. `progress` must grow while it comes nearer, such as a ledger height. */
export type Look<T> =
  | { readonly done: true; readonly value: T }
  | { readonly done: false; readonly saw: string; readonly progress?: number };

/** What a wait knows when it ends without the thing awaited. */
export interface WaitReport {
  readonly what: string;
  readonly withinMs: number;
  readonly elapsedMs: number;
  readonly asked: number;
  /** Undefined when no look ever came back. */
  readonly last: { readonly saw: string; readonly ageMs: number } | undefined;
  /** How long the look under way has been without an answer; 0 when there is none. */
  readonly unansweredMs: number;
  /** How long `progress` has stood still; undefined when no look told any. */
  readonly stillMs: number | undefined;
}

/** How to wait. */
export interface WaitOptions {
  /** Who should do what, as the subject of "… did not happen". @example "core-0 at ledger 5" */
  readonly what: string;
  /** The longest time to wait; with progress, the longest time that it may stand still. */
  readonly within: Duration | number;
  /** The pause between two looks. @default "1s" */
  readonly every?: Duration | number;
  /**
   * Calls back when something has changed, so that it is looked before the pause is over; gives how to stop that. Changes that
   * come together are looked at together.
   */
  readonly onChange?: (changed: () => void) => () => void;
  readonly signal?: AbortSignal;
  /** Makes the error when the wait ends; default: SSC_WAIT_ENDED with the facts of the report. */
  ended?(report: WaitReport): SscError | Promise<SscError>;
}

/**
 * Looks until the thing awaited is there, and returns it. What `look` throws ends the wait at once. A look that never
 * answers ends with the deadline too; its signal is then aborted.
 */
export async function waitUntil<T>(
  clock: Clock,
  options: WaitOptions,
  look: (signal: AbortSignal) => Promise<Look<T>>,
): Promise<T> {
  const withinMs = toMs(options.within);
  const everyMs = toMs(options.every ?? '1s');
  const start = clock.now();
  let deadline = start + withinMs;
  let best: number | undefined;
  let bestAt = start;
  let asked = 0;
  let last: { saw: string; at: number } | undefined;
  const pause = createPause(clock, options);
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      asked += 1;
      const askedAt = clock.now();
      const answer = await within(clock, Math.max(0, deadline - askedAt), options.signal, look);
      const now = clock.now();
      if (answer !== undefined) {
        if (answer.done) return answer.value;
        last = { saw: answer.saw, at: now };
        if (answer.progress !== undefined && (best === undefined || answer.progress > best)) {
          [best, bestAt] = [answer.progress, now];
          deadline = now + withinMs;
        }
      }
      if (now >= deadline) {
        const report: WaitReport = {
          what: options.what,
          withinMs,
          elapsedMs: now - start,
          asked,
          last: last && { saw: last.saw, ageMs: now - last.at },
          unansweredMs: answer === undefined ? now - askedAt : 0,
          stillMs: best === undefined ? undefined : now - bestAt,
        };
        throw await (options.ended ?? waitEnded)(report);
      }
      await pause.rest(Math.min(everyMs, deadline - now));
    }
  } finally {
    pause.end();
  }
}

// Pods and their containers change in bursts.
const burstMs = 100;

/** Pauses that end early when something has changed since the last one. */
function createPause(
  clock: Clock,
  { onChange, signal }: Pick<WaitOptions, 'onChange' | 'signal'>,
): { rest(ms: number): Promise<void>; end(): void } {
  if (onChange === undefined) return { rest: (ms) => clock.sleep(ms, signal), end: () => {} };
  let hasChanged = false;
  let wake: (() => void) | undefined;
  const end = onChange(() => {
    hasChanged = true;
    wake?.();
  });
  return {
    end,
    async rest(ms) {
      const least = Math.min(ms, burstMs);
      await clock.sleep(least, signal);
      if (!hasChanged && ms > least)
        await sleepUnless(clock, ms - least, signal, (stop) => {
          wake = stop;
        });
      wake = undefined;
      hasChanged = false;
    },
  };
}

/** Sleeps until the time is over, or what is handed out is called. */
async function sleepUnless(
  clock: Clock,
  ms: number,
  signal: AbortSignal | undefined,
  handOut: (wake: () => void) => void,
): Promise<void> {
  const ending = new AbortController();
  const forward = (): void => ending.abort(signal?.reason);
  let isAwake = false;
  handOut(() => {
    isAwake = true;
    ending.abort();
  });
  signal?.addEventListener('abort', forward, { once: true });
  try {
    await clock.sleep(ms, ending.signal);
  } catch (error) {
    if (!isAwake || signal?.aborted === true) throw error;
  } finally {
    signal?.removeEventListener('abort', forward);
  }
}

/** The error of a wait that ended, as the facts of its report tell it. */
export function waitEnded(report: WaitReport): SscError {
  return new SscError({
    problem: { code: 'SSC_WAIT_ENDED' },
    verdict: 'failed',
    summary: `${report.what} did not happen within ${formatDuration(report.withinMs)}`,
    facts: waitFacts(report),
  });
}

/** How often a wait asked and what it saw last, for errors that tell more than {@link waitEnded}. */
export function waitFacts(report: WaitReport): [string, string][] {
  const facts: [string, string][] = [];
  const age =
    report.last === undefined
      ? 'no answer ever came'
      : `the last answer is ${formatDuration(report.last.ageMs)} old`;
  facts.push(['Asked', `${report.asked} times in ${formatDuration(report.elapsedMs)}; ${age}`]);
  if (report.last !== undefined) facts.push(['Last saw', report.last.saw]);
  if (report.unansweredMs > 0)
    facts.push(['Unanswered', `the last question, for ${formatDuration(report.unansweredMs)}`]);
  if (report.stillMs !== undefined)
    facts.push(['Progress', `none for ${formatDuration(report.stillMs)}`]);
  return facts;
}

/** What `work` returns, or undefined when it takes longer than `ms`; its signal is then aborted. */
export async function within<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const mine = new AbortController();
  const abort = () => mine.abort(signal?.reason);
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort, { once: true });
  return new Promise<T | undefined>((resolve, reject) => {
    const timer = clock.timer(ms, () => {
      resolve(undefined);
      mine.abort(new Error(`no answer within ${formatDuration(ms)}`));
    });
    const refuse = () => reject(mine.signal.reason);
    if (mine.signal.aborted) refuse();
    mine.signal.addEventListener('abort', refuse, { once: true });
    work(mine.signal)
      .then(resolve, reject)
      .finally(() => timer.cancel());
  }).finally(() => signal?.removeEventListener('abort', abort));
}
