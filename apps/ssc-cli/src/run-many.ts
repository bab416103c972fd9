import { exitCodeOf, present, renderError, SscError, type Verdict } from '@ssc/errors';
import {
  type RunEvent,
  type RunNotBegun,
  type RunResult,
  renderJUnit,
  toErrorResult,
} from '@ssc/missions';
import { type Host, joinPath } from './host.ts';
import type { PlannedRun } from './planned-run.ts';
import { errorOf, printEnd } from './print-end.ts';
import { createEventPrinter } from './print-events.ts';
import type { Provider } from './provider.ts';
import type { RunSettings } from './read-run-settings.ts';
import { type EndedRun, runOne } from './run-one.ts';

/** How a planned run ended, its retries included. */
export interface Outcome {
  readonly planned: PlannedRun;
  /** What it is called among the others. @example "SimplePayment #2" */
  readonly title: string;
  /** Undefined when it could not even begin; then there is an error. */
  readonly ended?: EndedRun;
  readonly error?: SscError;
  readonly exitCode: number;
  /** How many tries before the last one ended *broken*. */
  readonly broken: number;
}

/** What runs of missions are told to. */
export interface Told {
  /** Prints what happens in a run, and how it ended; `host` prefixes lines when several runs go on at once. */
  event(event: RunEvent, run: string, host: Host): void;
  end(ended: EndedRun, host: Host): void;
}

/**
 * Makes all runs, at most `parallel` at once, each on a provider of its own. None of them keeps another from being made; only a
 * signal does.
 */
export async function runMany(
  planned: readonly PlannedRun[],
  settings: RunSettings,
  host: Host,
  open: (seed: string) => Promise<Provider>,
  told: (host: Host) => Told,
): Promise<readonly Outcome[]> {
  const runs = planned.flatMap((run) => repeated(run, settings.repeat));
  const outcomes = new Map<number, Outcome>();
  let isInterrupted = false;
  const stopListening = host.onSignal(() => {
    isInterrupted = true;
  });
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < runs.length && !isInterrupted; i = next++) {
      const run = runs[i];
      if (run === undefined) return;
      const mine = settings.parallel > 1 && runs.length > 1 ? prefixed(host, run.title) : host;
      outcomes.set(i, await runUntilNotBroken(run, mine));
    }
  };

  async function runUntilNotBroken(run: (typeof runs)[number], mine: Host): Promise<Outcome> {
    for (let broken = 0; ; broken++) {
      // A simulation with the same seed would break in the same way.
      const seed = broken === 0 ? run.planned.seed : `${run.planned.seed}-retry-${broken}`;
      const outcome = await runOnce({ ...run.planned, seed }, mine, told(mine));
      const isBroken = (outcome.ended?.result ?? outcome.error)?.verdict === 'broken';
      const isLast = !isBroken || broken === settings.retryBroken || isInterrupted;
      // What a single run ends with is told by the program itself.
      if (outcome.error !== undefined && !(isLast && runs.length === 1))
        mine.err(`${renderError(outcome.error)}\n`);
      if (isLast) return { ...run, ...outcome, broken };
      mine.err(
        `${run.title} was broken and is made again (${broken + 1} of ${settings.retryBroken})\n`,
      );
    }
  }

  async function runOnce(
    run: PlannedRun,
    mine: Host,
    teller: Told,
  ): Promise<Pick<Outcome, 'ended' | 'error' | 'exitCode'>> {
    try {
      const ended = await runOne(run, settings, mine, open, (event, name) =>
        teller.event(event, name, mine),
      );
      teller.end(ended, mine);
      return { ended, exitCode: ended.exitCode };
    } catch (error) {
      if (!(error instanceof SscError)) throw error;
      return { error, exitCode: exitCodeOf(error.verdict) };
    }
  }

  try {
    await Promise.all(
      Array.from({ length: Math.min(settings.parallel, runs.length) }, () => work()),
    );
  } finally {
    stopListening();
  }
  const inOrder = [...outcomes].sort(([a], [b]) => a - b).map(([, outcome]) => outcome);
  const junit = joinPath(settings.destination, 'junit.xml');
  if (runs.length > 1) {
    await writeJUnit(junit, inOrder, host);
    summarize(inOrder, runs.length, settings, junit, host);
    return inOrder;
  }
  const error = inOrder[0]?.error;
  // A request that makes no sense leaves nothing.
  if (error?.verdict === 'usage') throw error;
  // Where CI looks for it, be it one run or many.
  const written = writeJUnit(junit, inOrder, host);
  if (error === undefined) await written;
  else {
    // Why the run could not begin is told, whatever becomes of the file.
    await written.catch(() => {});
    throw error;
  }
  return inOrder;
}

/** How runs are told of by default: every event, or one JSON object a line. */
export const tellAll =
  (
    { json }: { readonly json: boolean },
    provider: { readonly name: string; readonly flags?: string },
  ) =>
  (host: Host): Told => {
    const print = createEventPrinter(host.out);
    if (json)
      return {
        event: (event, run) => host.out(`${JSON.stringify({ run, ...event })}\n`),
        end: ({ result }) => {
          if (result.error !== undefined) host.err(`${renderError(errorOf(result))}\n`);
        },
      };
    return {
      event: (event) => print(event),
      end: ({ result, folder }) => printEnd(result, folder, provider, host),
    };
  };

// What is definite about the network counts most; a signal is what the user wants to see answered.
const badness: readonly Verdict[] = ['broken', 'usage', 'failed', 'interrupted'];

/** The exit code of all runs: that of the worst one. Failed is worse than broken, which says nothing about the network. */
export function worstOf(outcomes: readonly Outcome[]): number {
  const rank = (outcome: Outcome): number =>
    badness.indexOf((outcome.ended?.result ?? outcome.error)?.verdict as Verdict);
  return (
    outcomes.reduce<Outcome | undefined>(
      (worst, outcome) => (worst === undefined || rank(outcome) > rank(worst) ? outcome : worst),
      undefined,
    )?.exitCode ?? 0
  );
}

function repeated(planned: PlannedRun, repeat: number): { planned: PlannedRun; title: string }[] {
  return Array.from({ length: repeat }, (_, i) => ({
    planned: { ...planned, seed: i === 0 ? planned.seed : `${planned.seed}-${i + 1}` },
    title: repeat === 1 ? planned.mission.name : `${planned.mission.name} #${i + 1}`,
  }));
}

/** A host whose lines begin with the name of the run. */
function prefixed(host: Host, title: string): Host {
  const lines = (print: (text: string) => void): ((text: string) => void) => {
    let rest = '';
    return (text) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      if (parts.length > 0) print(parts.map((part) => `[${title}] ${part}\n`).join(''));
    };
  };
  return { ...host, out: lines(host.out), err: lines(host.err) };
}

/** Writes what became of all runs for CI, those among them that could not begin. */
async function writeJUnit(path: string, outcomes: readonly Outcome[], host: Host): Promise<void> {
  const runs = outcomes.map(
    ({ planned, ended, error }): RunResult | RunNotBegun =>
      ended?.result ?? {
        mission: planned.mission.name,
        error: toErrorResult(present(error, 'a run that did not begin has an error')),
      },
  );
  await host.write(
    path,
    renderJUnit(
      runs,
      outcomes.map(({ title }) => title),
    ),
  );
}

function summarize(
  outcomes: readonly Outcome[],
  asked: number,
  settings: RunSettings,
  junit: string,
  host: Host,
): void {
  if (settings.json) return;
  const width = Math.max(...outcomes.map((outcome) => outcome.title.length));
  host.out(`\n${outcomes.length} of ${asked} runs\n`);
  for (const outcome of outcomes) {
    const { ended, error, broken } = outcome;
    const verdict = ended?.result.verdict ?? error?.verdict ?? '';
    const problem = ended?.result.error ?? error;
    host.out(
      [
        `  ${outcome.title.padEnd(width)}  ${verdict.padEnd(11)}`,
        ended === undefined
          ? ''
          : `  ${ended.result.seconds.toFixed(1).padStart(8)}s  ${ended.folder}`,
        broken === 0 ? '' : `  (after ${broken} broken)`,
        problem === undefined
          ? ''
          : `\n  ${' '.repeat(width)}  ${problem.code}  ${problem.message}`,
        '\n',
      ].join(''),
    );
  }
  const verdicts = outcomes.map(
    ({ ended, error }) => ended?.result.verdict ?? error?.verdict ?? '',
  );
  const kinds = [...new Set(verdicts)];
  host.out(
    `${kinds.map((kind) => `${verdicts.filter((verdict) => verdict === kind).length} ${kind}`).join(', ')}${kinds.includes('rehearsed') ? ' (simulated nodes: nothing is said about stellar-core)' : ''}\n`,
  );
  host.out(`junit    ${junit}\n`);
}
