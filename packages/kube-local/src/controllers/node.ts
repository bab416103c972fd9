import { kinds } from '../api/kinds.ts';
import { timestamp } from '../api/object.ts';
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { Node } from '../types/objects.ts';
import type { Condition, Pod } from '../types/pod.ts';
import type { Cluster } from './cluster.ts';
import { isOver } from './pod-state.ts';

/** After this time without a heartbeat a node counts as lost: --node-monitor-grace-period of the real controller. */
const graceMs = 50_000;
const unreachable = 'node.kubernetes.io/unreachable';

/** Tells what becomes of nodes that are lost: pkg/controller/nodelifecycle of the real server. */
export interface NodeController {
  lose(name: string): void;
  restore(name: string): void;
}

/** Starts the controller. */
export const startNodeController = (
  cluster: Cluster,
  kubelets: ReadonlyMap<string, Kubelet>,
): NodeController => new NodeLifecycle(cluster, kubelets);

type Readiness = Pick<Condition, 'status' | 'reason' | 'message'>;

class NodeLifecycle implements NodeController {
  readonly #cluster: Cluster;
  readonly #kubelets: ReadonlyMap<string, Kubelet>;
  readonly #lost = new Set<string>();

  constructor(cluster: Cluster, kubelets: ReadonlyMap<string, Kubelet>) {
    this.#cluster = cluster;
    this.#kubelets = kubelets;
  }

  lose(name: string): void {
    this.#lost.add(name);
    this.#cluster.clock.timer(graceMs, () => {
      if (this.#lost.has(name) && this.#kubelets.has(name)) this.#declareLost(name);
    });
  }

  restore(name: string): void {
    this.#lost.delete(name);
    this.#setReady(name, {
      status: 'True',
      reason: 'KubeletReady',
      message: 'kubelet is posting ready status',
    });
    this.#setTaint(name, false);
  }

  #declareLost(name: string): void {
    this.#setReady(name, {
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    });
    this.#setTaint(name, true);
    const pods = this.#cluster.store.list(kinds.pod) as unknown as Pod[];
    for (const pod of pods)
      if (pod.spec.nodeName === name && !isOver(pod)) this.#loseContact(name, pod);
  }

  /** Marks a pod of a lost node as unready; it is to go after as long as it tolerates that. */
  #loseContact(node: string, pod: Pod): void {
    this.#markUnready(pod);
    this.#cluster.events.record({
      about: pod,
      type: 'Warning',
      reason: 'NodeNotReady',
      message: 'Node is not ready',
      component: 'node-controller',
    });
    const toleration = (pod.spec.tolerations ?? []).find(
      ({ key }) => key === undefined || key === unreachable,
    );
    if (toleration !== undefined && toleration.tolerationSeconds === undefined) return;
    const seconds = toleration?.tolerationSeconds ?? 0;
    this.#cluster.clock.timer(seconds * 1000, () => this.#evict(node, pod));
  }

  /** Marked only: the object stays until its node answers, or somebody deletes it by force. */
  #evict(node: string, pod: Pod): void {
    const { store, registry, events } = this.#cluster;
    const { namespace = '', name, uid } = pod.metadata;
    if (!this.#lost.has(node) || store.byUid(uid) === undefined) return;
    events.record({
      about: pod,
      type: 'Normal',
      reason: 'TaintManagerEviction',
      message: `Marking for deletion Pod ${namespace}/${name}`,
      component: 'taint-eviction-controller',
    });
    registry.delete(kinds.pod, namespace, name, { preconditions: { uid } });
  }

  #setReady(name: string, readiness: Readiness): void {
    const { registry } = this.#cluster;
    const now = timestamp(registry.now());
    const ready = { type: 'Ready', lastHeartbeatTime: now, lastTransitionTime: now, ...readiness };
    registry.update(
      kinds.node,
      '',
      name,
      (draft) => ({
        ...draft,
        status: { ...(draft['status'] as Node['status']), conditions: [ready] },
      }),
      { subresource: 'status' },
    );
  }

  #setTaint(name: string, isTainted: boolean): void {
    this.#cluster.registry.update(kinds.node, '', name, (draft) => {
      const { taints: before = [], ...rest } = draft['spec'] as Node['spec'];
      const others = before.filter((taint) => taint.key !== unreachable);
      const mine = ['NoSchedule', 'NoExecute'].map((effect) => ({ key: unreachable, effect }));
      const taints = isTainted ? [...others, ...mine] : others;
      draft['spec'] = { ...rest, ...(taints.length > 0 && { taints }) };
      return draft;
    });
  }

  #markUnready(pod: Pod): void {
    const { registry } = this.#cluster;
    const { namespace = '', name } = pod.metadata;
    registry.update(
      kinds.pod,
      namespace,
      name,
      (draft) => {
        const status = draft['status'] as Pod['status'];
        const conditions = (status.conditions ?? []).map((condition) =>
          condition.type === 'Ready'
            ? { ...condition, status: 'False', lastTransitionTime: timestamp(registry.now()) }
            : condition,
        );
        return { ...draft, status: { ...status, conditions } };
      },
      { subresource: 'status' },
    );
  }
}
