import { matchesAll } from '../api/selector.ts';
import type { Node } from '../types/objects.ts';
import type { NodeSelectorTerm, Pod, Toleration } from '../types/pod.ts';

/** Why a pod cannot go to a node. */
export interface Misfit {
  /** In the words of the real scheduler. */
  readonly reason: string;
  /** Whether the end of other pods would help. */
  readonly preemptible: boolean;
}

/** What of a node itself keeps a pod away, whatever pods are there: that it is closed, its taints, its labels. */
export function misfitOfNode(pod: Pod, node: Node): Misfit | undefined {
  const because = (reason: string): Misfit => ({ reason, preemptible: false });
  if (node.spec.unschedulable === true) return because('node(s) were unschedulable');
  const taint = (node.spec.taints ?? []).find(
    (one) =>
      one.effect !== 'PreferNoSchedule' &&
      !(pod.spec.tolerations ?? []).some((toleration) => tolerates(toleration, one)),
  );
  if (taint !== undefined)
    return because(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`);
  return selects(pod, node)
    ? undefined
    : because("node(s) didn't match Pod's node affinity/selector");
}

/**
 * `0/3 nodes are available: 1 Insufficient cpu, … preemption: …`: FitError.Error of the real scheduler. Takes what keeps the pod
 * off each node.
 */
export function explainMisfits(misfits: readonly (readonly Misfit[])[]): string {
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

/** Whether the selectors of a pod take a node. */
export function selects(pod: Pod, node: Node): boolean {
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
