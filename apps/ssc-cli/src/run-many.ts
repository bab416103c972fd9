import { exitCodeOf, renderError, SscError } from '@ssc/errors';
import type { RunEvent } from '@ssc/missions';
import { type Host, joinPath } from './host.ts';
import { type Outcome, summarize, type Try, writeJUnit } from './outcomes.ts';
import type { PlannedRun } from './planned-run.ts';
import { errorOf, printEnd } from './print-end.ts';
import { createEventPrinter } from './print-events.ts';
import type { Provider } from './provider.ts';
import type { RunSettings } from './read-run-settings.ts';
import { type EndedRun, runOne } from './run-one.ts';

/** What a run of a mission is told to. */
export interface Told {
  /** Prints what happens in the run, and how it ended. */
  event(event: RunEvent, run: string): void;
  end(ended: EndedRun): void;
}

/** Where and how runs are made. */
export interface RunManyOptions {
  readonly settings: RunSettings;
  readonly host: Host;
  open(seed: string): Promise<Provider>;
  /** How a run is made. @default runOne */
  readonly make?: typeof runOne;
  /** How a run is told of; its title is given when several go on at once. */
  readonly told: (host: Host, title?: string) => Told;
}

/**
 * Makes all runs, at most `parallel` at once, each on a provider of its own. None of them keeps another from being made; only a
 * signal does.
 */
export async function runMany(
  planned: readonly PlannedRun[],
  options: RunManyOptions,
): Promise<readonly Outcome[]> {
  const { settings, host } = options;
  const runs = numbered(
    planned.flatMap((run) => Array.from({ length: settings.repeat }, () => run)),
  );
  const outcomes = await new RunQueue(runs, options).work();
  const junit = joinPath(settings.destination, 'junit.xml');
  // One that was made again is no single run.
  if (runs.length > 1 || outcomes.some(({ earlier }) => earlier.length > 0)) {
    await writeJUnit(junit, outcomes, host);
    if (!settings.json) host.out(summarize(outcomes, junit));
    return outcomes;
  }
  const error = outcomes[0]?.error;
  // A request that makes no sense leaves nothing.
  if (error?.verdict === 'usage') throw error;
  // Where CI looks for it, be it one run or many.
  const written = writeJUnit(junit, outcomes, host);
  if (error === undefined) await written;
  else {
    // Why the run could not begin is told, whatever becomes of the file.
    await written.catch(() => {});
    throw error;
  }
  return outcomes;
}

/** A run that is to be made, and what it is called among the others. */
type TitledRun = Pick<Outcome, 'planned' | 'title'>;

/** Runs that are made one after the other, or some of them at once. */
class RunQueue {
  readonly #runs: readonly TitledRun[];
  readonly #options: RunManyOptions;
  /** By their place in the queue. */
  readonly #outcomes: (Outcome | undefined)[] = [];
  #next = 0;
  #signal: 'SIGINT' | 'SIGTERM' | undefined;

  constructor(runs: readonly TitledRun[], options: RunManyOptions) {
    this.#runs = runs;
    this.#options = options;
  }

  /** Makes all runs; gives what became of each, in their order. */
  async work(): Promise<readonly Outcome[]> {
    const { host, settings } = this.#options;
    const stopListening = host.onSignal((name) => {
      this.#signal ??= name;
    });
    const workers = Math.min(settings.parallel, this.#runs.length);
    try {
      await Promise.all(Array.from({ length: workers }, () => this.#takeTurns()));
    } finally {
      stopListening();
    }
    return this.#runs.map((run, place) => this.#outcomes[place] ?? this.#notBegun(run));
  }

  /** Without it, a call that a signal ended between two runs would look as if it had made all. */
  #notBegun(run: TitledRun): Outcome {
    const error = new SscError({
      problem: { code: 'SSC_INTERRUPTED' },
      verdict: 'interrupted',
      summary: `it was not begun: ${this.#signal} ended the call`,
    });
    return { ...run, error, exitCode: exitCodeOf('interrupted', this.#signal), earlier: [] };
  }

  async #takeTurns(): Promise<void> {
    const { settings } = this.#options;
    while (this.#signal === undefined) {
      const place = this.#next;
      const run = this.#runs[place];
      if (run === undefined) return;
      this.#next += 1;
      const isOneOfMany = settings.parallel > 1 && this.#runs.length > 1;
      this.#outcomes[place] = await this.#runUntilNotBroken(run, isOneOfMany);
    }
  }

  async #runUntilNotBroken(run: TitledRun, isOneOfMany: boolean): Promise<Outcome> {
    const { settings } = this.#options;
    const title = isOneOfMany ? run.title : undefined;
    const host = titled(this.#options.host, title);
    const earlier: Try[] = [];
    for (;;) {
      const broken = earlier.length;
      // A simulation with the same seed would break in the same way.
      const seed = broken === 0 ? run.planned.seed : `${run.planned.seed}-retry-${broken}`;
      const told = this.#options.told(this.#options.host, title);
      const outcome = await this.#runOnce({ ...run.planned, seed }, host, told);
      const isBroken = (outcome.ended?.result ?? outcome.error)?.verdict === 'broken';
      const isLast = !isBroken || broken === settings.retryBroken || this.#signal !== undefined;
      // What a single run ends with that was not made again is told by the program itself.
      if (outcome.error !== undefined && !(isLast && this.#runs.length === 1 && broken === 0))
        host.err(`${renderError(outcome.error)}\n`);
      if (isLast) return { ...run, ...outcome, earlier };
      earlier.push(outcome);
      host.err(
        `${run.title} was broken and is made again (${broken + 1} of ${settings.retryBroken})\n`,
      );
    }
  }

  async #runOnce(planned: PlannedRun, host: Host, told: Told): Promise<Try> {
    const { settings, open, make = runOne } = this.#options;
    try {
      const ended = await make(planned, { settings, host, open, onEvent: told.event });
      told.end(ended);
      return { ended, exitCode: ended.exitCode };
    } catch (error) {
      if (!(error instanceof SscError)) throw error;
      return { error, exitCode: exitCodeOf(error.verdict) };
    }
  }
}

/** How runs are told of by default: every event, after the title of its run where several go on at once; or one JSON object a line. */
export const tellAll =
  (
    { json }: { readonly json: boolean },
    provider: { readonly name: string; readonly flags?: string },
  ) =>
  (host: Host, title?: string): Told => {
    const named = titled(host, title);
    if (json)
      return {
        event: (event, run) =>
          host.out(`${JSON.stringify({ ...(title !== undefined && { title }), run, ...event })}\n`),
        end: ({ result }) => {
          if (result.error !== undefined) named.err(`${renderError(errorOf(result))}\n`);
        },
      };
    const print = createEventPrinter(named.out);
    return {
      event: (event) => print(event),
      end: ({ result, folder }) => printEnd(result, folder, provider, named),
    };
  };

/** Where there are several runs of a mission, each has a number, and a seed of its own: that names it, and its folder. */
function numbered(runs: readonly PlannedRun[]): TitledRun[] {
  const ofMission = Map.groupBy(runs.keys(), (place) => runs[place]?.mission.name);
  return runs.map((planned, place) => {
    const { name } = planned.mission;
    const alike = ofMission.get(name) ?? [];
    const number = alike.indexOf(place) + 1;
    const seed = number === 1 ? planned.seed : `${planned.seed}-${number}`;
    return {
      planned: { ...planned, seed },
      title: alike.length === 1 ? name : `${name} #${number}`,
    };
  });
}

/** A host whose lines begin with the title of the run, if it has one. */
function titled(host: Host, title: string | undefined): Host {
  if (title === undefined) return host;
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
