// Payments built, signed and encoded, by this package and by a bare loop over the SDK, in one process, in turns.

import { operation, rootKey, signTransaction, testAccountKey } from '@ssc/tx';
import { Account, Asset, Keypair, Operation, TransactionBuilder } from '@stellar/stellar-sdk/base';

const passphrase = 'Standalone Network ; February 2017';
const source = rootKey(passphrase);
const destination = testAccountKey('bob');
const pair = Keypair.fromSecret(source.secret());

function ours(sequence: number): string {
  return signTransaction({
    passphrase,
    source,
    sequence: BigInt(sequence),
    operations: [operation.payment({ destination, amount: '10 XLM' })],
    timeBounds: {},
    signers: [source],
  }).base64;
}

function bare(sequence: number): string {
  const transaction = new TransactionBuilder(new Account(pair.publicKey(), String(sequence - 1)), {
    fee: '100',
    networkPassphrase: passphrase,
    timebounds: { minTime: 0, maxTime: 0 },
  })
    .addOperation(
      Operation.payment({
        destination: destination.publicKey,
        asset: Asset.native(),
        amount: '10',
      }),
    )
    .build();
  transaction.sign(pair);
  return transaction.toXdr();
}

const COUNT = 1500;
const ROUNDS = 5;

/** Per second of this process's own time, which other work on the machine does not lengthen. */
function perSecond(make: (sequence: number) => string, round: number): number {
  const before = process.cpuUsage();
  for (let i = 1; i <= COUNT; i++) make(round * COUNT + i);
  const { user, system } = process.cpuUsage(before);
  return (COUNT * 1e6) / (user + system);
}

for (let sequence = 1; sequence <= 300; sequence++)
  if (ours(sequence) !== bare(sequence)) throw new Error(`envelope ${sequence} differs`);

const rates = Array.from({ length: ROUNDS }, (_, round) => ({
  ours: perSecond(ours, round),
  bare: perSecond(bare, round),
}));
const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const [mine, theirs] = [median(rates.map((r) => r.ours)), median(rates.map((r) => r.bare))];
const show = (value: number): string => Math.round(value).toString().padStart(7);
console.log(
  [
    'build, sign and encode a payment, CPU time, median of 5 rounds; 300 envelopes compared byte for byte',
    `  @ssc/tx          ${show(mine)}/s`,
    `  bare stellar-sdk ${show(theirs)}/s`,
    `  ratio            ${(mine / theirs).toFixed(1).padStart(7)}   (target 3)`,
  ].join('\n'),
);
