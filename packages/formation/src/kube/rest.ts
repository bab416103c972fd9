import type { V1ObjectMeta } from '@kubernetes/client-node';
import { assert, type SscError } from '@ssc/errors';
import {
  type CreateOptions,
  type DeleteOptions,
  type KubeApi,
  type KubeObject,
  type KubeQuery,
  type KubeRef,
  kinds,
  type LogQuery,
  type WatchEvent,
} from './api.ts';
import { type Call, logCall, nameOf, params, pathOf, selectors } from './call.ts';
import { driverAnnotation } from './marks.ts';
import { type KubeStatus, refused, statusOf } from './refusal.ts';
import { createTransport, type TransportOptions } from './transport.ts';

/** The Kubernetes API over plain HTTP: JSON as it stands, by whatever Dispatcher there is. */
export function createKubeApi(options: TransportOptions): KubeApi {
  const { access, budget } = options;
  const { counts, persist, ask, stream } = createTransport(options);

  return {
    calls: counts,
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
      const path = `${pathOf(query.kind, query.namespace)}?${params({ ...selectors(query), watch: 'true', allowWatchBookmarks: 'true', resourceVersion: query.resourceVersion })}`;
      const call: Call = {
        verb: 'watch',
        method: 'GET',
        path,
        what: `${query.kind.plural} of ${query.namespace}`,
      };
      let rest = '';
      let wrong: SscError | undefined;
      const stop = new AbortController();
      const abort = () => stop.abort(signal.reason);
      if (signal.aborted) abort();
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
      const takeText = (text: string): void => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) takeLine(line);
      };
      await stream(call, takeText, stop.signal)
        .catch((error: unknown) => {
          throw wrong ?? error;
        })
        .finally(() => signal.removeEventListener('abort', abort));
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
      await budget.take();
      await stream(logCall(query, { follow: 'true' }), onText, signal);
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
