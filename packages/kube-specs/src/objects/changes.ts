/** The merge patch of a StatefulSet (or of its `scale`) that gives it so many pods. */
export const toScalePatch = (
  replicas: number,
): { readonly spec: { readonly replicas: number } } => ({ spec: { replicas } });

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
