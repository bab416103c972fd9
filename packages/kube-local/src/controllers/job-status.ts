import { timestamp } from '../api/object.ts';
import type { Job } from '../types/objects.ts';
import type { Condition, Pod } from '../types/pod.ts';
import { doneIndexes, renderIndexes } from './job-indexes.ts';
import { activePods, type JobProgress } from './job-progress.ts';
import { isOver, isReady } from './pod-state.ts';

/** The status of a Job as it is written. It counts as ended only when its last pod has. */
export function renderJobStatus(
  job: Job,
  pods: readonly Pod[],
  progress: JobProgress,
  nowMs: number,
): object {
  const { startTime, failures, isComplete } = progress;
  const live = pods.filter((pod) => !isOver(pod));
  const active = activePods(pods);
  const isEnded = live.length === 0;
  const now = timestamp(nowMs);
  const conditions = withConditions(job.status.conditions ?? [], progress, isEnded, now);
  const succeeded = pods.filter((pod) => pod.status.phase === 'Succeeded').length;
  const done = doneIndexes(pods);
  return {
    ...(conditions.length > 0 && { conditions }),
    ...(startTime !== undefined && { startTime }),
    ...(isComplete && isEnded && { completionTime: now }),
    ...(active.length > 0 && { active: active.length }),
    ...(succeeded > 0 && { succeeded }),
    ...(failures.counted.length > 0 && { failed: failures.counted.length }),
    ...(done.size > 0 && { completedIndexes: renderIndexes(done) }),
    ...(job.spec.backoffLimitPerIndex !== undefined && {
      failedIndexes: renderIndexes(failures.indexes),
    }),
    ready: active.filter(isReady).length,
    terminating: live.length - active.length,
    uncountedTerminatedPods: {},
  };
}

/** What was true stays true: a condition is only ever added. */
function withConditions(
  before: readonly Condition[],
  { failures: { failure }, isComplete }: JobProgress,
  isEnded: boolean,
  now: string,
): Condition[] {
  const wanted: [type: string, reason: string, message: string][] = [];
  if (failure !== undefined) {
    wanted.push(['FailureTarget', failure.reason, failure.message]);
    if (isEnded) wanted.push(['Failed', failure.reason, failure.message]);
  }
  if (isComplete) {
    const why = ['CompletionsReached', 'Reached expected number of succeeded pods'] as const;
    wanted.push(['SuccessCriteriaMet', ...why]);
    if (isEnded) wanted.push(['Complete', ...why]);
  }
  return [
    ...before,
    ...wanted
      .filter(([type]) => !before.some((condition) => condition.type === type))
      .map(([type, reason, message]) => ({
        type,
        status: 'True' as const,
        lastProbeTime: now,
        lastTransitionTime: now,
        reason,
        message,
      })),
  ];
}
