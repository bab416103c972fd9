import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { type Fact, type Problem, SscError } from '@ssc/errors';
import { containerNames, type JobPlan, jobName } from '@ssc/kube-specs';
import { describeRequests } from '../pods/describe-requests.ts';
import { describePod, findTrouble, statusesOf, type TroubleCode } from '../pods/pod-state.ts';

/** A job did not do what it was to do, or was not let do it. */
export interface JobFailedProblem extends Problem {
  readonly code: 'SSC_JOB_FAILED' | 'SSC_JOB_NOT_RUN';
  readonly job: string;
  /** Kubernetes' word for it. @example "BackoffLimitExceeded" */
  readonly reason: string;
}

// What keeps a pod from running at all. How one ends is the job's own matter: it may be tried again.
const hopeless: ReadonlySet<TroubleCode> = new Set([
  'SSC_IMAGE_NOT_PULLED',
  'SSC_CONTAINER_NOT_CREATED',
  'SSC_POD_UNSCHEDULABLE',
]);

/** Why a job will never run, or is not there; undefined while it may still come to an end by itself. */
export function troubleOf(
  { run, job, namespace }: JobPlan,
  found: V1Job | undefined,
  pods: readonly V1Pod[],
  now: number,
): SscError | undefined {
  const broken = (reason: string, summary: string, facts: readonly Fact[]): SscError =>
    new SscError<JobFailedProblem>({
      problem: { code: 'SSC_JOB_NOT_RUN', job, reason },
      verdict: 'broken',
      summary,
      facts,
      hint: 'This says nothing about stellar-core.',
    });
  if (found === undefined)
    return broken('Deleted', `job "${job}" is gone, which nobody asked for`, [
      ['Job', `${namespace}/${jobName({ run, job })}`],
    ]);
  for (const pod of pods) {
    const trouble = findTrouble(pod, { now });
    if (trouble === undefined || !hopeless.has(trouble.code)) continue;
    return broken(trouble.reason, `a pod of job "${job}" cannot run`, [
      ['Pod', `${namespace}/${pod.metadata?.name}: ${describePod(pod, now)}`],
      ['Message', trouble.message],
      ...(trouble.code === 'SSC_POD_UNSCHEDULABLE' && pod.spec !== undefined
        ? ([['Asks for', describeRequests(pod.spec)]] as const)
        : []),
    ]);
  }
  return undefined;
}

interface End {
  readonly pod: string;
  readonly container: string;
  readonly exitCode: number;
  readonly reason: string;
}

/** What ended badly in a pod: the preparation, or the program itself. */
const endsOf = (pod: V1Pod): End[] =>
  statusesOf(pod).flatMap(({ name, state }) => {
    const ended = state?.terminated;
    const isOurs = name === containerNames.job || name === containerNames.prepare;
    if (ended === undefined || ended.exitCode === 0 || !isOurs) return [];
    const { exitCode, reason = 'Error' } = ended;
    return [{ pod: pod.metadata?.name ?? '', container: name, exitCode, reason }];
  });

/** The items that a job which is over has lost, where it may lose some. One that has failed: *failed*, or *broken* where that says nothing about its program. */
export async function failureOf(
  { status }: V1Job,
  pods: readonly V1Pod[],
  { job, parallel }: JobPlan,
  readLog: (pod: string, container: string) => Promise<string>,
): Promise<readonly string[]> {
  const failed = status?.conditions?.find(
    ({ type, status: holds }) => type === 'Failed' && holds === 'True',
  );
  if (failed === undefined) return [];
  const { reason = '', message = '' } = failed;
  const lost = (status?.failedIndexes ?? '')
    .split(',')
    .filter(Boolean)
    .flatMap(toIndexes)
    .map((index) => parallel?.items[index] ?? String(index));
  if (reason === 'FailedIndexes' && lost.length <= (parallel?.failuresMax ?? 0)) return lost;
  const ends = pods.flatMap(endsOf);
  const last = ends.at(-1);
  const isKilled = last !== undefined && (last.reason === 'OOMKilled' || last.exitCode === 137);
  // A program that is not there, or cannot be executed: of a shell, or of the container's runtime.
  const isMissing = last !== undefined && last.exitCode >= 126 && last.exitCode <= 128;
  const isProgram = last?.container === containerNames.job && !isKilled && !isMissing;
  const log = last === undefined ? '' : await readLog(last.pod, last.container).catch(() => '');
  throw new SscError<JobFailedProblem>({
    problem: { code: isProgram ? 'SSC_JOB_FAILED' : 'SSC_JOB_NOT_RUN', job, reason },
    verdict: isProgram ? 'failed' : 'broken',
    summary: sentenceOf(job, last, isKilled),
    facts: [
      ['Reason', `${reason}: ${message}`],
      ...(lost.length === 0 ? [] : ([['Items', lost.slice(0, 10).join(', ')]] as const)),
      ...(last === undefined ? [] : ([['Pod', last.pod]] as const)),
      ...(log === '' ? [] : ([['Last log', log.trimEnd()]] as const)),
    ],
    ...(isKilled && { hint: 'This says nothing about stellar-core. Give the job more memory.' }),
  });
}

function sentenceOf(job: string, last: End | undefined, isKilled: boolean): string {
  if (last === undefined) return `job "${job}" failed, and no pod of it says why`;
  if (isKilled) return `job "${job}" was killed for want of memory, however often it was tried`;
  const what = last.container === containerNames.job ? 'its program' : 'its preparation';
  return `job "${job}" failed: ${what} ended with exit code ${last.exitCode}`;
}

/** `2-4` as 2, 3, 4. */
function toIndexes(range: string): number[] {
  const [first = 0, last = first] = range.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
