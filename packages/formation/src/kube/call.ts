import { assert } from '@ssc/errors';
import {
  type AccessQuestion,
  type CreateOptions,
  type DeleteOptions,
  type KubeKind,
  type KubeObject,
  type KubeQuery,
  type KubeRef,
  kinds,
  type LogQuery,
} from './api.ts';

/** One request to the API. */
export interface Call {
  readonly verb: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** The path of all that is of this kind: rights to a verb are given for that. */
  readonly resource: string;
  readonly what: string;
  readonly body?: object;
  readonly contentType?: string;
}

/** The kind of an object that is to be made. */
export function kindOf({ apiVersion, kind }: KubeObject): KubeKind {
  const found = Object.values(kinds).find((k) => k.apiVersion === apiVersion && k.kind === kind);
  assert(found !== undefined, `${apiVersion} ${kind} is a kind that formations create`);
  return found;
}

/** Makes an object; fields that the server does not know are refused. */
export function createCall(namespace: string, object: KubeObject, how: CreateOptions): Call {
  const { kind, metadata } = object;
  const resource = pathOf(kindOf(object), namespace);
  const dryRun = how.dryRun === true ? '&dryRun=All' : '';
  return {
    verb: 'create',
    method: 'POST',
    path: `${resource}?fieldValidation=Strict${dryRun}`,
    resource,
    what: `${kind} ${namespace}/${metadata?.name ?? metadata?.generateName ?? ''}`,
    body: object,
  };
}

/** Reads an object. */
export const readCall = (ref: KubeRef): Call => ({
  verb: 'get',
  method: 'GET',
  ...placeOf(ref),
  what: nameOf(ref),
});

/** Asks for a page of a list: the first one, or the one that `next` stands for. */
export const listCall = (query: KubeQuery, next: string): Call => ({
  verb: 'list',
  method: 'GET',
  ...selectionOf(query, { limit: '500', ...(next !== '' && { continue: next }) }),
  what: manyOf(query),
});

/** Watches objects from a version on. */
export const watchCall = (query: KubeQuery, resourceVersion: string): Call => ({
  verb: 'watch',
  method: 'GET',
  ...selectionOf(query, { watch: 'true', allowWatchBookmarks: 'true', resourceVersion }),
  what: manyOf(query),
});

/** Changes an object: an array is a JSON patch, all else a merge patch. */
export const patchCall = (ref: KubeRef, patch: object): Call => ({
  verb: 'patch',
  method: 'PATCH',
  ...placeOf(ref),
  what: nameOf(ref),
  body: patch,
  contentType: Array.isArray(patch)
    ? 'application/json-patch+json'
    : 'application/merge-patch+json',
});

/** Deletes an object if it is still the one that is meant. */
export function deleteCall(ref: KubeRef, options: DeleteOptions): Call {
  const { propagationPolicy, uid, resourceVersion } = options;
  const preconditions = {
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
  };
  return {
    verb: 'delete',
    method: 'DELETE',
    ...placeOf(ref),
    what: nameOf(ref),
    body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy, preconditions },
  };
}

/** The log of a container. */
export const logCall = (query: LogQuery, more: Record<string, string> = {}): Call => ({
  verb: 'log',
  method: 'GET',
  path: `${pathOf(kinds.pod, query.namespace)}/${query.pod}/log?${params({
    container: query.container,
    ...(query.previous === true && { previous: 'true' }),
    ...(query.tailLines !== undefined && { tailLines: String(query.tailLines) }),
    ...(query.since !== undefined && { sinceTime: query.since }),
    ...(query.timestamps === true && { timestamps: 'true' }),
    ...more,
  })}`,
  resource: `${pathOf(kinds.pod, query.namespace)}/log`,
  what: `log of ${query.container} in Pod ${query.namespace}/${query.pod}`,
});

/** Asks the server what it is. */
export const versionCall: Call = {
  verb: 'get',
  method: 'GET',
  path: '/version',
  resource: '/version',
  what: 'the version of the server',
};

const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** Asks whether who asks may do something. */
export function accessCall({ group, resource, verb, namespace }: AccessQuestion): Call {
  const [kind, subresource] = resource.split('/');
  const resourceAttributes = {
    group,
    resource: kind,
    verb,
    namespace,
    ...(subresource !== undefined && { subresource }),
  };
  return {
    verb: 'create',
    method: 'POST',
    path: reviews,
    resource: reviews,
    what: `SelfSubjectAccessReview ${verb} ${resource}`,
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    },
  };
}

/** The path of all objects of a kind. */
function pathOf(kind: KubeKind, namespace: string): string {
  const root = kind.apiVersion.includes('/')
    ? `/apis/${kind.apiVersion}`
    : `/api/${kind.apiVersion}`;
  return `${root}/namespaces/${namespace}/${kind.plural}`;
}

/** Where an object is. */
function placeOf({ kind, namespace, name }: KubeRef): Pick<Call, 'path' | 'resource'> {
  const resource = pathOf(kind, namespace);
  return { path: `${resource}/${name}`, resource };
}

/** Where the objects of a query are. */
function selectionOf(
  { kind, namespace, labelSelector, fieldSelector }: KubeQuery,
  more: Readonly<Record<string, string>>,
): Pick<Call, 'path' | 'resource'> {
  const resource = pathOf(kind, namespace);
  const selectors = {
    ...(labelSelector !== undefined && { labelSelector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
  };
  return { path: `${resource}?${params({ ...selectors, ...more })}`, resource };
}

/** An object in an error. */
const nameOf = (ref: KubeRef): string => `${ref.kind.kind} ${ref.namespace}/${ref.name}`;

const manyOf = ({ kind, namespace }: KubeQuery): string => `${kind.plural} of ${namespace}`;

/** A query without its question mark. */
const params = (values: Record<string, string>): string => new URLSearchParams(values).toString();
