import {
  envelopeHash,
  explainResult,
  generalizedTransactionSetHash,
  ledgerHeaderHash,
  operation,
  resultSetHash,
  testAccountKey,
  transactionHash,
  transactionSetHash,
  xdr,
} from '@ssc/tx';
import { describe, expect, it } from 'vitest';
import { parseKey } from '../../src/keys.ts';
import { encodeHeader } from '../../src/ledger/header.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { readTxSet } from '../../src/tx/tx-set.ts';
import { passphrase } from '../configs.ts';
import { create, createChain, networkId, pay, root, sign } from './chain.ts';

const [alice, bob] = [testAccountKey('alice'), testAccountKey('bob')];

const balanceOf = (ledger: Ledger, key: typeof root): bigint | undefined =>
  ledger.account(parseKey(key.publicKey) ?? '')?.balance;

describe.each([13, 19, 20, 22, 23, 27])('a ledger of protocol %i', (protocol) => {
  it('has hashes that an independent reader recomputes from its bytes', () => {
    const { ledger, close } = createChain(protocol);
    close([sign(root, 1n, [create(alice, '1000 XLM'), create(bob, '1000 XLM')])]);
    const seq = BigInt(ledger.header.ledgerSeq) << 32n;
    const previous = ledger.hash;
    const closed = close([
      sign(alice, seq + 1n, [pay(bob, '10 XLM')]),
      sign(bob, seq + 1n, [pay(alice, '5000 XLM')]),
      sign(root, 2n, [pay(alice, '1 XLM'), pay(bob, '2 XLM')], 777n),
    ]);
    const header = encodeHeader(closed.header);
    expect(ledgerHeaderHash(header).toString('hex')).toBe(ledger.hash);
    expect(closed.header.previousLedgerHash).toBe(previous);
    expect(resultSetHash(closed.resultSet).toString('hex')).toBe(closed.header.txSetResultHash);
    const set = closed.txSet.bytes;
    const hash = protocol >= 20 ? generalizedTransactionSetHash(set) : transactionSetHash(set);
    expect(hash.toString('hex')).toBe(closed.header.scpValue.txSetHash);
    for (const { frame } of closed.applied) {
      expect(transactionHash(frame.bytes, passphrase).toString('hex')).toBe(frame.hash);
      expect(envelopeHash(frame.bytes).toString('hex')).toBe(frame.fullHash);
    }
    const pairs = xdr.TransactionResultSet.fromXdr(closed.resultSet).results;
    expect(pairs.map((pair) => Buffer.from(pair.transactionHash.value).toString('hex'))).toEqual(
      closed.applied.map(({ frame }) => frame.hash),
    );
    expect(readTxSet(set, protocol >= 20, networkId)).toEqual(closed.txSet);
  });

  it('charges fees of all, and takes back all of a transaction that failed', () => {
    const { ledger, close } = createChain(protocol);
    close([sign(root, 1n, [create(alice, '1000 XLM')])]);
    const seq = BigInt(ledger.header.ledgerSeq) << 32n;
    const closed = close([sign(alice, seq + 1n, [pay(root, '100 XLM'), pay(bob, '1 XLM')], 5000n)]);
    const [applied] = closed.applied;
    // Before protocol 20 a small limit counts as a full ledger, and the only bid is the lowest.
    const fee = protocol >= 20 ? 200n : 5000n;
    expect(applied?.feeCharged).toBe(fee);
    expect(explainResult(applied?.result ?? '').code).toBe('txFAILED');
    expect(balanceOf(ledger, alice)).toBe(10_000_000_000n - fee);
    expect(ledger.account(parseKey(alice.publicKey) ?? '')?.seqNum).toBe(seq + 1n);
    expect(ledger.header.feePool).toBe(100n + fee);
  });
});

describe('what cannot be simulated', () => {
  it.each([
    ['an operation', operation.bumpSequence({ to: 5n }), 'the operation bumpSequence'],
    [
      'another asset',
      operation.payment({
        destination: bob.publicKey,
        amount: '1 USD',
        asset: { code: 'USD', issuer: alice.publicKey },
      }),
      'payments of other assets than lumens',
    ],
  ])('%s is refused by name', (_what, op, words) => {
    expect(() => sign(root, 1n, [op])).toThrow(`core-sim does not simulate ${words}`);
  });
});
