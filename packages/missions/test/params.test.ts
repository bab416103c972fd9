import { renderError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import { amount, count, duration, flagOf, readParams } from '../src/index.ts';

const params = {
  accounts: count(100, 'how many accounts', { min: 1, max: 1000 }),
  txRate: count(10, 'transactions a second'),
  start: amount('10 XLM', 'what they start with'),
  pause: duration('5s', 'how long to wait'),
};

const refusal = (given: Record<string, string>): string => {
  try {
    readParams(params, given);
    return 'accepted';
  } catch (error) {
    return renderError(error);
  }
};

describe('readParams', () => {
  test('takes defaults and texts', () => {
    expect(readParams(params, {})).toEqual({
      accounts: 100,
      txRate: 10,
      start: '10 XLM',
      pause: '5s',
    });
    expect(readParams(params, { accounts: '7', start: '0.5 XLM', pause: '2m' })).toEqual({
      accounts: 7,
      txRate: 10,
      start: '0.5 XLM',
      pause: '2m',
    });
  });

  test('takes other defaults on simulated nodes, where there are any', () => {
    const load = {
      txs: count(50_000, 'how many payments', { min: 1, simulated: 500 }),
      txRate: count(10, 'payments a second'),
    };
    expect(readParams(load, {}, 'simulated')).toEqual({ txs: 500, txRate: 10 });
    expect(readParams(load, {})).toEqual({ txs: 50_000, txRate: 10 });
    expect(readParams(load, { txs: '7' }, 'simulated')).toEqual({ txs: 7, txRate: 10 });
  });

  test('names every wrong one, and what is allowed', () => {
    expect(
      refusal({ accounts: '0', txRate: '1e3', start: '10', pause: '5 min' }),
    ).toMatchInlineSnapshot(`
      "✖ SSC_PARAM_INVALID  4 parameters cannot be used; nothing was started
        --accounts    must be a whole number from 1 to 1000; got "0"
        --tx-rate     must be a whole number from 0 to 4294967295; got "1e3"
        --start       must be an amount with its unit, at most 7 decimals, such as "10 XLM"; got "10"
        --pause       must be a number and a unit, one of ms, s, m, h, such as "30s"; got "5 min""
    `);
    expect(refusal({ accounts: '-5' })).toMatchInlineSnapshot(`
      "✖ SSC_PARAM_INVALID  one parameter cannot be used; nothing was started
        --accounts    must be a whole number from 1 to 1000; got "-5""
    `);
    expect(refusal({ txRate: '4294967296' })).toMatchInlineSnapshot(`
      "✖ SSC_PARAM_INVALID  one parameter cannot be used; nothing was started
        --tx-rate    must be a whole number from 0 to 4294967295; got "4294967296""
    `);
    expect(refusal({ start: '1.12345678 XLM' })).toMatchInlineSnapshot(`
      "✖ SSC_PARAM_INVALID  one parameter cannot be used; nothing was started
        --start    must be an amount with its unit, at most 7 decimals, such as "10 XLM"; got "1.12345678 XLM""
    `);
  });

  test('a wrong default is found too', () => {
    expect(() => readParams({ n: count(0, 'x', { min: 1 }) }, {})).toThrow(
      'one parameter cannot be used',
    );
  });
});

test('flags', () =>
  expect(['txRate', 'a', 'maxTxSetSize'].map(flagOf)).toEqual(['tx-rate', 'a', 'max-tx-set-size']));
