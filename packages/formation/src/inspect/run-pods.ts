import type { V1Pod } from '@kubernetes/client-node';
import { suggest, usageError } from '@ssc/errors';
import { roleLabel, runSelectorText } from '@ssc/kube-specs';
import { type KubeApi, kinds } from '../kube/api.ts';

/** Which run, and where. */
export interface RunRef {
  readonly kube: KubeApi;
  readonly namespace: string;
  readonly run: string;
}

/** A pod of a run. */
export interface RunPod {
  /** Its name without the run's. @example "core-0" */
  readonly node: string;
  readonly pod: V1Pod;
  /** Whether stellar-core runs in it, with an admin port; else it is one of a job. */
  readonly isNode: boolean;
}

/** The pods of a run, by name. A run that has none is refused (SSC_RUN_UNKNOWN). */
export async function listRunPods({ kube, namespace, run }: RunRef): Promise<readonly RunPod[]> {
  const { items } = await kube.list<V1Pod>({
    kind: kinds.pod,
    namespace,
    labelSelector: runSelectorText(run),
  });
  if (items.length === 0)
    throw usageError('SSC_RUN_UNKNOWN', `namespace ${namespace} has no pod of a run "${run}"`, {
      hint: 'Those there are: ssc runs.',
    });
  return items
    .map((pod) => ({
      node: (pod.metadata?.name ?? '').slice(run.length + 1),
      pod,
      isNode: pod.metadata?.labels?.[roleLabel] === 'core',
    }))
    .sort((a, b) => a.node.localeCompare(b.node, 'en', { numeric: true }));
}

/** The pod of a node's name, or of its own; SSC_NODE_UNKNOWN with the names that there are. */
export function findRunPod(pods: readonly RunPod[], run: string, name: string): RunPod {
  const found = pods.find(({ node }) => node === name || `${run}-${node}` === name);
  if (found !== undefined) return found;
  const names = pods.map(({ node }) => node);
  const near = suggest(name, names);
  throw usageError('SSC_NODE_UNKNOWN', `run ${run} has no node "${name}"`, {
    facts: [
      ['Nodes', names.join(', ')],
      ...(near === undefined ? [] : ([['Did you mean', near]] as const)),
    ],
  });
}

/** The containers of a pod in the order in which they start. */
export const containersOf = ({ pod }: RunPod): readonly string[] =>
  [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].map(({ name }) => name);
