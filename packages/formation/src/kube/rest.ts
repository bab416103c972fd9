import type { V1ObjectMeta } from '@kubernetes/client-node';
import { type Clock, formatDuration, type Random } from '@ssc/clock';
import { exchange, type HttpRequest } from '@ssc/core-http';
import { assert, isSscError, SscError } from '@ssc/errors';
import type { Dispatcher } from 'undici';
import {
  type CreateOptions,
  type DeleteOptions,
  type KubeApi,
  type KubeKind,
  type KubeObject,
  type KubeQuery,
  type KubeRef,
  kinds,
  type LogQuery,
  type RefusedProblem,
  type WatchEvent,
} from './api.ts';
import type { Budget } from './budget.ts';
import { driverAnnotation } from './marks.ts';

/** Where an API server is, and what carries requests to it and says who asks. */
export interface KubeAccess {
  readonly dispatcher: Dispatcher;
  /** Without a slash at the end. @example "https://10.0.0.1:6443" */
  readonly baseUrl: string;
}

export interface RestOptions {
  readonly access: KubeAccess;
  readonly clock: Clock;
  readonly random: Random;
  readonly budget: Budget;
  /** The longest time for one request, in milliseconds. @default 30000 */
  readonly requestTimeoutMs?: number;
}

interface Call {
  readonly verb: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly what: string;
  readonly body?: object;
  readonly contentType?: string;
}

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs: number | undefined;
}

// The API server asks for a pause by 429 and 503; six tries with doubling pauses take about half a minute. A log that is not
// to be had (its machine is gone) is not worth that.
const triesOf = (call: Call): number => (call.verb === 'log' ? 2 : 6);

/** The Kubernetes API over plain HTTP: JSON as it stands, by whatever Dispatcher there is. */
export function createKubeApi(options: RestOptions): KubeApi {
  const { access, clock, random, budget } = options;
  const requestTimeoutMs = options.requestTimeoutMs ?? 30_000;
  const calls: Record<string, number> = {};

  const { origin, pathname } = new URL(access.baseUrl);
  const toRequest = (call: Call): HttpRequest => ({
    method: call.method,
    origin,
    path: `${pathname.replace(/\/$/u, '')}${call.path}`,
    headers: {
      accept: 'application/json',
      ...(call.body && { 'content-type': call.contentType ?? 'application/json' }),
    },
    ...(call.body && { body: JSON.stringify(call.body) }),
  });

  async function send(call: Call): Promise<Reply> {
    await budget.take();
    calls[call.verb] = (calls[call.verb] ?? 0) + 1;
    const abort = new AbortController();
    const timer = clock.timer(requestTimeoutMs, () =>
      abort.abort(new Error(`no reply within ${formatDuration(requestTimeoutMs)}`)),
    );
    try {
      const { status, headers, body } = await exchange(
        access.dispatcher,
        toRequest(call),
        abort.signal,
      );
      const seconds = Number(headers['retry-after']);
      return {
        status,
        text: body,
        retryAfterMs:
          headers['retry-after'] !== undefined && Number.isFinite(seconds)
            ? seconds * 1000
            : undefined,
      };
    } catch (error) {
      // Nobody was asked, since nobody could say who asks.
      if (isSscError(error, 'SSC_KUBE_CREDENTIALS')) throw error;
      throw unreachable(call, access.baseUrl, abort.signal.aborted ? abort.signal.reason : error);
    } finally {
      timer.cancel();
    }
  }

  /**
   * Sends until there is a reply to go by. After 429, 503 with a pause, or a collision with another writer, the server has
   * done nothing, so any call is sent again. After a lost connection or a server error only one that can be done twice is; `lost` then says that an earlier
   * try may have taken effect.
   */
  async function persist(call: Call): Promise<Reply & { lost: boolean }> {
    let lost = false;
    for (let attempt = 1; ; attempt++) {
      const pauseMs = Math.min(8000, 250 * 2 ** attempt) * (0.5 + random.float() / 2);
      try {
        const reply = await send(call);
        const refused =
          reply.status === 429 || (reply.status === 503 && reply.retryAfterMs !== undefined);
        const collided = reply.status === 409 && isCollision(call, reply);
        const again = refused || collided || (reply.status >= 500 && isRepeatable(call));
        if (reply.status === 429) budget.slowDown();
        if (!again || attempt === triesOf(call)) return { ...reply, lost };
        lost ||= !refused && !collided;
        await clock.sleep(reply.retryAfterMs ?? pauseMs);
      } catch (error) {
        if (!isRepeatable(call) || attempt === triesOf(call)) throw error;
        lost = true;
        await clock.sleep(pauseMs);
      }
    }
  }

  async function ask<T>(call: Call): Promise<T> {
    const reply = await persist(call);
    if (reply.status >= 200 && reply.status < 300) return JSON.parse(reply.text) as T;
    throw refused(call, reply);
  }

  return {
    calls,
    async create<T extends KubeObject>(
      namespace: string,
      object: T,
      how: CreateOptions = {},
    ): Promise<T> {
      const { apiVersion, kind, metadata } = object;
      const found = Object.values(kinds).find(
        (k) => k.apiVersion === apiVersion && k.kind === kind,
      );
      assert(found !== undefined, `${apiVersion} ${kind} is a kind that formations create`);
      const call: Call = {
        verb: 'create',
        method: 'POST',
        path: `${pathOf(found, namespace)}?fieldValidation=Strict${how.dryRun === true ? '&dryRun=All' : ''}`,
        what: `${kind} ${namespace}/${metadata?.name ?? metadata?.generateName ?? ''}`,
        body: object,
      };
      const reply = await persist(call);
      if (reply.status === 201 || reply.status === 200) return JSON.parse(reply.text) as T;
      // The reply to an earlier try was lost: if what is there is owned or marked as asked, that try made it.
      if (reply.status === 409 && reply.lost && metadata?.name !== undefined) {
        const there = await this.read<T>({ kind: found, namespace, name: metadata.name });
        if (there !== undefined && isSameMaker(metadata, there.metadata)) return there;
      }
      throw refused(call, reply);
    },
    async read<T extends KubeObject>(ref: KubeRef) {
      const call: Call = {
        verb: 'get',
        method: 'GET',
        path: `${pathOf(ref.kind, ref.namespace)}/${ref.name}`,
        what: nameOf(ref),
      };
      const reply = await persist(call);
      if (reply.status === 404 && statusOf(reply.text)?.reason === 'NotFound') return undefined;
      if (reply.status !== 200) throw refused(call, reply);
      return JSON.parse(reply.text) as T;
    },
    async list<T extends KubeObject>(query: KubeQuery) {
      const items: T[] = [];
      let resourceVersion = '';
      for (let next: string | undefined = ''; next !== undefined; ) {
        const path = `${pathOf(query.kind, query.namespace)}?${params({ ...selectors(query), limit: '500', ...(next && { continue: next }) })}`;
        const page: { items: T[]; metadata: { resourceVersion: string; continue?: string } } =
          await ask({
            verb: 'list',
            method: 'GET',
            path,
            what: `${query.kind.plural} of ${query.namespace}`,
          });
        items.push(...page.items);
        resourceVersion = page.metadata.resourceVersion;
        next = page.metadata.continue || undefined;
      }
      return { items, resourceVersion };
    },
    async watch<T extends KubeObject>(
      query: KubeQuery & { readonly resourceVersion: string },
      onEvent: (event: WatchEvent<T>) => void,
      signal: AbortSignal,
    ) {
      calls['watch'] = (calls['watch'] ?? 0) + 1;
      const path = `${pathOf(query.kind, query.namespace)}?${params({ ...selectors(query), watch: 'true', allowWatchBookmarks: 'true', resourceVersion: query.resourceVersion })}`;
      const call: Call = {
        verb: 'watch',
        method: 'GET',
        path,
        what: `${query.kind.plural} of ${query.namespace}`,
      };
      let rest = '';
      let wrong: SscError | undefined;
      const decoder = new TextDecoder();
      const stop = new AbortController();
      const abort = () => stop.abort(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      const takeLine = (line: string): void => {
        if (line === '' || wrong !== undefined) return;
        const event = JSON.parse(line) as WatchEvent<T> | { type: 'ERROR'; object: KubeStatus };
        if (event.type !== 'ERROR') {
          onEvent(event);
          return;
        }
        wrong = refused(call, {
          status: event.object.code ?? 500,
          text: JSON.stringify(event.object),
        });
        stop.abort(wrong);
      };
      const reply = await exchange(access.dispatcher, toRequest(call), stop.signal, (part) => {
        const lines = (rest + decoder.decode(part, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) takeLine(line);
      })
        .catch((error: unknown) => {
          if (wrong !== undefined) throw wrong;
          throw unreachable(call, access.baseUrl, error);
        })
        .finally(() => signal.removeEventListener('abort', abort));
      if (reply.status !== 200) throw refused(call, { status: reply.status, text: reply.body });
    },
    patch: (ref, patch) =>
      ask({
        verb: 'patch',
        method: 'PATCH',
        path: `${pathOf(ref.kind, ref.namespace)}/${ref.name}`,
        what: nameOf(ref),
        body: patch,
        contentType: Array.isArray(patch)
          ? 'application/json-patch+json'
          : 'application/merge-patch+json',
      }),
    async delete(ref: KubeRef, deleteOptions: DeleteOptions) {
      const { propagationPolicy, uid, resourceVersion } = deleteOptions;
      const preconditions = {
        ...(uid !== undefined && { uid }),
        ...(resourceVersion !== undefined && { resourceVersion }),
      };
      const call: Call = {
        verb: 'delete',
        method: 'DELETE',
        path: `${pathOf(ref.kind, ref.namespace)}/${ref.name}`,
        what: nameOf(ref),
        body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy, preconditions },
      };
      const reply = await persist(call);
      if (reply.status === 404 && statusOf(reply.text)?.reason === 'NotFound') return false;
      if (reply.status !== 200 && reply.status !== 202) throw refused(call, reply);
      return true;
    },
    async log(query: LogQuery) {
      const call = logCall(query);
      const reply = await persist(call);
      if (reply.status !== 200) throw refused(call, reply);
      return reply.text;
    },
    async followLog(query, onText, signal) {
      const call = logCall(query, { follow: 'true' });
      await budget.take();
      calls['log'] = (calls['log'] ?? 0) + 1;
      const decoder = new TextDecoder();
      const reply = await exchange(access.dispatcher, toRequest(call), signal, (part) =>
        onText(decoder.decode(part, { stream: true })),
      ).catch((error: unknown) => {
        throw unreachable(call, access.baseUrl, error);
      });
      if (reply.status !== 200) throw refused(call, { status: reply.status, text: reply.body });
    },
    async serverVersion() {
      const { gitVersion } = await ask<{ readonly gitVersion?: string }>({
        verb: 'get',
        method: 'GET',
        path: '/version',
        what: 'the version of the server',
      });
      return gitVersion ?? '';
    },
    async mayI({ group, resource, verb, namespace }) {
      const [kind, subresource] = resource.split('/');
      const { status } = await ask<{ readonly status?: { readonly allowed?: boolean } }>({
        verb: 'create',
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        what: `SelfSubjectAccessReview ${verb} ${resource}`,
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: {
            resourceAttributes: {
              group,
              resource: kind,
              verb,
              namespace,
              ...(subresource !== undefined && { subresource }),
            },
          },
        },
      });
      return status?.allowed === true;
    },
    proxyUrl: (namespace, pod, port) =>
      `${access.baseUrl}/api/v1/namespaces/${namespace}/pods/${pod}:${port}/proxy`,
  };
}

function isSameMaker(asked: V1ObjectMeta, there: V1ObjectMeta | undefined): boolean {
  const owner = asked.ownerReferences?.[0]?.uid;
  const driver = asked.annotations?.[driverAnnotation];
  if (owner !== undefined) return there?.ownerReferences?.[0]?.uid === owner;
  return driver !== undefined && there?.annotations?.[driverAnnotation] === driver;
}

/** All but JSON patches can be done twice: names are the run's own, so a second create or delete meets only our own first. */
const isRepeatable = (call: Call): boolean => call.method !== 'PATCH' || !Array.isArray(call.body);

/**
 * Another writer was faster, and what is asked does not depend on what it wrote: the server says so of patches without a
 * resourceVersion under load, and of creations that a quota must count. With a condition of ours it is the answer.
 */
function isCollision(call: Call, reply: Reply): boolean {
  if (statusOf(reply.text)?.reason !== 'Conflict') return false;
  const { metadata, preconditions } = (call.body ?? {}) as {
    readonly metadata?: V1ObjectMeta;
    readonly preconditions?: Readonly<Record<string, string>>;
  };
  if (call.method === 'DELETE') return Object.keys(preconditions ?? {}).length === 0;
  return metadata?.resourceVersion === undefined && isRepeatable(call);
}

interface KubeStatus {
  readonly kind?: string;
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
}

function statusOf(text: string): KubeStatus | undefined {
  try {
    const value = JSON.parse(text) as KubeStatus;
    return value.kind === 'Status' ? value : undefined;
  } catch {
    return undefined;
  }
}

function refused(call: Call, reply: { status: number; text: string }): SscError<RefusedProblem> {
  const status = statusOf(reply.text);
  const reason = status?.reason ?? `HTTP ${reply.status}`;
  return new SscError<RefusedProblem>({
    problem: {
      code: 'SSC_KUBE_REFUSED',
      status: reply.status,
      reason,
      verb: call.verb,
      what: call.what,
    },
    verdict: 'broken',
    summary: `the API server refused to ${call.verb} ${call.what}: ${reason}`,
    facts: [['Answered', status?.message ?? (reply.text.slice(0, 500) || '(nothing)')]],
    definite: true,
  });
}

function unreachable(call: Call, baseUrl: string, cause: unknown): SscError {
  return new SscError({
    problem: { code: 'SSC_KUBE_UNREACHABLE', verb: call.verb, what: call.what } as const,
    verdict: 'broken',
    summary: `the API server gave no reply to ${call.verb} ${call.what}`,
    facts: [['Server', baseUrl]],
    cause,
    ...(call.method !== 'GET' && { definite: false }),
  });
}

function pathOf(kind: KubeKind, namespace: string): string {
  const root = kind.apiVersion.includes('/')
    ? `/apis/${kind.apiVersion}`
    : `/api/${kind.apiVersion}`;
  return `${root}/namespaces/${namespace}/${kind.plural}`;
}

const nameOf = (ref: KubeRef): string => `${ref.kind.kind} ${ref.namespace}/${ref.name}`;

const selectors = (query: KubeQuery): Record<string, string> => ({
  ...(query.labelSelector !== undefined && { labelSelector: query.labelSelector }),
  ...(query.fieldSelector !== undefined && { fieldSelector: query.fieldSelector }),
});

const logCall = (query: LogQuery, more: Record<string, string> = {}): Call => ({
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
  what: `log of ${query.container} in Pod ${query.namespace}/${query.pod}`,
});

const params = (values: Record<string, string>): string => new URLSearchParams(values).toString();
