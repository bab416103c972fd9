import { type PlannedNode, type QuorumSet, quorumSetOf } from '@ssc/core-cfg';

/** Whom a node trusts, and whom it was connected to. */
export interface NodeTopology {
  readonly node: string;
  readonly role: 'validator' | 'watcher';
  /** Its quorum set in words. @example "2 of core-0, core-1, core-2" */
  readonly trusts: string;
  /** Its authenticated peers when it was asked last; undefined when it never was. */
  readonly peers?: readonly string[];
}

/** Nodes as they were planned, with the peers that they told; `nameOf` gives the name that readers know a node by. */
export function describeTopology(
  nodes: readonly PlannedNode[],
  peersOf: (node: string) => readonly string[] | undefined,
  nameOf: (node: string) => string,
): NodeTopology[] {
  const names = new Map(nodes.map(({ publicKey, name }) => [publicKey, nameOf(name)]));
  // Core tells peers by their aliases, or by the first characters of their keys.
  const told = new Map(
    nodes.flatMap(({ name, publicKey }) => [
      [name, nameOf(name)],
      [publicKey.slice(0, 5), nameOf(name)],
    ]),
  );
  return nodes.map(({ name, config }) => {
    const node = nameOf(name);
    const peers = peersOf(node)?.map((peer) => told.get(peer) ?? peer);
    return {
      node,
      role: config.NODE_IS_VALIDATOR === true ? 'validator' : 'watcher',
      trusts: describeQuorumSet(quorumSetOf(config), (key) => names.get(key) ?? key.slice(0, 5)),
      ...(peers !== undefined && { peers: [...new Set(peers)].sort() }),
    };
  });
}

/** A quorum set in words, its inner sets in parentheses. */
function describeQuorumSet(set: QuorumSet, nameOf: (publicKey: string) => string): string {
  const members = [
    ...set.validators.map(nameOf).sort(),
    ...set.innerSets.map((inner) => `(${describeQuorumSet(inner, nameOf)})`),
  ];
  return `${set.threshold} of ${members.join(', ')}`;
}
