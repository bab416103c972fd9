import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../src/index.ts';

test('the sequence of a seed does not change between versions', () => {
  const random = createRandom('1');
  expect(Array.from({ length: 5 }, () => random.int(1000))).toMatchInlineSnapshot(`
    [
      606,
      131,
      232,
      984,
      217,
    ]
  `);
});

test('forks are independent of what their source draws', () => {
  const a = createRandom('x');
  const first = a.fork('child').int(1e9);
  a.float();
  expect(a.fork('child').int(1e9)).toBe(first);
  expect(a.fork('other').int(1e9)).not.toBe(first);
  expect(a.bytes(4)).toHaveLength(4);
  expect(a.pick([])).toBeUndefined();
});

test('property: int stays below its bound, float below 1, and both reach their parts evenly', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 1e9 }), (seed, below) => {
      const random = createRandom(seed);
      expect(random.int(below)).toBeLessThan(below);
      expect(random.float()).toBeLessThan(1);
    }),
    { seed: 1 },
  );
  const random = createRandom('even');
  const buckets = [0, 0, 0, 0];
  for (let i = 0; i < 40_000; i++) buckets[random.int(4)] = (buckets[random.int(4)] ?? 0) + 1;
  for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(1_500);
});
