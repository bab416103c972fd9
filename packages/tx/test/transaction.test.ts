import { Account, Asset, Keypair, Operation, TransactionBuilder } from '@stellar/stellar-sdk/base';
import { expect, test } from 'vitest';
import {
  operation,
  rootKey,
  signTransaction,
  testAccountKey,
  transactionHash,
} from '../src/index.ts';
import { messageOf } from './message.ts';
import { pairs, passphrase } from './recorded.ts';

test('the recorded envelopes come out byte for byte', () => {
  const create = pairs.find((pair) => pair.label === 'create-account.one-op');
  const built = signTransaction({
    passphrase,
    source: rootKey(passphrase),
    sequence: 1n,
    operations: [
      operation.createAccount({
        destination: testAccountKey('alice'),
        startingBalance: '10000 XLM',
      }),
    ],
    timeBounds: {},
    signers: [rootKey(passphrase)],
  });
  expect(built).toMatchObject({ base64: create?.envelope, hash: create?.hash, fee: 100n });
});

test('a payment is the one that the SDK builds', () => {
  const alice = testAccountKey('alice');
  const bob = testAccountKey('bob');
  const sdk = new TransactionBuilder(new Account(alice.publicKey, '41'), {
    fee: '100',
    networkPassphrase: passphrase,
    timebounds: { minTime: 0, maxTime: 0 },
  })
    .addOperation(
      Operation.payment({ destination: bob.publicKey, asset: Asset.native(), amount: '10' }),
    )
    .build();
  sdk.sign(Keypair.fromSecret(alice.secret()));
  const built = signTransaction({
    passphrase,
    source: alice,
    sequence: 42n,
    operations: [operation.payment({ destination: bob, amount: '10 XLM' })],
    timeBounds: {},
    signers: [alice],
  });
  expect(built.base64).toBe(sdk.toXdr());
  expect(built.hash).toBe(Buffer.from(sdk.hash()).toString('hex'));
});

test.each(pairs.filter((pair) => pair.hash !== null))(
  'the hash of the recorded $label',
  ({ label, envelope, hash }) => {
    const network = label.endsWith('wrong-network')
      ? 'Public Global Stellar Network ; September 2015'
      : passphrase;
    expect(transactionHash(envelope, network).toString('hex')).toBe(hash);
  },
);

const alice = testAccountKey('alice');
const plan = { passphrase, source: alice, sequence: 1n, operations: [], signers: [alice] };
const pay = operation.payment({ destination: alice, amount: 1n });
test.each([
  ['fee', { ...plan, fee: 2n ** 32n }],
  ['sequence', { ...plan, sequence: -1n }],
  ['operations', { ...plan, operations: Array.from({ length: 101 }, () => pay) }],
  ['signers', { ...plan, signers: Array.from({ length: 21 }, () => alice) }],
  ['memo text', { ...plan, memo: 'é'.repeat(15) }],
  ['memo number', { ...plan, memo: { id: -1n } }],
  ['memo hash', { ...plan, memo: { hash: new Uint8Array(31) } }],
  ['time bounds', { ...plan, timeBounds: { to: -1n } }],
  [
    'what an operation cannot hold',
    { ...plan, operations: [operation.setOptions({ masterWeight: -1 })] },
  ],
  ['ledger bounds', { ...plan, ledgerBounds: { from: -1 } }],
  ['source', { ...plan, source: 'alice' }],
  ['muxed source', { ...plan, source: 'MALICE' }],
])('refused: %s', (_, bad) => {
  expect(messageOf(() => signTransaction(bad))).toMatchSnapshot();
});
