import { present, type SscError, type Verdict } from '@ssc/errors';
import { renderJUnit, type ToldRun, toErrorResult } from '@ssc/missions';
import type { Host } from './host.ts';
import type { PlannedRun } from './planned-run.ts';
import { hasSimulatedNodes, simulatedRemark } from './print-end.ts';
import type { EndedRun } from './run-one.ts';

/** How a try of a run ended. */
export interface Try {
  /** Undefined when it could not even begin; then there is an error. */
  readonly ended?: EndedRun;
  readonly error?: SscError;
  readonly exitCode: number;
}

/** How a planned run ended: the last of its tries. */
export interface Outcome extends Try {
  readonly planned: PlannedRun;
  /** What it is called among the others. @example "SimplePayment #2" */
  readonly title: string;
  /** The tries before the last one, which ended *broken*. */
  readonly earlier: readonly Try[];
}

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

/** Writes what became of all runs for CI, those among them that could not begin. */
export async function writeJUnit(
  path: string,
  outcomes: readonly Outcome[],
  host: Host,
): Promise<void> {
  const told = outcomes.map((outcome): ToldRun => {
    const { planned, title, earlier } = outcome;
    const toRun = ({ ended, error }: Try): ToldRun['run'] =>
      ended?.result ?? {
        mission: planned.mission.name,
        error: toErrorResult(present(error, 'a run that did not begin has an error')),
      };
    return { run: toRun(outcome), title, earlier: earlier.map(toRun) };
  });
  await host.write(path, renderJUnit(told));
}

/** What became of all runs, a line for each, and how many there were of each verdict. */
export function summarize(outcomes: readonly Outcome[], junit: string): string {
  const width = Math.max(...outcomes.map((outcome) => outcome.title.length));
  const verdicts = outcomes.map(verdictOf);
  const kinds = [...new Set(verdicts)];
  const counts = kinds.map((kind) => `${verdicts.filter((one) => one === kind).length} ${kind}`);
  const begun = outcomes.filter(({ ended, error }) => ended ?? error?.verdict !== 'interrupted');
  const isSimulated = outcomes.some(({ ended }) => ended && hasSimulatedNodes(ended.result));
  return [
    `\n${begun.length} of ${outcomes.length} runs\n`,
    ...outcomes.map((outcome) => summaryOf(outcome, width)),
    counts.join(', '),
    `${isSimulated ? simulatedRemark : ''}\n`,
    `junit    ${junit}\n`,
  ].join('');
}

const verdictOf = ({ ended, error }: Outcome): string =>
  ended?.result.verdict ?? error?.verdict ?? '';

function summaryOf(outcome: Outcome, width: number): string {
  const { title, ended, error, earlier } = outcome;
  const problem = ended?.result.error ?? error;
  return [
    `  ${title.padEnd(width)}  ${verdictOf(outcome).padEnd(11)}`,
    ended === undefined ? '' : `  ${ended.result.seconds.toFixed(1).padStart(8)}s  ${ended.folder}`,
    earlier.length === 0 ? '' : `  (after ${earlier.length} broken)`,
    problem === undefined ? '' : `\n  ${' '.repeat(width)}  ${problem.code}  ${problem.message}`,
    '\n',
  ].join('');
}
