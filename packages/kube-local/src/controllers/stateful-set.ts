import { kinds } from '../api/kinds.ts';
import { ApiError } from '../api/status.ts';
import type { StatefulSet } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import { type Cluster, keyOf, splitKey } from './cluster.ts';
import { conditionOf, controllerOf, isOver, isReady, isTerminating } from './pod-state.ts';
import { claimOwners, createClaims, releaseClaims } from './stateful-set-claims.ts';
import { podDraft, revisionOf } from './stateful-set-pod.ts';
import { type Revisions, syncRevisions } from './stateful-set-revisions.ts';
import { createBackoff, createWorkQueue } from './work-queue.ts';

const component = 'statefulset-controller';

/** Keeps the pods of StatefulSets: pkg/controller/statefulset of the real server. */
export function startStatefulSetController(cluster: Cluster, delayMs: number): void {
  const { store, registry, events } = cluster;
  const backoff = createBackoff(5, 1_000_000);
  const queue = createWorkQueue(cluster.clock, delayMs, (key) => {
    const [namespace, name] = splitKey(key);
    const set = store.get(kinds.statefulSet, namespace, name) as StatefulSet | undefined;
    if (set === undefined) return;
    try {
      sync(set);
      backoff.reset(key);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      queue.addAfter(key, backoff.next(key));
    }
  });

  store.subscribe(({ kind, object }) => {
    if (kind === kinds.statefulSet) queue.add(keyOf(object));
    if (kind !== kinds.pod) return;
    const owner = controllerOf(object as unknown as Pod);
    if (owner?.kind === 'StatefulSet') queue.add(`${object.metadata.namespace}/${owner.name}`);
  });

  function sync(set: StatefulSet): void {
    const pods = podsOf(set);
    const revisions = syncRevisions(cluster, set);
    if (set.metadata.deletionTimestamp === undefined) {
      claimOwners(cluster, set, pods);
      let failure: unknown;
      try {
        managePods(set, pods, revisions);
      } catch (error) {
        failure = error;
      }
      writeStatus(set, revisions);
      if (failure !== undefined) throw failure;
    } else writeStatus(set, revisions);
  }

  const podsOf = (set: StatefulSet): Pod[] =>
    (store.list(kinds.pod, set.metadata.namespace) as unknown as Pod[]).filter(
      (pod) => controllerOf(pod)?.uid === set.metadata.uid && ordinalOf(set, pod) !== undefined,
    );

  function managePods(set: StatefulSet, pods: readonly Pod[], revisions: Revisions): void {
    const start = set.spec.ordinals?.start ?? 0;
    const end = start + set.spec.replicas;
    const isParallel = set.spec.podManagementPolicy === 'Parallel';
    const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod) ?? -1, pod]));
    const condemned = pods
      .filter((pod) => !isWithin(ordinalOf(set, pod) ?? -1, start, end))
      .sort((a, b) => (ordinalOf(set, b) ?? 0) - (ordinalOf(set, a) ?? 0));

    for (let ordinal = start; ordinal < end; ordinal++) {
      const pod = byOrdinal.get(ordinal);
      if (pod === undefined) {
        createPod(set, ordinal, revisions);
        if (!isParallel) return;
        continue;
      }
      if (isOver(pod) && !isTerminating(pod)) {
        recreate(set, pod);
        if (!isParallel) return;
        continue;
      }
      if (isParallel) continue;
      if (isTerminating(pod) || !isAvailable(set, pod)) return;
    }
    if (!isParallel && condemned.some(isTerminating)) return;
    for (const pod of condemned) {
      if (isTerminating(pod)) continue;
      // In order, an unready pod below stops the removal of a ready one above.
      const blocker = !isParallel && condemned.some((other) => other !== pod && !isReady(other));
      if (blocker && isReady(pod)) return;
      releaseClaims(cluster, set, pod);
      deletePod(set, pod);
      if (!isParallel) return;
    }
    rollUpdate(set, byOrdinal, revisions, start, end);
  }

  function rollUpdate(
    set: StatefulSet,
    byOrdinal: ReadonlyMap<number, Pod>,
    revisions: Revisions,
    start: number,
    end: number,
  ): void {
    if (set.spec.updateStrategy.type === 'OnDelete') return;
    const lowest = Math.max(start, set.spec.updateStrategy.rollingUpdate?.partition ?? 0);
    for (let ordinal = end - 1; ordinal >= lowest; ordinal--) {
      const pod = byOrdinal.get(ordinal);
      if (pod === undefined) return;
      if (revisionOf(pod) !== revisions.update.metadata.name && !isTerminating(pod)) {
        deletePod(set, pod);
        return;
      }
      if (isTerminating(pod) || !isReady(pod)) return;
    }
  }

  const isAvailable = (set: StatefulSet, pod: Pod): boolean => {
    const least = (set.spec.minReadySeconds ?? 0) * 1000;
    if (!isReady(pod)) return false;
    const since = Date.parse(conditionOf(pod, 'Ready')?.lastTransitionTime ?? '');
    const left = since + least - registry.now();
    if (least === 0 || left <= 0) return true;
    queue.addAfter(keyOf(set), left);
    return false;
  };

  function createPod(set: StatefulSet, ordinal: number, revisions: Revisions): void {
    const name = `${set.metadata.name}-${ordinal}`;
    const namespace = set.metadata.namespace ?? '';
    const say = (verb: string, what: string, error: unknown): void =>
      events.record({
        about: set,
        type: error === undefined ? 'Normal' : 'Warning',
        reason: error === undefined ? `Successful${verb}` : `Failed${verb}`,
        message:
          error === undefined ? what : `${what} failed error: ${(error as ApiError).message}`,
        component,
      });
    createClaims(cluster, set, name, say);
    const partition = set.spec.updateStrategy.rollingUpdate?.partition ?? 0;
    const revision = ordinal < partition ? revisions.current : revisions.update;
    const what = `create Pod ${name} in StatefulSet ${set.metadata.name}`;
    try {
      registry.create(kinds.pod, namespace, podDraft(set, ordinal, revision));
      say('Create', `${what} successful`, undefined);
    } catch (error) {
      if (error instanceof ApiError) say('Create', what, error);
      throw error;
    }
  }

  function deletePod(set: StatefulSet, pod: Pod): void {
    registry.delete(kinds.pod, pod.metadata.namespace ?? '', pod.metadata.name, {
      preconditions: { uid: pod.metadata.uid },
    });
    events.record({
      about: set,
      type: 'Normal',
      reason: 'SuccessfulDelete',
      message: `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`,
      component,
    });
  }

  function recreate(set: StatefulSet, pod: Pod): void {
    const how = pod.status.phase === 'Failed' ? 'Failed' : 'Terminated';
    events.record({
      about: set,
      type: pod.status.phase === 'Failed' ? 'Warning' : 'Normal',
      reason: `Recreating${how}Pod`,
      message: `StatefulSet ${keyOf(set)} is recreating ${how.toLowerCase()} Pod ${pod.metadata.name}`,
      component,
    });
    deletePod(set, pod);
  }

  function writeStatus(set: StatefulSet, revisions: Revisions): void {
    const pods = podsOf(set).filter((pod) => !isOver(pod));
    const live = pods.filter((pod) => !isTerminating(pod));
    const [current, update] = [revisions.current.metadata.name, revisions.update.metadata.name];
    const count = (test: (pod: Pod) => boolean, of = pods): number => of.filter(test).length;
    const ready = count(isReady);
    const updated = count((pod) => revisionOf(pod) === update, live);
    const isComplete =
      set.spec.updateStrategy.type === 'RollingUpdate' &&
      updated === pods.length &&
      ready === pods.length;
    const status = {
      observedGeneration: set.metadata.generation ?? 1,
      replicas: pods.length,
      ...(ready > 0 && { readyReplicas: ready }),
      availableReplicas: count((pod) => isAvailable(set, pod)),
      ...optional(
        'currentReplicas',
        isComplete ? updated : count((pod) => revisionOf(pod) === current, live),
      ),
      ...optional('updatedReplicas', updated),
      currentRevision: isComplete ? update : current,
      updateRevision: update,
      collisionCount: 0,
    };
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
}

const optional = (name: string, value: number): Record<string, number> =>
  value === 0 ? {} : { [name]: value };

const isWithin = (ordinal: number, start: number, end: number): boolean =>
  ordinal >= start && ordinal < end;

function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const prefix = `${set.metadata.name}-`;
  const rest = pod.metadata.name.slice(prefix.length);
  return pod.metadata.name.startsWith(prefix) && /^\d+$/u.test(rest) ? Number(rest) : undefined;
}
