import { type Clock, type Duration, formatDuration, type Timer, toMs, within } from '@ssc/clock';
import { assert, SscError } from '@ssc/errors';
import type { Formation, JobRequest } from '@ssc/formation';
import type { FiguresOf, RunFacts } from '@ssc/perf-reporter';
import type { LaunchNetwork, Mission } from './define.ts';
import { Journal } from './journal.ts';
import { Measured } from './measured.ts';
import { refuseUnknownProtocol } from './needs-protocol.ts';
import { createLauncher, handlesOf } from './networks.ts';
import type { Json } from './phase.ts';
import type { RunEvent, RunEventBody } from './run-event.ts';
import {
  type CheckResult,
  type NodeKind,
  type RunResult,
  type RunVerdict,
  toErrorResult,
} from './run-result.ts';
import { Steps } from './steps.ts';
import { trackVerbs } from './track-verbs.ts';

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

/** A run under way: what the steps share. */
interface Run extends RunOptions {
  readonly startedAt: number;
  readonly steps: Steps;
  readonly journal: Journal;
  readonly checks: CheckResult[];
  /** Undefined where nothing is recorded. */
  readonly measured: Measured | undefined;
  /** What could not be saved while the run went on. */
  readonly unsaved: SscError[];
  emit(event: RunEventBody): void;
}

/**
 * Runs one mission: brings its network up, lets it act, checks what is checked after every mission, saves what the run
 * leaves behind, removes the network. Never throws: the result has the verdict and the error.
 */
export async function runMission(options: RunOptions): Promise<RunResult> {
  const { clock, mission, formation } = options;
  let ended = false;
  // An interrupted mission may still be on its way out: the last event stays the last.
  const emit = (event: RunEventBody): void => {
    if (!ended) options.onEvent({ at: clock.now(), ...event });
  };
  const run = createRun(options, emit);
  run.emit({
    type: 'run-started',
    mission: mission.name,
    run: options.run,
    summary: mission.summary,
    seed: options.seed,
    provider: options.provider,
  });

  const timer = startTimeout(run);
  const measured = run.measured;
  if (options.append !== undefined)
    formation.record({ save: options.save, append: options.append });
  const error = await untilInterrupted(act(run), options.signal).then(
    () => undefined,
    (thrown: unknown) => toSscError(thrown),
  );
  timer?.cancel();
  const failedIn = run.steps.current;
  const notSaved = await attempt(() => saveWhatThereIs(run, error));
  measured?.stop();
  const notRemoved = await attempt(async () => {
    await (options.keep ? formation.release() : formation.remove());
    return [];
  });
  const nodes = formation.nodeKind();
  const verdict = verdictOf(error ?? notRemoved[0], nodes);
  const endedAt = clock.now();
  const shown = error ?? notRemoved[0];
  const shownResult = shown && toErrorResult(shown, failedIn);
  run.emit({
    type: 'run-ended',
    verdict,
    nodes,
    seconds: (endedAt - run.startedAt) / 1000,
    ...(shownResult !== undefined && { error: shownResult }),
  });
  ended = true;
  const afterwards = [...run.unsaved, ...notSaved, ...notRemoved].filter((e) => e !== shown);
  const result: RunResult = {
    format: 1,
    version: options.version,
    mission: mission.name,
    summary: mission.summary,
    run: options.run,
    verdict,
    nodes,
    provider: options.provider,
    seed: options.seed,
    params: options.params as Readonly<Record<string, Json>>,
    startedAt: new Date(run.startedAt).toISOString(),
    endedAt: new Date(endedAt).toISOString(),
    seconds: (endedAt - run.startedAt) / 1000,
    phases: run.steps.results,
    checks: run.checks,
    ...(shownResult !== undefined && { error: shownResult }),
    afterwards: afterwards.map((e) => toErrorResult(e)),
    doubts: measured?.report(about(run)).doubts ?? [],
    apiCalls: { ...formation.apiCalls() },
  };
  if (measured === undefined) return result;
  const notReported = await attempt(async () => {
    const facts = { ...toRunFacts(result), topology: formation.topology() };
    await options.save('report.html', measured.report(about(run)).html(facts));
    return [];
  });
  return {
    ...result,
    afterwards: [...result.afterwards, ...notReported.map((e) => toErrorResult(e))],
  };
}

const about = ({ mission, run, formation }: Run): FiguresOf => ({
  mission: mission.name,
  run,
  nodes: formation.nodeKind(),
});

const toRunFacts = (result: RunResult): RunFacts => {
  const { error } = result;
  return {
    ...result,
    ...(error !== undefined && {
      problem: {
        code: error.code,
        message: error.message,
        facts: [
          ...(error.phase === undefined ? [] : ([['Phase', error.phase]] as const)),
          ...error.facts,
        ],
      },
    }),
  };
};

function createRun(options: RunOptions, emit: Run['emit']): Run {
  const { mission, clock, signal, formation } = options;
  const measured = options.append && new Measured(formation, clock);
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
      if (options.append !== undefined && name !== finalStep)
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
  };
}

const finalStep = 'final checks';

async function act(run: Run): Promise<void> {
  const { mission, formation, params, steps, journal } = run;
  if (journal.length > 0)
    run.emit({ type: 'note', text: `${journal.length} steps were done by the driver before` });
  await steps.step({
    name: 'bring up',
    work: async () => {
      await formation.bringUp();
      await refuseOlderNodes(run);
    },
    restore: () => formation.rejoin(),
  });
  await run.measured?.start();
  const check = (report: CheckResult): void => {
    const { because } = mission.atEnd;
    const told: CheckResult = {
      ...report,
      ...(report.outcome === 'skipped' && because !== undefined && { because }),
    };
    run.checks.push(told);
    run.emit({ type: 'check-ended', ...told });
  };
  const launch = createLauncher({
    mission,
    formation,
    steps,
    journal,
    check,
    save: async (dump) => void run.unsaved.push(...(await saveInTime(run, 'usually', dump))),
  });
  await mission.run(handlesOf(formation.sets, steps), {
    phase: steps.phase,
    params,
    network: launch as LaunchNetwork,
    runJob: trackVerbs('tools', { runJob: (job: JobRequest) => formation.runJob(job) }, steps.verbs)
      .runJob,
  });
  steps.refuseForgotten('outside of any phase');
  await steps.step({
    name: finalStep,
    work: () => formation.checkAtEnd(mission.atEnd, check),
  });
}

/** Ends a run whose nodes do not know the protocol that it was asked for, before it does anything with them. */
async function refuseOlderNodes({ mission, params, formation, signal }: Run): Promise<void> {
  if (mission.needsProtocol === undefined) return;
  for (const node of formation.nodes) {
    const { protocol_version: protocol, build } = await node.info({ signal });
    refuseUnknownProtocol(mission, params, {
      protocol,
      facts: [[node.node, build]],
      andSo: 'the run ends here',
    });
  }
}

/** Ends a run that takes too long, and says what was under way. */
function startTimeout(run: Run): Timer | undefined {
  const { timeout, clock, mission } = run;
  if (timeout === undefined) return undefined;
  return clock.timer(toMs(timeout.after), () => {
    const { current: phase, startedAt: since } = run.steps;
    const verbs = [...run.steps.verbs].filter((verb) => !verb.ended).map((verb) => verb.name);
    timeout.end(
      new SscError({
        problem: { code: 'SSC_RUN_TIMEOUT' },
        verdict: 'broken',
        summary: `${mission.name} was to end within ${timeout.after}, and ${phase === undefined ? 'was between two phases' : `was in phase "${phase}"`}`,
        facts: [
          ...(phase === undefined || since === undefined
            ? []
            : ([['Phase', `"${phase}", for ${formatDuration(clock.now() - since)}`]] as const)),
          ...(verbs.length === 0 ? [] : ([['Under way', verbs.join(', ')]] as const)),
          [
            'Done before',
            run.steps.results.length === 0
              ? 'nothing'
              : run.steps.results
                  .map((done) => `"${done.name}" (${formatDuration(done.seconds * 1000)})`)
                  .join(', '),
          ],
        ],
        hint: `The time comes from --timeout. On real nodes this mission takes about ${mission.expectedDuration}.`,
      }),
    );
  });
}

// Jenkins leaves five seconds between SIGTERM and SIGKILL: the network must be removed within them.
const saveWithin = { usually: '1m', whenInterrupted: '2s' } as const;

/** What the run leaves behind, as far as it can be had in time. */
const saveWhatThereIs = (run: Run, error: SscError | undefined): Promise<readonly SscError[]> =>
  saveInTime(
    run,
    error?.verdict === 'interrupted' ? 'whenInterrupted' : 'usually',
    async (save) => [...(await saveFigures(run, error)), ...(await run.formation.dump(save))],
  );

async function saveInTime(
  run: Run,
  when: keyof typeof saveWithin,
  dump: (save: RunOptions['save']) => Promise<readonly SscError[]>,
): Promise<readonly SscError[]> {
  const limit = saveWithin[when];
  const problems = await within(run.clock, toMs(limit), undefined, () => dump(run.save));
  if (problems !== undefined) return problems;
  return [
    new SscError({
      problem: { code: 'SSC_NOT_SAVED' },
      verdict: 'broken',
      summary: `saving logs and last words took more than ${limit} and was ended`,
    }),
  ];
}

/** The figures of what was measured, with one more sample where there is time for it. */
async function saveFigures(run: Run, error: SscError | undefined): Promise<readonly SscError[]> {
  const { measured } = run;
  if (measured === undefined) return [];
  return attempt(async () => {
    if (error !== undefined && error.verdict !== 'interrupted') await measured.sampleNow();
    measured.stop();
    for (const [path, content] of Object.entries(measured.report(about(run)).files))
      await run.save(path, content);
    return [];
  });
}

/** The work's end, or at once the reason of an interruption, whatever the work is waiting for. */
function untilInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const interrupt = () => reject(signal.reason);
    if (signal.aborted) interrupt();
    signal.addEventListener('abort', interrupt, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', interrupt));
  });
}

/** What goes wrong after the verdict is known never hides it. */
async function attempt(work: () => Promise<readonly SscError[]>): Promise<readonly SscError[]> {
  try {
    return await work();
  } catch (error) {
    return [toSscError(error)];
  }
}

function verdictOf(error: SscError | undefined, nodes: NodeKind): RunVerdict {
  if (error !== undefined) return error.verdict;
  assert(nodes !== 'none', 'a run whose nodes never answered has an error');
  return nodes === 'real' ? 'passed' : 'rehearsed';
}

/** Anything that is no SscError is a defect of ours: broken, never failed. */
function toSscError(error: unknown): SscError {
  if (error instanceof SscError) return error;
  return new SscError({
    problem: { code: 'SSC_BUG' },
    verdict: 'broken',
    summary: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    ...(error instanceof Error &&
      error.stack !== undefined && {
        facts: [['Stack', error.stack.split('\n').slice(1, 7).join('\n')]],
      }),
    cause: error,
  });
}
