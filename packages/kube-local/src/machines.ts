import type { Clock, Random } from '@ssc/clock';
import type { Files, SimNetwork } from '@ssc/process';
import { kinds } from './api/kinds.ts';
import { ApiError } from './api/status.ts';
import type { Cluster } from './controllers/cluster.ts';
import { type NodeOptions, nodeDraft } from './first-objects.ts';
import type { ContainerRunner } from './kubelet/container-runner.ts';
import type { ImagePrograms } from './kubelet/images.ts';
import { type Kubelet, startKubelet } from './kubelet/kubelet.ts';
import type { NodeAgent, NodePace } from './kubelet/node-agent.ts';
import type { PodWorker } from './kubelet/pod-worker.ts';
import type { MakeVolume } from './kubelet/volumes.ts';
import { createPodAddresses } from './pod-addresses.ts';
import type { Pod } from './types/pod.ts';

/** What all machines of a cluster are made with. */
export interface MachineOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: Random;
  readonly network: SimNetwork;
  readonly images: readonly ImagePrograms[];
  readonly makeVolume: MakeVolume;
  readonly pace: NodePace;
  readonly pullFault: NodeAgent['pullFault'];
}

/** The machines of a cluster, with the kubelet of each, and what runs on them. */
export class Machines {
  readonly #options: MachineOptions;
  readonly #claims = new Map<string, Files>();
  readonly #kubelets = new Map<string, Kubelet>();

  constructor(options: MachineOptions) {
    this.#options = options;
  }

  /** By the names of their nodes. */
  get kubelets(): ReadonlyMap<string, Kubelet> {
    return this.#kubelets;
  }

  /** Adds a node with its kubelet. */
  add(node: NodeOptions): void {
    const index = this.#kubelets.size;
    const { cluster, clock, random, network, images, makeVolume, pace, pullFault } = this.#options;
    const { name } = node;
    const hostIp = `10.230.${Math.floor(index / 250)}.${(index % 250) + 2}`;
    cluster.registry.create(kinds.node, '', nodeDraft(node, hostIp, cluster.registry.now()));
    const kubelet = startKubelet({
      cluster,
      clock: clock.fork(name),
      random: random.fork(`node ${name}`),
      name,
      hostIp,
      network,
      images,
      pulled: new Set(),
      claims: this.#claims,
      makeVolume,
      pace,
      pullFault,
      allocateAddress: createPodAddresses(
        cluster.store,
        `10.${244 + Math.floor(index / 256)}.${index % 256}`,
      ),
      tell: (about, type, reason, message, fieldPath) =>
        cluster.events.record({
          about,
          type,
          reason,
          message,
          component: 'kubelet',
          host: name,
          ...(fieldPath !== undefined && { fieldPath }),
        }),
    });
    this.#kubelets.set(name, kubelet);
  }

  /** What runs a pod; undefined while no node does. */
  workerOf(pod: Pod): PodWorker | undefined {
    return this.#kubelets.get(pod.spec.nodeName ?? '')?.worker(pod.metadata.uid);
  }

  /** The kubelet of a node. Throws an ApiError. */
  kubelet(name: string): Kubelet {
    const found = this.#kubelets.get(name);
    if (found === undefined) throw new ApiError(404, 'NotFound', `nodes "${name}" not found`);
    return found;
  }

  /** What runs the pod of this name. Throws an ApiError. */
  worker(namespace: string, name: string): PodWorker {
    const pod = this.#options.cluster.registry.get(kinds.pod, namespace, name);
    const found = this.workerOf(pod as Pod);
    if (found === undefined)
      throw new ApiError(409, 'Conflict', `pod ${namespace}/${name} is not running on any node`);
    return found;
  }

  /** A container of the pod of this name. Throws an ApiError. */
  container(namespace: string, pod: string, name: string): ContainerRunner {
    const found = this.worker(namespace, pod).container(name);
    if (found === undefined)
      throw new ApiError(400, 'BadRequest', `container ${name} is not valid for pod ${pod}`);
    return found;
  }
}
