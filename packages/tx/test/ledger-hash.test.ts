import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  envelopeHash,
  generalizedTransactionSetHash,
  ledgerHeaderHash,
  networkId,
  resultSetHash,
  sha256,
  transactionHash,
  transactionSetHash,
  xdr,
} from '../src/index.ts';
import { messageOf } from './message.ts';

interface Recorded {
  readonly type: string;
  readonly hash: string;
  readonly xdr: string;
}
const recorded = JSON.parse(
  readFileSync(new URL('fixtures/recorded-ledgers.json', import.meta.url), 'utf8'),
) as Recorded[];

const hashes: Record<string, (input: string) => Buffer> = {
  TransactionSet: transactionSetHash,
  GeneralizedTransactionSet: generalizedTransactionSetHash,
  TransactionResultSet: resultSetHash,
  LedgerHeader: ledgerHeaderHash,
};

test.each(recorded)('$type $hash of a recorded ledger', ({ type, hash, xdr: base64 }) => {
  expect(hashes[type]?.(base64).toString('hex')).toBe(hash);
});

test.each([
  [
    'Public Global Stellar Network ; September 2015',
    'c242e5c8e6709720c1f93378d44c11951026b71e1ed9f2e12bc1f4f6d0ba57f9',
    '39c2a3cd4141b2853e70d84601faa44744660334b48f3228e0309342e3f4eb48',
  ],
  [
    'Test SDF Network ; September 2015',
    '572a2e32ff248a07b0e70fd1f6d318c1facd20b6cc08c33d5775259868125a16',
    '63d98f536ee68d1b27b5b89f23af5311b7569a24faf1403ad0b52b633b07be99',
  ],
  [
    'Standalone Network ; February 2017',
    'b4a3cf25bd1360b12ef831fd1c68d8a536ebfa452574bd82104c38600be585ea',
    '76df1b9ff762a7a8af1f3c88549fe742e488e80fde561e34b1b6115bdac8d397',
  ],
])('the first ledger of %j', (_, bucketListHash, hash) => {
  const zero = new Uint8Array(32);
  const header = new xdr.LedgerHeader({
    ledgerVersion: 0,
    previousLedgerHash: zero,
    scpValue: new xdr.StellarValue({
      txSetHash: zero,
      closeTime: 0n,
      upgrades: [],
      ext: xdr.StellarValueExt.stellarValueBasic(),
    }),
    txSetResultHash: zero,
    bucketListHash: Buffer.from(bucketListHash, 'hex'),
    ledgerSeq: 1,
    totalCoins: 10n ** 18n,
    feePool: 0n,
    inflationSeq: 0,
    idPool: 0n,
    baseFee: 100,
    baseReserve: 100_000_000,
    maxTxSetSize: 100,
    skipList: [zero, zero, zero, zero].map((bytes) => new xdr.Hash(bytes)),
    ext: xdr.LedgerHeaderExt.v0(),
  });
  expect(header.toXdr()).toHaveLength(324);
  expect(ledgerHeaderHash(header).toString('hex')).toBe(hash);
});

test('a ledger without transactions', () => {
  expect(resultSetHash(new Uint8Array(4)).toString('hex')).toBe(
    'df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119',
  );
});

test.each([
  [
    'legacy',
    transactionSetHash,
    '00000000',
    'b99447afd51d5ca6d32a27257ce8f2ef661914952424f55c293e61b6fa2b9b54',
  ],
  [
    'generalized, both phases in sequence',
    generalizedTransactionSetHash,
    '00000002 00000000 00000000 00000000 00000000',
    '1aa3c7cf16abfcee84d2abde998f52cbb0dcc63e70c85b004b03319d52b7afe5',
  ],
  [
    'generalized, second phase parallel',
    generalizedTransactionSetHash,
    '00000002 00000000 00000000 00000001 00000000 00000000',
    '2a2965ec10e27911d07801ae40ce8cb78168ecef50628a9528d9d9a9ef734a2d',
  ],
] as const)('an empty transaction set: %s', (form, hash, rest, expected) => {
  const version = form === 'legacy' ? '' : '00000001';
  const previous = '63d98f536ee68d1b27b5b89f23af5311b7569a24faf1403ad0b52b633b07be99';
  const bytes = Buffer.from(`${version}${previous}${rest.replaceAll(' ', '')}`, 'hex');
  expect(hash(bytes).toString('hex')).toBe(expected);
});

test('envelopes of the recorded sets hash as recorded', () => {
  const passphrase = '(V) (;,,;) (V)';
  const set = xdr.TransactionSet.fromXdr(recorded[0]?.xdr ?? '', 'base64');
  expect(set.txs.map((envelope) => envelopeHash(envelope).toString('hex').slice(0, 16))).toEqual([
    '593e499b4af4f321',
    'faac2f87af4230b0',
  ]);
  const results = xdr.TransactionResultSet.fromXdr(recorded[1]?.xdr ?? '', 'base64').results;
  expect(
    set.txs.map((envelope) => transactionHash(envelope, passphrase)).sort(Buffer.compare),
  ).toEqual(results.map((pair) => Buffer.from(pair.transactionHash.toXdr())).sort(Buffer.compare));
});

test('the network id is a copy: changing it changes nothing else', () => {
  networkId('x').fill(0);
  expect(networkId('x')).toEqual(sha256('x'));
});

test.each([
  ['text that is no base64', '!!!!'],
  ['short', 'AAAA'],
  ['trailing bytes', Buffer.alloc(8)],
])('refused: %s', (_, input) => {
  expect(messageOf(() => resultSetHash(input))).toMatchSnapshot();
});
