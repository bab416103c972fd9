import { kinds } from '../api/kinds.ts';
import { timestamp } from '../api/object.ts';
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { Node } from '../types/objects.ts';
import type { Condition, Pod } from '../types/pod.ts';
import type { Cluster } from './cluster.ts';
import { isOver } from './pod-state.ts';

/** After this time without a heartbeat a node counts as lost: --node-monitor-grace-period of the real controller. */
const graceMs = 50_000;

/** Tells what becomes of nodes that are lost: pkg/controller/nodelifecycle of the real server. */
export interface NodeController {
  lose(name: string): void;
  restore(name: string): void;
}

/** Starts the controller. */
export function startNodeController(
  cluster: Cluster,
  kubelets: ReadonlyMap<string, Kubelet>,
): NodeController {
  const { clock, store, registry, events } = cluster;
  const lost = new Set<string>();

  function setReady(
    name: string,
    condition: Pick<Condition, 'status' | 'reason' | 'message'>,
  ): void {
    registry.update(
      kinds.node,
      '',
      name,
      (draft) => {
        const status = draft['status'] as Node['status'];
        const now = timestamp(registry.now());
        const ready = {
          type: 'Ready',
          lastHeartbeatTime: now,
          lastTransitionTime: now,
          ...condition,
        };
        return { ...draft, status: { ...status, conditions: [ready] } };
      },
      { subresource: 'status' },
    );
  }

  function setTaint(name: string, isTainted: boolean): void {
    registry.update(kinds.node, '', name, (draft) => {
      const spec = draft['spec'] as Node['spec'];
      const others = (spec.taints ?? []).filter((t) => t.key !== 'node.kubernetes.io/unreachable');
      const mine = ['NoSchedule', 'NoExecute'].map((effect) => ({
        key: 'node.kubernetes.io/unreachable',
        effect,
      }));
      const taints = isTainted ? [...others, ...mine] : others;
      const { taints: _, ...rest } = spec;
      draft['spec'] = { ...rest, ...(taints.length > 0 && { taints }) };
      return draft;
    });
  }

  const podsOn = (name: string): Pod[] =>
    (store.list(kinds.pod) as unknown as Pod[]).filter(
      (pod) => pod.spec.nodeName === name && !isOver(pod),
    );

  function declareLost(name: string): void {
    setReady(name, {
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    });
    setTaint(name, true);
    for (const pod of podsOn(name)) {
      markUnready(pod);
      events.record({
        about: pod,
        type: 'Warning',
        reason: 'NodeNotReady',
        message: 'Node is not ready',
        component: 'node-controller',
      });
      const toleration = (pod.spec.tolerations ?? []).find(
        (t) => t.key === undefined || t.key === 'node.kubernetes.io/unreachable',
      );
      if (toleration !== undefined && toleration.tolerationSeconds === undefined) continue;
      clock.timer((toleration?.tolerationSeconds ?? 0) * 1000, () => evict(name, pod));
    }
  }

  function markUnready(pod: Pod): void {
    registry.update(
      kinds.pod,
      pod.metadata.namespace ?? '',
      pod.metadata.name,
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

  /** Marked only: the object stays until its node answers, or somebody deletes it by force. */
  function evict(node: string, pod: Pod): void {
    if (!lost.has(node) || store.byUid(pod.metadata.uid) === undefined) return;
    events.record({
      about: pod,
      type: 'Normal',
      reason: 'TaintManagerEviction',
      message: `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`,
      component: 'taint-eviction-controller',
    });
    registry.delete(kinds.pod, pod.metadata.namespace ?? '', pod.metadata.name, {
      preconditions: { uid: pod.metadata.uid },
    });
  }

  return {
    lose(name) {
      lost.add(name);
      clock.timer(graceMs, () => {
        if (lost.has(name) && kubelets.has(name)) declareLost(name);
      });
    },
    restore(name) {
      lost.delete(name);
      setReady(name, {
        status: 'True',
        reason: 'KubeletReady',
        message: 'kubelet is posting ready status',
      });
      setTaint(name, false);
    },
  };
}
