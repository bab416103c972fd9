import { kinds } from '../api/kinds.ts';
import { randomSuffix } from '../api/new-object.ts';
import { ApiError } from '../api/status.ts';
import type { Job } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import { type Cluster, keyOf } from './cluster.ts';
import { freeIndexes } from './job-indexes.ts';
import { jobPodDraft } from './job-pod.ts';
import { activePods, finishedAt, type JobProgress, judgeJob, wantedPods } from './job-progress.ts';
import { renderJobStatus } from './job-status.ts';
import { createOwnerQueue } from './owner-queue.ts';
import { controllerOf, isOver, isTerminating } from './pod-state.ts';
import type { WorkQueue } from './work-queue.ts';

/** Between the failure of a pod and its successor: doubling up to ten minutes (pkg/controller/job). */
const firstRetryMs = 10_000;
const longestRetryMs = 600_000;

/** Runs the pods of Jobs, ends Jobs at their deadline, and removes finished ones in time. */
export function startJobController(cluster: Cluster, delayMs: number): void {
  const controller: JobController = new JobController(
    cluster,
    createOwnerQueue(cluster, delayMs, kinds.job, (job) => controller.sync(job as unknown as Job)),
  );
}

class JobController {
  readonly #cluster: Cluster;
  readonly #queue: WorkQueue;
  /** When the next pod of a Job may be made, by the Job and its number of failures. */
  readonly #retryAt = new Map<string, number>();

  constructor(cluster: Cluster, queue: WorkQueue) {
    this.#cluster = cluster;
    this.#queue = queue;
  }

  /** Does what a Job needs now. Throws an ApiError when it is to be tried again. */
  sync(job: Job): void {
    if (job.metadata.deletionTimestamp !== undefined) return;
    const endedAt = finishedAt(job);
    if (endedAt === undefined) this.#advance(job);
    else this.#expire(job, endedAt);
  }

  #advance(job: Job): void {
    const pods = this.#podsOf(job);
    const progress = judgeJob(job, pods, this.#cluster.registry.now());
    const { leftMs } = progress;
    if (leftMs !== undefined && leftMs > 0) this.#queue.addAfter(keyOf(job), leftMs);
    let refusal: ApiError | undefined;
    if (progress.goesOn) refusal = this.#managePods(job, pods, progress);
    else for (const pod of pods) if (!isOver(pod) && !isTerminating(pod)) this.#deletePod(job, pod);
    this.#writeStatus(job, progress);
    if (refusal !== undefined) throw refusal;
  }

  /** pkg/controller/ttlafterfinished: a foreground delete once the time is over. */
  #expire(job: Job, endedAt: number): void {
    const { registry } = this.#cluster;
    const ttl = job.spec.ttlSecondsAfterFinished;
    if (ttl === undefined) return;
    const left = endedAt + ttl * 1000 - registry.now();
    if (left > 0) {
      this.#queue.addAfter(keyOf(job), left);
      return;
    }
    registry.delete(kinds.job, job.metadata.namespace ?? '', job.metadata.name, {
      propagationPolicy: 'Foreground',
      preconditions: { uid: job.metadata.uid },
    });
  }

  #podsOf(job: Job): Pod[] {
    const pods = this.#cluster.store.list(kinds.pod, job.metadata.namespace);
    return (pods as unknown as Pod[]).filter((pod) => controllerOf(pod)?.uid === job.metadata.uid);
  }

  /** Creates and deletes pods until as many run as should; returns the refusal of a creation. */
  #managePods(job: Job, pods: readonly Pod[], { failures }: JobProgress): ApiError | undefined {
    const active = activePods(pods);
    const wanted = wantedPods(job, pods, failures);
    for (const pod of active.slice(Math.max(0, wanted))) this.#deletePod(job, pod);
    const missing = wanted - active.length;
    if (missing <= 0) return undefined;
    const wait = this.#retryWait(job, failures.counted.length);
    if (wait > 0) {
      this.#queue.addAfter(keyOf(job), wait);
      return undefined;
    }
    const free = freeIndexes(job, pods).filter((index) => !failures.indexes.has(index));
    for (let i = 0; i < missing; i++) {
      const refusal = this.#createPod(job, free[i]);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  /** Milliseconds until another pod may be made after so many failures. */
  #retryWait(job: Job, failures: number): number {
    if (failures === 0) return 0;
    const { registry } = this.#cluster;
    const key = `${job.metadata.uid}/${failures}`;
    const wait = Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1));
    const at = this.#retryAt.get(key) ?? registry.now() + wait;
    this.#retryAt.set(key, at);
    return at - registry.now();
  }

  #createPod(job: Job, index: number | undefined): ApiError | undefined {
    const draft = jobPodDraft(job, index);
    draft.metadata.name = `${draft.metadata.generateName}${randomSuffix(this.#cluster.random)}`;
    try {
      this.#cluster.registry.create(kinds.pod, job.metadata.namespace ?? '', draft);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#say(job, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
      return error;
    }
    this.#say(job, 'Normal', 'SuccessfulCreate', `Created pod: ${draft.metadata.name}`);
    return undefined;
  }

  #deletePod(job: Job, pod: Pod): void {
    this.#cluster.registry.delete(kinds.pod, pod.metadata.namespace ?? '', pod.metadata.name, {
      preconditions: { uid: pod.metadata.uid },
    });
    this.#say(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
  }

  /** Writes the status by the pods as they are now, and tells of the end. */
  #writeStatus(job: Job, progress: JobProgress): void {
    const { registry } = this.#cluster;
    const pods = this.#podsOf(job);
    const status = renderJobStatus(job, pods, progress, registry.now());
    registry.update(
      kinds.job,
      job.metadata.namespace ?? '',
      job.metadata.name,
      (draft) => ({ ...draft, status }),
      { subresource: 'status' },
    );
    if (!pods.every(isOver)) return;
    const { failure } = progress.failures;
    if (failure !== undefined) this.#say(job, 'Warning', failure.reason, failure.message);
    else if (progress.isComplete) this.#say(job, 'Normal', 'Completed', 'Job completed');
  }

  #say(job: Job, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#cluster.events.record({ about: job, type, reason, message, component: 'job-controller' });
  }
}
