import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkIntersection,
  findDisjointQuorums,
  hasSlice,
  planNodes,
  type QuorumSet,
} from '../src/index.ts';

const flat = (threshold: number, validators: readonly string[]): QuorumSet => ({
  threshold,
  validators,
  innerSets: [],
});

const sharedBy = (nodes: readonly string[], set: QuorumSet): ReadonlyMap<string, QuorumSet> =>
  new Map(nodes.map((node) => [node, set]));

interface RecordedNode {
  readonly node: string;
  readonly qset: { readonly t: number; readonly v: readonly string[] };
}

describe('what the checker of a real stellar-core v27.1.0 was asked', () => {
  const network = (name: string): ReadonlyMap<string, QuorumSet> => {
    const file = new URL(`fixtures/recorded/intersection.${name}.json`, import.meta.url);
    const { nodes } = JSON.parse(readFileSync(file, 'utf8')) as { nodes: readonly RecordedNode[] };
    return new Map(nodes.map(({ node, qset }) => [node, flat(qset.t, qset.v)]));
  };

  test('a network that intersects', () => {
    expect(findDisjointQuorums(network('good'))).toEqual({ outcome: 'intersects' });
  });

  test('a network that splits', () => {
    const found = findDisjointQuorums(network('split'));
    expect(found.outcome).toBe('split');
    if (found.outcome === 'split') expectDisjointQuorums(network('split'), found.quorums);
  });
});

function expectDisjointQuorums(
  network: ReadonlyMap<string, QuorumSet>,
  [a, b]: readonly [readonly string[], readonly string[]],
): void {
  expect(a.filter((node) => b.includes(node))).toEqual([]);
  for (const quorum of [a, b]) {
    expect(quorum.length).toBeGreaterThan(0);
    for (const node of quorum) {
      const set = network.get(node);
      expect(set !== undefined && hasSlice(set, new Set(quorum))).toBe(true);
    }
  }
}

test.each([
  { nodes: 4, threshold: 3, outcome: 'intersects' },
  { nodes: 4, threshold: 2, outcome: 'split' },
  { nodes: 3, threshold: 2, outcome: 'intersects' },
  { nodes: 1, threshold: 1, outcome: 'intersects' },
  { nodes: 600, threshold: 301, outcome: 'intersects' },
  { nodes: 600, threshold: 300, outcome: 'split' },
])('$threshold of $nodes: $outcome', ({ nodes, threshold, outcome }) => {
  const names = Array.from({ length: nodes }, (_, i) => `n${i}`);
  expect(findDisjointQuorums(sharedBy(names, flat(threshold, names))).outcome).toBe(outcome);
});

test('organisations whose own nodes can split serve both sides', () => {
  const organisations = ['a', 'b', 'c'].map((name) => flat(1, [`${name}1`, `${name}2`]));
  const nodes = organisations.flatMap(({ validators }) => validators);
  const network = sharedBy(nodes, { threshold: 2, validators: [], innerSets: organisations });
  expect(findDisjointQuorums(network)).toEqual({
    outcome: 'split',
    quorums: [
      ['a1', 'b1'],
      ['a2', 'b2'],
    ],
  });
});

test('a search that would take too long says that it does not know', () => {
  const nodes = Array.from({ length: 40 }, (_, i) => `n${i}`);
  const network = new Map(
    nodes.map((node, i) => [
      node,
      flat(
        21,
        nodes.filter((_, j) => j !== (i + 1) % 40),
      ),
    ]),
  );
  expect(findDisjointQuorums(network, { maxSteps: 500 })).toEqual({ outcome: 'undecided' });
});

test('it finds a split exactly where trying all subsets finds one', () => {
  const node = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const set = fc
    .uniqueArray(node, { minLength: 1 })
    .chain((validators) =>
      fc
        .integer({ min: 1, max: validators.length })
        .map((threshold) => flat(threshold, validators)),
    );
  const networks = fc.record({ a: set, b: set, c: set, d: set, e: set, f: set });
  fc.assert(
    fc.property(networks, (sets) => {
      const network = new Map(Object.entries(sets));
      const found = findDisjointQuorums(network);
      expect(found.outcome).toBe(splitsByTrying(network) ? 'split' : 'intersects');
      if (found.outcome === 'split') expectDisjointQuorums(network, found.quorums);
    }),
    { seed: 1, numRuns: 500 },
  );
});

function splitsByTrying(network: ReadonlyMap<string, QuorumSet>): boolean {
  const nodes = [...network.keys()];
  const quorums: number[] = [];
  for (let bits = 1; bits < 1 << nodes.length; bits++) {
    const members = new Set(nodes.filter((_, i) => bits & (1 << i)));
    const agrees = (node: string): boolean => {
      const set = network.get(node);
      return set !== undefined && hasSlice(set, members);
    };
    if ([...members].every(agrees)) quorums.push(bits);
  }
  return quorums.some((one) => quorums.some((other) => (one & other) === 0));
}

test('a planned network is named by its nodes', () => {
  const plan = (thresholdPercent: number) =>
    planNodes(
      {
        passphrase: 'test',
        seed: 'test',
        sets: { core: { nodes: 4, quorum: { all: true, thresholdPercent } } },
      },
      ({ name }) => ({ peerHost: name, dataFolder: '/data' }),
    );
  expect(checkIntersection(plan(67))).toEqual({ outcome: 'intersects' });
  expect(checkIntersection(plan(50))).toEqual({
    outcome: 'split',
    quorums: [
      ['core-0', 'core-2'],
      ['core-1', 'core-3'],
    ],
  });
});
