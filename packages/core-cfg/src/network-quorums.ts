import { configError } from './config-error.ts';
import {
  findDisjointQuorums,
  type Intersection,
  type IntersectionOptions,
} from './intersection.ts';
import type { NodeConfig } from './node-config.generated.ts';
import { type Finding, toProblem } from './problem.ts';
import type { QuorumSet } from './quorum-set.ts';
import { resolveNodes } from './resolve.ts';

/**
 * What the node listens to, with aliases followed and, where core makes it from VALIDATORS, generated.
 *
 * @throws SscError SSC_CONFIG_INVALID when a node can't be found or a set is empty.
 */
export function quorumSetOf(config: NodeConfig): QuorumSet {
  const findings: Finding[] = [];
  const { quorumSet } = resolveNodes(config, (finding) => findings.push(finding));
  const problems = findings.map((finding) => toProblem(finding, undefined));
  if (quorumSet === undefined) throw configError('the quorum set', problems);
  return quorumSet;
}

/** A node as far as agreement is concerned. */
export interface NamedNode {
  readonly name: string;
  readonly publicKey: string;
  readonly config: NodeConfig;
}

/** Whether any two quorums of these nodes share a node; two that do not are given by the names of their nodes. */
export function checkIntersection(
  nodes: readonly NamedNode[],
  options: IntersectionOptions = {},
): Intersection {
  const validators = nodes.filter(({ config }) => config.NODE_IS_VALIDATOR === true);
  const names = new Map(validators.map(({ publicKey, name }) => [publicKey, name]));
  const network = new Map(
    validators.map(({ publicKey, config }) => [publicKey, quorumSetOf(config)]),
  );
  const found = findDisjointQuorums(network, options);
  if (found.outcome !== 'split') return found;
  const named = (keys: readonly string[]): string[] =>
    keys.map((key) => names.get(key) ?? key).toSorted();
  const [a, b] = found.quorums;
  return { outcome: 'split', quorums: [named(a), named(b)] };
}
