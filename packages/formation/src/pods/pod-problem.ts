import { type Fact, type Problem, SscError } from '@ssc/errors';
import type { PodTrouble } from './pod-state.ts';

/** A pod that will not come up, or is not what it was. */
export interface PodProblem extends Problem {
  readonly code: PodTrouble['code'] | 'SSC_POD_NOT_CREATED' | 'SSC_NODE_NOT_READY';
  readonly node: string;
  readonly pod: string;
  readonly reason: string;
}

/** It says nothing about the network when the cluster does not remove pods. */
export const podsNotGone = (nodes: readonly string[], facts: readonly Fact[]): SscError =>
  new SscError({
    problem: { code: 'SSC_POD_NOT_GONE' },
    verdict: 'broken',
    summary: `the pods of ${nodes.join(', ')} were to go and did not`,
    facts,
  });

/** What is wrong, in a sentence. */
export function sentenceOf(node: string, pod: string, trouble: PodTrouble): string {
  const { code, container = '', exitCode, image } = trouble;
  switch (code) {
    case 'SSC_IMAGE_NOT_PULLED':
      return `the cluster cannot pull "${image ?? ''}" for ${node}`;
    case 'SSC_CONTAINER_NOT_CREATED':
      return `container ${container} of ${node} cannot be created`;
    case 'SSC_PREPARATION_FAILED':
      return `the preparation of ${node} ended with exit code ${exitCode}`;
    case 'SSC_NODE_ENDED':
      return `container ${container} of ${node} ended with exit code ${exitCode}, which nobody asked for`;
    case 'SSC_NODE_OUT_OF_MEMORY':
      return `container ${container} of ${node} was killed for using more memory than its limit`;
    case 'SSC_POD_UNSCHEDULABLE':
      return `the cluster has no room for pod ${pod}`;
    case 'SSC_POD_EVICTED':
      return `pod ${pod} of ${node} was evicted`;
    case 'SSC_POD_NODE_LOST':
      return `the machine of pod ${pod} was lost`;
    case 'SSC_POD_REPLACED':
      if (trouble.reason === 'Deleted')
        return `pod ${pod} of ${node} is being deleted, which nobody asked for`;
      return `pod ${pod} of ${node} is another one than before, which nobody asked for`;
  }
}

const hints: Readonly<Record<PodProblem['code'], string>> = {
  SSC_IMAGE_NOT_PULLED:
    'This says nothing about stellar-core. Check the name of the image, and the pull secret of the namespace.',
  SSC_CONTAINER_NOT_CREATED:
    'This says nothing about stellar-core. The message names what the kubelet misses.',
  SSC_PREPARATION_FAILED:
    'The log tells which step it was: new-db and new-hist read the same configuration as the node.',
  SSC_NODE_ENDED:
    'A node that ends comes back with its data, and the run would go on with a gap that nobody sees: so it ends here.',
  SSC_NODE_OUT_OF_MEMORY: 'This says nothing about the network. Give the nodes more memory.',
  SSC_POD_UNSCHEDULABLE:
    'This says nothing about stellar-core. Ask for less, or for fewer nodes, or add machines.',
  SSC_POD_EVICTED:
    'This says nothing about stellar-core. The machine ran out of something, or was drained.',
  SSC_POD_NODE_LOST: 'This says nothing about stellar-core.',
  SSC_POD_REPLACED: 'Its data may be gone, so nothing that follows could be trusted.',
  SSC_NODE_NOT_READY:
    'This says nothing about the network: the probe asks the admin port, which a node under load answers too. The log tells what it does.',
  SSC_POD_NOT_CREATED:
    'This says nothing about stellar-core. A quota or a policy of the namespace refuses the pod.',
};

/** Whether an error says that a pod is in trouble. */
export const isPodProblem = (error: unknown): error is SscError<PodProblem> =>
  error instanceof SscError && error.code in hints;

/** The error of a pod in trouble. */
export function podError(
  node: string,
  pod: string,
  trouble: { readonly code: PodProblem['code']; readonly reason: string; readonly message: string },
  summary: string,
  facts: readonly Fact[],
): SscError {
  return new SscError<PodProblem>({
    problem: { code: trouble.code, node, pod, reason: trouble.reason },
    verdict: 'broken',
    summary,
    facts,
    hint: hints[trouble.code],
  });
}
