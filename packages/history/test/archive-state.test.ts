import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ArchiveState,
  bucketsOf,
  emptyState,
  type NextBucket,
  parseArchiveState,
  renderArchiveState,
} from '../src/index.ts';
import { sampleArchive } from './sample.ts';

const texts = [...sampleArchive().files]
  .filter(([path]) => path.endsWith('.json'))
  .map(([path, bytes]) => [path, Buffer.from(bytes).toString('utf8')] as const);

const hash = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
const next = fc.oneof(
  fc.constant<NextBucket>({ state: 'clear' }),
  hash.map((output): NextBucket => ({ state: 'output', output })),
  fc
    .record({ curr: hash, snap: hash, shadow: fc.array(hash, { maxLength: 3 }) })
    .map((inputs): NextBucket => ({ state: 'inputs', ...inputs })),
);
const levels = fc.array(fc.record({ curr: hash, snap: hash, next }), {
  minLength: 11,
  maxLength: 11,
});
const common = {
  server: fc.string({ unit: 'grapheme' }),
  currentLedger: fc.integer({ min: 0, max: 0xffffffff }),
  currentBuckets: levels,
};
const states: fc.Arbitrary<ArchiveState> = fc.oneof(
  fc.record({
    version: fc.constant(1 as const),
    networkPassphrase: fc.option(fc.string(), { nil: undefined }),
    hotArchiveBuckets: fc.constant(undefined),
    ...common,
  }),
  fc.record({
    version: fc.constant(2 as const),
    networkPassphrase: fc.string(),
    hotArchiveBuckets: levels,
    ...common,
  }),
);

describe('stellar-history.json', () => {
  test('all states of a real archive are read and written again, byte for byte', () => {
    expect(texts).toHaveLength(35);
    for (const [path, text] of texts)
      expect(renderArchiveState(parseArchiveState(text, path)), path).toBe(text);
  });

  test('a fresh archive is as new-hist leaves it', () => {
    const [, text] = texts.find(([path]) => path.endsWith('history-00000000.json')) ?? [];
    expect(renderArchiveState(emptyState('v27.1.0', 'Standalone Network ; February 2017'))).toBe(
      text,
    );
  });

  test('parse(render(x)) = x', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(parseArchiveState(renderArchiveState(state))).toEqual(state);
      }),
      { seed: 1 },
    );
  });

  test('buckets are listed once, without the empty one', () => {
    const state = parseArchiveState(texts.at(-1)?.[1] ?? '');
    const listed = bucketsOf(state.currentBuckets);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed).not.toContain('0'.repeat(64));
  });

  const good = JSON.parse(texts.find(([path]) => path.startsWith('.well'))?.[1] ?? '') as Record<
    string,
    unknown
  >;
  const level = { curr: '0'.repeat(64), next: { state: 0 }, snap: '0'.repeat(64) };
  const eleven = (first: unknown) => [first, ...Array(10).fill(level)];
  const refusals: Record<string, string> = {
    'no JSON': '{"version": 1,',
    'another value': '[]',
    'a version of another time': JSON.stringify({ ...good, version: 3 }),
    'nothing in it': '{}',
    'an unknown member': JSON.stringify({ ...good, more: 1 }),
    'no passphrase in version 2': JSON.stringify({ ...good, networkPassphrase: undefined }),
    'hot archive in version 1': JSON.stringify({ ...good, version: 1 }),
    'a ledger below zero': JSON.stringify({ ...good, currentLedger: -1 }),
    'a ledger as text': JSON.stringify({ ...good, currentLedger: '63' }),
    'ten levels': JSON.stringify({ ...good, currentBuckets: eleven(level).slice(1) }),
    'a list that is none': JSON.stringify({ ...good, hotArchiveBuckets: {} }),
    'a capital in a hash': JSON.stringify({
      ...good,
      currentBuckets: eleven({ ...level, curr: 'A'.repeat(64) }),
    }),
    'a level without snap': JSON.stringify({
      ...good,
      currentBuckets: eleven({ ...level, snap: undefined }),
    }),
    'a result that is missing': JSON.stringify({
      ...good,
      currentBuckets: eleven({ ...level, next: { state: 1 } }),
    }),
    'a result that does not belong there': JSON.stringify({
      ...good,
      currentBuckets: eleven({ ...level, next: { state: 0, output: '0'.repeat(64) } }),
    }),
    'inputs without shadows': JSON.stringify({
      ...good,
      currentBuckets: eleven({
        ...level,
        next: { state: 2, curr: level.curr, snap: level.snap },
      }),
    }),
    'a shadow that is no hash': JSON.stringify({
      ...good,
      currentBuckets: eleven({
        ...level,
        next: { state: 2, curr: level.curr, snap: level.snap, shadow: ['x'] },
      }),
    }),
    'a state of a merge that is none': JSON.stringify({
      ...good,
      currentBuckets: eleven({ ...level, next: { state: 4 } }),
    }),
  };

  test('what is refused, and in which words', () => {
    const messages = Object.entries(refusals).map(([name, text]) => {
      try {
        parseArchiveState(text, 'x.json');
        return `${name}: taken`;
      } catch (error) {
        return `${name}: ${(error as Error).message}`;
      }
    });
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "no JSON: x.json is not JSON: Expected double-quoted property name in JSON at position 14 (line 1 column 15)
      another value: x.json must be an object, is []
      a version of another time: x.json, version, must be 1 or 2, is 3
      nothing in it: x.json has no member "version"
      an unknown member: x.json has an unknown member "more"
      no passphrase in version 2: x.json has no member "networkPassphrase"
      hot archive in version 1: x.json has an unknown member "hotArchiveBuckets"
      a ledger below zero: x.json, currentLedger, must be the number of a ledger, is -1
      a ledger as text: x.json, currentLedger, must be the number of a ledger, is "63"
      ten levels: x.json, currentBuckets, must have 11 levels, has 10
      a list that is none: x.json, hotArchiveBuckets, must be a list, is {}
      a capital in a hash: x.json, currentBuckets[0].curr, must be 64 lower-case hexadecimal digits, is "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      a level without snap: x.json, currentBuckets[0], has no member "snap"
      a result that is missing: x.json, currentBuckets[0].next, has no member "output"
      a result that does not belong there: x.json, currentBuckets[0].next, has an unknown member "output"
      inputs without shadows: x.json, currentBuckets[0].next, has no member "shadow"
      a shadow that is no hash: x.json, currentBuckets[0].next.shadow[0], must be 64 lower-case hexadecimal digits, is "x"
      a state of a merge that is none: x.json, currentBuckets[0].next.state, must be 0 or 1 or 2, is 4"
    `);
  });
});
