import {
  Account,
  Asset,
  Keypair,
  Memo,
  Operation,
  TransactionBuilder,
} from '@stellar/stellar-sdk/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeXdr,
  type Memo as Note,
  operation,
  renderAmount,
  rootKey,
  signTransaction,
  testAccountKey,
  transactionHash,
} from '../src/index.ts';
import { messageOf } from './message.ts';
import { pairs, passphrase } from './recorded.ts';
import { rustJson } from './stellar-xdr.ts';

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

test('any transaction is the one that the SDK builds, and reads as the Rust decoder has it', () => {
  const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const memo = fc.oneof(
    fc.constant(undefined),
    fc.string({ maxLength: 28 }).filter((text) => Buffer.byteLength(text) <= 28),
    fc.record({ id: uint64 }),
    fc.record({ hash: fc.uint8Array({ minLength: 32, maxLength: 32 }) }),
    fc.record({ returnHash: fc.uint8Array({ minLength: 32, maxLength: 32 }) }),
  );
  const amounts = fc.array(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), {
    minLength: 1,
    maxLength: 100,
  });
  const sequences = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n });
  const toSdk = (note: Note | undefined): Memo => {
    if (note === undefined) return Memo.none();
    if (typeof note === 'string') return Memo.text(note);
    if ('id' in note) return Memo.id(String(note.id));
    return 'hash' in note
      ? Memo.hash(Buffer.from(note.hash))
      : Memo.return(Buffer.from(note.returnHash));
  };
  const [from, to] = [testAccountKey('alice'), testAccountKey('bob')];
  fc.assert(
    fc.property(memo, amounts, sequences, uint64, (note, sums, sequence, until) => {
      const builder = new TransactionBuilder(new Account(from.publicKey, String(sequence - 1n)), {
        fee: '100',
        networkPassphrase: passphrase,
        timebounds: { minTime: '0', maxTime: String(until) },
        memo: toSdk(note),
      });
      for (const sum of sums)
        builder.addOperation(
          Operation.payment({
            destination: to.publicKey,
            asset: Asset.native(),
            amount: renderAmount(sum).replace(' XLM', ''),
          }),
        );
      const sdk = builder.build();
      const built = signTransaction({
        passphrase,
        source: from,
        sequence,
        operations: sums.map((amount) => operation.payment({ destination: to, amount })),
        timeBounds: { to: until },
        ...(note !== undefined && { memo: note }),
        signers: [],
      });
      expect(built.base64).toBe(sdk.toXdr());
      expect(built.hash).toBe(Buffer.from(sdk.hash()).toString('hex'));
      expect(decodeXdr(built.base64).values).toEqual([
        rustJson('TransactionEnvelope', built.base64),
      ]);
    }),
    { seed: 1, numRuns: 100 },
  );
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
