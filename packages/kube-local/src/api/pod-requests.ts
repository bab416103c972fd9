import type { Duplex } from 'node:stream';
import type { HttpRequest, HttpResponse } from '@ssc/process';
import type { Pod } from '../types/pod.ts';
import { kinds } from './kinds.ts';
import type { Route } from './route.ts';
import { ApiError, methodNotAllowed, notFound } from './status.ts';
import type { Store } from './store.ts';

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

/** Answers the log of a pod's container; a client that goes away ends a log that is followed. */
export function answerLog(
  store: Store,
  pods: PodAccess,
  route: Route,
  request: KubeRequest,
  query: URLSearchParams,
): HttpResponse {
  if (request.method !== 'GET') throw methodNotAllowed();
  const response = pods.log(podAt(store, route.namespace, route.name), query);
  const { body } = response;
  if ('end' in body && typeof body.end === 'function') {
    const stream = body as { end(): void };
    request.signal?.addEventListener('abort', () => stream.end(), { once: true });
  }
  return response;
}

/** Passes a request on to a port of a pod: `pods/NAME:PORT/proxy/…`, or `pods/SCHEME:NAME:PORT/proxy/…`. */
export async function answerProxy(
  store: Store,
  pods: PodAccess,
  route: Route,
  request: KubeRequest,
  search: string,
): Promise<HttpResponse> {
  const { scheme, name, port } = parseTarget(route.name);
  const pod = podAt(store, route.namespace, name);
  const path = `${route.rest}${search}`;
  return pods.proxy(pod, portOf(pod, port), { ...request, scheme, path });
}

/** Opens a connection to a port of a pod, or gives the refusal. */
export function answerForward(
  store: Store,
  pods: PodAccess,
  { namespace, pod, port }: PodPort,
): Duplex | ApiError {
  const found = store.get(kinds.pod, namespace, pod);
  return found === undefined
    ? notFound(kinds.pod, pod)
    : pods.forward(found as unknown as Pod, port);
}

function podAt(store: Store, namespace: string, name: string): Pod {
  const pod = store.get(kinds.pod, namespace, name);
  if (pod === undefined) throw notFound(kinds.pod, name);
  return pod as unknown as Pod;
}

function parseTarget(text: string): { scheme: string; name: string; port: string } {
  const parts = text.split(':');
  const [scheme = '', name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts];
  return { scheme: scheme === '' ? 'http' : scheme, name, port };
}

/** The number of a pod's port: the first one where none is named. */
function portOf(pod: Pod, port: string): number {
  const ports = pod.spec.containers.flatMap((container) => container.ports ?? []);
  if (port === '') return ports[0]?.containerPort ?? 80;
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
