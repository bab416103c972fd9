import { kinds } from '../api/kinds.ts';
import type { Draft } from '../api/object.ts';
import { copy, same } from '../api/object.ts';
import { ApiError } from '../api/status.ts';
import type { ControllerRevision, PersistentVolumeClaim, StatefulSet } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import { type Cluster, keyOf, splitKey } from './cluster.ts';
import { conditionOf, controllerOf, isOver, isReady, isTerminating } from './pod-state.ts';
import { hashText } from './template-hash.ts';
import { createBackoff, createWorkQueue } from './work-queue.ts';

const component = 'statefulset-controller';
const revisionLabel = 'controller-revision-hash';

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
    const revisions = syncRevisions(set);
    if (set.metadata.deletionTimestamp === undefined) {
      claimOwners(set, pods);
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

  interface Revisions {
    readonly current: ControllerRevision;
    readonly update: ControllerRevision;
  }

  function syncRevisions(set: StatefulSet): Revisions {
    const own = (
      store.list(
        kinds.controllerRevision,
        set.metadata.namespace,
      ) as unknown as ControllerRevision[]
    )
      .filter((revision) =>
        (revision.metadata.ownerReferences ?? []).some((owner) => owner.uid === set.metadata.uid),
      )
      .sort((a, b) => a.revision - b.revision);
    const data = { spec: { template: { ...copy(set.spec.template), $patch: 'replace' } } };
    const highest = own.at(-1)?.revision ?? 0;
    let update = own.find((revision) => same(revision.data, data));
    if (update === undefined) update = createRevision(set, data, highest + 1);
    else if (update.revision !== highest) {
      // An old template again: its revision becomes the newest.
      update = registry.update(
        kinds.controllerRevision,
        set.metadata.namespace ?? '',
        update.metadata.name,
        (draft) => ({ ...draft, revision: highest + 1 }),
      ) as unknown as ControllerRevision;
    }
    const current = own.find((revision) => revision.metadata.name === set.status.currentRevision);
    return { current: current ?? update, update };
  }

  function createRevision(set: StatefulSet, data: object, revision: number): ControllerRevision {
    const hash = hashText(JSON.stringify(data));
    const draft: Draft = {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name: `${set.metadata.name}-${hash}`,
        labels: { ...set.spec.template.metadata?.labels, 'controller.kubernetes.io/hash': hash },
        ownerReferences: [ownerReference(set)],
      },
      data,
      revision,
    };
    return registry.create(
      kinds.controllerRevision,
      set.metadata.namespace ?? '',
      draft,
    ) as unknown as ControllerRevision;
  }

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
      releaseClaims(set, pod);
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
    for (const template of set.spec.volumeClaimTemplates ?? []) {
      const claim = `${template.metadata.name}-${name}`;
      if (store.get(kinds.persistentVolumeClaim, namespace, claim) !== undefined) continue;
      const what = `create Claim ${claim} Pod ${name} in StatefulSet ${set.metadata.name}`;
      try {
        registry.create(kinds.persistentVolumeClaim, namespace, {
          ...(copy(template) as unknown as Draft),
          metadata: {
            name: claim,
            labels: { ...template.metadata.labels, ...set.spec.selector.matchLabels },
            ...(template.metadata.annotations !== undefined && {
              annotations: template.metadata.annotations,
            }),
          },
        });
        say('Create', `${what} success`, undefined);
      } catch (error) {
        if (error instanceof ApiError) say('Create', what, error);
        throw error;
      }
    }
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

  /** Claims follow the set into its deletion when the retention policy says so. */
  function claimOwners(set: StatefulSet, pods: readonly Pod[]): void {
    if (set.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted !== 'Delete') return;
    for (const pod of pods)
      for (const claim of claimsOf(set, pod))
        if (!(claim.metadata.ownerReferences ?? []).some((o) => o.uid === set.metadata.uid))
          addOwner(claim, { ...ownerReference(set), blockOwnerDeletion: true });
  }

  function releaseClaims(set: StatefulSet, pod: Pod): void {
    if (set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled !== 'Delete') return;
    for (const claim of claimsOf(set, pod))
      if (!(claim.metadata.ownerReferences ?? []).some((o) => o.uid === pod.metadata.uid))
        replaceOwners(claim, [
          {
            apiVersion: 'v1',
            kind: 'Pod',
            name: pod.metadata.name,
            uid: pod.metadata.uid,
            controller: true,
            blockOwnerDeletion: true,
          },
        ]);
  }

  const claimsOf = (set: StatefulSet, pod: Pod): PersistentVolumeClaim[] =>
    (set.spec.volumeClaimTemplates ?? [])
      .map((template) =>
        store.get(
          kinds.persistentVolumeClaim,
          set.metadata.namespace ?? '',
          `${template.metadata.name}-${pod.metadata.name}`,
        ),
      )
      .filter((claim) => claim !== undefined) as unknown as PersistentVolumeClaim[];

  type Owners = NonNullable<Draft['metadata']['ownerReferences']>;
  const addOwner = (claim: PersistentVolumeClaim, owner: Owners[number]): void =>
    replaceOwners(claim, [...(claim.metadata.ownerReferences ?? []), owner]);
  const replaceOwners = (claim: PersistentVolumeClaim, owners: Owners): void =>
    void registry.update(
      kinds.persistentVolumeClaim,
      claim.metadata.namespace ?? '',
      claim.metadata.name,
      (draft) => {
        draft.metadata.ownerReferences = owners;
        return draft;
      },
    );

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

const revisionOf = (pod: Pod): string | undefined => pod.metadata.labels?.[revisionLabel];

function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const prefix = `${set.metadata.name}-`;
  const rest = pod.metadata.name.slice(prefix.length);
  return pod.metadata.name.startsWith(prefix) && /^\d+$/u.test(rest) ? Number(rest) : undefined;
}

const ownerReference = (set: StatefulSet) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  name: set.metadata.name,
  uid: set.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

function podDraft(set: StatefulSet, ordinal: number, revision: ControllerRevision): Draft {
  const template = copy(revision.data.spec.template);
  const name = `${set.metadata.name}-${ordinal}`;
  const claims = (set.spec.volumeClaimTemplates ?? []).map((claim) => ({
    name: claim.metadata.name,
    persistentVolumeClaim: { claimName: `${claim.metadata.name}-${name}` },
  }));
  const others = (template.spec.volumes ?? []).filter(
    (volume) => !claims.some((claim) => claim.name === volume.name),
  );
  const volumes = [...claims, ...others];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${set.metadata.name}-`,
      labels: {
        ...template.metadata?.labels,
        'apps.kubernetes.io/pod-index': String(ordinal),
        [revisionLabel]: revision.metadata.name,
        'statefulset.kubernetes.io/pod-name': name,
      },
      ...(template.metadata?.annotations !== undefined && {
        annotations: template.metadata.annotations,
      }),
      ownerReferences: [ownerReference(set)],
    },
    spec: {
      ...template.spec,
      hostname: name,
      ...(set.spec.serviceName !== undefined && { subdomain: set.spec.serviceName }),
      ...(volumes.length > 0 && { volumes }),
    },
  };
}
