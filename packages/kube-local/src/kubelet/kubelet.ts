import type { Net, SimHost } from '@ssc/process';
import { kinds } from '../api/kinds.ts';
import { isOver } from '../controllers/pod-state.ts';
import type { Pod } from '../types/pod.ts';
import type { NodeAgent } from './node-agent.ts';
import { type PodWorker, startPodWorker } from './pod-worker.ts';

/** A node's agent: runs the pods that are bound to it. */
export interface Kubelet {
  readonly agent: NodeAgent;
  worker(uid: string): PodWorker | undefined;
  readonly workers: readonly PodWorker[];
  /** The machine is gone, with all that ran on it. */
  lose(): void;
  /** The machine is back: its pods begin anew, those that were deleted meanwhile end. */
  restore(): void;
}

/** Starts a kubelet. */
export function startKubelet(agent: NodeAgent): Kubelet {
  const { store, registry } = agent.cluster;
  const workers = new Map<string, PodWorker>();
  let isLost = false;
  const host: SimHost = agent.network.addHost(agent.hostIp);
  const net: Net = host.open().net;

  function take(pod: Pod): void {
    const { uid } = pod.metadata;
    const worker = workers.get(uid);
    if (worker !== undefined) worker.observe(pod);
    else if (pod.metadata.deletionTimestamp !== undefined)
      registry.delete(kinds.pod, pod.metadata.namespace ?? '', pod.metadata.name, {
        gracePeriodSeconds: 0,
        preconditions: { uid },
      });
    else if (!isOver(pod)) workers.set(uid, startPodWorker(agent, pod, net));
  }

  store.subscribe(({ kind, type, object }) => {
    if (kind !== kinds.pod || isLost) return;
    const pod = object as unknown as Pod;
    if (pod.spec.nodeName !== agent.name) return;
    if (type === 'DELETED') {
      workers.get(pod.metadata.uid)?.vanish();
      workers.delete(pod.metadata.uid);
    } else agent.clock.timer(0, () => sync(pod.metadata.uid));
  });

  function sync(uid: string): void {
    const pod = store.byUid(uid) as Pod | undefined;
    if (pod !== undefined && !isLost) take(pod);
  }

  return {
    agent,
    worker: (uid) => workers.get(uid),
    get workers() {
      return [...workers.values()];
    },
    lose() {
      isLost = true;
      for (const worker of workers.values()) worker.vanish();
      workers.clear();
    },
    restore() {
      isLost = false;
      for (const pod of store.list(kinds.pod) as unknown as Pod[])
        if (pod.spec.nodeName === agent.name) take(pod);
    },
  };
}
