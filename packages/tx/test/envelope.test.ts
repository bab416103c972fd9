import {
  Account,
  Asset,
  Keypair,
  Memo,
  Operation,
  TransactionBuilder,
} from '@stellar/stellar-sdk/base';
import { expect, test } from 'vitest';
import {
  addSignatures,
  operation,
  type SignedTransaction,
  signFeeBump,
  signTransaction,
  testAccountKey,
  transactionHash,
  verifySignature,
  xdr,
} from '../src/index.ts';
import { messageOf } from './message.ts';
import { passphrase } from './recorded.ts';

const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(testAccountKey) as [
  ReturnType<typeof testAccountKey>,
  ReturnType<typeof testAccountKey>,
  ReturnType<typeof testAccountKey>,
];
const paid = (signers = [alice]): SignedTransaction =>
  signTransaction({
    passphrase,
    source: alice,
    sequence: 42n,
    operations: [operation.payment({ destination: bob, amount: '10 XLM' })],
    timeBounds: { from: 5n, to: 900n },
    memo: 'thanks',
    signers,
  });

const sdkPaid = new TransactionBuilder(new Account(alice.publicKey, '41'), {
  fee: '100',
  networkPassphrase: passphrase,
  timebounds: { minTime: 5, maxTime: 900 },
})
  .addOperation(
    Operation.payment({ destination: bob.publicKey, asset: Asset.native(), amount: '10' }),
  )
  .addMemo(Memo.text('thanks'))
  .build();

test('a fee bump is the one that the SDK builds', () => {
  sdkPaid.signatures.splice(0);
  sdkPaid.sign(Keypair.fromSecret(alice.secret()));
  const sdk = TransactionBuilder.buildFeeBumpTransaction(
    Keypair.fromSecret(carol.secret()),
    '1000',
    sdkPaid,
    passphrase,
  );
  sdk.sign(Keypair.fromSecret(carol.secret()));
  const transaction = paid();
  const bumped = signFeeBump({
    passphrase,
    transaction,
    feeSource: carol,
    fee: 2000n,
    signers: [carol],
  });
  expect(bumped.base64).toBe(sdk.toXdr());
  expect(bumped).toMatchObject({
    hash: Buffer.from(sdk.hash()).toString('hex'),
    innerHash: transaction.hash,
    sequence: 42n,
    fee: 2000n,
  });
  expect(transactionHash(bumped.base64, passphrase).toString('hex')).toBe(bumped.hash);
});

test('signatures added later are the same as all at once', () => {
  expect(addSignatures(paid(), [bob, carol])).toEqual(paid([alice, bob, carol]));
  expect(addSignatures(paid([]), [alice])).toEqual(paid());
  const transaction = paid();
  const bump = { passphrase, transaction, feeSource: carol, fee: 2000n };
  expect(addSignatures(signFeeBump({ ...bump, signers: [] }), [carol])).toEqual(
    signFeeBump({ ...bump, signers: [carol] }),
  );
});

test('every signature verifies over the hash', () => {
  const { base64, hash } = paid([alice, bob, carol]);
  const envelope = xdr.TransactionEnvelope.fromXdr(base64, 'base64');
  if (envelope.type !== 'envelopeTypeTx') throw new Error('not a plain transaction');
  const keys = [alice, bob, carol];
  expect(envelope.v1.signatures).toHaveLength(3);
  for (const [i, { signature, hint }] of envelope.v1.signatures.entries()) {
    const key = keys[i]?.publicKey ?? '';
    expect(verifySignature(key, Buffer.from(hash, 'hex'), signature.value)).toBe(true);
    expect(Buffer.from(hint.value)).toEqual(
      Buffer.from(keys[i]?.publicKeyBytes ?? []).subarray(28),
    );
  }
});

test('every precondition is written as the SDK writes it', () => {
  const sdk = new TransactionBuilder(new Account(alice.publicKey, '41'), {
    fee: '100',
    networkPassphrase: passphrase,
    timebounds: { minTime: 5, maxTime: 900 },
    ledgerbounds: { minLedger: 6, maxLedger: 7 },
    minAccountSequence: '8',
    minAccountSequenceAge: 9n,
    minAccountSequenceLedgerGap: 10,
    extraSigners: [bob.publicKey],
  })
    .addOperation(Operation.inflation({}))
    .build();
  const built = signTransaction({
    passphrase,
    source: alice,
    sequence: 42n,
    operations: [operation.inflation()],
    timeBounds: { from: 5n, to: 900n },
    ledgerBounds: { from: 6, before: 7 },
    minSequence: 8n,
    minSequenceAge: 9n,
    minSequenceLedgerGap: 10,
    extraSigners: [bob],
    signers: [],
  });
  expect(built.base64).toBe(sdk.toXdr());
});

test.each([
  [
    'a fee bump of a fee bump',
    () => {
      const bump = { passphrase, feeSource: carol, fee: 2000n, signers: [carol] };
      return signFeeBump({ ...bump, transaction: signFeeBump({ ...bump, transaction: paid() }) });
    },
  ],
  [
    'a negative fee',
    () => signFeeBump({ passphrase, transaction: paid(), feeSource: carol, fee: -1n, signers: [] }),
  ],
  [
    'too many signatures',
    () =>
      addSignatures(
        paid(),
        Array.from({ length: 20 }, () => bob),
      ),
  ],
])('refused: %s', (_, act) => {
  expect(messageOf(act)).toMatchSnapshot();
});
