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
