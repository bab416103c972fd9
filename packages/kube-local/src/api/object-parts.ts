import { type Kind, kinds } from './kinds.ts';
import { copy, type Draft, type KubeObject } from './object.ts';

/** What of a sent object counts: metadata that cannot be set by clients, and the other half, stay as they are. */
export function mergeParts(
  kind: Kind,
  current: KubeObject,
  changed: Draft,
  subresource: string,
): Draft {
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
export function dropEmpty(object: Draft): void {
  const isEmpty = (value: unknown): boolean =>
    value === null ||
    (typeof value === 'object' && value !== undefined && Object.keys(value).length === 0);
  for (const key of ['labels', 'annotations', 'ownerReferences', 'finalizers'] as const)
    if (isEmpty(object.metadata[key])) delete object.metadata[key];
  for (const key of ['data', 'binaryData', 'stringData'])
    if (isEmpty(object[key])) delete object[key];
}

/** What counts as a change of the spec: all but metadata and status, and not the binding of a pod. */
export function specOf(kind: Kind, object: unknown): unknown {
  const { metadata: _m, status: _s, ...rest } = object as Record<string, unknown>;
  if (kind !== kinds.pod) return rest;
  const { nodeName: _, ...spec } = rest['spec'] as Record<string, unknown>;
  return spec;
}
