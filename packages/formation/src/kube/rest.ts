import type { V1ObjectMeta } from '@kubernetes/client-node';
import type {
  CreateOptions,
  DeleteOptions,
  KubeApi,
  KubeList,
  KubeObject,
  KubeQuery,
  KubeRef,
  LogQuery,
} from './api.ts';
import {
  accessCall,
  createCall,
  deleteCall,
  kindOf,
  listCall,
  logCall,
  patchCall,
  readCall,
  versionCall,
  watchCall,
} from './call.ts';
import { driverAnnotation } from './marks.ts';
import { refused, statusOf } from './refusal.ts';
import { createTransport, type Reply, type Transport, type TransportOptions } from './transport.ts';
import { followWatch } from './watch-stream.ts';

/** The Kubernetes API over plain HTTP: JSON as it stands, by whatever Dispatcher there is. */
export function createKubeApi(options: TransportOptions): KubeApi {
  const { access, budget } = options;
  const transport = createTransport(options);
  return {
    calls: transport.counts,
    create: (namespace, object, how = {}) => createObject(transport, namespace, object, how),
    read: (ref) => readObject(transport, ref),
    list: (query) => listObjects(transport, query),
    watch: (query, onEvent, signal) =>
      followWatch(transport, watchCall(query, query.resourceVersion), onEvent, signal),
    patch: (ref, patch) => transport.ask(patchCall(ref, patch)),
    delete: (ref, how) => deleteObject(transport, ref, how),
    log: (query) => readLog(transport, query),
    async followLog(query, onText, signal) {
      await budget.take();
      await transport.stream(logCall(query, { follow: 'true' }), onText, signal);
    },
    async serverVersion() {
      const { gitVersion } = await transport.ask<{ readonly gitVersion?: string }>(versionCall);
      return gitVersion ?? '';
    },
    async mayI(question) {
      const { status } = await transport.ask<{ readonly status?: { readonly allowed?: boolean } }>(
        accessCall(question),
      );
      return status?.allowed === true;
    },
    proxyUrl: (namespace, pod, port) =>
      `${access.baseUrl}/api/v1/namespaces/${namespace}/pods/${pod}:${port}/proxy`,
  };
}

async function createObject<T extends KubeObject>(
  transport: Transport,
  namespace: string,
  object: T,
  how: CreateOptions,
): Promise<T> {
  const call = createCall(namespace, object, how);
  const reply = await transport.persist(call);
  if (reply.status === 201 || reply.status === 200) return JSON.parse(reply.text) as T;
  const { metadata } = object;
  // The reply to an earlier try was lost: if what is there is owned or marked as asked, that try made it.
  if (reply.status === 409 && reply.lost && metadata?.name !== undefined) {
    const ref = { kind: kindOf(object), namespace, name: metadata.name };
    const there = await readObject<T>(transport, ref);
    if (there !== undefined && isSameMaker(metadata, there.metadata)) return there;
  }
  throw refused(call, reply);
}

async function readObject<T extends KubeObject>(
  transport: Transport,
  ref: KubeRef,
): Promise<T | undefined> {
  const call = readCall(ref);
  const reply = await transport.persist(call);
  if (isMissing(reply)) return undefined;
  if (reply.status !== 200) throw refused(call, reply);
  return JSON.parse(reply.text) as T;
}

/** Reads a list page by page. */
async function listObjects<T extends KubeObject>(
  transport: Transport,
  query: KubeQuery,
): Promise<KubeList<T>> {
  const items: T[] = [];
  let resourceVersion = '';
  for (let next: string | undefined = ''; next !== undefined; ) {
    const page: { items: T[]; metadata: { resourceVersion: string; continue?: string } } =
      await transport.ask(listCall(query, next));
    items.push(...page.items);
    resourceVersion = page.metadata.resourceVersion;
    next = page.metadata.continue || undefined;
  }
  return { items, resourceVersion };
}

async function deleteObject(
  transport: Transport,
  ref: KubeRef,
  how: DeleteOptions,
): Promise<boolean> {
  const call = deleteCall(ref, how);
  const reply = await transport.persist(call);
  if (isMissing(reply)) return false;
  if (reply.status !== 200 && reply.status !== 202) throw refused(call, reply);
  return true;
}

async function readLog(transport: Transport, query: LogQuery): Promise<string> {
  const call = logCall(query);
  const reply = await transport.persist(call);
  if (reply.status !== 200) throw refused(call, reply);
  return reply.text;
}

/** Whether there is no such object; a path that leads nowhere has another answer. */
const isMissing = (reply: Reply): boolean =>
  reply.status === 404 && statusOf(reply.text)?.reason === 'NotFound';

function isSameMaker(asked: V1ObjectMeta, there: V1ObjectMeta | undefined): boolean {
  const owner = asked.ownerReferences?.[0]?.uid;
  const driver = asked.annotations?.[driverAnnotation];
  if (owner !== undefined) return there?.ownerReferences?.[0]?.uid === owner;
  return driver !== undefined && there?.annotations?.[driverAnnotation] === driver;
}
