import { kinds } from '../api/kinds.ts';
import { ApiError } from '../api/status.ts';
import type { StatefulSet } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import { type Cluster, keyOf } from './cluster.ts';
import { createOwnerQueue } from './owner-queue.ts';
import { controllerOf, isOver } from './pod-state.ts';
import { claimOwners, createClaims, releaseClaims } from './stateful-set-claims.ts';
import { msUntilAvailable, ordinalOf, type PodStep, planPods } from './stateful-set-plan.ts';
import { podDraft } from './stateful-set-pod.ts';
import { type Revisions, syncRevisions } from './stateful-set-revisions.ts';
import { renderSetStatus } from './stateful-set-status.ts';
import type { WorkQueue } from './work-queue.ts';

/** Keeps the pods of StatefulSets: pkg/controller/statefulset of the real server. */
export function startStatefulSetController(cluster: Cluster, delayMs: number): void {
  const controller: StatefulSetController = new StatefulSetController(
    cluster,
    createOwnerQueue(cluster, delayMs, kinds.statefulSet, (set) =>
      controller.sync(set as unknown as StatefulSet),
    ),
  );
}

class StatefulSetController {
  readonly #cluster: Cluster;
  readonly #queue: WorkQueue;

  constructor(cluster: Cluster, queue: WorkQueue) {
    this.#cluster = cluster;
    this.#queue = queue;
  }

  /** Does what a set needs now. Throws an ApiError when it is to be tried again; its status is written then too. */
  sync(set: StatefulSet): void {
    const pods = this.#podsOf(set);
    const revisions = syncRevisions(this.#cluster, set);
    try {
      if (set.metadata.deletionTimestamp !== undefined) return;
      claimOwners(this.#cluster, set, pods);
      this.#managePods(set, pods, revisions);
    } finally {
      this.#writeStatus(set, revisions);
    }
  }

  #podsOf(set: StatefulSet): Pod[] {
    const pods = this.#cluster.store.list(kinds.pod, set.metadata.namespace);
    return (pods as unknown as Pod[]).filter(
      (pod) => controllerOf(pod)?.uid === set.metadata.uid && ordinalOf(set, pod) !== undefined,
    );
  }

  #managePods(set: StatefulSet, pods: readonly Pod[], revisions: Revisions): void {
    const now = this.#cluster.registry.now();
    for (const step of planPods(set, pods, revisions.update.metadata.name, now))
      this.#take(set, step, revisions);
  }

  #take(set: StatefulSet, step: PodStep, revisions: Revisions): void {
    if (step.act === 'create') {
      this.#createPod(set, step.ordinal, revisions);
      return;
    }
    if (step.act === 'remove') releaseClaims(this.#cluster, set, step.pod);
    if (step.act === 'recreate') this.#tellOfRecreation(set, step.pod);
    this.#deletePod(set, step.pod);
  }

  #createPod(set: StatefulSet, ordinal: number, revisions: Revisions): void {
    const name = `${set.metadata.name}-${ordinal}`;
    const say = (verb: string, what: string, error: unknown): void =>
      error === undefined
        ? this.#tell(set, 'Normal', `Successful${verb}`, what)
        : this.#tell(
            set,
            'Warning',
            `Failed${verb}`,
            `${what} failed error: ${(error as ApiError).message}`,
          );
    createClaims(this.#cluster, set, name, say);
    const partition = set.spec.updateStrategy.rollingUpdate?.partition ?? 0;
    const revision = ordinal < partition ? revisions.current : revisions.update;
    const what = `create Pod ${name} in StatefulSet ${set.metadata.name}`;
    const draft = podDraft(set, ordinal, revision);
    try {
      this.#cluster.registry.create(kinds.pod, set.metadata.namespace ?? '', draft);
      say('Create', `${what} successful`, undefined);
    } catch (error) {
      if (error instanceof ApiError) say('Create', what, error);
      throw error;
    }
  }

  #deletePod(set: StatefulSet, pod: Pod): void {
    const { namespace = '', name, uid } = pod.metadata;
    this.#cluster.registry.delete(kinds.pod, namespace, name, { preconditions: { uid } });
    const what = `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`;
    this.#tell(set, 'Normal', 'SuccessfulDelete', what);
  }

  #tellOfRecreation(set: StatefulSet, pod: Pod): void {
    const hasFailed = pod.status.phase === 'Failed';
    const how = hasFailed ? 'Failed' : 'Terminated';
    this.#tell(
      set,
      hasFailed ? 'Warning' : 'Normal',
      `Recreating${how}Pod`,
      `StatefulSet ${keyOf(set)} is recreating ${how.toLowerCase()} Pod ${pod.metadata.name}`,
    );
  }

  /** Writes the status by the pods as they are now, and looks again when one of them becomes available. */
  #writeStatus(set: StatefulSet, revisions: Revisions): void {
    const { registry } = this.#cluster;
    const pods = this.#podsOf(set);
    const now = registry.now();
    for (const pod of pods) {
      const left = msUntilAvailable(set, pod, now);
      if (!isOver(pod) && left > 0 && Number.isFinite(left)) this.#queue.addAfter(keyOf(set), left);
    }
    const status = renderSetStatus(set, pods, revisions, now);
    registry.update(
      kinds.statefulSet,
      set.metadata.namespace ?? '',
      set.metadata.name,
      (draft) => {
        delete draft.metadata.resourceVersion;
        return { ...draft, status };
      },
      { subresource: 'status' },
    );
  }

  #tell(set: StatefulSet, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const component = 'statefulset-controller';
    this.#cluster.events.record({ about: set, type, reason, message, component });
  }
}
