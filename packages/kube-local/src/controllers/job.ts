import { kinds } from '../api/kinds.ts';
import { randomSuffix } from '../api/new-object.ts';
import { copy, type Draft, timestamp } from '../api/object.ts';
import { ApiError } from '../api/status.ts';
import type { Job } from '../types/objects.ts';
import type { Condition, Pod } from '../types/pod.ts';
import { type Cluster, keyOf, splitKey } from './cluster.ts';
import { type Failures, indexAnnotation, indexOf, judgeFailures } from './job-failures.ts';
import { controllerOf, isOver, isReady, isTerminating } from './pod-state.ts';
import { createBackoff, createWorkQueue } from './work-queue.ts';

const component = 'job-controller';
/** Between the failure of a pod and its successor: doubling up to ten minutes (pkg/controller/job). */
const firstRetryMs = 10_000;
const longestRetryMs = 600_000;

/** Runs the pods of Jobs, ends Jobs at their deadline, and removes finished ones in time. */
export function startJobController(cluster: Cluster, delayMs: number): void {
  const { store, registry, events } = cluster;
  const retries = createBackoff(5, 1_000_000);
  const podRetryAt = new Map<string, number>();
  const queue = createWorkQueue(cluster.clock, delayMs, (key) => {
    const [namespace, name] = splitKey(key);
    const job = store.get(kinds.job, namespace, name) as Job | undefined;
    if (job === undefined || job.metadata.deletionTimestamp !== undefined) return;
    try {
      if (finishedAt(job) === undefined) sync(job);
      else expire(job);
      retries.reset(key);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      queue.addAfter(key, retries.next(key));
    }
  });

  store.subscribe(({ kind, object }) => {
    if (kind === kinds.job) queue.add(keyOf(object));
    if (kind !== kinds.pod) return;
    const owner = controllerOf(object as unknown as Pod);
    if (owner?.kind === 'Job') queue.add(`${object.metadata.namespace}/${owner.name}`);
  });

  const podsOf = (job: Job): Pod[] =>
    (store.list(kinds.pod, job.metadata.namespace) as unknown as Pod[]).filter(
      (pod) => controllerOf(pod)?.uid === job.metadata.uid,
    );

  function sync(job: Job): void {
    const pods = podsOf(job);
    const suspended = job.spec.suspend === true;
    const startTime = suspended ? undefined : (job.status.startTime ?? timestamp(registry.now()));
    const succeeded = pods.filter((pod) => pod.status.phase === 'Succeeded');
    const failures = judgeFailures(
      job,
      pods.filter((pod) => pod.status.phase === 'Failed'),
    );
    let { failure } = failures;
    const deadline = job.spec.activeDeadlineSeconds;
    if (startTime !== undefined && deadline !== undefined) {
      const left = Date.parse(startTime) + deadline * 1000 - registry.now();
      if (left <= 0)
        failure ??= {
          reason: 'DeadlineExceeded',
          message: 'Job was active longer than specified deadline',
        };
      else queue.addAfter(keyOf(job), left);
    }
    const { completions = 0 } = job.spec;
    const lost = failures.indexes.size;
    if (lost > 0 && lost + doneIndexes(pods).size >= completions)
      failure ??= { reason: 'FailedIndexes', message: 'Job has failed indexes' };
    const isComplete = failure === undefined && completes(job, pods, succeeded.length);
    if (failure !== undefined || isComplete || suspended)
      for (const pod of pods) if (!isOver(pod) && !isTerminating(pod)) deletePod(job, pod);
    let created: ApiError | undefined;
    if (failure === undefined && !isComplete && !suspended)
      created = managePods(job, pods, succeeded, failures);
    writeStatus(job, startTime, { ...failures, failure }, isComplete);
    if (created !== undefined) throw created;
  }

  function completes(job: Job, pods: readonly Pod[], succeeded: number): boolean {
    const wanted = job.spec.completions;
    if (wanted !== undefined)
      return job.spec.completionMode === 'Indexed'
        ? doneIndexes(pods).size >= wanted
        : succeeded >= wanted;
    return succeeded > 0 && pods.every(isOver);
  }

  /** Creates and deletes pods until as many run as should; returns the refusal of a creation. */
  function managePods(
    job: Job,
    pods: readonly Pod[],
    succeeded: readonly Pod[],
    failures: Failures,
  ): ApiError | undefined {
    const active = pods.filter((pod) => !isOver(pod) && !isTerminating(pod));
    const parallelism = job.spec.parallelism ?? 1;
    const completions = job.spec.completions;
    let wanted = parallelism;
    if (completions !== undefined)
      wanted = Math.min(parallelism, completions - succeeded.length - failures.indexes.size);
    else if (succeeded.length > 0) wanted = active.length;
    for (const pod of active.slice(Math.max(0, wanted))) deletePod(job, pod);
    const missing = wanted - active.length;
    if (missing <= 0) return undefined;
    const wait = retryWait(job, failures.counted);
    if (wait > 0) {
      queue.addAfter(keyOf(job), wait);
      return undefined;
    }
    const free = freeIndexes(job, pods).filter((index) => !failures.indexes.has(index));
    for (let i = 0; i < missing; i++) {
      const refusal = createPod(job, free[i]);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  function retryWait(job: Job, failed: readonly Pod[]): number {
    if (failed.length === 0) return 0;
    const key = `${job.metadata.uid}/${failed.length}`;
    const wait = Math.min(longestRetryMs, firstRetryMs * 2 ** (failed.length - 1));
    const at = podRetryAt.get(key) ?? registry.now() + wait;
    podRetryAt.set(key, at);
    return at - registry.now();
  }

  function freeIndexes(job: Job, pods: readonly Pod[]): number[] {
    if (job.spec.completionMode !== 'Indexed') return [];
    const done = doneIndexes(pods);
    const busy = new Set(pods.filter((pod) => !isOver(pod)).map(indexOf));
    return Array.from({ length: job.spec.completions ?? 0 }, (_, index) => index).filter(
      (index) => !done.has(index) && !busy.has(index),
    );
  }

  function createPod(job: Job, index: number | undefined): ApiError | undefined {
    const draft = podDraft(job, index);
    draft.metadata.name = `${draft.metadata.generateName}${randomSuffix(cluster.random)}`;
    try {
      registry.create(kinds.pod, job.metadata.namespace ?? '', draft);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      say(job, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
      return error;
    }
    say(job, 'Normal', 'SuccessfulCreate', `Created pod: ${draft.metadata.name}`);
    return undefined;
  }

  function deletePod(job: Job, pod: Pod): void {
    registry.delete(kinds.pod, pod.metadata.namespace ?? '', pod.metadata.name, {
      preconditions: { uid: pod.metadata.uid },
    });
    say(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
  }

  const say = (job: Job, type: 'Normal' | 'Warning', reason: string, message: string): void =>
    events.record({ about: job, type, reason, message, component });

  function writeStatus(
    job: Job,
    startTime: string | undefined,
    { failure, counted, indexes: failedIndexes }: Failures,
    isComplete: boolean,
  ): void {
    const pods = podsOf(job);
    const live = pods.filter((pod) => !isOver(pod));
    const active = live.filter((pod) => !isTerminating(pod));
    const now = timestamp(registry.now());
    const condition = (type: string, reason: string, message: string): Condition => ({
      type,
      status: 'True',
      lastProbeTime: now,
      lastTransitionTime: now,
      reason,
      message,
    });
    const count = (phase: string): number => pods.filter((p) => p.status.phase === phase).length;
    const isOverNow = live.length === 0;
    const conditions = [...(job.status.conditions ?? [])];
    const add = (type: string, reason: string, message: string): void => {
      if (!conditions.some((c) => c.type === type))
        conditions.push(condition(type, reason, message));
    };
    if (failure !== undefined) {
      add('FailureTarget', failure.reason, failure.message);
      if (isOverNow) add('Failed', failure.reason, failure.message);
    }
    if (isComplete) {
      const why = 'Reached expected number of succeeded pods';
      add('SuccessCriteriaMet', 'CompletionsReached', why);
      if (isOverNow) add('Complete', 'CompletionsReached', why);
    }
    const indexes = [...doneIndexes(pods)].sort((a, b) => a - b);
    const status = {
      ...(conditions.length > 0 && { conditions }),
      ...(startTime !== undefined && { startTime }),
      ...(isComplete && isOverNow && { completionTime: now }),
      ...(active.length > 0 && { active: active.length }),
      ...(count('Succeeded') > 0 && { succeeded: count('Succeeded') }),
      ...(counted.length > 0 && { failed: counted.length }),
      ...(indexes.length > 0 && { completedIndexes: ranges(indexes) }),
      ...(job.spec.backoffLimitPerIndex !== undefined && {
        failedIndexes: ranges([...failedIndexes].sort((a, b) => a - b)),
      }),
      ready: active.filter(isReady).length,
      terminating: live.length - active.length,
      uncountedTerminatedPods: {},
    };
    registry.update(
      kinds.job,
      job.metadata.namespace ?? '',
      job.metadata.name,
      (draft) => ({ ...draft, status }),
      { subresource: 'status' },
    );
    if (!isOverNow) return;
    if (failure !== undefined) say(job, 'Warning', failure.reason, failure.message);
    else if (isComplete) say(job, 'Normal', 'Completed', 'Job completed');
  }

  /** pkg/controller/ttlafterfinished: a foreground delete once the time is over. */
  function expire(job: Job): void {
    const ttl = job.spec.ttlSecondsAfterFinished;
    const at = finishedAt(job);
    if (ttl === undefined || at === undefined) return;
    const left = at + ttl * 1000 - registry.now();
    if (left > 0) {
      queue.addAfter(keyOf(job), left);
      return;
    }
    registry.delete(kinds.job, job.metadata.namespace ?? '', job.metadata.name, {
      propagationPolicy: 'Foreground',
      preconditions: { uid: job.metadata.uid },
    });
  }
}

function finishedAt(job: Job): number | undefined {
  const end = (job.status.conditions ?? []).find(
    (c) => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True',
  );
  return end === undefined ? undefined : Date.parse(end.lastTransitionTime ?? '');
}

const doneIndexes = (pods: readonly Pod[]): Set<number> =>
  new Set(
    pods
      .filter((pod) => pod.status.phase === 'Succeeded')
      .map(indexOf)
      .filter((index) => index >= 0),
  );

/** `0-2,5`: how a Job shows its completed indexes. */
function ranges(indexes: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < indexes.length; ) {
    let end = i;
    while (indexes[end + 1] === (indexes[end] ?? 0) + 1) end += 1;
    const [a, b] = [indexes[i] ?? 0, indexes[end] ?? 0];
    parts.push(a === b ? `${a}` : b === a + 1 ? `${a},${b}` : `${a}-${b}`);
    i = end + 1;
  }
  return parts.join(',');
}

function podDraft(job: Job, index: number | undefined): Draft {
  const template = copy(job.spec.template);
  const name = job.metadata.name;
  const isIndexed = index !== undefined;
  const spec = template.spec as unknown as Record<string, unknown>;
  if (isIndexed)
    for (const container of template.spec.containers) {
      const list = container.env ?? [];
      (container as { env: unknown }).env = [
        ...list,
        {
          name: 'JOB_COMPLETION_INDEX',
          valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${indexAnnotation}']` } },
        },
      ];
    }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: isIndexed ? `${name}-${index}-` : `${name}-`,
      labels: {
        ...template.metadata?.labels,
        ...(isIndexed && { [indexAnnotation]: String(index) }),
      },
      ...((template.metadata?.annotations !== undefined || isIndexed) && {
        annotations: {
          ...template.metadata?.annotations,
          ...(isIndexed && { [indexAnnotation]: String(index) }),
        },
      }),
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          name,
          uid: job.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: { ...spec, ...(isIndexed && { hostname: `${name}-${index}` }) },
  };
}
