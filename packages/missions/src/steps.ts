import type { Clock } from '@ssc/clock';
import type { SscError } from '@ssc/errors';
import type { Formation } from '@ssc/formation';
import type { LoadFacts, PhaseSpan } from '@ssc/perf-reporter';
import { missionInvalid } from './check-mission.ts';
import type { DoneStep, Journal } from './journal.ts';
import { findNonJson, type Json, type Phase } from './phase.ts';
import type { RunEventBody } from './run-event.ts';
import type { PhaseResult } from './run-result.ts';
import type { TrackedVerb } from './track-verbs.ts';

/** What steps are made with. */
export interface StepsOptions {
  readonly mission: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly formation: Formation;
  readonly journal: Journal;
  emit(event: RunEventBody): void;
  /** Told after each step that was done here, failed ones included. */
  ended(step: PhaseSpan): void;
  /** Waited for after each step that succeeded here. */
  settle(name: string): Promise<void>;
}

/** How a step of the runner's own is done. */
export interface Step {
  readonly name: string;
  work(): Promise<void>;
  /** What is to be done in place of the work when a driver before this one has done it. */
  restore?(): Promise<void>;
}

/** The steps of a run, one after another: the phases of its mission, and what every run has. */
export class Steps {
  readonly results: PhaseResult[] = [];
  /** The verbs that were begun in the current step, or since the last one. */
  readonly verbs = new Set<TrackedVerb>();
  readonly #options: StepsOptions;
  #current: string | undefined;
  #startedAt: number | undefined;
  /** The load that was begun in the step which has just ended. */
  #load: LoadFacts | undefined;

  constructor(options: StepsOptions) {
    this.#options = options;
  }

  /** The step that is under way, or that failed. */
  get current(): string | undefined {
    return this.#current;
  }

  get startedAt(): number | undefined {
    return this.#startedAt;
  }

  /** A phase of the mission. */
  readonly phase: Phase = async (name, act, { repeatable = false } = {}) => {
    const value = await this.#do({ name, work: act, isPhase: true }, repeatable);
    return value as Awaited<ReturnType<typeof act>>;
  };

  /** A step of the runner's own, which may always be begun again. */
  async step(step: Step): Promise<void> {
    await this.#do({ ...step, isPhase: false }, true);
  }

  /** Refuses verbs that were begun and that nobody waited for. */
  refuseForgotten(where: string): void {
    const forgotten = [...this.verbs].filter((verb) => !verb.awaited).map((verb) => verb.name);
    this.verbs.clear();
    if (forgotten.length === 0) return;
    throw missionInvalid(
      this.#options.mission,
      forgotten.map((name) => [name, `was started ${where} and never awaited`] as const),
      'running',
    );
  }

  async #do(
    {
      name,
      work,
      restore = async () => {},
      isPhase,
    }: Pick<Step, 'name' | 'restore'> & {
      readonly work: () => Promise<unknown>;
      readonly isPhase: boolean;
    },
    isRepeatable: boolean,
  ): Promise<unknown> {
    const { clock, signal, formation, journal, emit } = this.#options;
    if (this.#current !== undefined)
      throw this.#invalid(
        `phase "${name}"`,
        `was begun inside phase "${this.#current}"; phases follow each other`,
      );
    signal.throwIfAborted();
    this.#current = name;
    const startedAt = clock.now();
    this.#startedAt = startedAt;
    let isBegun = false;
    const begin = (): void => {
      isBegun = true;
      emit({ type: 'phase-started', phase: name });
    };
    try {
      const done = journal.next(name, isRepeatable);
      if (done !== undefined) {
        await restore();
        this.#end({ ...done, name, outcome: 'done', earlier: true });
        this.#current = undefined;
        return done.value;
      }
      begin();
      // Whoever goes on with the run must know that it may have been acted on since it was last heard of.
      if (isPhase) await formation.journal({ begun: name });
      const value = await work();
      this.#load = loadOf(this.verbs);
      this.refuseForgotten(`in phase "${name}"`);
      const json = this.#jsonOf(name, value);
      const step = this.#done(name, startedAt, json);
      await formation.journal({ ...step });
      this.#endHere(startedAt, { ...step, name, outcome: 'done' });
      await this.#options.settle(name);
      this.#current = undefined;
      return value;
    } catch (error) {
      if (!isBegun) begin();
      this.#load ??= loadOf(this.verbs);
      this.#endHere(startedAt, { ...this.#done(name, startedAt), name, outcome: 'failed' });
      throw error;
    }
  }

  #jsonOf(name: string, value: unknown): Json | undefined {
    const wrong = value === undefined ? undefined : findNonJson(value, 'what it returns');
    if (wrong === undefined) return value as Json | undefined;
    throw this.#invalid(`phase "${name}"`, `must return JSON, since it is journaled: ${wrong}`);
  }

  #invalid(where: string, sentence: string): SscError {
    return missionInvalid(this.#options.mission, [[where, sentence]], 'running');
  }

  #done(phase: string, startedAtMs: number, value?: Json): DoneStep {
    return {
      phase,
      startedAt: new Date(startedAtMs).toISOString(),
      seconds: (this.#options.clock.now() - startedAtMs) / 1000,
      ...(value !== undefined && { value }),
    };
  }

  #endHere(fromMs: number, result: DoneStep & PhaseResult): void {
    const { clock, ended } = this.#options;
    const { name, outcome } = result;
    const load = this.#load;
    ended({ name, fromMs, toMs: clock.now(), outcome, ...(load !== undefined && { load }) });
    this.#load = undefined;
    this.#end(result);
  }

  #end({ phase, ...result }: DoneStep & PhaseResult): void {
    const { startedAt: _, name: __, ...told } = result;
    this.results.push(result);
    this.#options.emit({ type: 'phase-ended', phase, ...told });
  }
}

/** What was asked of the load generator, by the first verb that asked something of it. */
function loadOf(verbs: Iterable<TrackedVerb>): LoadFacts | undefined {
  const verb = [...verbs].find(({ name }) => /\.(?:run|start)Load$/u.test(name));
  return verb?.args[0] as LoadFacts | undefined;
}
