import { assert, type SscError } from '@ssc/errors';
import type { RunFacts } from '@ssc/perf-reporter';
import { actMission } from './act-mission.ts';
import { attempt, toSscError } from './attempt.ts';
import { createRun, figuresOf, type MissionRun, type RunOptions } from './mission-run.ts';
import type { Json } from './phase.ts';
import { type NodeKind, type RunResult, type RunVerdict, toErrorResult } from './run-result.ts';
import { startTimeout } from './run-timeout.ts';
import { saveWhatThereIs } from './save-run.ts';

/**
 * Runs one mission: brings its network up, lets it act, checks what is checked after every mission, saves what the run
 * leaves behind, removes the network. Never throws: the result has the verdict and the error.
 */
export async function runMission(options: RunOptions): Promise<RunResult> {
  const { mission, formation, signal, keep, append, save } = options;
  const run = createRun(options);
  const { measured } = run;
  run.emit({
    type: 'run-started',
    mission: mission.name,
    run: options.run,
    summary: mission.summary,
    seed: options.seed,
    provider: options.provider,
  });
  const timer = startTimeout(run);
  if (append !== undefined) formation.record({ save, append });
  const error = await untilInterrupted(actMission(run), signal).then(
    () => undefined,
    (thrown: unknown) => toSscError(thrown),
  );
  timer?.cancel();
  const failedIn = run.steps.current;
  const notSaved = await attempt(() => saveWhatThereIs(run, error));
  measured?.stop();
  const notRemoved = await attempt(async () => {
    await (keep ? formation.release() : formation.remove());
    return [];
  });
  const shown = error ?? notRemoved[0];
  const afterwards = [...run.unsaved, ...notSaved, ...notRemoved].filter((e) => e !== shown);
  const result = endRun(run, shown, failedIn, afterwards);
  const notReported = await attempt(() => saveReport(run, result));
  return {
    ...result,
    afterwards: [...result.afterwards, ...notReported.map((e) => toErrorResult(e))],
  };
}

/** Tells how the run ended, and gives its result. */
function endRun(
  run: MissionRun,
  error: SscError | undefined,
  failedIn: string | undefined,
  afterwards: readonly SscError[],
): RunResult {
  const { mission, clock, formation, measured, startedAt } = run;
  const nodes = formation.nodeKind();
  const verdict = verdictOf(error, nodes);
  const endedAt = clock.now();
  const seconds = (endedAt - startedAt) / 1000;
  const shown = error === undefined ? {} : { error: toErrorResult(error, failedIn) };
  run.emitLast({ type: 'run-ended', verdict, nodes, seconds, ...shown });
  return {
    format: 1,
    version: run.version,
    mission: mission.name,
    summary: mission.summary,
    run: run.run,
    verdict,
    nodes,
    builds: formation.builds(),
    provider: run.provider,
    seed: run.seed,
    params: run.params as Readonly<Record<string, Json>>,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: new Date(endedAt).toISOString(),
    seconds,
    phases: run.steps.results,
    checks: run.checks,
    ...shown,
    afterwards: afterwards.map((e) => toErrorResult(e)),
    doubts: measured?.report(figuresOf(run)).doubts ?? [],
    apiCalls: { ...formation.apiCalls() },
  };
}

/** Saves the page of the run, where its figures were measured. */
async function saveReport(run: MissionRun, result: RunResult): Promise<readonly SscError[]> {
  const { measured, formation } = run;
  if (measured === undefined) return [];
  const facts = { ...toRunFacts(result), topology: formation.topology() };
  await run.save('report.html', measured.report(figuresOf(run)).html(facts));
  return [];
}

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

/** The work's end, or at once the reason of an interruption, whatever the work is waiting for. */
function untilInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const interrupt = () => reject(signal.reason);
    if (signal.aborted) interrupt();
    signal.addEventListener('abort', interrupt, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', interrupt));
  });
}

function verdictOf(error: SscError | undefined, nodes: NodeKind): RunVerdict {
  if (error !== undefined) return error.verdict;
  assert(nodes !== 'none', 'a run whose nodes never answered has an error');
  return nodes === 'real' ? 'passed' : 'rehearsed';
}
