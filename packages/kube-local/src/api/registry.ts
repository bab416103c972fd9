import type { Random } from '@ssc/clock';
import { admit, admitUpdate } from './admission.ts';
import { setDefaults } from './defaults.ts';
import {
  checkPreconditions,
  type DeleteOptions,
  finalizersAfterDelete,
  gracePeriod,
  holdsNamespace,
  markDeleted,
} from './deletion.ts';
import { type Kind, kinds } from './kinds.ts';
import { prepareNew, qosClass, randomSuffix, randomUid } from './new-object.ts';
import { copy, type Draft, type KubeObject, same, timestamp } from './object.ts';
import { dropEmpty, mergeParts, specOf } from './object-parts.ts';
import {
  ApiError,
  alreadyExists,
  conflict,
  forbidden,
  invalidObject,
  notFound,
  required,
  staleVersion,
} from './status.ts';
import type { Store } from './store.ts';
import { validateCreate, validateUpdate } from './validate.ts';

/** Who writes, and whether it is only tried. */
export interface WriteOptions {
  readonly dryRun?: boolean | undefined;
  /** The part of the object that may change. @default "" the object without its status */
  readonly subresource?: '' | 'status' | 'scale' | 'binding' | undefined;
}

/** Creates, changes and deletes objects by the rules of the API server; what clients and controllers both go through. */
export interface Registry {
  readonly store: Store;
  readonly random: Random;
  /** The server's time in milliseconds since the epoch. */
  now(): number;
  create(kind: Kind, namespace: string, draft: Draft, options?: WriteOptions): KubeObject;
  /** Replaces an object by what `change` makes of it. A resourceVersion or uid in it must be the current one. */
  update(
    kind: Kind,
    namespace: string,
    name: string,
    change: (object: Draft) => Draft,
    options?: WriteOptions,
  ): KubeObject;
  /** Deletes an object, or marks it where finalizers or a grace period hold it. */
  delete(
    kind: Kind,
    namespace: string,
    name: string,
    options?: DeleteOptions,
  ): { readonly object: KubeObject; readonly gone: boolean };
  /** The object, or a NotFound Status. */
  get(kind: Kind, namespace: string, name: string): KubeObject;
}

/** Makes the registry of a cluster. */
export const createRegistry = (options: {
  readonly store: Store;
  readonly random: Random;
  readonly now: () => number;
}): Registry => new StoreRegistry(options.store, options.random, options.now);

class StoreRegistry implements Registry {
  readonly store: Store;
  readonly random: Random;
  readonly now: () => number;

  constructor(store: Store, random: Random, now: () => number) {
    this.store = store;
    this.random = random;
    this.now = now;
  }

  get(kind: Kind, namespace: string, name: string): KubeObject {
    const object = this.store.get(kind, kind.namespaced ? namespace : '', name);
    if (object === undefined) throw notFound(kind, name);
    return object;
  }

  create(kind: Kind, namespace: string, draft: Draft, write: WriteOptions = {}): KubeObject {
    const { store, random } = this;
    const object = copy(draft);
    this.#identify(kind, namespace, object);
    dropEmpty(object);
    setDefaults(kind, object);
    prepareNew(kind, object, random, store);
    admit(kind, object, store, random);
    if (kind === kinds.pod)
      object['status'] = {
        phase: 'Pending',
        qosClass: qosClass(object['spec'] as Record<string, unknown>),
      };
    const name = object.metadata.name ?? '';
    const errors = validateCreate(kind, object);
    if (errors.length > 0) throw invalidObject(kind, name, errors);
    admitUpdate(kind, object, undefined, store);
    const existing = store.get(kind, object.metadata.namespace ?? '', name);
    if (existing !== undefined) throw alreadyExists(kind, name);
    if (write.dryRun === true) return object as unknown as KubeObject;
    return store.put(kind, object as unknown as KubeObject);
  }

  update(
    kind: Kind,
    namespace: string,
    name: string,
    change: (object: Draft) => Draft,
    write: WriteOptions = {},
  ): KubeObject {
    const { store } = this;
    const { subresource = '' } = write;
    const current = this.get(kind, namespace, name);
    const changed = change(copy(current) as unknown as Draft);
    checkIdentity(kind, current, changed);
    const next = mergeParts(kind, current, changed, subresource);
    setDefaults(kind, next);
    const errors = validateUpdate(kind, next, current as unknown as Draft, subresource);
    if (errors.length > 0) throw invalidObject(kind, name, errors);
    if (subresource !== 'status') admitUpdate(kind, next, current, store);
    if (kind.generation && !same(specOf(kind, next), specOf(kind, current)))
      next.metadata.generation = (current.metadata.generation ?? 0) + 1;
    const object = next as unknown as KubeObject;
    if (write.dryRun === true) return object;
    return isLetGo(kind, current, object) ? store.remove(kind, object) : store.put(kind, object);
  }

  delete(
    kind: Kind,
    namespace: string,
    name: string,
    how: DeleteOptions = {},
  ): { object: KubeObject; gone: boolean } {
    const object = this.get(kind, namespace, name);
    checkPreconditions(kind, object, how.preconditions);
    if (kind === kinds.namespace && ['default', 'kube-system', 'kube-public'].includes(name))
      throw forbidden(kind, name, 'this namespace may not be deleted');
    const finalizers = finalizersAfterDelete(kind, object, how.propagationPolicy);
    const graceSeconds = gracePeriod(kind, object, how.gracePeriodSeconds);
    const isHeld = finalizers.length > 0 || graceSeconds > 0 || holdsNamespace(kind, object);
    if (how.dryRun === true) return { object, gone: !isHeld };
    const marked = markDeleted(kind, object, { finalizers, graceSeconds, nowMs: this.now() });
    if (isHeld) return { object: this.store.put(kind, marked), gone: false };
    return { object: this.store.remove(kind, kind === kinds.pod ? marked : object), gone: true };
  }

  /** Gives a new object its namespace, name, uid and time; what clients may not set is dropped. */
  #identify(kind: Kind, namespace: string, object: Draft): void {
    const meta = object.metadata;
    if (meta.resourceVersion !== undefined && meta.resourceVersion !== '')
      throw new ApiError(
        500,
        'InternalError',
        'resourceVersion should not be set on objects to be created',
      );
    if (kind.namespaced) meta.namespace = namespace;
    else delete meta.namespace;
    checkNamespace(this.store, kind, namespace, meta.name ?? meta.generateName ?? '');
    if ((meta.name ?? '') === '' && (meta.generateName ?? '') !== '')
      meta.name = `${meta.generateName}${randomSuffix(this.random)}`;
    if ((meta.name ?? '') === '')
      throw invalidObject(kind, '', [
        required('metadata.name', 'name or generateName is required'),
      ]);
    meta.uid = randomUid(this.random);
    meta.creationTimestamp = timestamp(this.now());
    delete meta.deletionTimestamp;
    delete meta.deletionGracePeriodSeconds;
    delete (meta as Record<string, unknown>)['managedFields'];
    delete (meta as Record<string, unknown>)['selfLink'];
    if (kind.generation) meta.generation = 1;
  }
}

/** Refuses a change of an older version of an object, or of another one of its name. */
function checkIdentity(kind: Kind, current: KubeObject, { metadata }: Draft): void {
  const { namespace, name, uid, resourceVersion } = current.metadata;
  const version = metadata.resourceVersion ?? '';
  if (version !== '' && version !== resourceVersion) throw staleVersion(kind, name);
  if (metadata.uid === undefined || metadata.uid === uid) return;
  const key = `/registry/${kind.plural}/${namespace === undefined ? '' : `${namespace}/`}${name}`;
  throw conflict(
    kind,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${uid}`,
  );
}

/** Whether the last finalizer of an object that is being deleted is gone, and nothing else holds it. */
const isLetGo = (kind: Kind, { metadata: before }: KubeObject, object: KubeObject): boolean =>
  before.deletionTimestamp !== undefined &&
  (before.finalizers ?? []).length > 0 &&
  (object.metadata.finalizers ?? []).length === 0 &&
  !(kind === kinds.pod && (before.deletionGracePeriodSeconds ?? 0) > 0) &&
  !holdsNamespace(kind, object);

/** Refuses what is to be made in a namespace that is not there, or goes. */
function checkNamespace(store: Store, kind: Kind, namespace: string, name: string): void {
  if (!kind.namespaced) return;
  const found = store.get(kinds.namespace, '', namespace);
  if (found === undefined) throw notFound(kinds.namespace, namespace);
  if (found.metadata.deletionTimestamp === undefined || kind === kinds.event) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const error = forbidden(kind, name, why);
  throw new ApiError(403, 'Forbidden', error.message, {
    ...error.details,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  });
}
