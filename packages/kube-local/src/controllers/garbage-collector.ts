import { findKind, type Kind, kindList } from '../api/kinds.ts';
import type { KubeObject, OwnerReference } from '../api/object.ts';
import { ApiError } from '../api/status.ts';
import type { Change } from '../api/store.ts';
import type { Cluster } from './cluster.ts';
import { Dependents, ownersOf } from './dependents.ts';
import { createWorkQueue, type WorkQueue } from './work-queue.ts';

const foreground = 'foregroundDeletion';
const orphan = 'orphan';

/**
 * Deletes what no living owner holds, and carries out foreground and orphan deletion: pkg/controller/garbagecollector of
 * the real server. An object in a namespace is only held by owners of the same namespace or of none; objects that belong
 * to no namespace are never collected for the sake of an owner that is in one.
 */
export function startGarbageCollector(cluster: Cluster, delayMs: number): void {
  const collector: GarbageCollector = new GarbageCollector(
    cluster,
    createWorkQueue(cluster.clock, delayMs, (uid) => collector.look(uid)),
  );
  cluster.store.subscribe((change) => collector.observe(change));
}

class GarbageCollector {
  readonly #cluster: Cluster;
  /** Of uids. */
  readonly #queue: WorkQueue;
  readonly #dependents = new Dependents();

  constructor(cluster: Cluster, queue: WorkQueue) {
    this.#cluster = cluster;
    this.#queue = queue;
  }

  /** Takes note of a change, and of what is to be looked at for it. */
  observe(change: Change): void {
    const { type, object } = change;
    const { uid } = object.metadata;
    const owners = ownersOf(object);
    if (type === 'DELETED')
      for (const dependent of this.#dependents.of(uid)) this.#queue.add(dependent);
    this.#dependents.observe(change);
    if (type !== 'DELETED') {
      if (owners.some((owner) => this.#findOwner(object, owner) === undefined))
        this.#queue.add(uid);
      if (object.metadata.deletionTimestamp === undefined) return;
      if (hasFinalizer(object, foreground) || hasFinalizer(object, orphan)) this.#queue.add(uid);
    }
    // An owner that waits for its dependents may be free now.
    for (const owner of owners) this.#queue.add(owner.uid);
  }

  /** Collects an object that nobody holds, or goes on with its deletion. */
  look(uid: string): void {
    const object = this.#cluster.store.byUid(uid);
    const kind = object === undefined ? undefined : kindOf(object);
    if (object === undefined || kind === undefined) return;
    try {
      if (object.metadata.deletionTimestamp !== undefined) this.#finishDeletion(kind, object);
      else this.#collect(kind, object);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#queue.addAfter(uid, 1000);
    }
  }

  #finishDeletion(kind: Kind, object: KubeObject): void {
    const { uid } = object.metadata;
    const dependents = this.#dependentsOf(object);
    if (hasFinalizer(object, orphan)) {
      for (const dependent of dependents) this.#keepOwners(dependent, (owner) => owner.uid !== uid);
      this.#removeFinalizer(kind, object, orphan);
      return;
    }
    if (!hasFinalizer(object, foreground)) return;
    for (const { metadata } of dependents)
      if (metadata.deletionTimestamp === undefined) this.#queue.add(metadata.uid);
    const isBlocked = dependents.some((dependent) =>
      ownersOf(dependent).some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true),
    );
    if (!isBlocked) this.#removeFinalizer(kind, object, foreground);
  }

  #collect(kind: Kind, object: KubeObject): void {
    const owners = ownersOf(object);
    if (owners.length === 0) return;
    if (!kind.namespaced && owners.some(isNamespaced)) return;
    const alive = owners.filter((owner) => this.#findOwner(object, owner) !== undefined);
    const solid = alive.filter((owner) => !isWaiting(this.#findOwner(object, owner)));
    if (solid.length > 0) {
      if (solid.length < owners.length)
        this.#keepOwners(object, (owner) => solid.some((other) => other.uid === owner.uid));
      return;
    }
    const isHeldByWaiting = alive.length > 0 && this.#dependentsOf(object).length > 0;
    const { namespace = '', name, uid } = object.metadata;
    this.#cluster.registry.delete(kind, namespace, name, {
      propagationPolicy: hasFinalizer(object, orphan)
        ? 'Orphan'
        : isHeldByWaiting || hasFinalizer(object, foreground)
          ? 'Foreground'
          : 'Background',
      preconditions: { uid },
    });
  }

  /** The owner that a reference means: of its name, kind and namespace too. */
  #findOwner(object: KubeObject, reference: OwnerReference): KubeObject | undefined {
    const owner = this.#cluster.store.byUid(reference.uid);
    if (owner === undefined || owner.metadata.name !== reference.name) return undefined;
    const isNear =
      owner.metadata.namespace === undefined ||
      owner.metadata.namespace === object.metadata.namespace;
    return isNear && owner.kind === reference.kind ? owner : undefined;
  }

  #dependentsOf(object: KubeObject): KubeObject[] {
    return this.#dependents
      .of(object.metadata.uid)
      .map((uid) => this.#cluster.store.byUid(uid))
      .filter((dependent) => dependent !== undefined);
  }

  #keepOwners(object: KubeObject, keep: (owner: OwnerReference) => boolean): void {
    const kind = kindOf(object);
    if (kind === undefined) return;
    const { namespace = '', name } = object.metadata;
    this.#cluster.registry.update(kind, namespace, name, (draft) => {
      draft.metadata.ownerReferences = (draft.metadata.ownerReferences ?? []).filter(keep);
      return draft;
    });
  }

  #removeFinalizer(kind: Kind, object: KubeObject, finalizer: string): void {
    const { namespace = '', name } = object.metadata;
    this.#cluster.registry.update(kind, namespace, name, (draft) => {
      draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((f) => f !== finalizer);
      return draft;
    });
  }
}

const kindOf = (object: KubeObject): Kind | undefined => findKind(object.apiVersion, object.kind);

const hasFinalizer = ({ metadata }: KubeObject, name: string): boolean =>
  (metadata.finalizers ?? []).includes(name);

const isNamespaced = (owner: OwnerReference): boolean =>
  kindList.find((kind) => kind.kind === owner.kind)?.namespaced === true;

/** Whether an owner is only waiting for its dependents to go. */
const isWaiting = (owner: KubeObject | undefined): boolean =>
  owner?.metadata.deletionTimestamp !== undefined && hasFinalizer(owner, foreground);
