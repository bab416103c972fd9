import { expect, test } from 'vitest';
import { coreSpelling, explainResult, type ResultContext, xdr } from '../src/index.ts';
import {
  operationSentences,
  outerSentences,
  transactionSentences,
} from '../src/result-sentences.ts';
import { messageOf } from './message.ts';
import { pairs } from './recorded.ts';
import { rustJson } from './stellar-xdr.ts';

test.each(pairs.filter((pair) => pair.applied !== undefined))('$label', ({ applied }) => {
  const result = explainResult(applied?.result ?? '');
  expect(result.code).toBe(applied?.['result-code']);
  expect(result.feeCharged).toBe(BigInt(applied?.['fee-charged'] ?? -1));
  expect(result.base64).toBe(applied?.result);
  expect(result.operations.map((operation) => operation.code)).toEqual(
    applied?.['operation-results'],
  );
  expect(result.operations.map((operation) => operation.operation)).toEqual(applied?.operations);
  expect(result.sentence).toMatchSnapshot();
});

test.each(pairs.filter((pair) => pair['submit-status'] === 'ERROR'))(
  'the refused $label',
  (pair) => {
    const result = explainResult(pair['submit-error-result'] ?? '');
    expect(result.success).toBe(false);
    expect(result.sentence).toMatchSnapshot();
  },
);

/** The members of an enumeration, as the SDK's own description of the protocol has them. */
const members = (type: unknown): ReadonlyMap<number, string> =>
  (type as { schema: { nameByValue: ReadonlyMap<number, string> } }).schema.nameByValue;

interface Arm {
  readonly name: string;
  readonly discriminant: number;
  readonly arm: { readonly schema: { readonly switchOn: { nameByValue: Map<number, string> } } };
}
const operationArms = (
  xdr.OperationResultTr.schema as unknown as { readonly cases: readonly Arm[] }
).cases;
const operationCodes = operationArms.flatMap(({ name, discriminant, arm }) =>
  [...arm.schema.switchOn.nameByValue].map(
    ([value, code]) => [name, discriminant, code, value] as const,
  ),
);

/** A result of these words, with zeroes behind them as long as it takes to be whole. */
function resultOf(...words: readonly number[]): string {
  for (let zeroes = 1; zeroes < 60; zeroes++) {
    const bytes = Buffer.alloc(8 + 4 * (words.length + zeroes));
    bytes.writeBigInt64BE(100n);
    for (const [i, word] of words.entries()) bytes.writeInt32BE(word, 8 + 4 * i);
    const base64 = bytes.toString('base64');
    if (xdr.TransactionResult.validateXdr(base64, 'base64')) return base64;
  }
  throw new Error(`no result begins with ${words.join(' ')}`);
}
const TX_FAILED = -1;

test('no code of the protocol is without a sentence', () => {
  expect(Object.keys(transactionSentences).sort()).toEqual(
    [...members(xdr.TransactionResultCode).values()].sort(),
  );
  expect(['opInner', ...Object.keys(outerSentences)].sort()).toEqual(
    [...members(xdr.OperationResultCode).values()].sort(),
  );
  expect(Object.keys(operationSentences).sort()).toEqual(
    // Passive offers have the results of plain ones.
    [...new Set(operationCodes.map(([, , code]) => code))].sort(),
  );
  expect(operationCodes.length).toBeGreaterThan(180);
});

test.each(operationCodes)('%s (%i): %s', (operation, type, name, value) => {
  const base64 = resultOf(TX_FAILED, 1, 0, type, value);
  const { operations } = explainResult(base64);
  expect(operations).toHaveLength(1);
  const [explained] = operations;
  expect(explained?.success).toBe(value === 0);
  expect(explained?.code).toBe(coreSpelling(name));
  // The Rust decoder has "payment": "underfunded" for PAYMENT_UNDERFUNDED.
  const json = rustJson('TransactionResult', base64) as {
    readonly result: { readonly tx_failed: readonly { readonly op_inner: object }[] };
  };
  const [[kind, outcome] = ['', '']] = Object.entries(json.result.tx_failed[0]?.op_inner ?? {});
  const word = typeof outcome === 'string' ? outcome : (Object.keys(outcome as object)[0] ?? '');
  expect(explained?.operation).toBe(kind.toUpperCase());
  const passive = operation === 'createPassiveSellOffer';
  expect(explained?.code).toBe(
    `${passive ? 'MANAGE_SELL_OFFER' : kind.toUpperCase()}_${word.toUpperCase()}`,
  );
});

test('codes are spelt as core spells them', () => {
  const spelt = [...members(xdr.TransactionResultCode).values()].map(coreSpelling);
  expect(spelt.join(' ')).toMatchInlineSnapshot(
    `"txFEE_BUMP_INNER_SUCCESS txSUCCESS txFAILED txTOO_EARLY txTOO_LATE txMISSING_OPERATION txBAD_SEQ txBAD_AUTH txINSUFFICIENT_BALANCE txNO_ACCOUNT txINSUFFICIENT_FEE txBAD_AUTH_EXTRA txINTERNAL_ERROR txNOT_SUPPORTED txFEE_BUMP_INNER_FAILED txBAD_SPONSORSHIP txBAD_MIN_SEQ_AGE_OR_GAP txMALFORMED txSOROBAN_INVALID txFROZEN_KEY_ACCESSED"`,
  );
  expect(['opBadAuth', 'opInner', 'opTooManySubentries'].map(coreSpelling)).toEqual([
    'opBAD_AUTH',
    'opINNER',
    'opTOO_MANY_SUBENTRIES',
  ]);
});

test('every sentence, without and with numbers', async () => {
  const context: ResultContext = {
    balance: 50_000_000n,
    reserve: 10_000_000n,
    fee: 100n,
    sequence: 7n,
    accountSequence: 9n,
    amounts: ['10 XLM'],
  };
  const lines: string[] = [];
  const add = (base64: string): void => {
    const [plain, full] = [explainResult(base64), explainResult(base64, context)];
    lines.push(plain.sentence);
    if (full.sentence !== plain.sentence) lines.push(`  ${full.sentence}`);
  };
  for (const [value, name] of members(xdr.TransactionResultCode))
    if (!name.startsWith('txFeeBump')) add(resultOf(value));
  for (const [value, name] of members(xdr.OperationResultCode))
    if (name !== 'opInner') add(resultOf(TX_FAILED, 1, value));
  for (const [, type, , value] of operationCodes) {
    const base64 = resultOf(TX_FAILED, 1, 0, type, value);
    if (value !== 0) add(base64);
    else {
      const [operation] = explainResult(base64).operations;
      lines.push(`${operation?.code}: ${operation?.sentence}`);
    }
  }
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/result-sentences.txt');
});

test('a fee bump tells what became of the transaction inside', () => {
  const hash = Array.from({ length: 8 }, (_, i) => i);
  const outer = (outerCode: number, ...inner: readonly number[]): string =>
    resultOf(outerCode, ...hash, 0, 100, ...inner);
  const failed = explainResult(outer(-13, -5), { sequence: 7n, accountSequence: 9n, fee: 300n });
  expect(failed).toMatchObject({
    success: false,
    code: 'txFEE_BUMP_INNER_FAILED',
    inner: {
      code: 'txBAD_SEQ',
      hash: '0000000000000001000000020000000300000004000000050000000600000007',
    },
  });
  expect(failed.sentence).toMatchInlineSnapshot(
    `"txFEE_BUMP_INNER_FAILED: the transaction inside the fee bump was refused; none of it took effect; inside txBAD_SEQ: the sequence number is not the next one of its account (sent 7, the account is at 9, expected 10)"`,
  );
  expect(explainResult(outer(-13, -1, 1, 0, 1, -2)).sentence).toMatchInlineSnapshot(
    `"txFEE_BUMP_INNER_FAILED: the transaction inside the fee bump was refused; none of it took effect; inside txFAILED: an operation was refused; none took effect; operation 1 of 1 PAYMENT_UNDERFUNDED: the source has not enough to spare"`,
  );
  expect(explainResult(outer(1, 0, 1, 0, 1, 0))).toMatchObject({
    success: true,
    inner: { code: 'txSUCCESS' },
    operations: [{ code: 'PAYMENT_SUCCESS' }],
  });
});

test('only the operations that were refused stand in the sentence', () => {
  const { sentence, operations } = explainResult(resultOf(TX_FAILED, 3, 0, 1, 0, 0, 1, -2, -2), {
    amounts: ['1 XLM', '2 XLM', '3 XLM'],
    balance: 15_000_000n,
  });
  expect(operations.map(({ code }) => code)).toEqual([
    'PAYMENT_SUCCESS',
    'PAYMENT_UNDERFUNDED',
    'opNO_ACCOUNT',
  ]);
  expect(sentence).toMatchInlineSnapshot(
    `"txFAILED: an operation was refused; none took effect; operation 2 of 3 PAYMENT_UNDERFUNDED: the source has not enough to spare (wanted 2 XLM, has 1.5 XLM); operation 3 of 3 opNO_ACCOUNT: the operation's source account is not in the ledger"`,
  );
});

test.each([
  ['what is no base64', '{"status":"ERROR"}'],
  ['a result cut off', 'AAAAAAAAAGT////7'],
  ['a result with more behind it', 'AAAAAAAAAGT////7AAAAAAAAAAA='],
])('refused: %s', (_, input) => {
  expect(messageOf(() => explainResult(input))).toMatchSnapshot();
});
