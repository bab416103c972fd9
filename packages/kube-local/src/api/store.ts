import { apiVersionOf, type Kind, kindList } from './kinds.ts';
import { type KubeObject, same } from './object.ts';

/** One change of one object. */
export interface Change {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: Kind;
  /** The object after the change; of a deleted one, its last version with the revision of the deletion. */
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}

/** All objects and the newest changes, as etcd keeps them. */
export interface Store {
  /** The revision of the newest change. */
  readonly revision: number;
  /** Changes before this revision are forgotten: nobody can watch or list from there. */
  readonly oldestRevision: number;
  get(kind: Kind, namespace: string, name: string): KubeObject | undefined;
  /** In the order of namespace and name; all namespaces when it is undefined. */
  list(kind: Kind, namespace?: string): readonly KubeObject[];
  byUid(uid: string): KubeObject | undefined;
  /** Stores a new or changed object; the same object again is not a change. */
  put(kind: Kind, object: KubeObject): KubeObject;
  remove(kind: Kind, object: KubeObject): KubeObject;
  /** Changes of one kind after a revision, oldest first. */
  changesSince(kind: Kind, revision: number): readonly Change[];
  /** Calls `see` with each change from now on; the result ends that. */
  subscribe(see: (change: Change) => void): () => void;
}

/** Makes an empty store that remembers the newest `historyLimit` changes. */
export function createStore(options: { readonly historyLimit: number }): Store {
  let revision = 1;
  let oldest = 1;
  const objects = new Map(kindList.map((kind) => [kind, new Map<string, KubeObject>()] as const));
  const sorted = new Map<Kind, readonly string[]>();
  const uids = new Map<string, KubeObject>();
  let history: Change[] = [];
  const observers = new Set<(change: Change) => void>();

  const table = (kind: Kind): Map<string, KubeObject> =>
    objects.get(kind) ?? new Map<string, KubeObject>();
  const keyOf = (object: KubeObject): string =>
    `${object.metadata.namespace ?? ''}/${object.metadata.name}`;

  function commit(change: Change): void {
    history.push(change);
    if (history.length > 2 * options.historyLimit) {
      history = history.slice(-options.historyLimit);
      oldest = history[0]?.revision ?? revision;
    }
    for (const see of [...observers]) see(change);
  }

  const stamped = (kind: Kind, object: KubeObject): KubeObject => ({
    ...object,
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: { ...object.metadata, resourceVersion: String(revision) },
  });

  return {
    get revision() {
      return revision;
    },
    get oldestRevision() {
      return oldest;
    },
    get: (kind, namespace, name) => table(kind).get(`${namespace}/${name}`),
    list(kind, namespace) {
      const all = table(kind);
      let keys = sorted.get(kind);
      if (keys === undefined) {
        keys = [...all.keys()].sort();
        sorted.set(kind, keys);
      }
      const prefix = namespace === undefined ? '' : `${namespace}/`;
      return keys
        .filter((key) => key.startsWith(prefix))
        .map((key) => all.get(key))
        .filter((object) => object !== undefined);
    },
    byUid: (uid) => uids.get(uid),
    put(kind, object) {
      const all = table(kind);
      const key = keyOf(object);
      const previous = all.get(key);
      if (
        previous !== undefined &&
        same(
          { ...previous, metadata: { ...previous.metadata, resourceVersion: '' } },
          { ...object, metadata: { ...object.metadata, resourceVersion: '' } },
        )
      )
        return previous;
      revision += 1;
      const stored = stamped(kind, object);
      all.set(key, stored);
      uids.set(stored.metadata.uid, stored);
      if (previous === undefined) sorted.delete(kind);
      const type = previous === undefined ? 'ADDED' : 'MODIFIED';
      commit({ revision, type, kind, object: stored, previous });
      return stored;
    },
    remove(kind, object) {
      const all = table(kind);
      const key = keyOf(object);
      const previous = all.get(key);
      revision += 1;
      const last = stamped(kind, object);
      all.delete(key);
      uids.delete(object.metadata.uid);
      sorted.delete(kind);
      commit({ revision, type: 'DELETED', kind, object: last, previous });
      return last;
    },
    changesSince: (kind, since) =>
      history.filter((change) => change.kind === kind && change.revision > since),
    subscribe(see) {
      observers.add(see);
      return () => observers.delete(see);
    },
  };
}
