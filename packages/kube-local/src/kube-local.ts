import type { Duplex } from 'node:stream';
import type { Clock, Random } from '@ssc/clock';
import { type HttpResponse, type Net, NetError, type SimNetwork } from '@ssc/process';
import type { Dispatcher } from 'undici';
import type { KubeRequest, PodPort } from './api/pod-requests.ts';
import { createRegistry } from './api/registry.ts';
import { type ApiServer, createApiServer } from './api/server.ts';
import { createStore } from './api/store.ts';
import { Calls } from './calls.ts';
import { type ClusterFaults, createClusterFaults } from './cluster-faults.ts';
import { createClusterNetwork } from './cluster-network.ts';
import type { Cluster } from './controllers/cluster.ts';
import { startEndpointsController } from './controllers/endpoints.ts';
import { EventRecorder } from './controllers/events.ts';
import { startGarbageCollector } from './controllers/garbage-collector.ts';
import { startJobController } from './controllers/job.ts';
import { startNamespaceController } from './controllers/namespace.ts';
import { startNodeController } from './controllers/node.ts';
import { startQuotaController } from './controllers/quota-status.ts';
import { startScheduler } from './controllers/scheduler.ts';
import { startStatefulSetController } from './controllers/stateful-set.ts';
import { startVolumeClaimController } from './controllers/volume-claims.ts';
import { InProcessDispatcher } from './dispatcher.ts';
import { type EntryOptions, startEntryController } from './entry/controller.ts';
import { createEntry } from './entry/serve.ts';
import { renderChange, renderMessage } from './event-log.ts';
import { createApiFaults, type FaultOptions } from './faults.ts';
import { createFirstObjects, type NodeOptions } from './first-objects.ts';
import type { ImagePrograms } from './kubelet/images.ts';
import type { NodePace } from './kubelet/node-agent.ts';
import { createPullFaults, type PullFaults } from './kubelet/pull-faults.ts';
import { type MakeVolume, memoryVolume } from './kubelet/volumes.ts';
import { type MachineOptions, Machines } from './machines.ts';
import { PodsOfMachines } from './pods-of-machines.ts';

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
  readonly faults: ClusterFaults;
}

const defaultPace: NodePace = { sandboxMs: 300, startMs: 200, pullMs: 1500 };
const apiAddress = '10.230.0.1';
const entryAddress = '10.230.255.1';
const insideAddress = '10.230.255.2';
// A request line of 8 KiB, less "GET ", " HTTP/1.1" and the end of the line.
const nginxUrlLimit = 8177;

type Handle = (request: KubeRequest) => Promise<HttpResponse>;

/** Makes a cluster with its nodes and namespaces; it runs as long as its clock does. */
export function createKubeLocal(options: KubeLocalOptions): KubeLocal {
  const random = options.random.fork('kube-local');
  const cluster = createCluster(options, random);
  const { clock, store, registry } = cluster;
  const log = options.log ?? (() => {});
  store.subscribe((change) => log(renderChange(change, registry.now())));
  const network = createNetwork(cluster, options);

  startControllers(cluster, options.controllerMs ?? 10);
  createFirstObjects(registry, options.namespaces ?? []);
  const pulls = createPullFaults(options.faults ?? {});
  const machines = startMachines(options, { cluster, random, network, pulls });
  const nodes = startNodeController(cluster, machines.kubelets);

  const api = createApi(cluster, network, machines, options.allows);
  const faults = createApiFaults(random.fork('faults'), options.faults?.api ?? []);
  const apiMs = options.apiMs ?? 2;
  const calls = new Calls({ api, clock, now: registry.now, store, faults, apiMs, log });
  const { watches } = api;
  const handle: Handle = (request) => calls.handle(request);

  return {
    handle,
    dispatcher: new InProcessDispatcher(options.clock, handle),
    entry: new InProcessDispatcher(options.clock, fromOutside(cluster, network, options.entry)),
    inside: new InProcessDispatcher(options.clock, fromInside(network)),
    connect: (to) => calls.connect(to),
    network,
    calls: calls.counts,
    faultsStruck: faults.struck,
    get resourceVersion() {
      return store.revision;
    },
    exec: (namespace, pod, container, argv) =>
      machines.container(namespace, pod, container).exec(argv),
    faults: createClusterFaults({
      registry,
      network,
      machines,
      nodes,
      watches,
      api: faults,
      pulls,
    }),
  };
}

/** The network between pods; what goes over it is told where somebody wants to know. */
function createNetwork(
  { clock, store, registry }: Cluster,
  { latencyMs, log }: KubeLocalOptions,
): SimNetwork {
  return createClusterNetwork(clock, store, {
    ...(latencyMs !== undefined && { latencyMs }),
    ...(log !== undefined && {
      observe: (from, to, message) => log(renderMessage(from, to, message, registry.now())),
    }),
  });
}

function startMachines(
  options: KubeLocalOptions,
  parts: Pick<MachineOptions, 'cluster' | 'random' | 'network'> & { readonly pulls: PullFaults },
): Machines {
  const { pulls, ...rest } = parts;
  const machines = new Machines({
    ...rest,
    clock: rest.cluster.clock,
    images: options.images,
    makeVolume: options.makeVolume ?? memoryVolume,
    pace: { ...defaultPace, ...options.pace },
    pullFault: pulls.find,
  });
  for (const node of options.nodes ?? [1, 2, 3].map((i) => ({ name: `node-${i}` })))
    machines.add(node);
  return machines;
}

/** The API server, at its own address in the cluster. */
function createApi(
  { registry, clock }: Cluster,
  network: SimNetwork,
  machines: Machines,
  allows: KubeLocalOptions['allows'] = () => true,
): ApiServer {
  const { net } = network.addHost(apiAddress).open();
  const pods = new PodsOfMachines({ net, now: registry.now, machines });
  return createApiServer({ registry, clock, pods, allows });
}

/** Makes what every controller works with, of a cluster that has nothing yet. */
function createCluster(options: KubeLocalOptions, random: Random): Cluster {
  const clock = options.clock.fork('kube-local');
  const skew = (options.startTime ?? clock.now()) - clock.now();
  const store = createStore({ historyLimit: options.historyLimit ?? 20_000 });
  const now = (): number => clock.now() + skew;
  const registry = createRegistry({ store, random: random.fork('api'), now });
  const events = new EventRecorder(registry);
  return { clock, random: random.fork('controllers'), store, registry, events };
}

/** Answers requests from outside of the cluster: by its ingress controller, where it has one. */
function fromOutside(
  cluster: Cluster,
  network: SimNetwork,
  entry: EntryOptions | undefined,
): Handle {
  if (entry === undefined)
    return () =>
      Promise.reject(
        new NetError('ECONNREFUSED', 'nobody listens: there is no ingress controller'),
      );
  return createEntry({
    store: cluster.store,
    net: network.addHost(entryAddress).open().net,
    rules: startEntryController(cluster, entry),
    urlLimit: entry.urlLimit ?? nginxUrlLimit,
  });
}

/** Passes on requests from a pod of the namespace default. */
function fromInside(network: SimNetwork): Handle {
  const { net } = network.addHost(insideAddress).open();
  return ({ path, origin = '', headers, ...request }) =>
    net.request(`${origin}${path}`, { ...request, headers: { ...headers } } as Parameters<
      Net['request']
    >[1]);
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
