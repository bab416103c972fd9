import type { V1StatefulSet, V1StatefulSetSpec } from '@kubernetes/client-node';

/** The merge patch of a StatefulSet (or of its `scale`) that gives it so many pods. */
export const toScalePatch = (
  replicas: number,
): { readonly spec: { readonly replicas: number } } => ({ spec: { replicas } });

/** Which change of its set a pod was made by. Pods that are otherwise as before are made anew for it alone. */
const changeAnnotation = 'ssc.stellar.org/change';

/** What a set was changed to since it was planned, in words of who changed it. */
const stateAnnotation = 'ssc.stellar.org/state';

/**
 * The merge patch of a StatefulSet that gives it the pods of another one of its name: how many, and what they are made from.
 * The number of the change makes them others even if nothing else is. The state comes with them or not at all, for whoever
 * goes on with the run: see {@link stateOf}.
 */
export function toTemplatePatch(
  { spec }: V1StatefulSet,
  change: number,
  state: string,
): {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: Partial<V1StatefulSetSpec>;
} {
  const template = spec?.template;
  const annotations = { ...template?.metadata?.annotations, [changeAnnotation]: String(change) };
  return {
    metadata: { annotations: { [stateAnnotation]: state } },
    spec: {
      ...(spec?.replicas !== undefined && { replicas: spec.replicas }),
      template: { ...template, metadata: { ...template?.metadata, annotations } },
    },
  };
}

/** What a StatefulSet was last changed to; undefined where it is as it was planned. */
export const stateOf = ({ metadata }: V1StatefulSet): string | undefined =>
  metadata?.annotations?.[stateAnnotation];

/** The body of a delete. */
export interface DeleteBody {
  readonly apiVersion: 'v1';
  readonly kind: 'DeleteOptions';
  readonly propagationPolicy: 'Background';
  readonly preconditions: { readonly uid: string; readonly resourceVersion?: string };
}

/**
 * The body of a delete that takes what the object owns along, and happens only to the very object that was read: with a
 * resource version, only as it was read (409 Conflict otherwise). A bare delete of a Job would orphan its dependents.
 */
export const toDeleteBody = (read: {
  readonly uid: string;
  readonly resourceVersion?: string;
}): DeleteBody => ({
  apiVersion: 'v1',
  kind: 'DeleteOptions',
  propagationPolicy: 'Background',
  preconditions: {
    uid: read.uid,
    ...(read.resourceVersion !== undefined && { resourceVersion: read.resourceVersion }),
  },
});
