import { apiVersionOf, type Kind, kindList } from './kinds.ts';
import { type KubeObject, same } from './object.ts';
import { ObjectTable } from './object-table.ts';

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
export const createStore = ({ historyLimit }: { readonly historyLimit: number }): Store =>
  new MemoryStore(historyLimit);

class MemoryStore implements Store {
  readonly #historyLimit: number;
  readonly #tables = new Map(kindList.map((kind) => [kind, new ObjectTable()] as const));
  readonly #uids = new Map<string, KubeObject>();
  readonly #observers = new Set<(change: Change) => void>();
  #history: Change[] = [];
  #revision = 1;
  #oldestRevision = 1;

  constructor(historyLimit: number) {
    this.#historyLimit = historyLimit;
  }

  get revision(): number {
    return this.#revision;
  }

  get oldestRevision(): number {
    return this.#oldestRevision;
  }

  get(kind: Kind, namespace: string, name: string): KubeObject | undefined {
    return this.#tables.get(kind)?.get(namespace, name);
  }

  list(kind: Kind, namespace?: string): readonly KubeObject[] {
    return this.#tables.get(kind)?.list(namespace) ?? [];
  }

  byUid(uid: string): KubeObject | undefined {
    return this.#uids.get(uid);
  }

  put(kind: Kind, object: KubeObject): KubeObject {
    const previous = this.#previous(kind, object);
    if (previous !== undefined && same(unversioned(previous), unversioned(object))) return previous;
    const stored = this.#stamp(kind, object);
    this.#tables.get(kind)?.set(stored);
    this.#uids.set(stored.metadata.uid, stored);
    this.#commit(previous === undefined ? 'ADDED' : 'MODIFIED', kind, stored, previous);
    return stored;
  }

  remove(kind: Kind, object: KubeObject): KubeObject {
    const previous = this.#previous(kind, object);
    const last = this.#stamp(kind, object);
    this.#tables.get(kind)?.delete(object);
    this.#uids.delete(object.metadata.uid);
    this.#commit('DELETED', kind, last, previous);
    return last;
  }

  changesSince(kind: Kind, revision: number): readonly Change[] {
    return this.#history.filter((change) => change.kind === kind && change.revision > revision);
  }

  subscribe(see: (change: Change) => void): () => void {
    this.#observers.add(see);
    return () => this.#observers.delete(see);
  }

  #previous(kind: Kind, { metadata }: KubeObject): KubeObject | undefined {
    return this.get(kind, metadata.namespace ?? '', metadata.name);
  }

  /** The object at the next revision. */
  #stamp(kind: Kind, object: KubeObject): KubeObject {
    this.#revision += 1;
    return {
      ...object,
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      metadata: { ...object.metadata, resourceVersion: String(this.#revision) },
    };
  }

  /** Remembers a change, and tells of it. */
  #commit(
    type: Change['type'],
    kind: Kind,
    object: KubeObject,
    previous: KubeObject | undefined,
  ): void {
    const change = { revision: this.#revision, type, kind, object, previous };
    this.#history.push(change);
    if (this.#history.length > 2 * this.#historyLimit) {
      this.#history = this.#history.slice(-this.#historyLimit);
      this.#oldestRevision = this.#history[0]?.revision ?? this.#revision;
    }
    for (const see of [...this.#observers]) see(change);
  }
}

const unversioned = (object: KubeObject): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: '' },
});
