import type { Duplex } from 'node:stream';
import type { Clock } from '@ssc/clock';
import { type HttpRequest, type HttpResponse, textResponse } from '@ssc/process';
import type { Pod, StatefulSet } from '../types.ts';
import { decodeObject, type FieldValidation, parseJson } from './decode.ts';
import { discovery } from './discovery.ts';
import { apiVersionOf, type Kind, kinds } from './kinds.ts';
import { type Draft, isRecord, type KubeObject } from './object.ts';
import { jsonPatch, mergePatch, strategicMerge } from './patch.ts';
import type { DeleteOptions, Registry } from './registry.ts';
import { isKnownPath, parseRoute, type Route } from './route.ts';
import { checkSchema } from './schema.ts';
import { matchesAll, parseFieldSelector, parseLabelSelector } from './selector.ts';
import {
  ApiError,
  badRequest,
  expired,
  methodNotAllowed,
  noSuchResource,
  notFound,
  renderStatus,
} from './status.ts';
import { type OpenWatch, openWatch } from './watch.ts';

/** A request to the API; aborting its signal is the client going away. */
export interface KubeRequest extends HttpRequest {
  /** Where it was sent. @example "http://10.0.0.1:6443" */
  readonly origin?: string;
  readonly signal?: AbortSignal | undefined;
}

/** What the kubelet answers for a pod. */
export interface PodAccess {
  log(pod: Pod, query: URLSearchParams): HttpResponse;
  proxy(
    pod: Pod,
    port: number,
    request: KubeRequest & { readonly scheme: string },
  ): Promise<HttpResponse>;
  /** A connection to a port of the pod. */
  forward(pod: Pod, port: number): Duplex | ApiError;
}

/** A port of a pod. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** What was asked, for the event log and for counting. */
export interface Call {
  readonly verb: string;
  /** @example "pods/log" */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** The API of a cluster. */
export interface ApiServer {
  /** What a request asks for, without doing it. */
  describe(request: KubeRequest): Call;
  handle(request: KubeRequest): Promise<HttpResponse>;
  /** Opens a connection to a port of a pod, or gives the refusal. */
  forward(to: PodPort): Duplex | ApiError;
  /** Watches under way, oldest first. */
  readonly watches: ReadonlySet<OpenWatch>;
}

const json = (status: number, value: object, headers: Record<string, string> = {}): HttpResponse =>
  textResponse(status, `${JSON.stringify(value)}\n`, 'application/json', headers);

/** Makes the API over a registry. */
export function createApiServer(options: {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly pods: PodAccess;
  /** Whether a SelfSubjectAccessReview is answered with yes. */
  readonly allows: (attributes: Readonly<Record<string, unknown>>) => boolean;
}): ApiServer {
  const { registry, clock, pods } = options;
  const { store } = registry;
  const watches = new Set<OpenWatch>();

  async function answer(request: KubeRequest): Promise<HttpResponse> {
    const url = new URL(request.path, 'http://kube.invalid');
    const query = url.searchParams;
    const plain = plainAnswer(request, url.pathname);
    if (plain !== undefined) return plain;
    if (!isKnownPath(url.pathname)) return textResponse(404, '404 page not found\n');
    const route = parseRoute(url.pathname);
    if (route.subresource === 'proxy') return proxy(route, request, url);
    if (route.subresource === 'portforward') throw badRequest('Upgrade request required');
    if (route.subresource === 'log') return log(route, request, query);
    if (route.subresource === 'scale') return scale(route, request, query);
    const verbs: readonly string[] =
      route.subresource === ''
        ? route.kind.verbs
        : (route.kind.subresources[route.subresource] ?? []);
    const verb = verbOf(request.method, route.name !== '', query);
    if (!verbs.includes(verb)) throw methodNotAllowed();
    switch (verb) {
      case 'get':
        return json(200, registry.get(route.kind, route.namespace, route.name));
      case 'list':
        return json(200, list(route, query));
      case 'watch':
        return watch(route, query, request.signal);
      case 'create':
        return create(route, request, query);
      case 'update':
        return json(200, replace(route, request, query));
      case 'patch':
        return patch(route, request, query);
      case 'delete':
        return remove(route, deleteOptions(request, query));
      default:
        return json(200, removeAll(route, request, query));
    }
  }

  function plainAnswer(request: KubeRequest, path: string): HttpResponse | undefined {
    if (path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews')
      return accessReview(request);
    if (request.method !== 'GET') return undefined;
    if (['/healthz', '/livez', '/readyz'].includes(path)) return textResponse(200, 'ok');
    const found = discovery(path);
    return found === undefined ? undefined : json(200, found);
  }

  function accessReview(request: KubeRequest): HttpResponse {
    if (request.method !== 'POST') throw methodNotAllowed();
    const review = parseJson(request.body);
    const spec = isRecord(review) && isRecord(review['spec']) ? review['spec'] : {};
    const attributes = spec['resourceAttributes'] ?? spec['nonResourceAttributes'];
    return json(201, {
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: { creationTimestamp: null },
      spec,
      status: { allowed: options.allows(isRecord(attributes) ? attributes : {}) },
    });
  }

  function list(route: Route, query: URLSearchParams): object {
    const matches = matcher(route, query);
    const namespace = route.namespace === '' ? undefined : route.namespace;
    const limit = Number(query.get('limit') ?? 0);
    const token = query.get('continue');
    let objects = store.list(route.kind, namespace).filter(matches);
    let revision = store.revision;
    if (token !== null && token !== '') {
      const from = parseContinue(token);
      revision = from.rv;
      objects = objectsAt(route.kind, namespace, from.rv)
        .filter(matches)
        .filter(
          (object) => `${object.metadata.namespace ?? ''}/${object.metadata.name}` > from.after,
        );
    }
    const wanted = query.get('resourceVersion');
    if (limit > 0 && Number(wanted) > store.revision)
      throw new ApiError(500, '', 'etcdserver: mvcc: required revision is a future revision');
    if (wanted !== null && /^\d+$/u.test(wanted) && Number(wanted) > store.revision)
      throw new ApiError(
        504,
        'Timeout',
        `Too large resource version: ${wanted}, current: ${store.revision}`,
        {
          causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
          retryAfterSeconds: 1,
        },
      );
    const page = limit > 0 ? objects.slice(0, limit) : objects;
    const last = page.at(-1)?.metadata;
    const left = objects.length - page.length;
    const isFiltered = (query.get('labelSelector') ?? query.get('fieldSelector') ?? '') !== '';
    return {
      kind: `${route.kind.kind}List`,
      apiVersion: apiVersionOf(route.kind),
      metadata: {
        resourceVersion: String(revision),
        ...(left > 0 && {
          continue: renderContinue({
            rv: revision,
            after: `${last?.namespace ?? ''}/${last?.name}`,
          }),
        }),
        ...(left > 0 && !isFiltered && { remainingItemCount: left }),
      },
      items: page.map(({ apiVersion: _a, kind: _k, ...rest }) => rest),
    };
  }

  /** The objects as they were at a revision: today's, with the changes since taken back. */
  function objectsAt(kind: Kind, namespace: string | undefined, revision: number): KubeObject[] {
    if (revision < store.oldestRevision - 1)
      throw expired(
        'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
      );
    const keyOf = (object: KubeObject) =>
      `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    const then = new Map(store.list(kind, namespace).map((object) => [keyOf(object), object]));
    for (const change of [...store.changesSince(kind, revision)].reverse()) {
      if (namespace !== undefined && change.object.metadata.namespace !== namespace) continue;
      if (change.previous === undefined) then.delete(keyOf(change.object));
      else then.set(keyOf(change.object), change.previous);
    }
    return [...then].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  function watch(route: Route, query: URLSearchParams, signal?: AbortSignal): HttpResponse {
    const version = query.get('resourceVersion') ?? '';
    if (!/^\d*$/u.test(version))
      throw new ApiError(
        500,
        '',
        `resourceVersion: Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`,
      );
    refuseInitialEvents(query);
    const seconds = Number(query.get('timeoutSeconds') ?? 0);
    let closed = false;
    let watch: OpenWatch | undefined;
    const open: OpenWatch = openWatch(store, clock, {
      kind: route.kind,
      namespace: route.namespace === '' ? undefined : route.namespace,
      matches: matcher(route, query),
      resourceVersion: version,
      bookmarks: isTrue(query.get('allowWatchBookmarks')),
      // The real server draws from 30 to 60 minutes when the client names no time.
      timeoutMs: seconds > 0 ? seconds * 1000 : 1_800_000 + registry.random.int(1_800_000),
      // A version that is too old ends the watch before it is there.
      onClose: () => {
        if (watch !== undefined) watches.delete(watch);
        closed = true;
      },
    });
    watch = open;
    if (!closed) watches.add(open);
    const { stream } = open;
    signal?.addEventListener('abort', () => stream.end(), { once: true });
    return {
      status: 200,
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      body: stream,
    };
  }

  function create(route: Route, request: KubeRequest, query: URLSearchParams): HttpResponse {
    if (route.name !== '' || (route.kind.namespaced && route.namespace === ''))
      throw methodNotAllowed();
    const decoded = decodeObject(route.kind, parseJson(request.body, route.kind.kind));
    const { object: draft, headers } = checkSchema(route.kind, decoded, validation(query));
    const sent = draft.metadata.namespace;
    if (route.kind.namespaced && sent !== undefined && sent !== '' && sent !== route.namespace)
      throw badRequest(
        `the namespace of the provided object does not match the namespace sent on the request`,
      );
    const object = registry.create(route.kind, route.namespace, draft, { dryRun: isDryRun(query) });
    return json(201, object, headers);
  }

  function replace(route: Route, request: KubeRequest, query: URLSearchParams): KubeObject {
    const decoded = decodeObject(route.kind, parseJson(request.body, route.kind.kind));
    const { object: draft } = checkSchema(route.kind, decoded, validation(query));
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

  function patch(route: Route, request: KubeRequest, query: URLSearchParams): HttpResponse {
    const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
    const change = patcher(type, parsePatch(type, request.body));
    if (change === undefined)
      throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
    const isApply = type.startsWith('application/apply-patch');
    const dryRun = isDryRun(query);
    if (isApply && (query.get('fieldManager') ?? '') === '')
      throw new ApiError(
        422,
        'Invalid',
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
        {
          group: 'meta.k8s.io',
          kind: 'PatchOptions',
          causes: [
            {
              reason: 'FieldValueRequired',
              message: 'Required value: is required for apply patch',
              field: 'fieldManager',
            },
          ],
        },
      );
    const exists = store.get(route.kind, route.namespace, route.name) !== undefined;
    if (isApply && !exists && route.subresource === '') {
      const decoded = decodeObject(route.kind, change({}));
      decoded.metadata.name = route.name;
      const { object: draft } = checkSchema(route.kind, decoded, validation(query));
      return json(201, registry.create(route.kind, route.namespace, draft, { dryRun }));
    }
    const object = registry.update(
      route.kind,
      route.namespace,
      route.name,
      (current) => {
        return patched(route, current, change, validation(query));
      },
      { dryRun, subresource: route.subresource === 'status' ? 'status' : '' },
    );
    return json(200, object);
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

  function remove(route: Route, how: DeleteOptions): HttpResponse {
    const { object, gone } = registry.delete(route.kind, route.namespace, route.name, how);
    if (!gone || route.kind === kinds.pod) return json(200, object);
    const { name, uid } = object.metadata;
    return json(200, {
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
    });
  }

  function removeAll(route: Route, request: KubeRequest, query: URLSearchParams): object {
    const how = deleteOptions(request, query);
    const before = list(route, query);
    const matches = matcher(route, query);
    const namespace = route.namespace === '' ? undefined : route.namespace;
    for (const object of store.list(route.kind, namespace))
      if (matches(object))
        registry.delete(route.kind, object.metadata.namespace ?? '', object.metadata.name, how);
    return before;
  }

  function scale(route: Route, request: KubeRequest, query: URLSearchParams): HttpResponse {
    const change = scaleChange(request);
    if (change === undefined)
      return json(200, renderScale(registry.get(route.kind, route.namespace, route.name)));
    const object = scaleUpdate(
      route,
      (current) => {
        const wanted = change(renderScale(current as unknown as KubeObject));
        const spec = isRecord(wanted['spec']) ? wanted['spec'] : {};
        const meta = isRecord(wanted['metadata']) ? wanted['metadata'] : {};
        const version = meta['resourceVersion'];
        if (typeof version === 'string') current.metadata.resourceVersion = version;
        current['spec'] = { ...(current['spec'] as object), replicas: spec['replicas'] ?? 0 };
        return current;
      },
      isDryRun(query),
    );
    return json(200, renderScale(object));
  }

  function scaleUpdate(
    route: Route,
    change: (current: Draft) => Draft,
    dryRun: boolean,
  ): KubeObject {
    const { kind, namespace, name } = route;
    try {
      return registry.update(kind, namespace, name, change, { dryRun, subresource: 'scale' });
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'Invalid') throw error;
      const message = error.message.replace(/^\S+ /u, 'Scale.autoscaling ');
      throw new ApiError(error.code, error.reason, message, {
        ...error.details,
        group: 'autoscaling',
        kind: 'Scale',
      });
    }
  }

  function podOf(route: Route, name: string): Pod {
    const pod = store.get(kinds.pod, route.namespace, name);
    if (pod === undefined) throw notFound(kinds.pod, name);
    return pod as unknown as Pod;
  }

  function log(route: Route, request: KubeRequest, query: URLSearchParams): HttpResponse {
    if (request.method !== 'GET') throw methodNotAllowed();
    const response = pods.log(podOf(route, route.name), query);
    const { body } = response;
    if ('end' in body && typeof body.end === 'function') {
      const stream = body as { end(): void };
      request.signal?.addEventListener('abort', () => stream.end(), { once: true });
    }
    return response;
  }

  async function proxy(route: Route, request: KubeRequest, url: URL): Promise<HttpResponse> {
    const parts = route.name.split(':');
    const [scheme, name, port] = parts.length === 3 ? parts : ['http', parts[0], parts[1]];
    const pod = podOf(route, name ?? '');
    return pods.proxy(pod, proxyPort(pod, port), {
      ...request,
      scheme: scheme === '' ? 'http' : (scheme ?? 'http'),
      path: `${route.rest}${url.search}`,
    });
  }

  function describe(request: KubeRequest): Call {
    const [path = '', search = ''] = request.path.split('?');
    try {
      const route = parseRoute(path);
      const verb =
        route.subresource === 'proxy'
          ? 'get'
          : verbOf(request.method, route.name !== '', new URLSearchParams(search));
      const { kind, namespace, name, subresource } = route;
      return {
        verb,
        resource: subresource === '' ? kind.plural : `${kind.plural}/${subresource}`,
        namespace,
        name,
      };
    } catch {
      return { verb: request.method.toLowerCase(), resource: path, namespace: '', name: '' };
    }
  }

  return {
    watches,
    describe,
    forward({ namespace, pod, port }) {
      const found = store.get(kinds.pod, namespace, pod);
      return found === undefined
        ? notFound(kinds.pod, pod)
        : pods.forward(found as unknown as Pod, port);
    },
    async handle(request) {
      try {
        return await answer(request);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const after = error.details?.retryAfterSeconds;
        return json(error.code, renderStatus(error), {
          ...(after !== undefined && { 'retry-after': String(after) }),
        });
      }
    },
  };
}

const isTrue = (value: string | null): boolean => value === 'true' || value === '1';

function verbOf(method: string, named: boolean, query: URLSearchParams): string {
  switch (method) {
    case 'GET':
      if (named) return 'get';
      return isTrue(query.get('watch')) ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return named ? 'update' : 'put';
    case 'PATCH':
      return named ? 'patch' : 'patch-all';
    case 'DELETE':
      return named ? 'delete' : 'deletecollection';
    default:
      return method.toLowerCase();
  }
}

function matcher(route: Route, query: URLSearchParams): (object: KubeObject) => boolean {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(route.kind, query.get('fieldSelector') ?? '');
  const { name } = route;
  return (object) =>
    (name === '' || object.metadata.name === name) &&
    matchesAll(labels, object.metadata.labels) &&
    fields(object);
}

/** The feature gate WatchList is off in 1.33, as in most clusters. */
function refuseInitialEvents(query: URLSearchParams): void {
  if (query.get('sendInitialEvents') === null) return;
  const message =
    'Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
  throw new ApiError(
    422,
    'Invalid',
    `ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: ${message}`,
    {
      group: 'meta.k8s.io',
      kind: 'ListOptions',
      causes: [{ reason: 'FieldValueForbidden', message, field: 'sendInitialEvents' }],
    },
  );
}

function validation(query: URLSearchParams): FieldValidation {
  const asked = query.get('fieldValidation') ?? '';
  if (asked === '') return 'Strict';
  if (asked === 'Strict' || asked === 'Warn' || asked === 'Ignore') return asked;
  const message = `Unsupported value: ${JSON.stringify(asked)}: supported values: "", "Ignore", "Strict", "Warn"`;
  throw new ApiError(
    422,
    'Invalid',
    `CreateOptions.meta.k8s.io "" is invalid: fieldValidation: ${message}`,
    {
      group: 'meta.k8s.io',
      kind: 'CreateOptions',
      causes: [{ reason: 'FieldValueNotSupported', message, field: 'fieldValidation' }],
    },
  );
}

function isDryRun(query: URLSearchParams): boolean {
  const asked = query.getAll('dryRun');
  if (asked.length === 0) return false;
  if (asked.every((value) => value === 'All')) return true;
  const message = `Unsupported value: []string{${asked.map((value) => JSON.stringify(value)).join(', ')}}: supported values: "All"`;
  throw new ApiError(
    422,
    'Invalid',
    `CreateOptions.meta.k8s.io "" is invalid: dryRun: ${message}`,
    {
      group: 'meta.k8s.io',
      kind: 'CreateOptions',
      causes: [{ reason: 'FieldValueNotSupported', message, field: 'dryRun' }],
    },
  );
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

function patcher(type: string, patch: unknown): ((target: unknown) => unknown) | undefined {
  switch (type) {
    case 'application/json-patch+json':
      return (target) => jsonPatch(target, patch);
    case 'application/merge-patch+json':
      return (target) => mergePatch(target, patch);
    case 'application/strategic-merge-patch+json':
    case 'application/apply-patch+yaml':
      return (target) => strategicMerge(target, patch);
    default:
      return undefined;
  }
}

const policies = ['Foreground', 'Background', 'Orphan'] as const;

function deleteOptions(request: KubeRequest, query: URLSearchParams): DeleteOptions {
  const sent = request.body.length === 0 ? {} : parseJson(request.body);
  const body = isRecord(sent) ? sent : {};
  const asked = query.get('propagationPolicy') ?? body['propagationPolicy'];
  const policy = policies.find((known) => known === asked);
  if (asked !== undefined && asked !== null && policy === undefined) {
    const message = `Unsupported value: ${JSON.stringify(asked)}: supported values: ${[...policies, 'nil'].map((p) => `"${p}"`).join(', ')}`;
    throw new ApiError(
      422,
      'Invalid',
      `DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: ${message}`,
      {
        group: 'meta.k8s.io',
        kind: 'DeleteOptions',
        causes: [{ reason: 'FieldValueNotSupported', message, field: 'propagationPolicy' }],
      },
    );
  }
  const grace = query.get('gracePeriodSeconds') ?? body['gracePeriodSeconds'];
  const orphans = query.get('orphanDependents') ?? body['orphanDependents'];
  const conditions = isRecord(body['preconditions']) ? body['preconditions'] : {};
  const bodyDryRun = Array.isArray(body['dryRun']) && body['dryRun'].includes('All');
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return {
    propagationPolicy:
      policy ??
      (orphans === undefined || orphans === null
        ? undefined
        : String(orphans) === 'true'
          ? 'Orphan'
          : 'Background'),
    gracePeriodSeconds: grace === undefined || grace === null ? undefined : Number(grace),
    preconditions: {
      uid: text(conditions['uid']),
      resourceVersion: text(conditions['resourceVersion']),
    },
    dryRun: isDryRun(query) || bodyDryRun,
  };
}

const renderContinue = (token: { rv: number; after: string }): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', ...token })).toString('base64url');

function parseContinue(text: string): { rv: number; after: string } {
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (isRecord(token) && typeof token['rv'] === 'number' && typeof token['after'] === 'string')
      return { rv: token['rv'], after: token['after'] };
  } catch {
    // Refused below.
  }
  throw badRequest(`continue key is not valid: ${text}`);
}

function scaleChange(
  request: KubeRequest,
): ((scale: Record<string, unknown>) => Record<string, unknown>) | undefined {
  if (request.method === 'GET') return undefined;
  const sent = parseJson(request.body);
  if (request.method === 'PUT') return () => (isRecord(sent) ? sent : {});
  if (request.method !== 'PATCH') throw methodNotAllowed();
  const type = (request.headers['content-type'] ?? '').split(';')[0] ?? '';
  const apply = patcher(type, sent);
  if (apply === undefined) throw noSuchResource();
  return (current) => apply(current) as Record<string, unknown>;
}

function renderScale(object: KubeObject): Record<string, unknown> {
  const set = object as unknown as StatefulSet;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = set.metadata;
  const selector = Object.entries(set.spec.selector.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: set.spec.replicas === 0 ? {} : { replicas: set.spec.replicas },
    status: { replicas: set.status.replicas, selector },
  };
}

function proxyPort(pod: Pod, port: string | undefined): number {
  const ports = pod.spec.containers.flatMap((container) => container.ports ?? []);
  if (port === undefined || port === '') return ports[0]?.containerPort ?? 80;
  if (/^\d+$/u.test(port)) return Number(port);
  const named = ports.find((p) => p.name === port);
  if (named === undefined)
    throw new ApiError(
      503,
      'ServiceUnavailable',
      `error trying to reach service: address ${pod.status.podIP ?? ''}:${port}: unknown port`,
    );
  return named.containerPort;
}
