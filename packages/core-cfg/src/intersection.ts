import { normalizeQuorumSet } from './auto-quorum.ts';
import { hasSlice, nodesOf, type QuorumSet } from './quorum-set.ts';

/** Whether any two quorums of a network share a node. */
export type Intersection =
  | { readonly outcome: 'intersects' }
  /** Two quorums without a common node: each could go on with a ledger of its own. */
  | { readonly outcome: 'split'; readonly quorums: readonly [readonly string[], readonly string[]] }
  /** The network is too large to try: the search was given up. */
  | { readonly outcome: 'undecided' };

/** How a search may end early. */
export interface IntersectionOptions {
  /** How many partial quorums to look at. @default 200000: about a second */
  readonly maxSteps?: number;
}

/**
 * Looks for two quorums without a common node. A network whose nodes all have the same quorum set is decided at once,
 * whatever its size; any other by search. The method is the one of stellar-core's checker (src/herder,
 * QuorumIntersectionCheckerImpl.cpp, after Lachowski): grow minimal quorums of at most half the nodes and look for a
 * quorum among the others.
 *
 * @param network Each node's own quorum set, by public key. Nodes that are only named in sets never agree to anything.
 */
export function findDisjointQuorums(
  network: ReadonlyMap<string, QuorumSet>,
  { maxSteps = 200_000 }: IntersectionOptions = {},
): Intersection {
  const common = commonSet(network);
  if (common !== undefined) {
    const split = disjointSlices(common);
    return split === undefined
      ? { outcome: 'intersects' }
      : { outcome: 'split', quorums: sorted(split) };
  }
  const search = new Search(network, maxSteps);
  const split = search.run();
  if (split !== undefined) return { outcome: 'split', quorums: sorted(split) };
  return { outcome: search.exhausted ? 'undecided' : 'intersects' };
}

const sorted = ([a, b]: readonly [readonly string[], readonly string[]]): readonly [
  readonly string[],
  readonly string[],
] => [a.toSorted(), b.toSorted()];

/** The set that all nodes share, when it names just them and each once. */
function commonSet(network: ReadonlyMap<string, QuorumSet>): QuorumSet | undefined {
  const [first] = network.values();
  if (first === undefined) return undefined;
  const text = JSON.stringify(first);
  let normal: string | undefined;
  for (const set of network.values()) {
    if (set === first || JSON.stringify(set) === text) continue;
    normal ??= JSON.stringify(normalizeQuorumSet(first));
    if (JSON.stringify(normalizeQuorumSet(set)) !== normal) return undefined;
  }
  const members = nodesOf(first);
  const isWhole = members.every((node) => network.has(node));
  return isWhole && members.length === occurrences(first) ? first : undefined;
}

const occurrences = (set: QuorumSet): number =>
  set.innerSets.reduce((sum, inner) => sum + occurrences(inner), set.validators.length);

/** Two slices of a set without a common node; inner sets that can be split themselves may serve both sides. */
function disjointSlices(set: QuorumSet): readonly [string[], string[]] | undefined {
  const { threshold, validators, innerSets } = set;
  if (threshold <= 0) return undefined;
  const splits = innerSets.map(disjointSlices);
  const shared = splits.filter((split) => split !== undefined);
  const whole = [
    ...validators.map((node) => [node]),
    ...innerSets.flatMap((inner, i) => (splits[i] === undefined ? [sliceOf(inner)] : [])),
  ];
  const both = Math.min(threshold, shared.length);
  const onlyOneSide = 2 * (threshold - both);
  if (onlyOneSide > whole.length) return undefined;
  const [a, b]: [string[], string[]] = [[], []];
  for (const [left, right] of shared.slice(0, both)) {
    a.push(...left);
    b.push(...right);
  }
  whole.slice(0, onlyOneSide).forEach((slice, i) => {
    (i % 2 === 0 ? a : b).push(...slice);
  });
  return [a, b];
}

/** The first slice of a set, in its own order. */
function sliceOf({ threshold, validators, innerSets }: QuorumSet): string[] {
  const members = [...validators.map((node) => [node]), ...innerSets.map(sliceOf)];
  return members.slice(0, threshold).flat();
}

class Search {
  exhausted = false;
  readonly #sets: ReadonlyMap<string, QuorumSet>;
  readonly #all: ReadonlySet<string>;
  #stepsLeft: number;

  constructor(network: ReadonlyMap<string, QuorumSet>, maxSteps: number) {
    this.#sets = network;
    this.#all = this.#greatestQuorum(new Set(network.keys()));
    this.#stepsLeft = maxSteps;
  }

  run(): readonly [string[], string[]] | undefined {
    return this.#grow(new Set(), this.#all);
  }

  /** A quorum made of `chosen` and some of `open` that leaves another one beside it. */
  #grow(
    chosen: ReadonlySet<string>,
    open: ReadonlySet<string>,
  ): readonly [string[], string[]] | undefined {
    if (this.exhausted || this.#stepsLeft-- <= 0) {
      this.exhausted = true;
      return undefined;
    }
    // Of two disjoint quorums one has at most half of the nodes.
    if (2 * chosen.size > this.#all.size) return undefined;
    const reachable = this.#greatestQuorum(new Set([...chosen, ...open]));
    if (reachable.size === 0 || ![...chosen].every((node) => reachable.has(node))) return undefined;
    const quorum = this.#greatestQuorum(chosen);
    if (quorum.size > 0) {
      const other = this.#greatestQuorum(
        new Set([...this.#all].filter((node) => !quorum.has(node))),
      );
      return other.size > 0 ? [[...quorum], [...other]] : undefined;
    }
    const next = this.#pick(
      chosen,
      [...open].filter((node) => reachable.has(node)),
    );
    if (next === undefined) return undefined;
    const rest = new Set(open);
    rest.delete(next);
    return this.#grow(chosen, rest) ?? this.#grow(new Set([...chosen, next]), rest);
  }

  /** Prefer a node that the chosen ones listen to: it completes a quorum sooner. */
  #pick(chosen: ReadonlySet<string>, open: readonly string[]): string | undefined {
    let [best, most] = [undefined as string | undefined, -1];
    for (const node of open) {
      let wanted = 0;
      for (const one of chosen) {
        const set = this.#sets.get(one);
        if (set !== undefined && nodesOf(set).includes(node)) wanted++;
      }
      if (wanted > most) [best, most] = [node, wanted];
    }
    return best;
  }

  /** The largest quorum within `nodes`: whoever has no slice left among them leaves, until nobody does. */
  #greatestQuorum(nodes: ReadonlySet<string>): ReadonlySet<string> {
    let current = nodes;
    for (;;) {
      const kept = new Set<string>();
      for (const node of current) {
        const set = this.#sets.get(node);
        if (set !== undefined && hasSlice(set, current)) kept.add(node);
      }
      if (kept.size === current.size) return kept;
      current = kept;
    }
  }
}
