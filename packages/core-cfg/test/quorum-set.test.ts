import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeStrkey,
  deriveKeyPair,
  generateQuorumSet,
  hasSlice,
  isVBlocking,
  nodesOf,
  normalizeQuorumSet,
  parseNodeConfig,
  percentOfThreshold,
  type Quality,
  type QuorumSet,
  quorumSetOf,
  smallestVBlocking,
  thresholdOfPercent,
  toQuorumSetTable,
} from '../src/index.ts';

describe('thresholds, as stellar-core and the predecessor of ssc count them', () => {
  test.each([
    [3, 34, 2],
    [3, 66, 2],
    [3, 67, 3],
    [3, 51, 2],
    [4, 24, 1],
    [4, 25, 1],
    [4, 26, 2],
    [4, 50, 2],
    [4, 51, 3],
    [1, 67, 1],
    [2, 67, 2],
    [4, 67, 3],
    [5, 67, 4],
    [5, 51, 3],
    [6, 67, 5],
    [7, 67, 5],
    [10, 67, 7],
  ])('of %i members, %i %% are %i', (count, percent, threshold) => {
    expect(thresholdOfPercent(count, percent)).toBe(threshold);
  });

  test.each([
    [3, 2, 34],
    [4, 2, 26],
    [4, 3, 51],
  ])('of %i members, %i are %i %%', (count, threshold, percent) => {
    expect(percentOfThreshold(count, threshold)).toBe(percent);
  });

  test('percent and back is the same threshold', () => {
    for (let count = 1; count <= 99; count++) {
      for (let threshold = 1; threshold <= count; threshold++) {
        expect(thresholdOfPercent(count, percentOfThreshold(count, threshold))).toBe(threshold);
      }
    }
  });
});

const keyOf = (name: string): string => deriveKeyPair(name).publicKey;

/** `{ HIGH: [3, 3] }`: two organisations of that quality with three nodes each. */
function generate(organisations: Readonly<Partial<Record<Quality, readonly number[]>>>): QuorumSet {
  const qualities: readonly Quality[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];
  return generateQuorumSet(
    qualities.flatMap((quality) =>
      (organisations[quality] ?? []).flatMap((nodes, organisation) =>
        Array.from({ length: nodes }, (_, i) => ({
          publicKey: keyOf(`${quality}/${organisation}/${i}`),
          homeDomain: `${quality}-${organisation}`,
          quality,
        })),
      ),
    ),
  );
}

/** `3/[2/3, 2/3, 1]`: threshold, then validators as their number and groups in brackets. */
function shape(set: QuorumSet): string {
  if (set.innerSets.length === 0) return `${set.threshold}/${set.validators.length}`;
  const members = [
    ...(set.validators.length > 0 ? [`${set.validators.length}`] : []),
    ...set.innerSets.map(shape),
  ];
  return `${set.threshold}/[${members.join(', ')}]`;
}

describe('generated quorum sets', () => {
  test.each([
    ['one organisation', { HIGH: [3] }, '2/3'],
    ['one organisation of five', { HIGH: [5] }, '3/5'],
    ['three organisations', { HIGH: [3, 3, 3] }, '3/[2/3, 2/3, 2/3]'],
    ['four organisations', { HIGH: [3, 3, 3, 3] }, '3/[2/3, 2/3, 2/3, 2/3]'],
    [
      'seven organisations',
      { HIGH: [3, 3, 3, 3, 3, 3, 3] },
      '5/[2/3, 2/3, 2/3, 2/3, 2/3, 2/3, 2/3]',
    ],
    ['two and a single one of less', { HIGH: [3, 3], MEDIUM: [1] }, '3/[1, 2/3, 2/3]'],
    [
      'one that all need and four others',
      { CRITICAL: [3], HIGH: [3, 3, 3, 3] },
      '2/[2/3, 3/[2/3, 2/3, 2/3, 2/3]]',
    ],
    [
      'every quality',
      { CRITICAL: [3], HIGH: [3], MEDIUM: [1], LOW: [1, 1] },
      '2/[2/[2/3, 2/[1, 2/2]], 2/3]',
    ],
    ['nobody', {}, '0/0'],
    ['one node', { MEDIUM: [1] }, '1/1'],
  ])('%s', (_, organisations, expected) => {
    expect(shape(generate(organisations))).toBe(expected);
  });

  test('are sorted by the bytes of the keys, as core sorts them', () => {
    const keys = Array.from({ length: 50 }, (_, i) => keyOf(`sorted/${i}`));
    const { validators } = normalizeQuorumSet({ threshold: 30, validators: keys, innerSets: [] });
    const bytes = (key: string): Buffer => {
      const decoded = decodeStrkey(key, 'public key');
      return Buffer.from(decoded.ok ? decoded.payload : []);
    };
    expect(validators).toEqual(keys.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b))));
  });

  test('do not depend on the order of the entries', () => {
    const entries = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, i) => ({
      publicKey: keyOf(name),
      homeDomain: `domain-${i % 2}`,
      quality: 'HIGH' as const,
    }));
    const expected = generateQuorumSet(entries);
    fc.assert(
      fc.property(fc.shuffledSubarray(entries, { minLength: 6 }), (shuffled) => {
        expect(generateQuorumSet(shuffled)).toEqual(expected);
      }),
      { seed: 1 },
    );
  });
});

const flat = (threshold: number, ...validators: string[]): QuorumSet => ({
  threshold,
  validators,
  innerSets: [],
});

describe('slices and what stops them', () => {
  const organisations: QuorumSet = {
    threshold: 2,
    validators: ['x'],
    innerSets: [flat(2, 'a', 'b', 'c'), flat(1, 'd', 'e')],
  };

  test.each([
    ['ab d', true, false],
    ['x d', true, false],
    ['abd', true, false],
    ['a d', false, false],
    ['ab x', true, true],
    ['de', false, false],
    ['de x', true, true],
    ['', false, false],
  ])('of %s', (names, slice, blocking) => {
    const nodes = new Set([...names.replaceAll(' ', '')]);
    expect(hasSlice(organisations, nodes)).toBe(slice);
    expect(isVBlocking(organisations, nodes)).toBe(blocking);
  });

  test('the smallest blocking set is as small as any that blocks', () => {
    const nodes = ['a', 'b', 'c', 'd', 'e', 'f'];
    const group = fc
      .record({ nodes: fc.shuffledSubarray(nodes, { minLength: 2 }), cut: fc.nat(), t: fc.nat() })
      .map(({ nodes: members, cut, t }): QuorumSet => {
        const at = cut % members.length;
        const inner = members.slice(0, at);
        const validators = members.slice(at);
        const innerSets = inner.length === 0 ? [] : [flat(1 + (t % inner.length), ...inner)];
        return {
          threshold: 1 + (t % (validators.length + innerSets.length)),
          validators,
          innerSets,
        };
      });
    fc.assert(
      fc.property(group, (set) => {
        let smallest = nodes.length;
        for (let bits = 0; bits < 1 << nodes.length; bits++) {
          const chosen = nodes.filter((_, i) => bits & (1 << i));
          const rest = new Set(nodes.filter((node) => !chosen.includes(node)));
          const blocks = !hasSlice(set, rest);
          expect(isVBlocking(set, new Set(chosen))).toBe(blocks);
          if (blocks) smallest = Math.min(smallest, chosen.length);
        }
        expect(smallestVBlocking(set)).toBe(smallest);
      }),
      { seed: 1 },
    );
  });
});

describe('a set written as a table', () => {
  test('means the same set', () => {
    const group = (levels: number): fc.Arbitrary<QuorumSet> =>
      fc
        .record({
          count: fc.integer({ min: 1, max: 40 }),
          cut: fc.nat(),
          innerSets: levels === 0 ? fc.constant([]) : fc.array(group(levels - 1), { maxLength: 3 }),
        })
        .map(({ count, cut, innerSets }) => ({
          threshold: 1 + (cut % (count + innerSets.length)),
          validators: Array.from({ length: count }, (_, i) => keyOf(`${i}`)),
          innerSets,
        }));
    fc.assert(
      fc.property(group(2), (set) => {
        expect(quorumSetOf({ QUORUM_SET: toQuorumSetTable(set) })).toEqual(set);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test.each([
    [101, 200],
    [0, 3],
    [4, 3],
  ])('is refused where no percentage means %i of %i', (threshold, count) => {
    const validators = Array.from({ length: count }, (_, i) => keyOf(`${i}`));
    expect(() => toQuorumSetTable({ threshold, validators, innerSets: [] })).toThrow(
      `no THRESHOLD_PERCENT means ${threshold} of ${count} members`,
    );
  });
});

test('normal form lifts single nodes and single groups, and sorts', () => {
  const [a = '', b = ''] = ['1', '2'].map(keyOf);
  const set: QuorumSet = {
    threshold: 1,
    validators: [],
    innerSets: [{ threshold: 2, validators: [a], innerSets: [flat(1, b)] }],
  };
  const normal = normalizeQuorumSet(set);
  expect(normal.innerSets).toEqual([]);
  expect(normal.threshold).toBe(2);
  expect(nodesOf(normal).toSorted()).toEqual([a, b].toSorted());
});

describe('the set of a configuration', () => {
  const [self, one, two] = ['self', 'one', 'two'].map((name) => deriveKeyPair(name));
  const seed = `${self?.seed} self`;

  test('aliases of the seed, of names and of the set itself are followed', () => {
    const set = quorumSetOf({
      NODE_SEED: seed,
      NODE_NAMES: [`${one?.publicKey} one`],
      QUORUM_SET: {
        THRESHOLD_PERCENT: 51,
        VALIDATORS: ['$self', `${two?.publicKey} two`],
        sub0: { VALIDATORS: ['$one'] },
      },
    });
    expect(set).toEqual({
      threshold: 2,
      validators: [self?.publicKey, two?.publicKey],
      innerSets: [{ threshold: 1, validators: [one?.publicKey], innerSets: [] }],
    });
  });

  test('a generated one has the node itself in it', () => {
    const set = quorumSetOf({
      NODE_SEED: `${self?.seed}`,
      NODE_IS_VALIDATOR: true,
      NODE_HOME_DOMAIN: 'a.example',
      HOME_DOMAINS: [{ HOME_DOMAIN: 'a.example', QUALITY: 'MEDIUM' }],
      VALIDATORS: [
        { NAME: 'one', HOME_DOMAIN: 'a.example', PUBLIC_KEY: one?.publicKey ?? '' },
        { NAME: 'two', HOME_DOMAIN: 'a.example', PUBLIC_KEY: two?.publicKey ?? '' },
      ],
    });
    expect(set.threshold).toBe(2);
    expect(set.validators).toContain(self?.publicKey);
  });

  test('a node that nobody knows is an error that names it', () => {
    expect(() => quorumSetOf({ QUORUM_SET: { VALIDATORS: ['$nobody'] } })).toThrow(
      expect.objectContaining({
        code: 'SSC_CONFIG_INVALID',
        facts: [
          ['QUORUM_SET.VALIDATORS[0]', 'no node is called "nobody"; allowed: no alias is defined'],
        ],
      }),
    );
  });

  test('an alias that stands with a seed in another file is this node', () => {
    const { quorumSet, stops } = parseNodeConfig(
      [
        'NETWORK_PASSPHRASE = "test"',
        'NODE_SEED = "$FILE:/run/secrets/seed"',
        'UNSAFE_QUORUM = true',
        'FAILURE_SAFETY = 0',
        '[QUORUM_SET]',
        'VALIDATORS = ["$me"]',
        '[HISTORY.a]',
        'get = "cp /a/{0} {1}"',
      ].join('\n'),
    );
    expect(stops).toEqual([]);
    expect(quorumSet?.validators).toEqual(['self']);
  });
});
