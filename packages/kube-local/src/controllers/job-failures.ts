import type { Job, PodFailureRule } from '../types/objects.ts';
import type { Container, Pod } from '../types/pod.ts';
import { indexOf } from './job-indexes.ts';

/** Why a Job has failed, as its condition says it. */
export interface JobFailure {
  readonly reason: string;
  readonly message: string;
}

/** What the failed pods of a Job mean for it. */
export interface Failures {
  /** Those that count: not those that a policy lets be made again. */
  readonly counted: readonly Pod[];
  /** Indexes that are not tried again. */
  readonly indexes: ReadonlySet<number>;
  readonly failure: JobFailure | undefined;
}

/** pkg/controller/job: pod_failure_policy.go, backoff_utils.go and indexed_job_utils.go. */
export function judgeFailures(job: Job, failed: readonly Pod[]): Failures {
  const { backoffLimit = 6, backoffLimitPerIndex, maxFailedIndexes } = job.spec;
  const counted: Pod[] = [];
  const indexes = new Set<number>();
  let failure: JobFailure | undefined;
  for (const pod of failed) {
    const match = matchOf(job, pod);
    if (match?.action === 'Ignore') continue;
    counted.push(pod);
    if (match?.action === 'FailJob')
      failure ??= { reason: 'PodFailurePolicy', message: match.message };
    if (match?.action === 'FailIndex') indexes.add(indexOf(pod));
  }
  if (backoffLimitPerIndex !== undefined) {
    const times = Map.groupBy(counted, indexOf);
    for (const [index, pods] of times) if (pods.length > backoffLimitPerIndex) indexes.add(index);
    if (maxFailedIndexes !== undefined && indexes.size > maxFailedIndexes)
      failure ??= {
        reason: 'MaxFailedIndexesExceeded',
        message: 'Job has exceeded the specified maximal number of failed indexes',
      };
  } else if (counted.length > backoffLimit)
    failure ??= {
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
    };
  return { counted, indexes, failure };
}

interface Match {
  readonly action: PodFailureRule['action'];
  readonly message: string;
}

/** The first rule of the policy that a failed pod meets. */
function matchOf(job: Job, pod: Pod): Match | undefined {
  const rules = job.spec.podFailurePolicy?.rules ?? [];
  for (const [i, { action, onExitCodes, onPodConditions }] of rules.entries()) {
    const where = `matching ${action} rule at index ${i}`;
    const name = `pod ${pod.metadata.namespace}/${pod.metadata.name}`;
    const condition = (onPodConditions ?? []).find(({ type, status = 'True' }) =>
      (pod.status.conditions ?? []).some((one) => one.type === type && one.status === status),
    );
    if (condition !== undefined)
      return { action, message: `Pod ${name.slice(4)} has condition ${condition.type} ${where}` };
    if (onExitCodes === undefined) continue;
    const { containerName, operator, values } = onExitCodes;
    const ended = endsOf(pod).find(
      ({ container, code }) =>
        code !== 0 &&
        (containerName === undefined || container === containerName) &&
        values.includes(code) === (operator === 'In'),
    );
    if (ended !== undefined)
      return {
        action,
        message: `Container ${ended.container} for ${name} failed with exit code ${ended.code} ${where}`,
      };
  }
  return undefined;
}

function endsOf({
  status,
}: Pod): { readonly container: Container['name']; readonly code: number }[] {
  return [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])].flatMap(
    ({ name, state }) =>
      state?.terminated === undefined ? [] : [{ container: name, code: state.terminated.exitCode }],
  );
}
