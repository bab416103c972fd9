import { isSscError } from '@ssc/errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type AccountPlan,
  type OpenAccount,
  openAccount,
  operation,
  testAccountKey,
  xdr,
} from '../src/index.ts';
import { messageOf } from './message.ts';
import { type Fault, ModelNode, result } from './model-node.ts';
import { passphrase } from './recorded.ts';

const key = testAccountKey('alice');
const pay = (note: string): AccountPlan => ({
  what: `the payment alice → bob (${note})`,
  operations: [operation.payment({ destination: testAccountKey('bob'), amount: '10 XLM' })],
  memo: note,
});
const open = (port: ModelNode, patience?: number): OpenAccount =>
  openAccount({ key, passphrase, port, ...(patience !== undefined && { patience }) });

test('transactions asked for at once go one for each ledger, in order', async () => {
  const node = new ModelNode(7n);
  const account = open(node);
  const done = await Promise.all(['1', '2', '3'].map((note) => account.send(pay(note))));
  expect(done.map(({ transaction, ledger }) => [transaction.sequence, ledger])).toEqual([
    [8n, 11],
    [9n, 12],
    [10n, 13],
  ]);
  expect(node.applied).toEqual(done.map(({ transaction }) => transaction.hash));
  expect(account.phase).toEqual({ kind: 'ready', sequence: 10n });
});

test('whatever goes wrong on the way, each is applied once or not at all, and the outcome is true', async () => {
  const faults: Fault[] = [
    'none',
    'request lost',
    'reply lost',
    'refused',
    'busy',
    'dropped',
    'overtaken',
  ];
  let told = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...faults), { maxLength: 24 }),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      async (planned, count, knowsResults) => {
        const node = new ModelNode(100n, planned, knowsResults);
        const account = open(node);
        const sent = Array.from({ length: count }, (_, i) => account.send(pay(String(i))));
        const outcomes = await Promise.allSettled(sent);
        expect(new Set(node.applied).size).toBe(node.applied.length);
        expect(node.used).toEqual(node.used.map((_, i) => 101n + BigInt(i)));
        for (const outcome of outcomes) {
          told += 1;
          if (outcome.status === 'fulfilled') {
            expect(node.applied).toContain(outcome.value.transaction.hash);
          } else if (isSscError(outcome.reason) && outcome.reason.definite === true) {
            const { problem } = outcome.reason;
            if ('hash' in problem) expect(node.applied).not.toContain(problem.hash);
          } else expect(outcome.reason).toMatchObject({ code: 'SSC_TX_UNKNOWN' });
        }
        const applied = outcomes.filter((outcome) => outcome.status === 'fulfilled').length;
        const unknown = outcomes.filter(
          (outcome) =>
            outcome.status === 'rejected' && isSscError(outcome.reason, 'SSC_TX_UNKNOWN'),
        ).length;
        expect(node.applied.length).toBeGreaterThanOrEqual(applied);
        expect(node.applied.length).toBeLessThanOrEqual(applied + unknown);
      },
    ),
    { seed: 1, numRuns: 500 },
  );
  expect(told).toBeGreaterThan(1000);
});

test('a number that somebody else used is read again', async () => {
  const node = new ModelNode(7n, ['overtaken']);
  const { transaction } = await open(node).send(pay('1'));
  expect(transaction.sequence).toBe(9n);
  expect(node.used).toEqual([8n, 9n]);
});

test('a lost answer is decided by looking, without a second payment', async () => {
  const node = new ModelNode(7n, ['reply lost']);
  await open(node).send(pay('1'));
  expect(node.applied).toHaveLength(1);
  expect(new Set(node.received).size).toBe(1);
});

test('a lost request is sent again, the same envelope', async () => {
  const node = new ModelNode(7n, ['request lost', 'request lost']);
  await open(node).send(pay('1'));
  expect(node.applied).toHaveLength(1);
  expect(new Set(node.received).size).toBe(1);
});

test('a transaction that the queue forgot is sent again after four ledgers', async () => {
  const node = new ModelNode(7n, ['dropped']);
  const { ledger } = await open(node).send(pay('1'));
  expect(ledger).toBe(15);
  expect(node.applied).toHaveLength(1);
});

test('bumping its own sequence number and merging it away are understood', async () => {
  const node = new ModelNode(7n);
  const account = open(node);
  await account.send({ operations: [operation.bumpSequence({ to: 1000n })] });
  expect(account.phase).toEqual({ kind: 'ready', sequence: 1000n });
  const merged = await account.send({
    operations: [operation.accountMerge({ destination: testAccountKey('bob') })],
  });
  expect(merged.transaction.sequence).toBe(1001n);
  expect(await messageOf.rejection(account.send(pay('2')))).toMatchSnapshot();
});

test('the result is told where it can be found', async () => {
  const node = new ModelNode(7n, [], true);
  const done = await open(node).send(pay('1'));
  expect(done.result).toMatchObject({ code: 'txSUCCESS', success: true });
});

test('a refusal leaves the number free, and is definite', async () => {
  const node = new ModelNode(7n);
  const account = open(node);
  node.reply = {
    status: 'ERROR',
    error: result(xdr.TransactionResultResult.txInsufficientBalance()),
  };
  expect(await messageOf.rejection(account.send(pay('1')))).toMatchSnapshot();
  node.reply = { status: 'FILTERED' };
  expect(await messageOf.rejection(account.send(pay('2')))).toMatchSnapshot();
  node.reply = undefined;
  expect((await account.send(pay('3'))).transaction.sequence).toBe(8n);
});

test('a refusal is told also when the ledger cannot be asked', async () => {
  const node = new ModelNode(7n);
  const { lookUp } = node;
  let looks = 0;
  node.lookUp = () => {
    looks += 1;
    return looks === 1 ? lookUp.call(node) : Promise.reject(new Error('socket hang up'));
  };
  node.reply = { status: 'ERROR', error: result(xdr.TransactionResultResult.txBadSeq()) };
  expect(await messageOf.rejection(open(node).send(pay('1')))).toContain('txBAD_SEQ');
});

test('a node that cannot be reached leaves the number free', async () => {
  const node = new ModelNode(7n, ['refused']);
  const account = open(node);
  expect(await messageOf.rejection(account.send(pay('1')))).toContain('connection refused');
  expect(account.phase).toEqual({ kind: 'ready', sequence: 7n });
  expect((await account.send(pay('2'))).transaction.sequence).toBe(8n);
});

test('txBAD_SEQ though the ledger agrees is a refusal, not a loop', async () => {
  const node = new ModelNode(7n);
  node.reply = { status: 'ERROR', error: result(xdr.TransactionResultResult.txBadSeq()) };
  expect(await messageOf.rejection(open(node).send(pay('1')))).toMatchSnapshot();
});

test('a transaction that a ledger holds as failed', async () => {
  const node = new ModelNode(7n, [], true);
  node.resultOf = () =>
    Promise.resolve(
      result(
        xdr.TransactionResultResult.txFailed([
          xdr.OperationResult.opInner(
            xdr.OperationResultTr.payment(xdr.PaymentResult.paymentUnderfunded()),
          ),
        ]),
      ),
    );
  const account = open(node);
  expect(await messageOf.rejection(account.send(pay('1')))).toMatchSnapshot();
  expect(account.phase).toEqual({ kind: 'ready', sequence: 8n });
});

test('nothing else is sent while one is unknown; giving it up is said aloud', async () => {
  const node = new ModelNode(
    7n,
    Array.from({ length: 9 }, () => 'request lost'),
  );
  const account = open(node, 4);
  const first = account.send(pay('1'));
  expect(await messageOf.rejection(first)).toMatchSnapshot();
  expect(account.phase.kind).toBe('unsure');
  expect(await messageOf.rejection(account.send(pay('2')))).toContain(
    'alice → bob (1) was applied',
  );
  const given = account.abandon();
  expect(given?.sequence).toBe(8n);
  expect(account.abandon()).toBeUndefined();
  expect((await account.send(pay('3'))).transaction.sequence).toBe(8n);
  expect(node.received).not.toContain(given?.hash);
});

test('a number used beyond its own leaves it unknown', async () => {
  const node = new ModelNode(7n, ['request lost']);
  const account = open(node);
  const sending = account.send(pay('1'));
  node.sequence = 20n;
  const { lookUp } = node;
  let looks = 0;
  node.lookUp = () => {
    looks += 1;
    return looks === 1 ? Promise.resolve({ sequence: 7n, balance: 0n }) : lookUp.call(node);
  };
  expect(await messageOf.rejection(sending)).toMatchSnapshot();
});

test('a node that never takes it', async () => {
  const node = new ModelNode(
    7n,
    Array.from({ length: 9 }, () => 'busy'),
  );
  expect(await messageOf.rejection(open(node, 3).send(pay('1')))).toMatchSnapshot();
});

test('no such account', async () => {
  const node = new ModelNode(7n);
  node.alive = false;
  const account = open(node);
  expect(await messageOf.rejection(account.send(pay('1')))).toMatchSnapshot();
  node.alive = true;
  expect((await account.send(pay('2'))).transaction.sequence).toBe(8n);
});
