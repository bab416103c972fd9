import { sha256, xdr } from '@ssc/tx';
import { describe, expect, test } from 'vitest';
import { nextSkipList } from '../src/header.ts';
import { bucketListHash, emptyState, levelsHash } from '../src/index.ts';
import { emptySetHash, formAfter, readTransactionSet } from '../src/transaction-set.ts';

const zero = '0'.repeat(64);

describe('bucket lists', () => {
  const empty = emptyState('v27.1.0', 'x');

  // The genesis of three networks; the first two are the known first ledgers of public ones.
  test.each([
    [
      'Public Global Stellar Network ; September 2015',
      'b72bc26d469a3f5079510767e2ea4773e02da574dec72e2f32f5828b79e0af40',
      'c242e5c8e6709720c1f93378d44c11951026b71e1ed9f2e12bc1f4f6d0ba57f9',
    ],
    [
      'Test SDF Network ; September 2015',
      'ef31a20a398ee73ce22275ea8177786bac54656f33dcc4f3fec60d55ddf163d9',
      '572a2e32ff248a07b0e70fd1f6d318c1facd20b6cc08c33d5775259868125a16',
    ],
    [
      'Standalone Network ; February 2017',
      '9ee8904645202f0e9e6b4cda6786da45d8d032b6f8761b0014f7681ee2010ac5',
      'b4a3cf25bd1360b12ef831fd1c68d8a536ebfa452574bd82104c38600be585ea',
    ],
  ])('genesis of %s', (_network, bucket, expected) => {
    const [first, ...rest] = empty.currentBuckets;
    const currentBuckets = [{ ...(first as NonNullable<typeof first>), curr: bucket }, ...rest];
    expect(bucketListHash({ ...empty, currentBuckets }, 0)).toBe(expected);
  });

  test('the empty list, and the hash over two lists from protocol 23 on', () => {
    const hash = 'fe05118472ded163eec364dac2e960ba8ac910689c88cead24b394962b13a1e6';
    expect(levelsHash(empty.currentBuckets).toString('hex')).toBe(hash);
    expect(bucketListHash(empty, 22)).toBe(hash);
    const both = sha256(Buffer.from(hash + hash, 'hex')).toString('hex');
    expect(bucketListHash(empty, 23)).toBe(both);
    expect(bucketListHash({ ...empty, hotArchiveBuckets: empty.currentBuckets }, 23)).toBe(both);
  });
});

describe('transaction sets', () => {
  const previous = '63d98f536ee68d1b27b5b89f23af5311b7569a24faf1403ad0b52b633b07be99';
  test.each([
    [19, 'b99447afd51d5ca6d32a27257ce8f2ef661914952424f55c293e61b6fa2b9b54'],
    [20, '1aa3c7cf16abfcee84d2abde998f52cbb0dcc63e70c85b004b03319d52b7afe5'],
    [22, '1aa3c7cf16abfcee84d2abde998f52cbb0dcc63e70c85b004b03319d52b7afe5'],
    [23, '2a2965ec10e27911d07801ae40ce8cb78168ecef50628a9528d9d9a9ef734a2d'],
  ])('the empty one after a ledger of protocol %i', (protocol, hash) => {
    expect(emptySetHash(previous, formAfter(protocol))).toBe(hash);
  });

  // stellar-core: src/testdata/ledger-close-meta-v0-protocol-19.json, ledger 6.
  test('one with transactions, as before protocol 20', () => {
    const set = xdr.TransactionSet.fromXdr(
      'k8Lx3s8iEEZxpH9b/yp7ZJU8r+PQUjhGJtQQFKvr2UUAAAACAAAAAgAAAAC4Qtwt8EhGjBf7w268yEIqfaGsHtxHwBK7lmcetX/yRgAAAGQAAAAAAAAABAAAAAAAAAAAAAAAAQAAAAAAAAABAAAAAHzLw7r2spMODQeCvk7E7IA65uhS3kWW6qE1+/JQmaEuAAAAAAAAAAAAAAPoAAAAAAAAAAG1f/JGAAAAQJlJjTpoVFLt60J3urbHANDFm/kzCFJQzR8oHK6RMGSrwdEhTAOkHV2RmT4D4N1W6BGQll6Td8EON6W0R3NcWQwAAAAFAAAAAIBAs2ZTY+lXzf7LIwb082TM6pGFWJge5YFxp6X39gIpAAAAAAAAE4gAAAACAAAAAIxNfPTVcQA1S9VzZYgOThhCyn0d3htD4Yxe49Hq9rw2AAAAyAAAAAQAAAABAAAAAAAAAAAAAAACAAAAAAAAAAEAAAAAfMvDuvaykw4NB4K+TsTsgDrm6FLeRZbqoTX78lCZoS4AAAABQ1VSMQAAAACMTXz01XEANUvVc2WIDk4YQsp9Hd4bQ+GMXuPR6va8NgAAAAAAAAAyAAAAAAAAAAEAAAAAfMvDuvaykw4NB4K+TsTsgDrm6FLeRZbqoTX78lCZoS4AAAABQ1VSMQAAAACMTXz01XEANUvVc2WIDk4YQsp9Hd4bQ+GMXuPR6va8NgAAAAAAAAAyAAAAAAAAAAHq9rw2AAAAQD7LO5YsrSO1lvp+hZI6C2YY+k5jKFH2V7Q8UGASPRzT4iBCYLOjs1UQ3vM+HmN5E5oM1x788HINnGYBJuQ5mw8AAAAAAAAAAff2AikAAABAlA2l5gw/mpNM6sN1Qa2F5cPM46l0F1CgJT+A7UL6m3XnbjwsCalaWJZJUq314VadSzMBB8+w2cYvH1DdBKDBBQ==',
      'base64',
    );
    const entry = new xdr.TransactionHistoryEntry({
      ledgerSeq: 6,
      txSet: set,
      ext: xdr.TransactionHistoryEntryExt.v0(),
    });
    expect(readTransactionSet(entry, Buffer.from(entry.toXdr()), '(V) (;,,;) (V)')).toEqual({
      ledger: 6,
      hash: '3ddf90317a4723c2c6ff763d6197f3b70043cd9d41797a4a7c4d63e29bbe024d',
      previousLedgerHash: '93c2f1decf22104671a47f5bff2a7b64953cafe3d052384626d41014abebd945',
      form: 'legacy',
      ids: [
        '0db2322d85e9d8ea2421559922bb6107429650ebdad304c907480853d465c10d',
        '66efe325ead9f52082c8908b7813bd96793fd5ff0f1e50fdc50b23f68938dd4d',
      ],
      transactions: 2,
      flaws: [],
    });
  });
});

describe('skip lists', () => {
  const [a, b, c, d, fresh] = ['a', 'b', 'c', 'd', 'e'].map((digit) => digit.repeat(64)) as [
    string,
    string,
    string,
    string,
    string,
  ];
  test.each([
    [49, [a, b, c, d]],
    [50, [fresh, b, c, d]],
    [5000, [fresh, b, c, d]],
    [5050, [fresh, a, c, d]],
    [50_050, [fresh, a, c, d]],
    [55_050, [fresh, a, b, d]],
    [555_050, [fresh, a, b, c]],
  ])('in ledger %i', (ledger, expected) => {
    expect(nextSkipList(ledger, fresh, [a, b, c, d])).toEqual(expected);
  });

  test('begins with zeroes', () => {
    expect(nextSkipList(50, fresh, [zero, zero, zero, zero])).toEqual([fresh, zero, zero, zero]);
  });
});
