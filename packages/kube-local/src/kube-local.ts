import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Clock, Random } from '@ssc/clock';
import {
  createSimNetwork,
  type Files,
  type HttpResponse,
  type Net,
  NetError,
  type SimNetwork,
} from '@ssc/process';
import type { Dispatcher } from 'undici';
import { kinds } from './api/kinds.ts';
import type { KubeRequest, PodPort } from './api/pod-requests.ts';
import { createRegistry } from './api/registry.ts';
import { createApiServer } from './api/server.ts';
import { ApiError } from './api/status.ts';
import { createStore } from './api/store.ts';
import { createCalls } from './calls.ts';
import type { Cluster } from './controllers/cluster.ts';
import { startEndpointsController } from './controllers/endpoints.ts';
import { createEventRecorder } from './controllers/events.ts';
import { startGarbageCollector } from './controllers/garbage-collector.ts';
import { startJobController } from './controllers/job.ts';
import { startNamespaceController } from './controllers/namespace.ts';
import { startNodeController } from './controllers/node.ts';
import { startQuotaController } from './controllers/quota-status.ts';
import { startScheduler } from './controllers/scheduler.ts';
import { startStatefulSetController } from './controllers/stateful-set.ts';
import { startVolumeClaimController } from './controllers/volume-claims.ts';
import { InProcessDispatcher } from './dispatcher.ts';
import { resolveName } from './dns.ts';
import { type EntryOptions, startEntryController } from './entry/controller.ts';
import { createEntry } from './entry/serve.ts';
import { resetError } from './fault-effects.ts';
import { type ApiFaults, createApiFaults, type FaultOptions } from './faults.ts';
import { createFirstObjects, type NodeOptions, nodeDraft } from './first-objects.ts';
import type { ImagePrograms } from './kubelet/images.ts';
import { type Kubelet, startKubelet } from './kubelet/kubelet.ts';
import type { NodePace } from './kubelet/node-agent.ts';
import type { PodWorker } from './kubelet/pod-worker.ts';
import { createPullFaults } from './kubelet/pull-faults.ts';
import { type MakeVolume, memoryVolume } from './kubelet/volumes.ts';
import { createPodAccess } from './pod-access.ts';
import { createPodAddresses } from './pod-addresses.ts';
import type { Pod } from './types/pod.ts';

/** What a cluster is made from. */
export interface KubeLocalOptions {
  /** All its time: virtual in rehearsals. */
  readonly clock: Clock;
  /** All its chance: uids, suffixes, addresses, faults. */
  readonly random: Random;
  /** The programs of each image; what no entry fits cannot be pulled. */
  readonly images: readonly ImagePrograms[];
  /** @default three nodes of 64 cpu, 256Gi and 250 pods */
  readonly nodes?: readonly NodeOptions[];
  readonly faults?: FaultOptions;
  /** What the cluster's clock shows now, in milliseconds since the epoch. @default the same as `clock` */
  readonly startTime?: number;
  /** Namespaces beside default, kube-system, kube-public and kube-node-lease. */
  readonly namespaces?: readonly string[];
  /** What an API call takes, in milliseconds. @default 2 */
  readonly apiMs?: number;
  /** What controllers take to see a change, in milliseconds. @default 10 */
  readonly controllerMs?: number;
  readonly pace?: Partial<NodePace>;
  /** Where the files of volumes are kept. @default in memory */
  readonly makeVolume?: MakeVolume;
  /** What a message takes between two pods, in milliseconds, by their addresses. @default 1 */
  readonly latencyMs?: (from: string, to: string) => number;
  /** How many changes a watch can look back. @default 20000 */
  readonly historyLimit?: number;
  /**
   * Gets a line for each API call and each stored change, with its resourceVersion, and for each message between pods, with
   * its hash: equal for equal seeds.
   */
  readonly log?: (line: string) => void;
  /** An ingress controller and Gateways. @default none */
  readonly entry?: EntryOptions;
  /** Answers SelfSubjectAccessReviews. @default yes to everything */
  readonly allows?: (attributes: Readonly<Record<string, unknown>>) => boolean;
}

/** A small Kubernetes in this process. */
export interface KubeLocal {
  /** Answers a request as the API server would. Rejects with code ECONNRESET where a fault cuts the connection. */
  handle(request: KubeRequest): Promise<HttpResponse>;
  /** The same for undici: for client-node and plain requests, whatever their origin. */
  readonly dispatcher: Dispatcher;
  /** Requests from outside of the cluster, to the ingress controller, whatever address they name. Without one nobody listens. */
  readonly entry: Dispatcher;
  /** Requests from a pod of the namespace default, by DNS names and addresses of the cluster. */
  readonly inside: Dispatcher;
  /** A connection to a port of a pod, as the API server forwards them. It carries HTTP. */
  connect(to: PodPort): Promise<Duplex>;
  readonly network: SimNetwork;
  /** API calls so far by verb. */
  readonly calls: Readonly<Record<string, number>>;
  /** How often each API fault struck. */
  readonly faultsStruck: Readonly<Record<string, number>>;
  /** The newest resourceVersion. */
  readonly resourceVersion: number;
  /** Runs a command in a container: code 126 when the container does not run. Throws an ApiError when there is none. */
  exec(
    namespace: string,
    pod: string,
    container: string,
    argv: readonly string[],
  ): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
  readonly faults: {
    /** Adds a fault of API calls; with `call`, counted from the first call of all. */
    api(rule: Parameters<ApiFaults['add']>[0]): void;
    clearApi(): void;
    /** Cuts watches under way, of one resource or all. */
    dropWatches(resource?: string): void;
    /** From now on an image cannot be pulled, or (undefined) can be again. */
    setPullError(pattern: string, message: string | undefined): void;
    setPullDelay(pattern: string, ms: number): void;
    killContainer(
      namespace: string,
      pod: string,
      container: string,
      how?: { reason?: 'Error' | 'OOMKilled'; code?: number },
    ): void;
    /** The machine went down and came up again: same pod, disks kept. */
    rebootPod(namespace: string, pod: string): void;
    evictPod(namespace: string, pod: string, message?: string): void;
    loseNode(name: string): void;
    restoreNode(name: string): void;
    /** Cuts two pods off from each other. */
    partition(a: { namespace: string; pod: string }, b: { namespace: string; pod: string }): void;
    heal(a: { namespace: string; pod: string }, b: { namespace: string; pod: string }): void;
  };
}

/** Enough of a message's SHA-256 to tell it from any other. */
const hashOf = (message: Uint8Array): string =>
  createHash('sha256').update(message).digest('hex').slice(0, 16);

const defaultPace: NodePace = { sandboxMs: 300, startMs: 200, pullMs: 1500 };
const apiAddress = '10.230.0.1';
const entryAddress = '10.230.255.1';
const insideAddress = '10.230.255.2';
// A request line of 8 KiB, less "GET ", " HTTP/1.1" and the end of the line.
const nginxUrlLimit = 8177;
const nobodyListens = (): Promise<never> =>
  Promise.reject(new NetError('ECONNREFUSED', 'nobody listens: there is no ingress controller'));

/** Makes a cluster with its nodes and namespaces; it runs as long as its clock does. */
export function createKubeLocal(options: KubeLocalOptions): KubeLocal {
  const clock = options.clock.fork('kube-local');
  const skew = (options.startTime ?? clock.now()) - clock.now();
  const now = (): number => clock.now() + skew;
  const random = options.random.fork('kube-local');
  const store = createStore({ historyLimit: options.historyLimit ?? 20_000 });
  const registry = createRegistry({ store, random: random.fork('api'), now });
  const events = createEventRecorder(registry);
  const cluster: Cluster = { clock, random: random.fork('controllers'), store, registry, events };
  const log = options.log ?? (() => {});
  store.subscribe(({ revision, type, kind, object }) => {
    const { namespace = '', name } = object.metadata;
    log(`${stamp()} ${type} ${kind.plural} ${namespace}/${name} rv=${revision}`);
  });
  const stamp = (): string => new Date(now()).toISOString();

  const network = createSimNetwork({
    clock,
    ...(options.latencyMs !== undefined && { latencyMs: options.latencyMs }),
    resolve: (name, from) => resolveName(store, name, namespaceAt(from)),
    ...(options.log !== undefined && {
      observe: (from: string, to: string, message: Uint8Array) =>
        log(`${stamp()} message ${from} ${to} ${message.length} ${hashOf(message)}`),
    }),
  });
  // An address may be given again: who speaks from it is the pod that had it last.
  const namespaces = new Map<string, string>();
  store.subscribe(({ kind, object }) => {
    const address = kind === kinds.pod ? (object as Pod).status.podIP : undefined;
    if (address !== undefined) namespaces.set(address, object.metadata.namespace ?? '');
  });
  const namespaceAt = (address: string): string => namespaces.get(address) ?? 'default';

  const pulls = createPullFaults(options.faults ?? {});
  const kubelets = new Map<string, Kubelet>();
  startControllers(cluster, options.controllerMs ?? 10);
  createFirstObjects(registry, options.namespaces ?? []);

  const claims = new Map<string, Files>();
  const nodes = options.nodes ?? [1, 2, 3].map((i) => ({ name: `node-${i}` }));
  nodes.forEach((node, index) => {
    const hostIp = `10.230.${Math.floor(index / 250)}.${(index % 250) + 2}`;
    registry.create(kinds.node, '', nodeDraft(node, hostIp, now()));
    kubelets.set(
      node.name,
      startKubelet({
        cluster,
        clock: clock.fork(node.name),
        random: random.fork(`node ${node.name}`),
        name: node.name,
        hostIp,
        network,
        images: options.images,
        pulled: new Set(),
        claims,
        makeVolume: options.makeVolume ?? memoryVolume,
        pace: { ...defaultPace, ...options.pace },
        pullFault: pulls.find,
        allocateAddress: createPodAddresses(
          store,
          `10.${244 + Math.floor(index / 256)}.${index % 256}`,
        ),
        tell: (about, type, reason, message, container) =>
          events.record({
            about,
            type,
            reason,
            message,
            component: 'kubelet',
            host: node.name,
            ...(container !== undefined && { fieldPath: container }),
          }),
      }),
    );
  });
  const nodeController = startNodeController(cluster, kubelets);

  const apiNet: Net = network.addHost(apiAddress).open().net;
  const worker = (pod: Pod): PodWorker | undefined =>
    kubelets.get(pod.spec.nodeName ?? '')?.worker(pod.metadata.uid);
  const api = createApiServer({
    registry,
    clock,
    pods: createPodAccess({ net: apiNet, now, worker }),
    allows: options.allows ?? (() => true),
  });
  const entry =
    options.entry === undefined
      ? nobodyListens
      : createEntry({
          store,
          net: network.addHost(entryAddress).open().net,
          rules: startEntryController(cluster, options.entry),
          urlLimit: options.entry.urlLimit ?? nginxUrlLimit,
        });
  const insideNet: Net = network.addHost(insideAddress).open().net;
  const inside = ({ path, origin = '', headers, ...request }: KubeRequest): Promise<HttpResponse> =>
    insideNet.request(`${origin}${path}`, { ...request, headers: { ...headers } } as Parameters<
      Net['request']
    >[1]);
  const apiFaults = createApiFaults(random.fork('faults'), options.faults?.api ?? []);
  const calls = createCalls({
    api,
    clock,
    now,
    store,
    faults: apiFaults,
    apiMs: options.apiMs ?? 2,
    log,
  });

  const workerAt = (namespace: string, name: string): PodWorker => {
    const found = worker(registry.get(kinds.pod, namespace, name) as Pod);
    if (found === undefined)
      throw new ApiError(409, 'Conflict', `pod ${namespace}/${name} is not running on any node`);
    return found;
  };
  const containerAt = (namespace: string, pod: string, name: string) => {
    const found = workerAt(namespace, pod).container(name);
    if (found === undefined)
      throw new ApiError(400, 'BadRequest', `container ${name} is not valid for pod ${pod}`);
    return found;
  };
  const addressAt = (at: { namespace: string; pod: string }): string =>
    (registry.get(kinds.pod, at.namespace, at.pod) as Pod).status.podIP ?? '';
  const kubelet = (name: string): Kubelet => {
    const found = kubelets.get(name);
    if (found === undefined) throw new ApiError(404, 'NotFound', `nodes "${name}" not found`);
    return found;
  };

  return {
    handle: calls.handle,
    entry: new InProcessDispatcher(options.clock, entry),
    inside: new InProcessDispatcher(options.clock, inside),
    dispatcher: new InProcessDispatcher(options.clock, calls.handle),
    connect: calls.connect,
    network,
    calls: calls.counts,
    faultsStruck: apiFaults.struck,
    get resourceVersion() {
      return store.revision;
    },
    exec: (namespace, pod, container, argv) => containerAt(namespace, pod, container).exec(argv),
    faults: {
      api: apiFaults.add,
      clearApi: apiFaults.clear,
      dropWatches(resource) {
        for (const watch of [...api.watches])
          if (resource === undefined || watch.kind.plural === resource)
            watch.stream.fail(resetError());
      },
      setPullError: pulls.setError,
      setPullDelay: pulls.setDelay,
      killContainer: (namespace, pod, container, how) =>
        containerAt(namespace, pod, container).kill(how?.reason ?? 'Error', how?.code),
      rebootPod: (namespace, pod) => workerAt(namespace, pod).reboot(),
      evictPod: (namespace, pod, message) =>
        workerAt(namespace, pod).evict(
          message ?? 'The node was low on resource: ephemeral-storage. ',
        ),
      loseNode(name) {
        kubelet(name).lose();
        nodeController.lose(name);
      },
      restoreNode(name) {
        nodeController.restore(name);
        kubelet(name).restore();
      },
      partition: (a, b) => network.partition(addressAt(a), addressAt(b)),
      heal: (a, b) => network.heal(addressAt(a), addressAt(b)),
    },
  };
}

function startControllers(cluster: Cluster, delayMs: number): void {
  startNamespaceController(cluster, delayMs);
  startGarbageCollector(cluster, delayMs);
  startQuotaController(cluster, delayMs);
  startVolumeClaimController(cluster, delayMs);
  startEndpointsController(cluster, delayMs);
  startStatefulSetController(cluster, delayMs);
  startJobController(cluster, delayMs);
  startScheduler(cluster, delayMs);
}
