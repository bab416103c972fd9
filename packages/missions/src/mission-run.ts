import type { Clock, Duration } from '@ssc/clock';
import type { SscError } from '@ssc/errors';
import type { Formation } from '@ssc/formation';
import type { FiguresOf } from '@ssc/perf-reporter';
import type { Mission } from './define.ts';
import { Journal } from './journal.ts';
import { Measured } from './measured.ts';
import type { RunEvent, RunEventBody } from './run-event.ts';
import type { CheckResult } from './run-result.ts';
import { Steps } from './steps.ts';

/** What a run needs from outside. */
export interface RunOptions {
  readonly mission: Mission;
  /** The values of the mission's parameters: see readParams. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly seed: string;
  readonly provider: string;
  /** The version of ssc. */
  readonly version: string;
  /** The run's name: its nonce. */
  readonly run: string;
  readonly formation: Formation;
  /** Keeps the network when the run has ended. */
  readonly keep: boolean;
  readonly onEvent: (event: RunEvent) => void;
  /** Writes what the run leaves behind: paths within the run's folder. */
  readonly save: (path: string, content: string | Uint8Array) => Promise<void>;
  /**
   * Adds to such a file. With it the run is recorded while it goes on: logs, answers of the nodes after each phase, samples of
   * their metrics. Without it only what there is at the end is saved.
   */
  readonly append?: (path: string, content: string | Uint8Array) => Promise<void>;
  /** Aborted when the user interrupts the run; the reason is an SscError with the verdict *interrupted*. */
  readonly signal: AbortSignal;
  /** Ends the run as *broken* when it takes longer; `end` aborts the signal, which the formation hears too. */
  readonly timeout?: { readonly after: Duration; end(reason: SscError): void };
}

/** A run under way: what its parts share. */
export interface MissionRun extends RunOptions {
  readonly startedAt: number;
  readonly steps: Steps;
  readonly journal: Journal;
  readonly checks: CheckResult[];
  /** Undefined where nothing is recorded. */
  readonly measured: Measured | undefined;
  /** What could not be saved while the run went on. */
  readonly unsaved: SscError[];
  emit(event: RunEventBody): void;
  /** Emits the last event: what comes after is not told. An interrupted mission may still be on its way out. */
  emitLast(event: RunEventBody): void;
}

/** The step in which what every mission must leave true is checked. */
export const finalStep = 'final checks';

/** Makes a run, of which nothing has happened yet. */
export function createRun(options: RunOptions): MissionRun {
  const { mission, clock, signal, formation, append, onEvent } = options;
  let isOver = false;
  const emit = (event: RunEventBody): void => {
    if (!isOver) onEvent({ at: clock.now(), ...event });
  };
  const measured = append && new Measured(formation, clock);
  const journal = new Journal(formation.journaled);
  const unsaved: SscError[] = [];
  const steps = new Steps({
    mission: mission.name,
    clock,
    signal,
    formation,
    journal,
    emit,
    ended: (step) => measured?.add(step),
    settle: async (name) => {
      await measured?.sampleNow();
      // What the nodes know at the very end is saved anyway.
      if (append !== undefined && name !== finalStep)
        unsaved.push(...(await formation.snapshot(name)));
    },
  });
  return {
    ...options,
    startedAt: clock.now(),
    steps,
    journal,
    checks: [],
    unsaved,
    measured,
    emit,
    emitLast(event) {
      emit(event);
      isOver = true;
    },
  };
}

/** What its figures are of. */
export const figuresOf = ({ mission, run, formation }: MissionRun): FiguresOf => ({
  mission: mission.name,
  run,
  nodes: formation.nodeKind(),
});
