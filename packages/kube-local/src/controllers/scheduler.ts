import { kinds } from '../api/kinds.ts';
import { timestamp } from '../api/object.ts';
import { toMilli } from '../api/quantity.ts';
import { addUsage, podResources, type Usage } from '../api/usage.ts';
import type { Node, PersistentVolumeClaim } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import { type Cluster, keyOf, splitKey } from './cluster.ts';
import { type Misfit, misfitOfNode } from './node-fit.ts';
import { conditionOf, isOver } from './pod-state.ts';
import { createTopology, misfitOfTopology, type Topology } from './pod-topology.ts';
import { createWorkQueue } from './work-queue.ts';

const component = 'default-scheduler';

/** Gives pods to nodes that have room: by cpu, memory and count, selectors, affinity, taints and topology spread. */
export function startScheduler(cluster: Cluster, delayMs: number): void {
  const { store, registry, events } = cluster;
  const waiting = new Set<string>();
  const used = new Map<string, Usage>();
  const placed = new Map<string, { node: string; usage: Usage }>();
  const queue = createWorkQueue(cluster.clock, delayMs, (key) => {
    const [namespace, name] = splitKey(key);
    const pod = store.get(kinds.pod, namespace, name) as Pod | undefined;
    if (pod?.spec.nodeName !== undefined || pod === undefined) waiting.delete(key);
    else if (pod.metadata.deletionTimestamp === undefined) schedule(pod);
  });
  const retryAll = (): void => {
    for (const key of waiting) queue.add(key);
  };

  store.subscribe(({ kind, type, object }) => {
    if (kind === kinds.node || kind === kinds.persistentVolumeClaim) retryAll();
    if (kind !== kinds.pod) return;
    const pod = object as unknown as Pod;
    const isGone = type === 'DELETED' || isOver(pod);
    const before = placed.get(pod.metadata.uid);
    if (isGone && before !== undefined) {
      const sum = used.get(before.node) ?? {};
      for (const [name, amount] of Object.entries(before.usage))
        sum[name] = (sum[name] ?? 0n) - amount;
      placed.delete(pod.metadata.uid);
      retryAll();
    }
    if (isGone || before !== undefined) return;
    if (pod.spec.nodeName !== undefined) count(pod, pod.spec.nodeName);
    else if (pod.spec.schedulerName === component) {
      waiting.add(keyOf(pod));
      if (type === 'ADDED') queue.add(keyOf(pod));
    }
  });

  const wants = (pod: Pod): Usage => ({ ...podResources(pod.spec, 'requests'), pods: 1000n });

  function count(pod: Pod, node: string): void {
    const usage = wants(pod);
    placed.set(pod.metadata.uid, { node, usage });
    const sum = used.get(node) ?? {};
    addUsage(sum, usage);
    used.set(node, sum);
  }

  function schedule(pod: Pod): void {
    const nodes = store.list(kinds.node) as unknown as Node[];
    const claim = unboundClaim(pod);
    if (claim !== undefined) {
      refuse(
        pod,
        `0/${nodes.length} nodes are available: ${claim}. preemption: 0/${nodes.length} nodes are available: ${nodes.length} Preemption is not helpful for scheduling.`,
      );
      return;
    }
    const placedPods = (store.list(kinds.pod) as unknown as Pod[]).filter(
      (other) => other.spec.nodeName !== undefined && !isOver(other),
    );
    const topology = createTopology(nodes, placedPods);
    const misfits = nodes.map((node) => misfitsOf(pod, node, topology));
    const [best] = nodes
      .filter((_, i) => misfits[i]?.length === 0)
      .sort((a, b) => load(a) - load(b));
    if (best === undefined) refuse(pod, explain(misfits));
    else bind(pod, best);
  }

  /** The share of a node that is asked for already. */
  function load(node: Node): number {
    const sum = used.get(node.metadata.name) ?? {};
    const share = (name: string): number =>
      Number(sum[name] ?? 0n) / Math.max(1, Number(toMilli(node.status.allocatable[name])));
    return share('cpu') + share('memory') + share('pods');
  }

  function misfitsOf(pod: Pod, node: Node, topology: Topology): readonly Misfit[] {
    const ofNode = misfitOfNode(pod, node);
    if (ofNode !== undefined) return [ofNode];
    const sum = used.get(node.metadata.name) ?? {};
    const short = Object.entries(wants(pod))
      .filter(
        ([name, amount]) =>
          amount > 0n && (sum[name] ?? 0n) + amount > toMilli(node.status.allocatable[name]),
      )
      .map(([name]) => ({
        reason: name === 'pods' ? 'Too many pods' : `Insufficient ${name}`,
        preemptible: true,
      }));
    if (short.length > 0) return short;
    const ofTopology = misfitOfTopology(pod, node, topology);
    return ofTopology === undefined ? [] : [ofTopology];
  }

  function unboundClaim(pod: Pod): string | undefined {
    for (const volume of pod.spec.volumes ?? []) {
      const name = volume.persistentVolumeClaim?.claimName;
      if (name === undefined) continue;
      const claim = store.get(kinds.persistentVolumeClaim, pod.metadata.namespace ?? '', name) as
        | PersistentVolumeClaim
        | undefined;
      if (claim === undefined) return `persistentvolumeclaim "${name}" not found`;
      if (claim.status.phase !== 'Bound') return 'pod has unbound immediate PersistentVolumeClaims';
    }
    return undefined;
  }

  function bind(pod: Pod, node: Node): void {
    waiting.delete(keyOf(pod));
    count(pod, node.metadata.name);
    const { namespace = '', name } = pod.metadata;
    registry.update(
      kinds.pod,
      namespace,
      name,
      (draft) => ({
        ...draft,
        spec: { ...(draft['spec'] as object), nodeName: node.metadata.name },
      }),
      { subresource: 'binding' },
    );
    writeScheduled(pod, { status: 'True' });
    events.record({
      about: pod,
      type: 'Normal',
      reason: 'Scheduled',
      message: `Successfully assigned ${keyOf(pod)} to ${node.metadata.name}`,
      component,
    });
  }

  function refuse(pod: Pod, message: string): void {
    writeScheduled(pod, { status: 'False', reason: 'Unschedulable', message });
    events.record({ about: pod, type: 'Warning', reason: 'FailedScheduling', message, component });
  }

  function writeScheduled(
    pod: Pod,
    how: { status: 'True' | 'False'; reason?: string; message?: string },
  ): void {
    const before = conditionOf(pod, 'PodScheduled');
    if (before?.status === how.status && before.message === how.message) return;
    const since =
      before?.status === how.status ? before.lastTransitionTime : timestamp(registry.now());
    const condition = {
      type: 'PodScheduled',
      lastProbeTime: null,
      lastTransitionTime: since,
      ...how,
    };
    registry.update(
      kinds.pod,
      pod.metadata.namespace ?? '',
      pod.metadata.name,
      (draft) => {
        const status = draft['status'] as Pod['status'];
        const others = (status.conditions ?? []).filter((c) => c.type !== 'PodScheduled');
        return { ...draft, status: { ...status, conditions: [...others, condition] } };
      },
      { subresource: 'status' },
    );
  }
}

/**
 * `0/3 nodes are available: 1 Insufficient cpu, … preemption: …`: FitError.Error of the real scheduler. Takes what keeps the pod
 * off each node.
 */
function explain(misfits: readonly (readonly Misfit[])[]): string {
  const total = misfits.length;
  if (total === 0) return 'no nodes available to schedule pods';
  const reasons = Map.groupBy(misfits.flat(), ({ reason }) => reason);
  const list = [...reasons].map(([reason, those]) => `${those.length} ${reason}`).sort();
  const hopeless = misfits.filter((of) => of.some(({ preemptible }) => !preemptible)).length;
  const preemption: string[] = [];
  if (total > hopeless)
    preemption.push(`${total - hopeless} No preemption victims found for incoming pod`);
  if (hopeless > 0) preemption.push(`${hopeless} Preemption is not helpful for scheduling`);
  return `0/${total} nodes are available: ${list.join(', ')}. preemption: 0/${total} nodes are available: ${preemption.join(', ')}.`;
}
