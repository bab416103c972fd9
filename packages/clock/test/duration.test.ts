import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Duration, formatDuration, parseDuration, toMs } from '../src/index.ts';

test.each([
  ['500ms', 500],
  ['0s', 0],
  ['2m', 120_000],
  ['1.5h', 5_400_000],
  ['90s', 90_000],
] as const)('%s is %d ms', (text, ms) => expect(toMs(text)).toBe(ms));

test.each([
  '',
  '5',
  '-5s',
  '+5s',
  '0x10s',
  '1e9s',
  '5min',
  '5 s',
  '.5s',
  's',
  'Infinitys',
  `${'9'.repeat(30)}h`,
])('"%s" is refused', (text) => {
  expect(() => parseDuration(text)).toThrow(`"${text}" is not a duration`);
});

test('numbers that are no length are refused', () => {
  expect(() => toMs(-1)).toThrow('"-1" is not a duration');
  expect(() => toMs(Number.NaN)).toThrow('"NaN" is not a duration');
});

test.each([
  [0, '0ms'],
  [350, '350ms'],
  [900, '0.9s'],
  [999, '1s'],
  [1000, '1s'],
  [1549, '1.5s'],
  [9960, '10s'],
  [41_000, '41s'],
  [59_700, '1m'],
  [90_000, '1m 30s'],
  [120_000, '2m'],
  [3_599_800, '1h'],
  [11_100_000, '3h 5m'],
  [-2000, '-2s'],
])('%d ms is written %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

test('property: whole units are read as written', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.constantFrom('ms', 's', 'm', 'h'), (n, unit) => {
      const factor = { ms: 1, s: 1e3, m: 6e4, h: 3.6e6 }[unit] ?? 0;
      expect(toMs(`${n}${unit}` as Duration)).toBe(n * factor);
    }),
    { seed: 1 },
  );
});
