import { findKind, type Kind, kindList } from '../api/kinds.ts';
import type { KubeObject, OwnerReference } from '../api/object.ts';
import { ApiError } from '../api/status.ts';
import type { Cluster } from './cluster.ts';
import { createWorkQueue } from './work-queue.ts';

const foreground = 'foregroundDeletion';
const orphan = 'orphan';

/**
 * Deletes what no living owner holds, and carries out foreground and orphan deletion: pkg/controller/garbagecollector of
 * the real server. An object in a namespace is only held by owners of the same namespace or of none; objects that belong
 * to no namespace are never collected for the sake of an owner that is in one.
 */
export function startGarbageCollector(cluster: Cluster, delayMs: number): void {
  const { store, registry } = cluster;
  const dependents = new Map<string, Set<string>>();
  const queue = createWorkQueue(cluster.clock, delayMs, work);

  const kindOf = (object: KubeObject): Kind | undefined => findKind(object.apiVersion, object.kind);

  store.subscribe(({ type, object, previous }) => {
    const { uid } = object.metadata;
    for (const owner of previous?.metadata.ownerReferences ?? [])
      dependents.get(owner.uid)?.delete(uid);
    if (type === 'DELETED') {
      for (const dependent of dependents.get(uid) ?? []) queue.add(dependent);
      dependents.delete(uid);
      // An owner that waits for its dependents may be free now.
      for (const owner of object.metadata.ownerReferences ?? []) queue.add(owner.uid);
      return;
    }
    for (const owner of object.metadata.ownerReferences ?? []) {
      const known = dependents.get(owner.uid) ?? new Set();
      dependents.set(owner.uid, known.add(uid));
      if (store.byUid(owner.uid) === undefined) queue.add(uid);
    }
    if (object.metadata.deletionTimestamp === undefined) return;
    const finalizers = object.metadata.finalizers ?? [];
    if (finalizers.includes(foreground) || finalizers.includes(orphan)) queue.add(uid);
    for (const owner of object.metadata.ownerReferences ?? []) queue.add(owner.uid);
  });

  function work(uid: string): void {
    const object = store.byUid(uid);
    if (object === undefined) return;
    const kind = kindOf(object);
    if (kind === undefined) return;
    try {
      if (object.metadata.deletionTimestamp !== undefined) finishDeletion(kind, object);
      else collect(kind, object);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      queue.addAfter(uid, 1000);
    }
  }

  function finishDeletion(kind: Kind, object: KubeObject): void {
    const finalizers = object.metadata.finalizers ?? [];
    const mine = dependentsOf(object);
    if (finalizers.includes(orphan)) {
      for (const dependent of mine)
        changeReferences(dependent, (owner) => owner.uid !== object.metadata.uid);
      removeFinalizer(kind, object, orphan);
      return;
    }
    if (!finalizers.includes(foreground)) return;
    for (const dependent of mine)
      if (dependent.metadata.deletionTimestamp === undefined) queue.add(dependent.metadata.uid);
    const blocking = mine.filter((dependent) =>
      (dependent.metadata.ownerReferences ?? []).some(
        (owner) => owner.uid === object.metadata.uid && owner.blockOwnerDeletion === true,
      ),
    );
    if (blocking.length === 0) removeFinalizer(kind, object, foreground);
  }

  function collect(kind: Kind, object: KubeObject): void {
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length === 0) return;
    if (!kind.namespaced && owners.some(isNamespaced)) return;
    const alive = owners.filter((owner) => findOwner(object, owner) !== undefined);
    const solid = alive.filter((owner) => !isWaiting(findOwner(object, owner)));
    if (solid.length > 0) {
      if (solid.length < owners.length)
        changeReferences(object, (owner) => solid.some((other) => other.uid === owner.uid));
      return;
    }
    const finalizers = object.metadata.finalizers ?? [];
    const isHeldByWaiting = alive.length > 0 && dependentsOf(object).length > 0;
    const policy = finalizers.includes(orphan)
      ? 'Orphan'
      : isHeldByWaiting || finalizers.includes(foreground)
        ? 'Foreground'
        : 'Background';
    registry.delete(kind, object.metadata.namespace ?? '', object.metadata.name, {
      propagationPolicy: policy,
      preconditions: { uid: object.metadata.uid },
    });
  }

  function findOwner(object: KubeObject, reference: OwnerReference): KubeObject | undefined {
    const owner = store.byUid(reference.uid);
    if (owner === undefined || owner.metadata.name !== reference.name) return undefined;
    const isNear =
      owner.metadata.namespace === undefined ||
      owner.metadata.namespace === object.metadata.namespace;
    return isNear && owner.kind === reference.kind ? owner : undefined;
  }

  const isNamespaced = (owner: OwnerReference): boolean =>
    kindList.find((kind) => kind.kind === owner.kind)?.namespaced === true;

  const isWaiting = (owner: KubeObject | undefined): boolean =>
    owner?.metadata.deletionTimestamp !== undefined &&
    (owner.metadata.finalizers ?? []).includes(foreground);

  const dependentsOf = (object: KubeObject): KubeObject[] =>
    [...(dependents.get(object.metadata.uid) ?? [])]
      .map((uid) => store.byUid(uid))
      .filter((dependent) => dependent !== undefined);

  function changeReferences(object: KubeObject, keep: (owner: OwnerReference) => boolean): void {
    const kind = kindOf(object);
    if (kind === undefined) return;
    registry.update(kind, object.metadata.namespace ?? '', object.metadata.name, (draft) => {
      draft.metadata.ownerReferences = (draft.metadata.ownerReferences ?? []).filter(keep);
      return draft;
    });
  }

  function removeFinalizer(kind: Kind, object: KubeObject, name: string): void {
    registry.update(kind, object.metadata.namespace ?? '', object.metadata.name, (draft) => {
      draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((f) => f !== name);
      return draft;
    });
  }
}
