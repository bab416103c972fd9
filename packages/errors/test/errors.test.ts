import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  assert,
  didYouMean,
  exitCodeOf,
  isSscError,
  present,
  redact,
  renderError,
  SscError,
  suggest,
  usageError,
} from '../src/index.ts';

const seed = 'SBGWSG6BTNCKCOB3DIFBGCVMUPQFYPA2G4O34RMTB343OYPXU5DJDVMN';

describe('renderError', () => {
  test('aligns facts and ends with the hint', () => {
    const error = new SscError({
      problem: { code: 'SSC_NODE_NOT_SYNCED' },
      verdict: 'failed',
      summary: 'core-2 was not "Synced!" within 2m',
      facts: [
        ['Node', 'core-2, pod sandbox/ssc-1a2b3c-sts-core-2'],
        ['Last saw', 'state "Joining SCP", ledger 2\n0 of 2 peers authenticated'],
      ],
      hint: 'Look first at name resolution from its pod.',
    });
    expect(renderError(error)).toMatchInlineSnapshot(`
      "✖ SSC_NODE_NOT_SYNCED  core-2 was not "Synced!" within 2m
        Node        core-2, pod sandbox/ssc-1a2b3c-sts-core-2
        Last saw    state "Joining SCP", ledger 2
                    0 of 2 peers authenticated
        Look first at name resolution from its pod."
    `);
  });

  test('names every cause once and says whether something may have happened', () => {
    const inner = new Error('connect ECONNREFUSED');
    const error = new SscError({
      problem: { code: 'SSC_TX_LOST' },
      verdict: 'broken',
      summary: 'the reply to tx was lost',
      definite: false,
      cause: inner,
    });
    expect(renderError(error)).toMatchInlineSnapshot(`
      "✖ SSC_TX_LOST  the reply to tx was lost   (indefinite: it may have happened)
        because  connect ECONNREFUSED"
    `);
    inner.cause = error; // a circle ends
    expect(renderError(error).split('\n')).toHaveLength(2);
  });

  test('calls anything else a defect of ssc', () => {
    expect(renderError(new TypeError('x is not a function')).split('\n').slice(0, 2)).toEqual([
      '✖ SSC_BUG  TypeError: x is not a function',
      '  This is a defect of ssc. Please report it with the text below and the folder of the run.',
    ]);
    expect(renderError('text')).toContain('SSC_BUG  text');
  });

  test('no secret gets through, wherever it stands', () => {
    const error = new SscError({
      problem: { code: 'SSC_X' },
      verdict: 'usage',
      summary: `NODE_SEED ${seed} self`,
      facts: [['Database', 'postgresql://ssc:hunter2@db/core password=hunter2']],
      hint: 'Authorization: Bearer abc.def-123',
      cause: new Error(`inner ${seed}`),
    });
    const text = renderError(error.with({ facts: [['Again', seed]] }));
    expect(text).not.toMatch(/SBGWSG|hunter2|abc\.def/u);
    expect(text).toContain('S…redacted');
  });
});

describe('SscError', () => {
  test('with() adds facts and keeps an existing hint', () => {
    const error = usageError('SSC_X', 'no', { facts: [['a', '1']], hint: 'inner' }).with({
      facts: [['b', '2']],
      hint: 'outer',
    });
    expect(error.facts).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect(error.hint).toBe('inner');
    expect(isSscError(error, 'SSC_X')).toBe(true);
    expect(isSscError(error, 'SSC_Y')).toBe(false);
    expect(isSscError(new Error('x'))).toBe(false);
  });

  test('verdicts have their exit codes', () => {
    expect(
      (['passed', 'rehearsed', 'failed', 'usage', 'broken', 'interrupted'] as const).map((v) =>
        exitCodeOf(v),
      ),
    ).toEqual([0, 0, 1, 2, 3, 130]);
    expect(exitCodeOf('interrupted', 'SIGTERM')).toBe(143);
  });

  test('assert and present stop with SSC_BUG', () => {
    expect(() => assert(false, 'the queue is sorted')).toThrow(/the queue is sorted/u);
    expect(() => present(undefined, 'the pod has a name')).toThrow(/the pod has a name/u);
    expect(present(0, 'x')).toBe(0);
  });
});

describe('suggest', () => {
  test.each([
    ['SimplePaymnet', 'SimplePayment'],
    ['simplepayment', 'SimplePayment'],
    ['BootSync', 'BootAndSync'],
    ['xyz', undefined],
    ['', undefined],
  ])('%s → %s', (word, expected) => {
    expect(suggest(word, ['BootAndSync', 'SimplePayment'])).toBe(expected);
  });

  test('didYouMean is empty when nothing is near', () => {
    expect(didYouMean('nodez', ['nodes'])).toBe('; did you mean "nodes"?');
    expect(didYouMean('qqqq', ['nodes'])).toBe('');
  });

  test('property: a word with one letter changed is found among strangers', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-m]{6,12}$/u), fc.nat(), (word, at) => {
        const i = at % word.length;
        const misspelt = `${word.slice(0, i)}z${word.slice(i + 1)}`;
        expect(suggest(misspelt, ['QQQQQQQQQQQQQQQQQQ', word])).toBe(word);
      }),
      { seed: 1 },
    );
  });
});

test('property: redact removes every seed and changes nothing else', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(redact(`${a} ${seed} ${b}`)).not.toContain(seed);
    }),
    { seed: 1 },
  );
  expect(redact('ledger 63, hash 76df1b9f')).toBe('ledger 63, hash 76df1b9f');
});
