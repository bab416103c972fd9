import type { Duplex } from 'node:stream';
import type { HttpResponse, Net } from '@ssc/process';
import type { KubeRequest, PodAccess } from './api/pod-requests.ts';
import { ApiError, badRequest } from './api/status.ts';
import type { ContainerLog, LogQuery } from './kubelet/container-log.ts';
import type { ContainerRunner } from './kubelet/container-runner.ts';
import { dialError } from './kubelet/probe.ts';
import type { Machines } from './machines.ts';
import { Tunnel } from './tunnel.ts';
import type { Pod } from './types/pod.ts';

/** What the API server reaches pods by. */
export interface PodsOfMachinesOptions {
  /** The API server's own network. */
  readonly net: Net;
  readonly now: () => number;
  readonly machines: Machines;
}

/** Logs of the pods on machines, and requests and connections to them through the API server. */
export class PodsOfMachines implements PodAccess {
  readonly #options: PodsOfMachinesOptions;

  constructor(options: PodsOfMachinesOptions) {
    this.#options = options;
  }

  log(pod: Pod, query: URLSearchParams): HttpResponse {
    const found = this.#logOf(pod, query);
    const wanted = logQuery(query, this.#options.now());
    const headers = { 'content-type': 'text/plain' };
    if (query.get('follow') === 'true') {
      const body = found.follow(wanted);
      return { status: 200, headers: { ...headers, 'transfer-encoding': 'chunked' }, body };
    }
    const body = found.read(wanted);
    return { status: 200, headers: { ...headers, 'content-length': String(body.length) }, body };
  }

  #logOf(pod: Pod, query: URLSearchParams): ContainerLog {
    const name = containerName(pod, query.get('container') ?? '');
    const runner = this.#options.machines.workerOf(pod)?.container(name);
    const previous = query.get('previous') === 'true';
    const found = runner?.log(previous);
    if (found === undefined) throw badRequest(noLog(pod, name, previous, runner));
    return found;
  }

  async proxy(
    pod: Pod,
    port: number,
    request: KubeRequest & { readonly scheme: string },
  ): Promise<HttpResponse> {
    const { net, machines } = this.#options;
    const address = machines.workerOf(pod)?.address ?? pod.status.podIP;
    if (address === undefined || address === '') throw badRequest('address not allowed');
    const { host: _, connection: _c, authorization: _a, ...headers } = request.headers;
    try {
      return await net.request(`http://${address}:${port}${request.path}`, {
        method: request.method,
        headers,
        body: request.body,
        ...(request.signal !== undefined && { signal: request.signal }),
      });
    } catch (error) {
      if (request.signal?.aborted === true) throw error;
      throw unreachable(dialError(error, `${address}:${port}`));
    }
  }

  forward(pod: Pod, port: number): Duplex | ApiError {
    if ((pod.spec.nodeName ?? '') === '')
      return badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
    const { net, machines } = this.#options;
    const address = machines.workerOf(pod)?.address;
    return address === undefined
      ? new ApiError(500, '', 'unable to upgrade connection: pod does not exist')
      : new Tunnel(net, `${address}:${port}`);
  }
}

const unreachable = (why: string): ApiError =>
  new ApiError(503, 'ServiceUnavailable', `error trying to reach service: ${why}`, {});

/** The container that a log request means. Throws a BadRequest Status where it is not clear. */
function containerName(pod: Pod, asked: string): string {
  const names = pod.spec.containers.map((container) => container.name);
  const inits = (pod.spec.initContainers ?? []).map((container) => container.name);
  if (asked !== '') {
    if (names.includes(asked) || inits.includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${pod.metadata.name}`);
  }
  const [only] = names;
  if (names.length === 1 && only !== undefined) return only;
  const or = inits.length === 0 ? '' : ` or one of the init containers: [${inits.join(' ')}]`;
  throw badRequest(
    `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names.join(' ')}]${or}`,
  );
}

function noLog(
  pod: Pod,
  name: string,
  previous: boolean,
  runner: ContainerRunner | undefined,
): string {
  if (previous)
    return `previous terminated container "${name}" in pod "${pod.metadata.name}" not found`;
  const reason = runner?.status.state.waiting?.reason;
  const what = reason === undefined ? 'ContainerCreating' : reason;
  const shown = what === 'ErrImagePull' || what === 'ImagePullBackOff' ? imageText(what) : what;
  return `container "${name}" in pod "${pod.metadata.name}" is waiting to start: ${shown}`;
}

const imageText = (reason: string): string =>
  reason === 'ErrImagePull' ? "image can't be pulled" : 'trying and failing to pull image';

function logQuery(query: URLSearchParams, nowMs: number): LogQuery {
  const number = (name: string): number | undefined => {
    const text = query.get(name);
    if (text === null || text === '') return undefined;
    if (/^\d+$/u.test(text)) return Number(text);
    throw badRequest(
      `PodLogOptions "" is invalid: ${name}: Invalid value: ${text}: must be a non-negative integer`,
    );
  };
  const seconds = number('sinceSeconds');
  const since = query.get('sinceTime');
  return {
    tailLines: number('tailLines'),
    limitBytes: number('limitBytes'),
    timestamps: query.get('timestamps') === 'true',
    sinceMs:
      seconds !== undefined
        ? nowMs - seconds * 1000
        : since === null
          ? undefined
          : Date.parse(since),
  };
}
