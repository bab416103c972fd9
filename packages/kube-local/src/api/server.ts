import type { Duplex } from 'node:stream';
import type { Clock } from '@ssc/clock';
import { type HttpResponse, textResponse } from '@ssc/process';
import { accessReviews, reviewAccess } from './access-review.ts';
import { type Call, describeRequest } from './call.ts';
import { discovery } from './discovery.ts';
import { listObjects } from './list.ts';
import {
  answerForward,
  answerLog,
  answerProxy,
  type KubeRequest,
  type PodAccess,
  type PodPort,
} from './pod-requests.ts';
import type { Registry } from './registry.ts';
import { deleteOptions } from './request-options.ts';
import { isKnownPath, parseRoute, type Route } from './route.ts';
import { answerScale } from './scale.ts';
import { ApiError, badRequest, methodNotAllowed, renderStatus } from './status.ts';
import { verbOf } from './verbs.ts';
import type { OpenWatch } from './watch.ts';
import { Watches } from './watches.ts';
import {
  createObject,
  deleteObject,
  deleteObjects,
  patchObject,
  replaceObject,
  type Written,
} from './write.ts';

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

/** What the API answers by. */
export interface ApiServerOptions {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly pods: PodAccess;
  /** Whether a SelfSubjectAccessReview is answered with yes. */
  readonly allows: (attributes: Readonly<Record<string, unknown>>) => boolean;
}

/** Makes the API over a registry. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const { registry, clock, pods } = options;
  const watches = new Watches(registry.store, clock, registry.random);
  return {
    watches: watches.open,
    describe: describeRequest,
    forward: (to) => answerForward(registry.store, pods, to),
    async handle(request) {
      try {
        return await answer(options, watches, request);
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

/** Answers a request. Throws an ApiError that is the answer. */
async function answer(
  options: ApiServerOptions,
  watches: Watches,
  request: KubeRequest,
): Promise<HttpResponse> {
  const { registry, pods } = options;
  const url = new URL(request.path, 'http://kube.invalid');
  const query = url.searchParams;
  if (url.pathname === accessReviews) return json(201, reviewAccess(request, options.allows));
  const about = request.method === 'GET' ? aboutServer(url.pathname) : undefined;
  if (about !== undefined) return about;
  if (!isKnownPath(url.pathname)) return textResponse(404, '404 page not found\n');
  const route = parseRoute(url.pathname);
  switch (route.subresource) {
    case 'proxy':
      return answerProxy(registry.store, pods, route, request, url.search);
    case 'portforward':
      throw badRequest('Upgrade request required');
    case 'log':
      return answerLog(registry.store, pods, route, request, query);
    case 'scale':
      return json(200, answerScale(registry, route, request, query));
    default:
      return answerObjects(registry, watches, route, request, query);
  }
}

/** What the server says of itself: its health, and what it has. */
function aboutServer(path: string): HttpResponse | undefined {
  if (['/healthz', '/livez', '/readyz'].includes(path)) return textResponse(200, 'ok');
  const found = discovery(path);
  return found === undefined ? undefined : json(200, found);
}

/** Reads and writes objects. */
function answerObjects(
  registry: Registry,
  watches: Watches,
  route: Route,
  request: KubeRequest,
  query: URLSearchParams,
): HttpResponse {
  const { kind, namespace, name, subresource } = route;
  const verbs: readonly string[] =
    subresource === '' ? kind.verbs : (kind.subresources[subresource] ?? []);
  const verb = verbOf(request.method, name !== '', query);
  if (!verbs.includes(verb)) throw methodNotAllowed();
  switch (verb) {
    case 'get':
      return json(200, registry.get(kind, namespace, name));
    case 'list':
      return json(200, listObjects(registry.store, route, query));
    case 'watch':
      return watches.answer(route, query, request.signal);
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

const json = (status: number, value: object, headers: Record<string, string> = {}): HttpResponse =>
  textResponse(status, `${JSON.stringify(value)}\n`, 'application/json', headers);

const written = ({ status, object, headers }: Written): HttpResponse =>
  json(status, object, headers);
