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
export function createRegistry(options: {
  readonly store: Store;
  readonly random: Random;
  readonly now: () => number;
}): Registry {
  const { store, random, now } = options;

  const get = (kind: Kind, namespace: string, name: string): KubeObject => {
    const object = store.get(kind, kind.namespaced ? namespace : '', name);
    if (object === undefined) throw notFound(kind, name);
    return object;
  };

  function create(
    kind: Kind,
    namespace: string,
    draft: Draft,
    write: WriteOptions = {},
  ): KubeObject {
    const object = copy(draft);
    const meta = object.metadata;
    if (meta.resourceVersion !== undefined && meta.resourceVersion !== '')
      throw new ApiError(
        500,
        'InternalError',
        'resourceVersion should not be set on objects to be created',
      );
    if (kind.namespaced) meta.namespace = namespace;
    else delete meta.namespace;
    checkNamespace(store, kind, namespace, meta.name ?? meta.generateName ?? '');
    if ((meta.name ?? '') === '' && (meta.generateName ?? '') !== '')
      meta.name = `${meta.generateName}${randomSuffix(random)}`;
    if ((meta.name ?? '') === '')
      throw invalidObject(kind, '', [
        required('metadata.name', 'name or generateName is required'),
      ]);
    const name = meta.name ?? '';
    meta.uid = randomUid(random);
    meta.creationTimestamp = timestamp(now());
    delete meta.deletionTimestamp;
    delete meta.deletionGracePeriodSeconds;
    delete (meta as Record<string, unknown>)['managedFields'];
    delete (meta as Record<string, unknown>)['selfLink'];
    if (kind.generation) meta.generation = 1;
    dropEmpty(object);
    setDefaults(kind, object);
    prepareNew(kind, object, random, store);
    admit(kind, object, store, random);
    if (kind === kinds.pod)
      object['status'] = {
        phase: 'Pending',
        qosClass: qosClass(object['spec'] as Record<string, unknown>),
      };
    const errors = validateCreate(kind, object);
    if (errors.length > 0) throw invalidObject(kind, name, errors);
    admitUpdate(kind, object, undefined, store);
    const existing = store.get(kind, meta.namespace ?? '', name);
    if (existing !== undefined) throw alreadyExists(kind, name);
    if (write.dryRun === true) return object as unknown as KubeObject;
    return store.put(kind, object as unknown as KubeObject);
  }

  function update(
    kind: Kind,
    namespace: string,
    name: string,
    change: (object: Draft) => Draft,
    write: WriteOptions = {},
  ): KubeObject {
    const current = get(kind, namespace, name);
    const changed = change(copy(current) as unknown as Draft);
    const meta = changed.metadata;
    const version = meta.resourceVersion ?? '';
    if (version !== '' && version !== current.metadata.resourceVersion)
      throw staleVersion(kind, name);
    if (meta.uid !== undefined && meta.uid !== current.metadata.uid)
      throw conflict(
        kind,
        name,
        `StorageError: invalid object, Code: 4, Key: /registry/${kind.plural}/${namespace === '' ? '' : `${namespace}/`}${name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${meta.uid}, UID in object meta: ${current.metadata.uid}`,
      );
    const next = mergeParts(kind, current, changed, write.subresource ?? '');
    setDefaults(kind, next);
    const errors = validateUpdate(kind, next, current as unknown as Draft, write.subresource ?? '');
    if (errors.length > 0) throw invalidObject(kind, name, errors);
    if ((write.subresource ?? '') !== 'status') admitUpdate(kind, next, current, store);
    if (kind.generation && !same(specOf(kind, next), specOf(kind, current)))
      next.metadata.generation = (current.metadata.generation ?? 0) + 1;
    const object = next as unknown as KubeObject;
    if (write.dryRun === true) return object;
    // The last finalizer of an object that is being deleted is gone, and no grace period holds it.
    if (
      current.metadata.deletionTimestamp !== undefined &&
      (object.metadata.finalizers ?? []).length === 0 &&
      (current.metadata.finalizers ?? []).length > 0 &&
      !(kind === kinds.pod && (current.metadata.deletionGracePeriodSeconds ?? 0) > 0) &&
      !holdsNamespace(kind, object)
    )
      return store.remove(kind, object);
    return store.put(kind, object);
  }

  function remove(
    kind: Kind,
    namespace: string,
    name: string,
    how: DeleteOptions = {},
  ): { object: KubeObject; gone: boolean } {
    const object = get(kind, namespace, name);
    checkPreconditions(kind, object, how.preconditions);
    if (kind === kinds.namespace && ['default', 'kube-system', 'kube-public'].includes(name))
      throw forbidden(kind, name, 'this namespace may not be deleted');
    const finalizers = finalizersAfterDelete(kind, object, how.propagationPolicy);
    const graceSeconds = gracePeriod(kind, object, how.gracePeriodSeconds);
    const held = finalizers.length > 0 || graceSeconds > 0 || holdsNamespace(kind, object);
    if (how.dryRun === true) return { object, gone: !held };
    if (!held) {
      const last =
        kind === kinds.pod
          ? markDeleted(kind, object, { finalizers: [], graceSeconds: 0, nowMs: now() })
          : object;
      return { object: store.remove(kind, last), gone: true };
    }
    return {
      object: store.put(
        kind,
        markDeleted(kind, object, { finalizers, graceSeconds, nowMs: now() }),
      ),
      gone: false,
    };
  }

  return { store, random, now, get, create, update, delete: remove };
}

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

/** What of a sent object counts: metadata that cannot be set by clients, and the other half, stay as they are. */
function mergeParts(kind: Kind, current: KubeObject, changed: Draft, subresource: string): Draft {
  const old = copy(current) as unknown as Draft;
  const hasStatus = 'status' in kind.subresources;
  if (subresource === 'status') {
    const status = changed['status'];
    return { ...old, ...(status !== undefined && { status }) };
  }
  const meta = { ...changed.metadata };
  const fixed: Draft['metadata'] = {
    ...meta,
    name: current.metadata.name,
    uid: current.metadata.uid,
    resourceVersion: current.metadata.resourceVersion,
    creationTimestamp: current.metadata.creationTimestamp,
  };
  for (const key of [
    'namespace',
    'generation',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'generateName',
  ] as const) {
    const value = current.metadata[key];
    if (value === undefined) delete fixed[key];
    else (fixed as Record<string, unknown>)[key] = value;
  }
  delete (fixed as Record<string, unknown>)['managedFields'];
  const next: Draft = { ...changed, metadata: fixed };
  dropEmpty(next);
  if (hasStatus) {
    if (old['status'] === undefined) delete next['status'];
    else next['status'] = old['status'];
  }
  return next;
}

/** Empty maps and lists that the real server does not keep. */
function dropEmpty(object: Draft): void {
  const isEmpty = (value: unknown): boolean =>
    value === null ||
    (typeof value === 'object' && value !== undefined && Object.keys(value).length === 0);
  for (const key of ['labels', 'annotations', 'ownerReferences', 'finalizers'] as const)
    if (isEmpty(object.metadata[key])) delete object.metadata[key];
  for (const key of ['data', 'binaryData', 'stringData'])
    if (isEmpty(object[key])) delete object[key];
}

/** What counts as a change of the spec: all but metadata and status, and not the binding of a pod. */
function specOf(kind: Kind, object: unknown): unknown {
  const { metadata: _m, status: _s, ...rest } = object as Record<string, unknown>;
  if (kind !== kinds.pod) return rest;
  const { nodeName: _, ...spec } = rest['spec'] as Record<string, unknown>;
  return spec;
}
