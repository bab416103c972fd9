import { kinds } from '../api/kinds.ts';
import { timestamp } from '../api/object.ts';
import { toMilli } from '../api/quantity.ts';
import { matchesAll, matchesSelector } from '../api/selector.ts';
import { addUsage, podResources, type Usage } from '../api/usage.ts';
import type { Node, PersistentVolumeClaim } from '../types/objects.ts';
import type { NodeSelectorTerm, Pod, Toleration } from '../types/pod.ts';
import { type Cluster, keyOf, splitKey } from './cluster.ts';
import { conditionOf, isOver } from './pod-state.ts';
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
    const reasons = new Map<string, { count: number; preemptible: boolean }>();
    const fitting: Node[] = [];
    for (const node of nodes) {
      const problems = misfit(pod, node, nodes);
      if (problems.length === 0) fitting.push(node);
      for (const problem of problems) {
        const known = reasons.get(problem.reason) ?? { count: 0, preemptible: problem.preemptible };
        reasons.set(problem.reason, { ...known, count: known.count + 1 });
      }
    }
    const best = fitting.sort((a, b) => load(a) - load(b))[0];
    if (best !== undefined) bind(pod, best);
    else
      refuse(
        pod,
        explain(nodes, reasons, (node) => misfit(pod, node, nodes)),
      );
  }

  /** The share of a node that is asked for already. */
  function load(node: Node): number {
    const sum = used.get(node.metadata.name) ?? {};
    const share = (name: string): number =>
      Number(sum[name] ?? 0n) / Math.max(1, Number(toMilli(node.status.allocatable[name])));
    return share('cpu') + share('memory') + share('pods');
  }

  function misfit(
    pod: Pod,
    node: Node,
    nodes: readonly Node[],
  ): { reason: string; preemptible: boolean }[] {
    const fixed = (reason: string) => [{ reason, preemptible: false }];
    if (node.spec.unschedulable === true) return fixed('node(s) were unschedulable');
    const taint = (node.spec.taints ?? []).find(
      (t) =>
        t.effect !== 'PreferNoSchedule' &&
        !(pod.spec.tolerations ?? []).some((x) => tolerates(x, t)),
    );
    if (taint !== undefined)
      return fixed(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`);
    if (!selects(pod, node)) return fixed("node(s) didn't match Pod's node affinity/selector");
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
    return topologyMisfit(pod, node, nodes);
  }

  function topologyMisfit(pod: Pod, node: Node, nodes: readonly Node[]) {
    const others = (store.list(kinds.pod) as unknown as Pod[]).filter(
      (other) => other.spec.nodeName !== undefined && !isOver(other),
    );
    const labelsOf = new Map(nodes.map((n) => [n.metadata.name, n.metadata.labels ?? {}]));
    const domainOf = (name: string | undefined, key: string) => labelsOf.get(name ?? '')?.[key];
    const isNear = (other: Pod, key: string) => {
      const domain = domainOf(node.metadata.name, key);
      return domain !== undefined && domainOf(other.spec.nodeName, key) === domain;
    };
    const reach = (other: Pod, namespaces: readonly string[] | undefined) =>
      (namespaces ?? [pod.metadata.namespace]).includes(other.metadata.namespace ?? '');
    const anti = pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    for (const term of anti ?? [])
      if (
        others.some(
          (other) =>
            reach(other, term.namespaces) &&
            matchesSelector(term.labelSelector, other.metadata.labels) &&
            isNear(other, term.topologyKey),
        )
      )
        return [{ reason: "node(s) didn't match pod anti-affinity rules", preemptible: true }];
    const near = pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    for (const term of near ?? []) {
      const matching = others.filter(
        (other) =>
          reach(other, term.namespaces) &&
          matchesSelector(term.labelSelector, other.metadata.labels),
      );
      // The first pod of a group that wants to be near itself may go anywhere.
      const isFirst =
        matching.length === 0 && matchesSelector(term.labelSelector, pod.metadata.labels);
      if (!isFirst && !matching.some((other) => isNear(other, term.topologyKey)))
        return [{ reason: "node(s) didn't match pod affinity rules", preemptible: false }];
    }
    for (const constraint of pod.spec.topologySpreadConstraints ?? []) {
      if (constraint.whenUnsatisfiable !== 'DoNotSchedule') continue;
      const key = constraint.topologyKey;
      const own = node.metadata.labels?.[key];
      if (own === undefined)
        return [
          {
            reason: "node(s) didn't match pod topology spread constraints (missing required label)",
            preemptible: false,
          },
        ];
      const counts = new Map<string, number>();
      for (const n of nodes) {
        const domain = n.metadata.labels?.[key];
        if (domain !== undefined && selects(pod, n)) counts.set(domain, counts.get(domain) ?? 0);
      }
      for (const other of others) {
        const domain = domainOf(other.spec.nodeName, key);
        const counts_ = domain !== undefined && counts.has(domain);
        if (
          counts_ &&
          other.metadata.namespace === pod.metadata.namespace &&
          matchesSelector(constraint.labelSelector, other.metadata.labels)
        )
          counts.set(domain, (counts.get(domain) ?? 0) + 1);
      }
      const self = matchesSelector(constraint.labelSelector, pod.metadata.labels) ? 1 : 0;
      if ((counts.get(own) ?? 0) + self - Math.min(...counts.values()) > constraint.maxSkew)
        return [
          { reason: "node(s) didn't match pod topology spread constraints", preemptible: true },
        ];
    }
    return [];
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

/** `0/3 nodes are available: 1 Insufficient cpu, … preemption: …`: FitError.Error of the real scheduler. */
function explain(
  nodes: readonly Node[],
  reasons: ReadonlyMap<string, { count: number }>,
  misfit: (node: Node) => readonly { preemptible: boolean }[],
): string {
  const total = nodes.length;
  if (total === 0) return 'no nodes available to schedule pods';
  const list = [...reasons].map(([reason, { count }]) => `${count} ${reason}`).sort();
  let hopeless = 0;
  for (const node of nodes) if (misfit(node).some((problem) => !problem.preemptible)) hopeless += 1;
  const preemption: string[] = [];
  if (total > hopeless)
    preemption.push(`${total - hopeless} No preemption victims found for incoming pod`);
  if (hopeless > 0) preemption.push(`${hopeless} Preemption is not helpful for scheduling`);
  return `0/${total} nodes are available: ${list.join(', ')}. preemption: 0/${total} nodes are available: ${preemption.join(', ')}.`;
}

function tolerates(
  toleration: Toleration,
  taint: { key: string; value?: string; effect: string },
): boolean {
  if (
    toleration.effect !== undefined &&
    toleration.effect !== '' &&
    toleration.effect !== taint.effect
  )
    return false;
  if (toleration.operator === 'Exists')
    return toleration.key === undefined || toleration.key === '' || toleration.key === taint.key;
  return toleration.key === taint.key && (toleration.value ?? '') === (taint.value ?? '');
}

function selects(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(pod.spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value))
    return false;
  const terms =
    pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
      ?.nodeSelectorTerms;
  return terms === undefined || terms.some((term) => matchesTerm(term, node));
}

function matchesTerm(term: NodeSelectorTerm, node: Node): boolean {
  const [labels, fields] = [term.matchExpressions ?? [], term.matchFields ?? []];
  if (labels.length + fields.length === 0) return false;
  const full = (list: typeof labels) => list.map((e) => ({ ...e, values: e.values ?? [] }));
  return (
    matchesAll(full(labels), node.metadata.labels) &&
    matchesAll(full(fields), { 'metadata.name': node.metadata.name })
  );
}
