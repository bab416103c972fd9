import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseKey } from '../../src/keys.ts';
import {
  decodeQuorumSet,
  encodeQuorumSet,
  hashQuorumSet,
  isBlocking,
  isQuorum,
  isSlice,
  nodesOf,
  normalizeQuorumSet,
  type QuorumSet,
} from '../../src/scp/quorum-set.ts';
import { nodeKey } from '../configs.ts';

const nodes = Array.from({ length: 7 }, (_, i) => i.toString(16).padStart(64, '0'));

const set: fc.Arbitrary<QuorumSet> = fc
  .record({
    validators: fc.subarray(nodes, { minLength: 1 }),
    inner: fc.array(
      fc.subarray(nodes, { minLength: 1 }).map((validators) => ({
        threshold: Math.ceil(validators.length / 2),
        validators,
        inner: [],
      })),
      { maxLength: 2 },
    ),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ validators, inner, share }) => {
    const count = validators.length + inner.length;
    return { threshold: 1 + Math.floor(share * (count - 1)), validators, inner };
  });

describe('a quorum set', () => {
  it('has the hash that a real node shows for 2 of its 3 nodes', () => {
    const members = ['timeline-0', 'timeline-1', 'timeline-2'].map(
      (name) => parseKey(nodeKey(name).publicKey) ?? '',
    );
    const hash = hashQuorumSet(
      normalizeQuorumSet({ threshold: 2, validators: members, inner: [] }),
    );
    expect(hash.slice(0, 6)).toBe('b58d84');
  });

  it('reads back as it was written', () => {
    fc.assert(
      fc.property(set, (s) => {
        expect(decodeQuorumSet(encodeQuorumSet(s))).toEqual(s);
      }),
      { seed: 1 },
    );
  });

  it('is blocked by some nodes just when the others have no slice', () => {
    fc.assert(
      fc.property(set, fc.subarray(nodes), (s, some) => {
        const chosen = new Set(some);
        const rest = nodesOf(s);
        for (const node of chosen) rest.delete(node);
        expect(isBlocking(s, (node) => chosen.has(node))).toBe(!isSlice(s, (n) => rest.has(n)));
      }),
      { seed: 1 },
    );
  });

  it('means the same in normal form', () => {
    fc.assert(
      fc.property(set, fc.subarray(nodes), (s, some) => {
        const has = (node: string): boolean => some.includes(node);
        expect(isSlice(normalizeQuorumSet(s), has)).toBe(isSlice(s, has));
      }),
      { seed: 1 },
    );
  });

  it("makes a quorum only with a slice of each of its nodes' own sets", () => {
    const [a = '', b = '', c = ''] = nodes;
    const two: QuorumSet = { threshold: 2, validators: [a, b, c], inner: [] };
    const needsC: QuorumSet = { threshold: 2, validators: [b, c], inner: [] };
    const setOf = (sets: Record<string, QuorumSet>) => (node: string) => sets[node];
    expect(isQuorum(two, new Set([a, b]), setOf({ [a]: two, [b]: two }))).toBe(true);
    expect(isQuorum(two, new Set([a, b]), setOf({ [a]: two, [b]: needsC }))).toBe(false);
    expect(isQuorum(two, new Set([a, b, c]), setOf({ [a]: two, [b]: needsC, [c]: two }))).toBe(
      true,
    );
    expect(isQuorum(two, new Set([a, b]), setOf({ [a]: two }))).toBe(false);
  });
});
