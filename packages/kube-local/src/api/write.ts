import type { HttpRequest } from '@ssc/process';
import { decodeObject, type FieldValidation, parseJson } from './decode.ts';
import type { DeleteOptions } from './deletion.ts';
import { kinds } from './kinds.ts';
import { listObjects, matcher } from './list.ts';
import type { Draft, KubeObject } from './object.ts';
import { patcher } from './patch.ts';
import type { Registry } from './registry.ts';
import { isDryRun, requireFieldManager, validationOf } from './request-options.ts';
import type { Route } from './route.ts';
import { checkSchema } from './schema.ts';
import { ApiError, badRequest, methodNotAllowed } from './status.ts';

/** What an answer to a write holds. */
export interface Written {
  readonly status: 200 | 201;
  readonly object: object;
  readonly headers?: Record<string, string>;
}

/** Makes the object of a request. */
export function createObject(
  registry: Registry,
  route: Route,
  request: HttpRequest,
  query: URLSearchParams,
): Written {
  if (route.name !== '' || (route.kind.namespaced && route.namespace === ''))
    throw methodNotAllowed();
  const decoded = decodeObject(route.kind, parseJson(request.body, route.kind.kind));
  const { object: draft, headers } = checkSchema(route.kind, decoded, validationOf(query));
  const sent = draft.metadata.namespace;
  if (route.kind.namespaced && sent !== undefined && sent !== '' && sent !== route.namespace)
    throw badRequest(
      `the namespace of the provided object does not match the namespace sent on the request`,
    );
  const object = registry.create(route.kind, route.namespace, draft, { dryRun: isDryRun(query) });
  return { status: 201, object, headers };
}

/** Puts the object of a request in the place of the one that is there. */
export function replaceObject(
  registry: Registry,
  route: Route,
  request: HttpRequest,
  query: URLSearchParams,
): KubeObject {
  const decoded = decodeObject(route.kind, parseJson(request.body, route.kind.kind));
  const { object: draft } = checkSchema(route.kind, decoded, validationOf(query));
  const sent = draft.metadata.name ?? '';
  if (sent !== route.name && sent !== '')
    throw badRequest(
      `the name of the object (${sent}) does not match the name on the URL (${route.name})`,
    );
  return registry.update(route.kind, route.namespace, route.name, () => draft, {
    dryRun: isDryRun(query),
    subresource: route.subresource === 'status' ? 'status' : '',
  });
}

/** Changes an object as a patch says; an apply patch makes one that is not there. */
export function patchObject(
  registry: Registry,
  route: Route,
  request: HttpRequest,
  query: URLSearchParams,
): Written {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  const change = patcher(type, parsePatch(type, request.body));
  if (change === undefined)
    throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  const isApply = type.startsWith('application/apply-patch');
  const dryRun = isDryRun(query);
  if (isApply) requireFieldManager(query);
  const exists = registry.store.get(route.kind, route.namespace, route.name) !== undefined;
  if (isApply && !exists && route.subresource === '') {
    const decoded = decodeObject(route.kind, change({}));
    decoded.metadata.name = route.name;
    const { object: draft } = checkSchema(route.kind, decoded, validationOf(query));
    const object = registry.create(route.kind, route.namespace, draft, { dryRun });
    return { status: 201, object };
  }
  const object = registry.update(
    route.kind,
    route.namespace,
    route.name,
    (current) => patched(route, current, change, validationOf(query)),
    { dryRun, subresource: route.subresource === 'status' ? 'status' : '' },
  );
  return { status: 200, object };
}

function parsePatch(type: string, body: Uint8Array): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    // Apply patches may be YAML; JSON is YAML, and clients of this API send that.
    if (type.startsWith('application/apply-patch'))
      throw badRequest('error decoding YAML: this API takes apply patches as JSON');
    throw error;
  }
}

/** What a patch makes of an object. What cannot be decoded any more counts as a value of the patch. */
function patched(
  route: Route,
  current: Draft,
  change: (target: unknown) => unknown,
  strictness: FieldValidation,
): Draft {
  const next = decodeObject(route.kind, change(current));
  const sent = next.metadata.name;
  if (sent !== route.name)
    throw badRequest(
      `the name of the object (${sent ?? ''}) does not match the name on the URL (${route.name})`,
    );
  const value = JSON.stringify(JSON.stringify(next));
  try {
    return checkSchema(route.kind, next, strictness).object;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const why = error.message.replace(/^.* cannot be handled as a \w+: /u, '');
    const message = `Invalid value: ${value}: ${why}`;
    throw new ApiError(422, 'Invalid', ` "" is invalid: patch: ${message}`, {
      causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }],
    });
  }
}

/** Deletes an object; gives it where it is not gone yet, and for a pod, else what was done. */
export function deleteObject(registry: Registry, route: Route, how: DeleteOptions): object {
  const { object, gone } = registry.delete(route.kind, route.namespace, route.name, how);
  if (!gone || route.kind === kinds.pod) return object;
  const { name, uid } = object.metadata;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name,
      ...(route.kind.group !== '' && { group: route.kind.group }),
      kind: route.kind.plural,
      uid,
    },
  };
}

/** Deletes all that a request asks for, and gives the list of it. */
export function deleteObjects(
  registry: Registry,
  route: Route,
  how: DeleteOptions,
  query: URLSearchParams,
): object {
  const before = listObjects(registry.store, route, query);
  const matches = matcher(route, query);
  const namespace = route.namespace === '' ? undefined : route.namespace;
  for (const object of registry.store.list(route.kind, namespace))
    if (matches(object))
      registry.delete(route.kind, object.metadata.namespace ?? '', object.metadata.name, how);
  return before;
}
