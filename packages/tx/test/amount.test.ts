import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_STROOPS, parseAmount, renderAmount } from '../src/index.ts';
import { messageOf } from './message.ts';

test.each([
  ['10 XLM', 100_000_000n],
  ['0 XLM', 0n],
  ['0.0000001 XLM', 1n],
  ['1.50 XLM', 15_000_000n],
  ['250 stroops', 250n],
  ['922337203685.4775807 XLM', MAX_STROOPS],
  [7n, 7n],
])('%s', (amount, stroops) => {
  expect(parseAmount(amount)).toBe(stroops);
});

test('another asset has its code as unit', () => {
  expect(parseAmount('2.5 USD', 'USD')).toBe(25_000_000n);
});

test('what is rendered is parsed back', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: MAX_STROOPS }), (stroops) => {
      expect(parseAmount(renderAmount(stroops))).toBe(stroops);
    }),
    { seed: 1 },
  );
  expect(renderAmount(-15_000_000n)).toBe('-1.5 XLM');
});

test('any text is an amount that renders to the same number, or is refused by our error', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[-+\d., eE_]{0,12}( XLM| stroops|)$/u)),
      (text) => {
        let stroops: bigint;
        try {
          stroops = parseAmount(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'SSC_TX_AMOUNT', verdict: 'usage' });
          return;
        }
        expect(parseAmount(renderAmount(stroops))).toBe(stroops);
      },
    ),
    { seed: 1, numRuns: 2000 },
  );
});

test.each([
  '10',
  '10XLM',
  '10 xlm',
  '10  XLM',
  ' 10 XLM',
  '-10 XLM',
  '1e3 XLM',
  '1,000 XLM',
  '1.12345678 XLM',
  '1. XLM',
  '.5 XLM',
  '010 XLM',
  '1.5 stroops',
  '922337203685.4775808 XLM',
  '10 USD',
  '',
  -1n,
  MAX_STROOPS + 1n,
])('refused: %s', (amount) => {
  expect(messageOf(() => parseAmount(amount))).toMatchSnapshot();
});
