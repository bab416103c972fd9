import { type Kind, kinds, qualifiedKind } from './kinds.ts';
import { type KubeObject, timestamp } from './object.ts';
import { ApiError } from './status.ts';

/** How an object is deleted. */
export interface DeleteOptions {
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan' | undefined;
  readonly gracePeriodSeconds?: number | undefined;
  readonly preconditions?:
    | { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined }
    | undefined;
  readonly dryRun?: boolean | undefined;
}

const orphan = 'orphan';
const foreground = 'foregroundDeletion';

/** Refuses to delete an object that is not the one that was meant. */
export function checkPreconditions(
  kind: Kind,
  object: KubeObject,
  preconditions: DeleteOptions['preconditions'] = {},
): void {
  const { name } = object.metadata;
  const { uid, resourceVersion } = preconditions;
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

/** registry/generic: deletionFinalizersForGarbageCollection. */
export function finalizersAfterDelete(
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

/** The seconds that a pod has to end. */
export function gracePeriod(kind: Kind, object: KubeObject, asked: number | undefined): number {
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

/** The object as it stands while finalizers or a grace period hold it. */
export function markDeleted(
  kind: Kind,
  object: KubeObject,
  {
    finalizers,
    graceSeconds,
    nowMs,
  }: {
    readonly finalizers: readonly string[];
    readonly graceSeconds: number;
    readonly nowMs: number;
  },
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
        deletionTimestamp: timestamp(nowMs + graceSeconds * 1000),
        ...(kind !== kinds.namespace && { deletionGracePeriodSeconds: graceSeconds }),
      }),
      ...(!isMarked && kind.generation && { generation: (meta.generation ?? 0) + 1 }),
    },
  };
  if (kind !== kinds.namespace) return marked;
  return { ...marked, status: { phase: 'Terminating' } } as unknown as KubeObject;
}

/** Whether a namespace stays until all in it is gone. */
export const holdsNamespace = (kind: Kind, object: KubeObject): boolean =>
  kind === kinds.namespace &&
  ((object as { spec?: { finalizers?: string[] } }).spec?.finalizers ?? []).length > 0;
