import { matchesSelector } from '../api/selector.ts';
import type { Node } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import { type Misfit, selects } from './node-fit.ts';

/** The nodes of a cluster, and the pods that have a place on one. */
export interface Topology {
  readonly nodes: readonly Node[];
  readonly placed: readonly Pod[];
  /** The value of a node's label. */
  domainOf(node: string | undefined, key: string): string | undefined;
}

export function createTopology(nodes: readonly Node[], placed: readonly Pod[]): Topology {
  const labels = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  return { nodes, placed, domainOf: (node, key) => labels.get(node ?? '')?.[key] };
}

/** What of the pods that are placed already keeps a pod off a node: affinity to them, or a spread among them. */
export const misfitOfTopology = (pod: Pod, node: Node, topology: Topology): Misfit | undefined =>
  antiAffinityMisfit(pod, node, topology) ??
  affinityMisfit(pod, node, topology) ??
  spreadMisfit(pod, node, topology);

type Term = NonNullable<
  NonNullable<
    NonNullable<Pod['spec']['affinity']>['podAffinity']
  >['requiredDuringSchedulingIgnoredDuringExecution']
>[number];

const isMeant = (pod: Pod, { namespaces, labelSelector }: Term, other: Pod): boolean =>
  (namespaces ?? [pod.metadata.namespace]).includes(other.metadata.namespace ?? '') &&
  matchesSelector(labelSelector, other.metadata.labels);

/** Whether a pod is in the same domain as a node. */
function isNear(other: Pod, node: Node, key: string, { domainOf }: Topology): boolean {
  const domain = domainOf(node.metadata.name, key);
  return domain !== undefined && domainOf(other.spec.nodeName, key) === domain;
}

function antiAffinityMisfit(pod: Pod, node: Node, topology: Topology): Misfit | undefined {
  const terms = pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const isKeptOff = (terms ?? []).some((term) =>
    topology.placed.some(
      (other) => isMeant(pod, term, other) && isNear(other, node, term.topologyKey, topology),
    ),
  );
  return isKeptOff
    ? { reason: "node(s) didn't match pod anti-affinity rules", preemptible: true }
    : undefined;
}

function affinityMisfit(pod: Pod, node: Node, topology: Topology): Misfit | undefined {
  const terms = pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const isFar = (terms ?? []).some((term) => {
    const matching = topology.placed.filter((other) => isMeant(pod, term, other));
    // The first pod of a group that wants to be near itself may go anywhere.
    const isFirst =
      matching.length === 0 && matchesSelector(term.labelSelector, pod.metadata.labels);
    return !isFirst && !matching.some((other) => isNear(other, node, term.topologyKey, topology));
  });
  return isFar
    ? { reason: "node(s) didn't match pod affinity rules", preemptible: false }
    : undefined;
}

const spreadWords = "node(s) didn't match pod topology spread constraints";

function spreadMisfit(pod: Pod, node: Node, topology: Topology): Misfit | undefined {
  for (const constraint of pod.spec.topologySpreadConstraints ?? []) {
    if (constraint.whenUnsatisfiable !== 'DoNotSchedule') continue;
    const { topologyKey: key, labelSelector, maxSkew } = constraint;
    const own = node.metadata.labels?.[key];
    if (own === undefined)
      return { reason: `${spreadWords} (missing required label)`, preemptible: false };
    const counts = new Map<string, number>();
    for (const one of topology.nodes) {
      const domain = one.metadata.labels?.[key];
      if (domain !== undefined && selects(pod, one)) counts.set(domain, 0);
    }
    for (const other of topology.placed) {
      const domain = topology.domainOf(other.spec.nodeName, key) ?? '';
      const count = counts.get(domain);
      if (
        count !== undefined &&
        other.metadata.namespace === pod.metadata.namespace &&
        matchesSelector(labelSelector, other.metadata.labels)
      )
        counts.set(domain, count + 1);
    }
    const self = matchesSelector(labelSelector, pod.metadata.labels) ? 1 : 0;
    if ((counts.get(own) ?? 0) + self - Math.min(...counts.values()) > maxSkew)
      return { reason: spreadWords, preemptible: true };
  }
  return undefined;
}
