import { bucketHash, mergeBuckets as mergeIndependently, parseBucket } from '@ssc/history';
import { xdr } from '@stellar/stellar-sdk/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBucket, decodeBucket, encodeBucket, mergeBuckets } from '../../src/ledger/bucket.ts';
import { sortKeyOf, sortKeyOfEntry, ttlKeyOf } from '../../src/ledger/entry-key.ts';
import { NotSimulatedError } from '../../src/not-simulated.ts';

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
// Few different bytes, so that names begin alike, and zeros, which end nothing.
const text = fc.array(fc.constantFrom(0, 1, 97, 255), { maxLength: 5 }).map((b) => Buffer.from(b));

const value: fc.Arbitrary<xdr.ScVal> = fc.oneof(
  text.map((bytes) => xdr.ScVal.scvBytes(bytes)),
  text.map((bytes) => xdr.ScVal.scvSymbol(bytes.toString('hex'))),
  text.map((bytes) => xdr.ScVal.scvString(bytes.toString('hex'))),
  fc.nat(3).map((n) => xdr.ScVal.scvU32(n)),
  fc.bigInt(0n, 2n ** 64n - 1n).map((n) => xdr.ScVal.scvU64(n)),
  fc.constant(xdr.ScVal.scvVoid()),
  fc.constant(xdr.ScVal.scvLedgerKeyContractInstance()),
);
const address: fc.Arbitrary<xdr.ScAddress> = fc.oneof(
  hash.map((id) => xdr.ScAddress.scAddressTypeContract(new xdr.ContractId(id))),
  hash.map((id) =>
    xdr.ScAddress.scAddressTypeAccount(
      xdr.PublicKey.publicKeyTypeEd25519(new xdr.Uint256Bytes(id)),
    ),
  ),
);
const oneOfFew = fc.oneof(fc.constantFrom(new Uint8Array(32), new Uint8Array(32).fill(9)), hash);

const data = fc
  .record({
    contract: fc.oneof(
      oneOfFew.map((id) => xdr.ScAddress.scAddressTypeContract(new xdr.ContractId(id))),
      address,
    ),
    key: value,
    durability: fc.constantFrom(
      xdr.ContractDataDurability.temporary,
      xdr.ContractDataDurability.persistent,
    ),
  })
  .map((parts): [xdr.LedgerKey, xdr.LedgerEntryData] => [
    xdr.LedgerKey.contractData(new xdr.LedgerKeyContractData(parts)),
    xdr.LedgerEntryData.contractData(
      new xdr.ContractDataEntry({
        ...parts,
        ext: xdr.ExtensionPoint.v0(),
        val: xdr.ScVal.scvVoid(),
      }),
    ),
  ]);
const code = oneOfFew.map((id): [xdr.LedgerKey, xdr.LedgerEntryData] => {
  const wasmHash = new xdr.Hash(id);
  return [
    xdr.LedgerKey.contractCode(new xdr.LedgerKeyContractCode({ hash: wasmHash })),
    xdr.LedgerEntryData.contractCode(
      new xdr.ContractCodeEntry({
        hash: wasmHash,
        code: Buffer.from('wasm'),
        ext: xdr.ContractCodeEntryExt.v0(),
      }),
    ),
  ];
});
const ttl = oneOfFew.map((id): [xdr.LedgerKey, xdr.LedgerEntryData] => {
  const keyHash = new xdr.Hash(id);
  return [
    xdr.LedgerKey.ttl(new xdr.LedgerKeyTtl({ keyHash })),
    xdr.LedgerEntryData.ttl(new xdr.TtlEntry({ keyHash, liveUntilLedgerSeq: 7 })),
  ];
});
const entry = fc.oneof({ arbitrary: data, weight: 6 }, code, ttl);

const keyBytes = ([key]: readonly [xdr.LedgerKey, unknown]): Buffer => Buffer.from(key.toXdr());
const entryBytes = ([, body]: readonly [unknown, xdr.LedgerEntryData]): Buffer =>
  Buffer.from(
    new xdr.LedgerEntry({
      lastModifiedLedgerSeq: 3,
      data: body,
      ext: xdr.LedgerEntryExt.v0(),
    }).toXdr(),
  );

type Pair = readonly [xdr.LedgerKey, xdr.LedgerEntryData];

/** The bucket of entries, of which those at odd places are gone. */
function bucketOf(pairs: readonly Pair[]): ReturnType<typeof createBucket> {
  const records = new Map(
    pairs.map((pair, i) => {
      const key = sortKeyOf(keyBytes(pair));
      const kind: 0 | 1 = i % 3 === 2 ? 1 : 0;
      const body = kind === 1 ? keyBytes(pair) : entryBytes(pair);
      const bytes = Buffer.concat([Buffer.from([0, 0, 0, kind]), body]);
      return [key, { key, kind, bytes }] as const;
    }),
  );
  const sorted = [...records.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  return createBucket({ version: 27, list: 0 }, sorted);
}

/** The same bucket as the reader of archives sees it, which shares no code with core-sim. */
function parsed(bucket: ReturnType<typeof createBucket>): ReturnType<typeof parseBucket> {
  const file = encodeBucket(bucket);
  const records: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = file.readUInt32BE(at) & 0x7fffffff;
    records.push(file.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return parseBucket(records, 'live');
}

describe('the key of an entry', () => {
  it('is the same from its LedgerKey and from the entry', () => {
    fc.assert(
      fc.property(entry, (pair) => {
        expect(sortKeyOfEntry(entryBytes(pair))).toBe(sortKeyOf(keyBytes(pair)));
      }),
    );
  });

  it('tells entries apart, and nothing else', () => {
    fc.assert(
      fc.property(entry, entry, (a, b) => {
        const isSame = keyBytes(a).equals(keyBytes(b));
        expect(sortKeyOf(keyBytes(a)) === sortKeyOf(keyBytes(b))).toBe(isSame);
      }),
    );
  });

  it('sorts as a real node sorts: merged buckets are those of a reader with an order of its own', () => {
    const some = fc.array(entry, { maxLength: 30 });
    fc.assert(
      fc.property(some, some, (older, newer) => {
        const [a, b] = [bucketOf(older), bucketOf(newer)];
        const theirs = mergeIndependently(parsed(a), parsed(b), 'live', false);
        expect(mergeBuckets(a, b, true).hash).toBe(bucketHash(theirs));
      }),
    );
  });

  it('outlives the file of a bucket', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), (pairs) => {
        const bucket = bucketOf(pairs);
        expect(decodeBucket(encodeBucket(bucket))).toEqual(bucket);
      }),
    );
  });

  it.each([
    [
      xdr.LedgerKey.data(
        new xdr.LedgerKeyData({
          accountId: xdr.PublicKey.publicKeyTypeEd25519(new xdr.Uint256Bytes(new Uint8Array(32))),
          dataName: 'name',
        }),
      ),
      'core-sim does not simulate ledger entries but accounts, settings and contracts',
    ],
    [
      xdr.LedgerKey.contractData(
        new xdr.LedgerKeyContractData({
          contract: xdr.ScAddress.scAddressTypeContract(new xdr.ContractId(new Uint8Array(32))),
          key: xdr.ScVal.scvVec([]),
          durability: xdr.ContractDataDurability.temporary,
        }),
      ),
      'core-sim does not simulate contract data but under bytes, names and numbers',
    ],
  ])('of a kind that core-sim does not have is refused by its name', (key, message) => {
    expect(() => sortKeyOf(key.toXdr())).toThrow(new NotSimulatedError(message));
  });

  it('of a lifetime is the hash of the key that it is of', () => {
    fc.assert(
      fc.property(entry, (pair) => {
        const key = ttlKeyOf(keyBytes(pair));
        expect(xdr.LedgerKey.fromXdr(key).type).toBe('ttl');
      }),
    );
  });
});
