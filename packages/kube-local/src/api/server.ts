import type { Duplex } from 'node:stream';
import type { Clock } from '@ssc/clock';
import { type HttpRequest, type HttpResponse, textResponse } from '@ssc/process';
import type { Pod } from '../types/pod.ts';
import { parseJson } from './decode.ts';
import { discovery } from './discovery.ts';
import { kinds } from './kinds.ts';
import { listObjects, matcher } from './list.ts';
import { isRecord } from './object.ts';
import type { Registry } from './registry.ts';
import { deleteOptions, isTrue, refuseInitialEvents } from './request-options.ts';
import { isKnownPath, parseRoute, type Route } from './route.ts';
import { answerScale } from './scale.ts';
import { ApiError, badRequest, methodNotAllowed, notFound, renderStatus } from './status.ts';
import { type OpenWatch, openWatch } from './watch.ts';
import {
  createObject,
  deleteObject,
  deleteObjects,
  patchObject,
  replaceObject,
  type Written,
} from './write.ts';

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

const written = ({ status, object, headers }: Written): HttpResponse =>
  json(status, object, headers);

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
    if (route.subresource === 'scale')
      return json(200, answerScale(registry, route, request, query));
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
        return json(200, listObjects(store, route, query));
      case 'watch':
        return watch(route, query, request.signal);
      case 'create':
        return written(createObject(registry, route, request, query));
      case 'update':
        return json(200, replaceObject(registry, route, request, query));
      case 'patch':
        return written(patchObject(registry, route, request, query));
      case 'delete':
        return json(200, deleteObject(registry, route, deleteOptions(request.body, query)));
      default:
        return json(200, deleteObjects(registry, route, deleteOptions(request.body, query), query));
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
