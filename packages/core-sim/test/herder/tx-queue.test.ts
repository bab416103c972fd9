import { readFileSync } from 'node:fs';
import { testAccountKey, xdr } from '@ssc/tx';
import { describe, expect, it } from 'vitest';
import { classicLane } from '../../src/herder/lanes.ts';
import { type Submitted, TxQueue } from '../../src/herder/tx-queue.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { readTransaction, type TxFrame } from '../../src/tx/frame.ts';
import { type Chain, create, createChain, networkId, pay, root, sign } from '../ledger/chain.ts';

const names = Array.from({ length: 12 }, (_, i) => `payer ${i}`);
const payers = names.map(testAccountKey);
const [alice, bob] = [testAccountKey('alice'), testAccountKey('bob')];

/** A queue beside a ledger with a dozen payers of 30 lumens, that takes so many operations a ledger. */
function createQueue(maxTxSetSize: number) {
  const chain = createChain(27);
  chain.close([
    sign(
      root,
      1n,
      payers.map((to) => create(to, '30 XLM')),
    ),
  ]);
  const first = BigInt(chain.ledger.header.ledgerSeq) << 32n;
  const metrics = new Metrics(() => 0);
  const queue = new TxQueue(metrics, () => 0, classicLane);
  return {
    chain,
    queue,
    metrics,
    submit: (frame: TxFrame) => queue.submit(frame, { ...chain.ledger.view(), maxTxSetSize }, true),
    choose: () => queue.choose({ ...chain.ledger.view(), maxTxSetSize }),
    /** A payment by one of the payers at a fee; `nth` is 1 for its first. */
    payment: (index: number, fee: bigint, nth = 1n, operations = 1) =>
      sign(
        payers[index] as (typeof payers)[number],
        first + nth,
        Array.from({ length: operations }, () => pay(root, '1 XLM')),
        fee,
      ),
  };
}

/** What a reply says: its status, or the code and the fee of its result. */
function told(submitted: Submitted): string {
  if (submitted.status !== 'ERROR') return submitted.status;
  const { feeCharged, result } = xdr.TransactionResult.fromXdr(submitted.result);
  return `${result.type} ${feeCharged}`;
}

describe('the queue', () => {
  it('answers to another transaction with the same number as a real node did', () => {
    const recorded = JSON.parse(
      readFileSync(new URL('../fixtures/v27.1.0/http/tx.replace.json', import.meta.url), 'utf8'),
    ) as { case: string; blob: string; reply: { status: string; error?: string } }[];
    // The recorded account was made in ledger 5 and had paid once.
    const chain = createChain(27);
    for (let i = 0; i < 2; i++) chain.close([]);
    chain.close([sign(root, 1n, [create(alice, '1000 XLM'), create(bob, '1000 XLM')])]);
    chain.close([sign(alice, (5n << 32n) + 1n, [pay(bob, '1 XLM')])]);
    const queue = new TxQueue(new Metrics(() => 0), () => 0, classicLane);
    for (const { case: name, blob, reply } of recorded) {
      const frame = readTransaction(Buffer.from(blob, 'base64'), networkId);
      const answer = queue.submit(frame, { ...chain.ledger.view(), maxTxSetSize: 1000 }, true);
      const { status, ...rest } = answer;
      expect([name, status]).toEqual([name, reply.status]);
      if (reply.error !== undefined && 'result' in rest)
        expect(rest.result.toString('base64')).toBe(reply.error);
    }
  });

  it('holds one transaction of an account', () => {
    const { submit, payment } = createQueue(100);
    expect(told(submit(payment(0, 100n)))).toBe('PENDING');
    expect(told(submit(payment(0, 100n)))).toBe('DUPLICATE');
    expect(told(submit(payment(0, 100n, 2n)))).toBe('TRY_AGAIN_LATER');
    expect(told(submit(payment(1, 100n)))).toBe('PENDING');
  });

  it('holds twice what a ledger takes, in operations; a better bid drives out the worst, and others hear what is needed', () => {
    const { submit, payment, metrics } = createQueue(4);
    for (let i = 0; i < 6; i++) expect(told(submit(payment(i, 200n + BigInt(i))))).toBe('PENDING');
    expect(told(submit(payment(6, 500n, 1n, 2)))).toBe('PENDING');
    // Eight operations wait; the cheapest pays 200.
    expect(told(submit(payment(7, 200n)))).toBe('txInsufficientFee 201');
    expect(told(submit(payment(7, 400n, 1n, 2)))).toBe('txInsufficientFee 401');
    // What was refused so is not looked at again for some ledgers.
    expect(told(submit(payment(7, 200n)))).toBe('TRY_AGAIN_LATER');
    expect(told(submit(payment(8, 1000n)))).toBe('PENDING');
    expect(metrics.count('herder.pending-txs.evicted-due-to-low-fee-count')).toBe(1);
    expect(told(submit(payment(0, 200n)))).toBe('TRY_AGAIN_LATER');
  });

  it('refuses what pays less than the base fee, and says what would be charged', () => {
    const { submit, payment, chain } = createQueue(100);
    expect(told(submit(payment(0, 99n)))).toBe('txInsufficientFee 100');
    expect(told(submit(payment(1, 299n, 1n, 3)))).toBe('txInsufficientFee 300');
    chain.close([], [{ name: 'basefee', value: 500 }]);
    expect(told(submit(payment(2, 499n)))).toBe('txInsufficientFee 500');
    expect(told(submit(payment(3, 500n)))).toBe('PENDING');
  });

  it('refuses what the payer can no longer pay beside its reserve and all it owes already', () => {
    const { submit, payment, chain } = createQueue(100);
    expect(told(submit(payment(0, 100_000_000n)))).toBe('PENDING');
    expect(told(submit(payment(1, 100_000_001n)))).toBe('txInsufficientBalance 100');
    // A smaller reserve lets more be spent.
    chain.close([], [{ name: 'basereserve', value: 5_000_000 }]);
    expect(told(submit(payment(2, 290_000_000n)))).toBe('PENDING');
  });

  it('forgets what waited for four ledgers, and does not take it again for ten', () => {
    const { queue, submit, payment, metrics } = createQueue(100);
    const frame = payment(0, 100n);
    submit(frame);
    for (let i = 0; i < 3; i++) queue.ledgerClosed([]);
    expect(told(submit(frame))).toBe('DUPLICATE');
    queue.ledgerClosed([]);
    expect(metrics.count('herder.pending-txs.evicted-due-to-age-count')).toBe(1);
    for (let i = 0; i < 9; i++) {
      expect(told(submit(frame))).toBe('TRY_AGAIN_LATER');
      queue.ledgerClosed([]);
    }
    queue.ledgerClosed([]);
    expect(told(submit(frame))).toBe('PENDING');
  });
});

describe('surge pricing', () => {
  const charged = ({ close }: Chain, frames: readonly TxFrame[], baseFee: bigint): bigint[] =>
    close(frames, [], baseFee).applied.map(({ feeCharged }) => feeCharged);

  it('takes the best bids, and all pay what the last of them bids', () => {
    const { chain, submit, choose, payment, metrics } = createQueue(4);
    for (const [i, fee] of [150n, 900n, 300n, 700n, 250n, 110n].entries()) submit(payment(i, fee));
    const { frames, baseFee } = choose();
    expect(frames.map(({ fee }) => fee)).toEqual([900n, 700n, 300n, 250n]);
    expect(baseFee).toBe(250n);
    expect(charged(chain, frames, baseFee)).toEqual([250n, 250n, 250n, 250n]);
    expect(metrics.count('herder.pending-txs.not-included-due-to-low-fee-count')).toBe(2);
  });

  it('compares bids by operation', () => {
    const { submit, choose, payment } = createQueue(4);
    submit(payment(0, 1000n, 1n, 4));
    submit(payment(1, 300n));
    submit(payment(2, 600n, 1n, 2));
    const { frames, baseFee } = choose();
    expect(frames.map(({ fee }) => fee).sort()).toEqual([300n, 600n]);
    expect(baseFee).toBe(300n);
  });

  it('does not begin while there is room: everybody pays the base fee, whatever was bid', () => {
    const { chain, submit, choose, payment } = createQueue(4);
    for (const [i, fee] of [150n, 900n, 300n, 700n].entries()) submit(payment(i, fee));
    const { frames, baseFee } = choose();
    expect(baseFee).toBe(100n);
    expect(charged(chain, frames, baseFee)).toEqual([100n, 100n, 100n, 100n]);
  });
});
