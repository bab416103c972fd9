import {
  hashQuorumSet,
  isQuorum,
  isSlice,
  type NodeId,
  type QuorumSet,
} from '../scp/quorum-set.ts';

/** What an analysis of the quorums gave. */
export interface Intersection {
  /** The ledger at which these sets were looked at. */
  readonly ledger: number;
  /** The last one at which any two quorums shared a node; 0 for none. */
  readonly lastGood: number;
  /** Two quorums that share no node. */
  readonly split: readonly NodeId[][] | undefined;
}

/** Whether any two quorums share a node, looked at anew when sets have changed. */
export class IntersectionChecker {
  #sets = '';
  #last: Intersection | undefined;

  check(sets: ReadonlyMap<NodeId, QuorumSet>, ledger: number): Intersection {
    const key = [...sets].map(([node, set]) => node + hashQuorumSet(set)).join();
    if (this.#last !== undefined && this.#sets === key) return this.#last;
    const split = findSplit(sets);
    const lastGood = split === undefined ? ledger : (this.#last?.lastGood ?? 0);
    this.#sets = key;
    this.#last = { ledger, lastGood, split };
    return this.#last;
  }
}

/** All subsets of so many nodes can be tried. */
export const largestAnalysed = 12;

/** Two quorums without a common node; undefined when there are none. */
function findSplit(sets: ReadonlyMap<NodeId, QuorumSet>): [NodeId[], NodeId[]] | undefined {
  const nodes = [...sets.keys()];
  const anything: QuorumSet = { threshold: 0, validators: [], inner: [] };
  const isOwnQuorum = (members: ReadonlySet<NodeId>): boolean => {
    if (members.size === 0) return false;
    for (const node of members) {
      const set = sets.get(node);
      if (set === undefined || !isSlice(set, (other) => members.has(other))) return false;
    }
    return isQuorum(anything, members, (node) => sets.get(node));
  };
  const quorums: Set<NodeId>[] = [];
  for (let bits = 1; bits < 2 ** nodes.length; bits++) {
    const members = new Set(nodes.filter((_, i) => bits & (1 << i)));
    if (isOwnQuorum(members)) quorums.push(members);
  }
  for (const a of quorums)
    for (const b of quorums) if (![...a].some((node) => b.has(node))) return [[...a], [...b]];
  return undefined;
}
