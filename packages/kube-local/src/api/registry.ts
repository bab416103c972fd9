import type { Random } from '@ssc/clock';
import { admit, admitUpdate } from './admission.ts';
import { setDefaults } from './defaults.ts';
import { type Kind, kinds, qualifiedKind } from './kinds.ts';
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

/** How an object is deleted. */
export interface DeleteOptions {
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan' | undefined;
  readonly gracePeriodSeconds?: number | undefined;
  readonly preconditions?:
    | { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined }
    | undefined;
  readonly dryRun?: boolean | undefined;
}

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

const orphan = 'orphan';
const foreground = 'foregroundDeletion';
const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789';

/** Five letters as the real server appends to a generateName. */
export const randomSuffix = (random: Random): string =>
  Array.from({ length: 5 }, () => suffixLetters[random.int(suffixLetters.length)]).join('');

/** A version 4 UUID. */
export function randomUid(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
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
    checkNamespace(kind, namespace, meta.name ?? meta.generateName ?? '');
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

  function checkNamespace(kind: Kind, namespace: string, name: string): void {
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
      !(kind === kinds.namespace && namespaceHasFinalizer(object))
    )
      return store.remove(kind, object);
    return store.put(kind, object);
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

  function remove(
    kind: Kind,
    namespace: string,
    name: string,
    how: DeleteOptions = {},
  ): { object: KubeObject; gone: boolean } {
    const object = get(kind, namespace, name);
    const { uid, resourceVersion } = how.preconditions ?? {};
    if (uid !== undefined && uid !== object.metadata.uid)
      throw unmetPrecondition(
        kind,
        name,
        `the UID in the precondition (${uid}) does not match the UID in record (${object.metadata.uid}). The object might have been deleted and then recreated`,
      );
    if (resourceVersion !== undefined && resourceVersion !== object.metadata.resourceVersion)
      throw unmetPrecondition(
        kind,
        name,
        `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${object.metadata.resourceVersion}). The object might have been modified`,
      );
    if (kind === kinds.namespace && ['default', 'kube-system', 'kube-public'].includes(name))
      throw forbidden(kind, name, 'this namespace may not be deleted');
    const finalizers = finalizersAfterDelete(kind, object, how.propagationPolicy);
    const graceSeconds = gracePeriod(kind, object, how.gracePeriodSeconds);
    const held = finalizers.length > 0 || graceSeconds > 0 || holdsNamespace(kind, object);
    if (how.dryRun === true) return { object, gone: !held };
    if (!held) {
      const last = kind === kinds.pod ? markDeleted(kind, object, [], 0) : object;
      return { object: store.remove(kind, last), gone: true };
    }
    return {
      object: store.put(kind, markDeleted(kind, object, finalizers, graceSeconds)),
      gone: false,
    };
  }

  function markDeleted(
    kind: Kind,
    object: KubeObject,
    finalizers: readonly string[],
    graceSeconds: number,
  ): KubeObject {
    const { finalizers: _, ...meta } = object.metadata;
    const isMarked = object.metadata.deletionTimestamp !== undefined;
    const shortens = graceSeconds < (object.metadata.deletionGracePeriodSeconds ?? Infinity);
    const marked: KubeObject = {
      ...object,
      metadata: {
        ...meta,
        ...(finalizers.length > 0 && { finalizers }),
        ...((!isMarked || (kind === kinds.pod && shortens)) && {
          deletionTimestamp: timestamp(now() + graceSeconds * 1000),
          ...(kind !== kinds.namespace && { deletionGracePeriodSeconds: graceSeconds }),
        }),
        ...(!isMarked && kind.generation && { generation: (meta.generation ?? 0) + 1 }),
      },
    };
    if (kind !== kinds.namespace) return marked;
    return { ...marked, status: { phase: 'Terminating' } } as unknown as KubeObject;
  }

  const holdsNamespace = (kind: Kind, object: KubeObject): boolean =>
    kind === kinds.namespace && namespaceHasFinalizer(object);

  return { store, random, now, get, create, update, delete: remove };
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

/** Of a delete: named by kind, not by resource, as registry/rest/delete.go does. */
function unmetPrecondition(kind: Kind, name: string, why: string): ApiError {
  return new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedKind(kind)} "${name}": ${why}`,
    { name, ...(kind.group !== '' && { group: kind.group }), kind: kind.kind },
  );
}

const namespaceHasFinalizer = (object: KubeObject): boolean =>
  ((object as { spec?: { finalizers?: string[] } }).spec?.finalizers ?? []).length > 0;

/** registry/generic: deletionFinalizersForGarbageCollection. */
function finalizersAfterDelete(
  kind: Kind,
  object: KubeObject,
  policy: DeleteOptions['propagationPolicy'],
): readonly string[] {
  const current = object.metadata.finalizers ?? [];
  const others = current.filter((name) => name !== orphan && name !== foreground);
  if (policy === 'Orphan') return [...others, orphan];
  if (policy === 'Foreground') return [...others, foreground];
  if (policy === 'Background') return others;
  // Without a policy: finalizers that are set decide, then the default of the resource. That of batch/v1 is to orphan.
  if (current.includes(orphan)) return [...others, orphan];
  if (current.includes(foreground)) return [...others, foreground];
  return kind === kinds.job ? [...others, orphan] : others;
}

function gracePeriod(kind: Kind, object: KubeObject, asked: number | undefined): number {
  if (kind !== kinds.pod) return 0;
  const pod = object as unknown as {
    spec: { nodeName?: string; terminationGracePeriodSeconds: number };
    status: { phase: string };
  };
  const isOver = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
  if (pod.spec.nodeName === undefined || isOver) return 0;
  const wanted = Math.max(0, asked ?? pod.spec.terminationGracePeriodSeconds);
  const current = object.metadata.deletionGracePeriodSeconds;
  return current === undefined || asked !== undefined ? wanted : current;
}

/** What the server itself sets in a new object: status, uid labels of Jobs, addresses of Services. */
function prepareNew(kind: Kind, object: Draft, random: Random, store: Store): void {
  const spec = object['spec'] as Record<string, unknown>;
  switch (kind) {
    case kinds.pod:
      object['status'] = { phase: 'Pending' };
      return;
    case kinds.statefulSet:
      object['status'] = { replicas: 0, availableReplicas: 0 };
      return;
    case kinds.job:
      prepareJob(object, spec);
      return;
    case kinds.service:
      object['status'] = { loadBalancer: {} };
      prepareService(spec, random, store);
      return;
    case kinds.namespace:
      object['spec'] = { finalizers: ['kubernetes'] };
      object['status'] = { phase: 'Active' };
      object.metadata.labels = {
        'kubernetes.io/metadata.name': object.metadata.name ?? '',
        ...object.metadata.labels,
      };
      return;
    case kinds.ingress:
      object['status'] = { loadBalancer: {} };
      return;
    case kinds.resourceQuota:
      object['status'] = {};
      return;
    case kinds.persistentVolumeClaim:
      object['status'] = { phase: 'Pending' };
      spec['storageClassName'] ??= 'standard';
      object.metadata.finalizers = [
        ...(object.metadata.finalizers ?? []),
        'kubernetes.io/pvc-protection',
      ];
      return;
    default:
  }
}

function prepareJob(object: Draft, spec: Record<string, unknown>): void {
  object['status'] = {};
  const uid = object.metadata.uid ?? '';
  const name = object.metadata.name ?? '';
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  if (spec['manualSelector'] === true) return;
  spec['selector'] ??= { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  const template = spec['template'] as { metadata: Record<string, unknown> };
  template.metadata['labels'] = { ...(template.metadata['labels'] as object), ...labels };
  object.metadata.labels ??= (template.metadata['labels'] as Record<string, string>) ?? {};
}

function prepareService(spec: Record<string, unknown>, random: Random, store: Store): void {
  if (spec['type'] === 'ExternalName') return;
  const taken = new Set(
    store
      .list(kinds.service)
      .map((service) => (service as unknown as { spec: { clusterIP?: string } }).spec.clusterIP),
  );
  let address = spec['clusterIP'];
  while (
    address === undefined ||
    address === '' ||
    (address !== 'None' && taken.has(String(address)))
  )
    address = `10.96.${random.int(256)}.${1 + random.int(254)}`;
  spec['clusterIP'] = address;
  spec['clusterIPs'] ??= [address];
  spec['ipFamilies'] ??= ['IPv4'];
  spec['ipFamilyPolicy'] ??= 'SingleStack';
}

/** pkg/apis/core/v1/helper/qos: by cpu and memory of all containers. */
function qosClass(spec: Record<string, unknown>): string {
  const containers = [
    ...((spec['initContainers'] as Record<string, unknown>[] | undefined) ?? []),
    ...((spec['containers'] as Record<string, unknown>[] | undefined) ?? []),
  ];
  let [isSet, isGuaranteed] = [false, true];
  for (const container of containers) {
    const { limits = {}, requests = {} } = (container['resources'] ?? {}) as Record<
      string,
      Record<string, string>
    >;
    for (const name of ['cpu', 'memory']) {
      if (limits[name] !== undefined || requests[name] !== undefined) isSet = true;
      if (limits[name] === undefined || (requests[name] ?? limits[name]) !== limits[name])
        isGuaranteed = false;
    }
  }
  if (!isSet) return 'BestEffort';
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}
