import { timestamp } from '../api/object.ts';
import type { Job } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import { type Failures, judgeFailures } from './job-failures.ts';
import { doneIndexes } from './job-indexes.ts';
import { isOver, isTerminating } from './pod-state.ts';

/** How far a Job is, by its pods and its time. */
export interface JobProgress {
  /** Undefined while it is suspended. */
  readonly startTime: string | undefined;
  /** Milliseconds until its deadline; undefined where it has none, and zero or less once it has passed. */
  readonly leftMs: number | undefined;
  readonly failures: Failures;
  readonly isComplete: boolean;
  /** Neither failed nor complete nor suspended: it is to have pods. */
  readonly goesOn: boolean;
}

/** Judges a Job by all its pods. Of several reasons to fail, its pods come first, then its deadline, then its indexes. */
export function judgeJob(job: Job, pods: readonly Pod[], nowMs: number): JobProgress {
  const { activeDeadlineSeconds, completions = 0, suspend } = job.spec;
  const startTime = suspend === true ? undefined : (job.status.startTime ?? timestamp(nowMs));
  const failed = pods.filter((pod) => pod.status.phase === 'Failed');
  const failures = judgeFailures(job, failed);
  let { failure } = failures;
  const leftMs =
    startTime === undefined || activeDeadlineSeconds === undefined
      ? undefined
      : Date.parse(startTime) + activeDeadlineSeconds * 1000 - nowMs;
  if (leftMs !== undefined && leftMs <= 0)
    failure ??= {
      reason: 'DeadlineExceeded',
      message: 'Job was active longer than specified deadline',
    };
  const lost = failures.indexes.size;
  if (lost > 0 && lost + doneIndexes(pods).size >= completions)
    failure ??= { reason: 'FailedIndexes', message: 'Job has failed indexes' };
  const isComplete = failure === undefined && completes(job, pods);
  return {
    startTime,
    leftMs,
    failures: { ...failures, failure },
    isComplete,
    goesOn: failure === undefined && !isComplete && suspend !== true,
  };
}

function completes(job: Job, pods: readonly Pod[]): boolean {
  const succeeded = countSucceeded(pods);
  const wanted = job.spec.completions;
  if (wanted === undefined) return succeeded > 0 && pods.every(isOver);
  return job.spec.completionMode === 'Indexed'
    ? doneIndexes(pods).size >= wanted
    : succeeded >= wanted;
}

/** The pods of a Job that run or are to run. */
export const activePods = (pods: readonly Pod[]): Pod[] =>
  pods.filter((pod) => !isOver(pod) && !isTerminating(pod));

/** How many active pods a Job that goes on is to have. */
export function wantedPods(job: Job, pods: readonly Pod[], failures: Failures): number {
  const { parallelism = 1, completions } = job.spec;
  const succeeded = countSucceeded(pods);
  if (completions !== undefined)
    return Math.min(parallelism, completions - succeeded - failures.indexes.size);
  // Without a number of completions, a success is the sign that the others are to finish.
  return succeeded > 0 ? activePods(pods).length : parallelism;
}

const countSucceeded = (pods: readonly Pod[]): number =>
  pods.filter((pod) => pod.status.phase === 'Succeeded').length;

/** When a Job ended, in milliseconds since the epoch; undefined while it has not. */
export function finishedAt(job: Job): number | undefined {
  const end = (job.status.conditions ?? []).find(
    (c) => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True',
  );
  return end === undefined ? undefined : Date.parse(end.lastTransitionTime ?? '');
}
