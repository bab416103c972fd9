import { quantityOf } from '@ssc/kube-schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAmount, renderAmount } from '../../src/index.ts';
import { messageOf } from '../message.ts';

const one = 1_000_000_000n;

test.each([
  ['250m', 250_000_000n],
  ['4', 4n * one],
  ['1.5', 1_500_000_000n],
  ['.5', 500_000_000n],
  ['1.5Gi', (1536n * one) << 20n],
  ['1k', 1000n * one],
  ['1e3', 1000n * one],
  ['1E', one * 10n ** 18n],
  ['16Ei', one << 64n],
  ['100n', 100n],
  ['0.1n', 1n],
  ['-1', -one],
  [7, 7n * one],
])('"%s" is exact', (text, amount) => {
  expect(parseAmount(text)).toBe(amount);
});

test.each(['', 'a', '1 Gi', '1gi', 'Gi', '.', '1e', '--1'])('"%s" is none', (text) => {
  expect(messageOf(() => parseAmount(text))).toBe(
    `✖ SSC_QUANTITY  "${text}" is not a quantity of Kubernetes`,
  );
});

test('it is what the server takes it for', () => {
  const quantities = fc
    .tuple(
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.option(fc.integer({ min: 0, max: 99 }), { nil: undefined }),
      fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'Ti', 'e3', 'E-2'),
    )
    .map(([whole, part, unit]) => `${whole}${part === undefined ? '' : `.${part}`}${unit}`);
  fc.assert(
    fc.property(quantities, (text) => {
      const expected = quantityOf(text) ?? Number.NaN;
      const error = Math.abs(Number(parseAmount(text)) / 1e9 - expected);
      // Doubles have 15 digits; amounts are exact.
      expect(error).toBeLessThanOrEqual(1e-9 + 1e-12 * expected);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('what was rendered is read back', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
      fc.constantFrom('cpu' as const, 'bytes' as const, 'things' as const),
      (amount, unit) => {
        expect(parseAmount(renderAmount(amount, unit))).toBe(amount);
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});

test.each([
  [330_000_000n, 'cpu', '330m'],
  [4n * one, 'cpu', '4'],
  [(1536n << 20n) * one, 'bytes', '1536Mi'],
  [(62n << 30n) * one, 'bytes', '62Gi'],
  [1000n * one, 'bytes', '1000'],
  [20n * one, 'things', '20'],
] as const)('%s %s is "%s"', (amount, unit, text) => {
  expect(renderAmount(amount, unit)).toBe(text);
});
