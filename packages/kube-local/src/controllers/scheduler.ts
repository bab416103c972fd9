import { kinds } from '../api/kinds.ts';
import { timestamp } from '../api/object.ts';
import type { Change } from '../api/store.ts';
import type { Node, PersistentVolumeClaim } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import { type Cluster, keyOf, splitKey } from './cluster.ts';
import { explainMisfits, type Misfit, misfitOfNode } from './node-fit.ts';
import { NodeRoom } from './node-room.ts';
import { conditionOf, isOver } from './pod-state.ts';
import { createTopology, misfitOfTopology, type Topology } from './pod-topology.ts';
import { createWorkQueue, type WorkQueue } from './work-queue.ts';

const component = 'default-scheduler';

/** Gives pods to nodes that have room: by cpu, memory and count, selectors, affinity, taints and topology spread. */
export function startScheduler(cluster: Cluster, delayMs: number): void {
  const scheduler: Scheduler = new Scheduler(
    cluster,
    createWorkQueue(cluster.clock, delayMs, (key) => scheduler.look(key)),
  );
  cluster.store.subscribe((change) => scheduler.observe(change));
}

class Scheduler {
  readonly #cluster: Cluster;
  readonly #queue: WorkQueue;
  /** Keys of the pods that have no node. */
  readonly #waiting = new Set<string>();
  readonly #room = new NodeRoom();

  constructor(cluster: Cluster, queue: WorkQueue) {
    this.#cluster = cluster;
    this.#queue = queue;
  }

  /** Takes note of a change: what makes room, or may, has all looked at that wait. */
  observe({ kind, type, object }: Change): void {
    if (kind === kinds.node || kind === kinds.persistentVolumeClaim) this.#retryAll();
    if (kind !== kinds.pod) return;
    const pod = object as unknown as Pod;
    const isGone = type === 'DELETED' || isOver(pod);
    const hadRoom = this.#room.has(pod);
    if (isGone && hadRoom) {
      this.#room.release(pod);
      this.#retryAll();
    }
    if (isGone || hadRoom) return;
    if (pod.spec.nodeName !== undefined) this.#room.take(pod, pod.spec.nodeName);
    else if (pod.spec.schedulerName === component) {
      this.#waiting.add(keyOf(pod));
      if (type === 'ADDED') this.#queue.add(keyOf(pod));
    }
  }

  /** Gives a pod that waits to a node, or says why it goes to none. */
  look(key: string): void {
    const pod = this.#cluster.store.get(kinds.pod, ...splitKey(key)) as Pod | undefined;
    if (pod?.spec.nodeName !== undefined || pod === undefined) this.#waiting.delete(key);
    else if (pod.metadata.deletionTimestamp === undefined) this.#schedule(pod);
  }

  #retryAll(): void {
    for (const key of this.#waiting) this.#queue.add(key);
  }

  #schedule(pod: Pod): void {
    const { store } = this.#cluster;
    const nodes = store.list(kinds.node) as unknown as Node[];
    const claim = this.#unboundClaim(pod);
    if (claim !== undefined) {
      const all = `0/${nodes.length} nodes are available`;
      const hopeless = `${nodes.length} Preemption is not helpful for scheduling.`;
      this.#refuse(pod, `${all}: ${claim}. preemption: ${all}: ${hopeless}`);
      return;
    }
    const placed = (store.list(kinds.pod) as unknown as Pod[]).filter(
      (other) => other.spec.nodeName !== undefined && !isOver(other),
    );
    const topology = createTopology(nodes, placed);
    const misfits = nodes.map((node) => this.#misfitsOf(pod, node, topology));
    const [best] = nodes
      .filter((_, i) => misfits[i]?.length === 0)
      .sort((a, b) => this.#room.load(a) - this.#room.load(b));
    if (best === undefined) this.#refuse(pod, explainMisfits(misfits));
    else this.#bind(pod, best);
  }

  /** What keeps a pod off a node: the first kind of obstacle that there is. */
  #misfitsOf(pod: Pod, node: Node, topology: Topology): readonly Misfit[] {
    const ofNode = misfitOfNode(pod, node);
    if (ofNode !== undefined) return [ofNode];
    const shortages = this.#room.shortages(pod, node);
    if (shortages.length > 0) return shortages;
    const ofTopology = misfitOfTopology(pod, node, topology);
    return ofTopology === undefined ? [] : [ofTopology];
  }

  #unboundClaim(pod: Pod): string | undefined {
    for (const volume of pod.spec.volumes ?? []) {
      const name = volume.persistentVolumeClaim?.claimName;
      if (name === undefined) continue;
      const claim = this.#cluster.store.get(
        kinds.persistentVolumeClaim,
        pod.metadata.namespace ?? '',
        name,
      ) as PersistentVolumeClaim | undefined;
      if (claim === undefined) return `persistentvolumeclaim "${name}" not found`;
      if (claim.status.phase !== 'Bound') return 'pod has unbound immediate PersistentVolumeClaims';
    }
    return undefined;
  }

  #bind(pod: Pod, node: Node): void {
    this.#waiting.delete(keyOf(pod));
    this.#room.take(pod, node.metadata.name);
    const { namespace = '', name } = pod.metadata;
    this.#cluster.registry.update(
      kinds.pod,
      namespace,
      name,
      (draft) => ({
        ...draft,
        spec: { ...(draft['spec'] as object), nodeName: node.metadata.name },
      }),
      { subresource: 'binding' },
    );
    this.#writeScheduled(pod, { status: 'True' });
    this.#cluster.events.record({
      about: pod,
      type: 'Normal',
      reason: 'Scheduled',
      message: `Successfully assigned ${keyOf(pod)} to ${node.metadata.name}`,
      component,
    });
  }

  #refuse(pod: Pod, message: string): void {
    this.#writeScheduled(pod, { status: 'False', reason: 'Unschedulable', message });
    this.#cluster.events.record({
      about: pod,
      type: 'Warning',
      reason: 'FailedScheduling',
      message,
      component,
    });
  }

  #writeScheduled(
    pod: Pod,
    how: { status: 'True' | 'False'; reason?: string; message?: string },
  ): void {
    const before = conditionOf(pod, 'PodScheduled');
    if (before?.status === how.status && before.message === how.message) return;
    const { registry } = this.#cluster;
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
