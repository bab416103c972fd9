import type { SimNetwork } from '@ssc/process';
import { kinds } from './api/kinds.ts';
import type { Registry } from './api/registry.ts';
import type { OpenWatch } from './api/watch.ts';
import type { NodeController } from './controllers/node.ts';
import { resetError } from './fault-effects.ts';
import type { ApiFaultRule, ApiFaults } from './faults.ts';
import type { PullFaults } from './kubelet/pull-faults.ts';
import type { Machines } from './machines.ts';
import type { Pod } from './types/pod.ts';

/** A pod, by its name. */
export interface PodName {
  readonly namespace: string;
  readonly pod: string;
}

/** What goes wrong in a cluster when somebody wants it. What names a pod, container or node that is not there throws an ApiError. */
export interface ClusterFaults {
  /** Adds a fault of API calls; with `call`, counted from the first call of all. */
  api(rule: ApiFaultRule): void;
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
  partition(a: PodName, b: PodName): void;
  heal(a: PodName, b: PodName): void;
}

/** Gives the faults of a cluster to who wants them. */
export function createClusterFaults(cluster: {
  readonly registry: Registry;
  readonly network: SimNetwork;
  readonly machines: Machines;
  readonly nodes: NodeController;
  readonly watches: ReadonlySet<OpenWatch>;
  readonly api: ApiFaults;
  readonly pulls: PullFaults;
}): ClusterFaults {
  const { registry, network, machines, nodes, watches, api, pulls } = cluster;
  const addressOf = ({ namespace, pod }: PodName): string =>
    (registry.get(kinds.pod, namespace, pod) as Pod).status.podIP ?? '';
  return {
    api: api.add,
    clearApi: api.clear,
    dropWatches(resource) {
      for (const { kind, stream } of [...watches])
        if (resource === undefined || kind.plural === resource) stream.fail(resetError());
    },
    setPullError: pulls.setError,
    setPullDelay: pulls.setDelay,
    killContainer: (namespace, pod, container, { reason = 'Error', code } = {}) =>
      machines.container(namespace, pod, container).kill(reason, code),
    rebootPod: (namespace, pod) => machines.worker(namespace, pod).reboot(),
    evictPod: (namespace, pod, message = 'The node was low on resource: ephemeral-storage. ') =>
      machines.worker(namespace, pod).evict(message),
    loseNode(name) {
      machines.kubelet(name).lose();
      nodes.lose(name);
    },
    restoreNode(name) {
      nodes.restore(name);
      machines.kubelet(name).restore();
    },
    partition: (a, b) => network.partition(addressOf(a), addressOf(b)),
    heal: (a, b) => network.heal(addressOf(a), addressOf(b)),
  };
}
