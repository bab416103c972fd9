import type { AutomaticQuorum } from './network-model.ts';
import type { NodeConfig } from './node-config.generated.ts';
import type { HomeDomainTable, QuorumSetTable, ValidatorTable } from './node-config.ts';
import { getCommandOf, type PlacedNode } from './placed-node.ts';

/** Whom a node listens to: a table written out, or the entries that core makes one from. */
export function planQuorum(node: PlacedNode, nodes: readonly PlacedNode[]): NodeConfig {
  const { quorum = { all: true as const }, safety } = node.model;
  const isUnsafe = safety !== 'checked';
  const checks: NodeConfig = isUnsafe
    ? { UNSAFE_QUORUM: true, FAILURE_SAFETY: 0 }
    : { UNSAFE_QUORUM: false };
  const domain: NodeConfig =
    node.model.homeDomain === undefined ? {} : { NODE_HOME_DOMAIN: node.model.homeDomain };
  if ('auto' in quorum) return { ...checks, ...domain, ...planAutomatic(node, nodes, quorum) };
  if ('explicit' in quorum) {
    return { ...checks, ...domain, ...planExplicit(node, nodes, quorum.explicit) };
  }
  const sets = 'of' in quorum ? quorum.of : undefined;
  const members = nodes.filter(
    (other) => isValidator(other) && (sets?.includes(other.set) ?? true),
  );
  return {
    ...checks,
    ...domain,
    QUORUM_SET: {
      ...(quorum.thresholdPercent !== undefined && { THRESHOLD_PERCENT: quorum.thresholdPercent }),
      VALIDATORS: members.map((member) => referenceTo(member, node)),
    },
  };
}

const isValidator = (node: PlacedNode): boolean => node.model.role !== 'watcher';

/** A node's own alias stands in its seed; the others get theirs where they are listed. */
const referenceTo = (member: PlacedNode, node: PlacedNode): string =>
  member === node ? `$${node.name}` : `${member.publicKey} ${member.name}`;

/** `$core-1` in the given table becomes the node's key, with its name where it first occurs. */
function planExplicit(
  node: PlacedNode,
  nodes: readonly PlacedNode[],
  table: QuorumSetTable,
): NodeConfig {
  const named = new Set<string>();
  const resolve = (text: string): string => {
    const member = nodes.find((other) => text === `$${other.name}`);
    if (member === undefined || named.has(text)) return text;
    if (member === node) return text;
    named.add(text);
    return referenceTo(member, node);
  };
  const visit = ({ THRESHOLD_PERCENT, VALIDATORS, ...groups }: QuorumSetTable): QuorumSetTable => ({
    ...(THRESHOLD_PERCENT !== undefined && { THRESHOLD_PERCENT }),
    ...(VALIDATORS !== undefined && { VALIDATORS: VALIDATORS.map(resolve) }),
    ...Object.fromEntries(
      Object.entries(groups as Record<string, QuorumSetTable>).map(([name, group]) => [
        name,
        visit(group),
      ]),
    ),
  });
  return { QUORUM_SET: visit(table) };
}

/** Validators that have no home domain of their own belong to this one. */
const defaultHomeDomain = 'ssc.test';

function planAutomatic(
  node: PlacedNode,
  nodes: readonly PlacedNode[],
  { auto }: AutomaticQuorum,
): NodeConfig {
  const domainOf = (one: PlacedNode): string => one.model.homeDomain ?? defaultHomeDomain;
  const members = nodes.filter(
    (other) => isValidator(other) && (other === node || (auto.of?.includes(other.set) ?? true)),
  );
  const domains = new Set(members.map(domainOf));
  const homeDomains = [...domains].map(
    (domain): HomeDomainTable => ({
      HOME_DOMAIN: domain,
      QUALITY: auto.quality?.[domain] ?? 'HIGH',
    }),
  );
  const validators = members
    .filter((member) => member !== node)
    .map((member): ValidatorTable => {
      const get = getCommandOf(member);
      return {
        NAME: member.name,
        HOME_DOMAIN: domainOf(member),
        PUBLIC_KEY: member.publicKey,
        ...(get !== undefined && { HISTORY: get }),
      };
    });
  return {
    NODE_HOME_DOMAIN: domainOf(node),
    ...(auto.relaxed === true && { SKIP_HIGH_CRITICAL_VALIDATOR_CHECKS_FOR_TESTING: true }),
    HOME_DOMAINS: homeDomains,
    ...(validators.length > 0 && { VALIDATORS: validators }),
  };
}
