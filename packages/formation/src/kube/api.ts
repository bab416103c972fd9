import type { V1ObjectMeta } from '@kubernetes/client-node';
import type { Problem } from '@ssc/errors';

/** What the API server refused to do. */
export interface RefusedProblem extends Problem {
  readonly code: 'SSC_KUBE_REFUSED';
  readonly status: number;
  /** The Status' reason, or `HTTP <status>` where the answer is none. @example "Conflict" */
  readonly reason: string;
  readonly verb: string;
  readonly what: string;
}

/** Any Kubernetes object, as JSON. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: V1ObjectMeta;
}

/** An object as it was asked for, with what the server answered. */
export interface CreatedObject {
  readonly asked: KubeObject;
  readonly made: KubeObject;
}

/** A kind of object, as the API's paths name it. */
export interface KubeKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
}

/** One object. */
export interface KubeRef {
  readonly kind: KubeKind;
  readonly namespace: string;
  readonly name: string;
}

/** Which objects of a kind. */
export interface KubeQuery {
  readonly kind: KubeKind;
  readonly namespace: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface KubeList<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

/** What a watch tells. Bookmarks carry only a resourceVersion. */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}

/** How something is created. */
export interface CreateOptions {
  /** Checks everything, stores nothing. */
  readonly dryRun?: boolean;
}

/** One thing that somebody may do, or not. */
export interface AccessQuestion {
  /** Empty for the core group. */
  readonly group: string;
  /** With the subresource, where it is one. @example "pods/log" */
  readonly resource: string;
  readonly verb: string;
  readonly namespace: string;
}

/** How a delete spreads to what the object owns, and what must still be true of it. */
export interface DeleteOptions {
  readonly propagationPolicy: 'Background' | 'Foreground' | 'Orphan';
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** Which part of a container's log. */
export interface LogQuery {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** The log of the container's last run before this one. */
  readonly previous?: boolean;
  readonly tailLines?: number;
  /** Only lines written at this instant or later, RFC 3339. A server may cut it to whole seconds. */
  readonly since?: string;
  /** Each line begins with the time at which it was written. */
  readonly timestamps?: boolean;
}

/**
 * The part of the Kubernetes API that a formation uses. Objects are plain JSON both ways, so no field is lost. What the
 * API refuses is an SscError with code SSC_KUBE_REFUSED; what cannot be reached, SSC_KUBE_UNREACHABLE.
 */
export interface KubeApi {
  create<T extends KubeObject>(namespace: string, object: T, how?: CreateOptions): Promise<T>;
  /** Undefined when there is no such object. */
  read<T extends KubeObject>(ref: KubeRef): Promise<T | undefined>;
  list<T extends KubeObject>(query: KubeQuery): Promise<KubeList<T>>;
  /** Calls back for each event after `resourceVersion`; resolves when the server ends the watch. */
  watch<T extends KubeObject>(
    query: KubeQuery & { readonly resourceVersion: string },
    onEvent: (event: WatchEvent<T>) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** A JSON merge patch (RFC 7386), or an array: a JSON patch (RFC 6902). */
  patch<T extends KubeObject>(ref: KubeRef, patch: object): Promise<T>;
  /** False when there was no such object. */
  delete(ref: KubeRef, options: DeleteOptions): Promise<boolean>;
  log(query: LogQuery): Promise<string>;
  /** Calls back with the log as it grows; resolves when the server ends it, as it does when the container has ended. */
  followLog(query: LogQuery, onText: (text: string) => void, signal: AbortSignal): Promise<void>;
  /** What the server says it is. @example "v1.33.2" */
  serverVersion(): Promise<string>;
  /** Whether who asks may do this. */
  mayI(access: AccessQuestion): Promise<boolean>;
  /** The base URL under which the API server passes requests on to a port of a pod. */
  proxyUrl(namespace: string, pod: string, port: number): string;
  /** How many calls were made so far, by verb: create, get, list, watch, patch, delete, log. */
  readonly calls: Readonly<Record<string, number>>;
}

export const kinds = {
  configMap: { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' },
  event: { apiVersion: 'v1', kind: 'Event', plural: 'events' },
  httpRoute: {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    plural: 'httproutes',
  },
  ingress: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', plural: 'ingresses' },
  job: { apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs' },
  limitRange: { apiVersion: 'v1', kind: 'LimitRange', plural: 'limitranges' },
  pod: { apiVersion: 'v1', kind: 'Pod', plural: 'pods' },
  resourceQuota: { apiVersion: 'v1', kind: 'ResourceQuota', plural: 'resourcequotas' },
  secret: { apiVersion: 'v1', kind: 'Secret', plural: 'secrets' },
  service: { apiVersion: 'v1', kind: 'Service', plural: 'services' },
  statefulSet: { apiVersion: 'apps/v1', kind: 'StatefulSet', plural: 'statefulsets' },
} as const satisfies Record<string, KubeKind>;
