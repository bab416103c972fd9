import { sha256, xdr } from '@ssc/tx';
import { describe, expect, test } from 'vitest';
import {
  bucketPath,
  gzip,
  joinRecords,
  type MemoryArchive,
  parseArchiveState,
  recordPath,
  statePath,
  verifyArchive,
  wellKnownPath,
} from '../src/index.ts';
import {
  contentOf,
  defectsAfter,
  edit,
  editHeader,
  editJson,
  type Open,
  recordsOf,
  second,
  tellAll,
} from './edit.ts';
import { sampleArchive } from './sample.ts';

const ledgers = recordPath('ledger', 15);
const transactions = recordPath('transactions', 15);
const results = recordPath('results', 15);
const scp = recordPath('scp', 15);
const state = statePath(15);
const stateOf = (archive: MemoryArchive) =>
  parseArchiveState(Buffer.from(archive.files.get(state) ?? []).toString());
const bucketOf = (archive: MemoryArchive): string =>
  bucketPath(stateOf(archive).currentBuckets[0]?.curr ?? '');
const put = (path: string, content: Uint8Array) => (archive: MemoryArchive) =>
  void archive.files.set(path, content);
function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`there are ${list.length} items`);
  return item;
}
const hash = (byte: number) => new xdr.Hash(new Uint8Array(32).fill(byte));

test('nothing is wrong before', async () => {
  expect(await defectsAfter(() => {})).toBe('');
});

describe('files', () => {
  test('that are not there', async () => {
    expect(
      await tellAll({
        headers: (archive) => archive.files.delete(ledgers),
        transactions: (archive) => archive.files.delete(transactions),
        results: (archive) => archive.files.delete(results),
        'messages, which are allowed to be missing': (archive) => archive.files.delete(scp),
        state: (archive) => archive.files.delete(state),
        bucket: (archive) => archive.files.delete(bucketOf(archive)),
        'the newest state': (archive) => archive.files.delete(wellKnownPath),
        all: (archive) => archive.files.clear(),
      }),
    ).toMatchInlineSnapshot(`
      "headers
        missing      ledger/00/00/00/ledger-0000000f.xdr.gz, checkpoint 15, is not in the archive sample
      transactions
        missing      transactions/00/00/00/transactions-0000000f.xdr.gz, checkpoint 15, is not in the archive sample
      results
        missing      results/00/00/00/results-0000000f.xdr.gz, checkpoint 15, is not in the archive sample
      messages, which are allowed to be missing
        
      state
        missing      history/00/00/00/history-0000000f.json, checkpoint 15, is not in the archive sample
      bucket
        missing      bucket/f9/4f/63/bucket-f94f631a….xdr.gz, ledger 15, is not in the archive sample
      the newest state
        missing      .well-known/stellar-history.json is not in the archive sample
      all
        missing      .well-known/stellar-history.json is not in the archive sample
        missing      history/00/00/00/history-0000000f.json, checkpoint 15, is not in the archive sample
        missing      ledger/00/00/00/ledger-0000000f.xdr.gz, checkpoint 15, is not in the archive sample
        missing      results/00/00/00/results-0000000f.xdr.gz, checkpoint 15, is not in the archive sample
        missing      transactions/00/00/00/transactions-0000000f.xdr.gz, checkpoint 15, is not in the archive sample"
    `);
  });

  test('whose bytes are damaged', async () => {
    const cut = (path: string, from: number, to: number) => (archive: MemoryArchive) =>
      void archive.files.set(path, (archive.files.get(path) as Uint8Array).subarray(from, to));
    expect(
      await tellAll({
        empty: put(ledgers, Buffer.alloc(0)),
        'not compressed': (archive) => put(results, contentOf(archive, results))(archive),
        'cut off': cut(transactions, 0, -20),
        'a wrong checksum': (archive) => {
          const bytes = Uint8Array.from(archive.files.get(ledgers) ?? []);
          bytes[bytes.length - 8] = (bytes.at(-8) ?? 0) ^ 1;
          archive.files.set(ledgers, bytes);
        },
        'a record that is cut off': (archive) =>
          put(results, gzip(contentOf(archive, results).subarray(0, -4)))(archive),
        'no records': put(scp, gzip(Buffer.from('hello'))),
        'records of another kind': (archive) =>
          put(ledgers, archive.files.get(transactions) as Uint8Array)(archive),
        'a record with bytes left over': (archive) => {
          const [first = Buffer.alloc(0), ...rest] = recordsOf(contentOf(archive, results));
          const longer = Buffer.concat([first, Buffer.alloc(4)]);
          put(results, gzip(joinRecords([longer, ...rest])))(archive);
        },
        'a bucket of something else': (archive) =>
          put(bucketOf(archive), archive.files.get(ledgers) as Uint8Array)(archive),
        'a state that is no JSON': put(state, Buffer.from('<html>')),
      }),
    ).toMatchInlineSnapshot(`
      "empty
        gzip         ledger/00/00/00/ledger-0000000f.xdr.gz, checkpoint 15, is empty: 0 bytes are no gzip file
      not compressed
        gzip         results/00/00/00/results-0000000f.xdr.gz, checkpoint 15, is no whole gzip file: incorrect header check
      cut off
        gzip         transactions/00/00/00/transactions-0000000f.xdr.gz, checkpoint 15, is no whole gzip file: unexpected end of file
      a wrong checksum
        gzip         ledger/00/00/00/ledger-0000000f.xdr.gz, checkpoint 15, is no whole gzip file: incorrect data check
      a record that is cut off
        framing      results/00/00/00/results-0000000f.xdr.gz, checkpoint 15, ends inside a record: of the one at byte 220, 360 bytes are announced and 356 are there
      no records
        framing      scp/00/00/00/scp-0000000f.xdr.gz, checkpoint 15, has no record mark at byte 0: 0x68656c6c is no length of XDR with the highest bit set
      records of another kind
        xdr          ledger/00/00/00/ledger-0000000f.xdr.gz, checkpoint 15, holds a record 1 that does not decode: 336 bytes are not a LedgerHeaderHistoryEntry: LedgerHeaderHistoryEntry.header.scpValue.ext.v: unknown enum value 1937178088
        oddity       ledger/00/00/00/ledger-0000000f.xdr.gz: was compressed under the name "transactions-0000000f.xdr"
      a record with bytes left over
        xdr          results/00/00/00/results-0000000f.xdr.gz, checkpoint 15, holds a record 1 that does not decode: 80 bytes are not a TransactionHistoryResultEntry: TransactionHistoryResultEntry: trailing 4 byte(s) after XDR value
      a bucket of something else
        xdr          bucket/f9/4f/63/bucket-f94f631a….xdr.gz, ledger 15, holds a record 1 that does not decode: BucketEntry.type: unknown enum value -665466598
        oddity       bucket/f9/4f/63/bucket-f94f631a….xdr.gz: was compressed under the name "ledger-0000000f.xdr"
      a state that is no JSON
        state        history/00/00/00/history-0000000f.json, checkpoint 15, is not JSON: Unexpected token '<', "<html>" is not valid JSON"
    `);
  });

  test('with a head that nobody writes', async () => {
    const flip = (at: number, bits: number) => (archive: MemoryArchive) => {
      const bytes = Uint8Array.from(archive.files.get(ledgers) ?? []);
      bytes[at] = (bytes[at] ?? 0) ^ bits;
      archive.files.set(ledgers, bytes);
    };
    expect(
      await tellAll({ 'a flag that says text': flip(3, 1), 'another name': flip(10, 1) }),
    ).toMatchInlineSnapshot(`
      "a flag that says text
        oddity       ledger/00/00/00/ledger-0000000f.xdr.gz: has gzip flags 0x9 that nobody sets
      another name
        oddity       ledger/00/00/00/ledger-0000000f.xdr.gz: was compressed under the name "medger-0000000f.xdr""
    `);
  });
});

test('states', async () => {
  const zero = '0'.repeat(64);
  const level = (json: Record<string, unknown>, list: string, i: number) =>
    (json[list] as Record<string, unknown>[])[i] as Record<string, unknown>;
  expect(
    await tellAll({
      'another ledger': (archive) =>
        editJson(archive, state, (json) => (json['currentLedger'] = 23)),
      'another network': (archive) =>
        editJson(archive, state, (json) => (json['networkPassphrase'] = 'Test')),
      'a version too low': (archive) =>
        editJson(archive, state, (json) => {
          json['version'] = 1;
          delete json['hotArchiveBuckets'];
        }),
      'another bucket': (archive) =>
        editJson(archive, state, (json) => (level(json, 'currentBuckets', 1)['snap'] = zero)),
      'a merge in level 0': (archive) =>
        editJson(
          archive,
          state,
          (json) => (level(json, 'currentBuckets', 0)['next'] = { state: 1, output: zero }),
        ),
      'a merge that is described': (archive) =>
        editJson(
          archive,
          state,
          (json) =>
            (level(json, 'currentBuckets', 1)['next'] = {
              state: 2,
              curr: zero,
              snap: zero,
              shadow: [],
            }),
        ),
      'a merge after protocol 12': (archive) =>
        editJson(
          archive,
          state,
          (json) =>
            (level(json, 'currentBuckets', 1)['next'] = {
              state: 1,
              output: stateOf(archive).currentBuckets[0]?.curr,
            }),
        ),
    }),
  ).toMatchInlineSnapshot(`
    "another ledger
      state        history/00/00/00/history-0000000f.json, ledger 15: currentLedger is 23 instead of 15
    another network
      passphrase   history/00/00/00/history-0000000f.json, ledger 15: the network is "Test", and "Standalone Network ; February 2017" was expected
    a version too low
      state        history/00/00/00/history-0000000f.json, ledger 15: version is 1, and 2 belongs to protocol 27
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: the buckets give the hash 95f717c7…, and the header has 7f342182…
    another bucket
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: the buckets give the hash 3d1df072…, and the header has 7f342182…
    a merge in level 0
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: currentBuckets[0].next must be clear
    a merge that is described
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: currentBuckets[1].next describes a merge by its inputs, which is never published
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: currentBuckets[1].next must be clear from protocol 12 on
    a merge after protocol 12
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: currentBuckets[1].next must be clear from protocol 12 on"
  `);
  expect(
    await tellAll(
      {
        'the newest is another than that of its checkpoint': (archive) =>
          editJson(archive, wellKnownPath, (json) => (json['server'] = 'v27.1.1')),
        'another publisher once': (archive) =>
          editJson(archive, state, (json) => (json['server'] = 'v27.1.1')),
        'a first one that is not empty': (archive) =>
          put(statePath(0), archive.files.get(state) as Uint8Array)(archive),
        'a newest ledger that ends no checkpoint': (archive) =>
          editJson(archive, wellKnownPath, (json) => (json['currentLedger'] = 262)),
        'no ledger at all': (archive) =>
          put(wellKnownPath, archive.files.get(statePath(0)) as Uint8Array)(archive),
      },
      { to: 15 },
    ),
  ).toMatchInlineSnapshot(`
    "the newest is another than that of its checkpoint
      state        .well-known/stellar-history.json, ledger 263: it is not the same text as history/00/00/01/history-00000107.json
    another publisher once
      oddity       history/00/00/00/history-0000000f.json: is by "v27.1.1", as no other state of the archive
    a first one that is not empty
      state        history/00/00/00/history-00000000.json, checkpoint 0: it names buckets, and there was no ledger
      state        history/00/00/00/history-00000000.json, checkpoint 0: version is 2, and a network begins with 1
    a newest ledger that ends no checkpoint
      state        .well-known/stellar-history.json, ledger 262: currentLedger is 262, and no checkpoint of 8 ledgers ends there
    no ledger at all
      state        .well-known/stellar-history.json: the archive holds no ledger: currentLedger is 0"
  `);
});

test('messages that are missing are allowed, and worth a look where others are there', async () => {
  const without =
    (...checkpoints: readonly number[]) =>
    (archive: MemoryArchive): void => {
      for (const checkpoint of checkpoints) archive.files.delete(recordPath('scp', checkpoint));
    };
  expect(
    await tellAll(
      {
        'of one': without(15),
        'of two': without(7, 15),
        'of all but one': without(7, 23),
        'of all': without(7, 15, 23),
      },
      { to: 23 },
    ),
  ).toMatchInlineSnapshot(`
    "of one
      oddity       scp/00/00/00/scp-0000000f.xdr.gz: has no consensus messages; 2 have theirs
    of two
      oddity       scp/00/00/00/scp-00000007.xdr.gz: has no consensus messages, nor has one other; one has its own
    of all but one
      oddity       scp/00/00/00/scp-00000007.xdr.gz: has no consensus messages, nor has one other; one has its own
    of all
      "
  `);
});

test('another network, another history', async () => {
  const asked = { to: 7, passphrase: 'Test SDF Network ; September 2015' };
  // The report is of what was found, not of what was asked for.
  const { passphrase } = await verifyArchive(sampleArchive(), asked);
  expect(passphrase).toBe('Standalone Network ; February 2017');
  expect(
    await defectsAfter(() => {}, { ...second, passphrase: 'Test SDF Network ; September 2015' }),
  ).toMatchInlineSnapshot(
    `"passphrase   history/00/00/00/history-0000000f.json, ledger 15: the network is "Standalone Network ; February 2017", and "Test SDF Network ; September 2015" was expected"`,
  );
  const trusted = { ledger: 12, hash: 'ab'.repeat(32) };
  expect(await defectsAfter(() => {}, { ...second, trusted })).toMatchInlineSnapshot(
    `"trusted      ledger/00/00/00/ledger-0000000f.xdr.gz, ledger 12: the hash is 9df83890…, and abababab… was expected"`,
  );
});

describe('headers', () => {
  test('in a wrong order, missing, of other ledgers', async () => {
    const headers =
      (change: (entries: xdr.LedgerHeaderHistoryEntry[]) => xdr.LedgerHeaderHistoryEntry[]) =>
      (archive: MemoryArchive) =>
        edit(archive, ledgers, xdr.LedgerHeaderHistoryEntry, change);
    expect(
      await tellAll({
        'one is missing': headers((all) => all.filter((_, i) => i !== 3)),
        'one is there twice': headers((all) =>
          all.flatMap((entry, i) => (i === 3 ? [entry, entry] : [entry])),
        ),
        'the last is missing': headers((all) => all.slice(0, -1)),
        'none is there': headers(() => []),
        'those of the checkpoint before': (archive) =>
          put(ledgers, archive.files.get(recordPath('ledger', 7)) as Uint8Array)(archive),
      }),
    ).toMatchInlineSnapshot(`
      "one is missing
        sequence     ledger/00/00/00/ledger-0000000f.xdr.gz, ledger 12: the header of ledger 11 was expected here
      one is there twice
        sequence     ledger/00/00/00/ledger-0000000f.xdr.gz, ledger 11: the header of ledger 12 was expected here
      the last is missing
        sequence     ledger/00/00/00/ledger-0000000f.xdr.gz, checkpoint 15: the headers end with ledger 14, not with 15
      none is there
        sequence     ledger/00/00/00/ledger-0000000f.xdr.gz, checkpoint 15: the headers end with ledger 7, not with 15
      those of the checkpoint before
        sequence     ledger/00/00/00/ledger-0000000f.xdr.gz, checkpoint 15: the headers end with ledger 7, not with 15
        sequence     ledger/00/00/00/ledger-0000000f.xdr.gz, ledger 1: the header of ledger 8 was expected here
        oddity       ledger/00/00/00/ledger-0000000f.xdr.gz: was compressed under the name "ledger-00000007.xdr""
    `);
  });

  test('that do not have their hash, or do not follow', async () => {
    expect(
      await tellAll({
        'another hash beside it': (archive) =>
          edit(archive, ledgers, xdr.LedgerHeaderHistoryEntry, ([first]) => {
            (first as Open<xdr.LedgerHeaderHistoryEntry>).hash = hash(1);
          }),
        'changed, with a hash that fits': (archive) =>
          editHeader(archive, 9, (header) => (header.feePool = 1n)),
        'another ledger before the first': (archive) =>
          editHeader(archive, 8, (header) => (header.previousLedgerHash = hash(1))),
      }),
    ).toMatchInlineSnapshot(`
      "another hash beside it
        header       ledger/00/00/00/ledger-0000000f.xdr.gz, ledger 8: the header has the hash d855c91a…, and 01010101… stands beside it
      changed, with a hash that fits
        chain        ledger/00/00/00/ledger-0000000f.xdr.gz, ledger 10: the previous ledger hash is 33c07701…, and ledger 9 has cd985662…
      another ledger before the first
        chain        ledger/00/00/00/ledger-0000000f.xdr.gz, ledger 8: the previous ledger hash is 01010101…, and ledger 7 has eec84f32…
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 8: there is no record, and the header names the set 1f719aaf…, not the empty one b1371a53…
        chain        ledger/00/00/00/ledger-0000000f.xdr.gz, ledger 9: the previous ledger hash is d855c91a…, and ledger 8 has 103c7ca9…"
    `);
  });

  test('that break a rule', async () => {
    expect(
      await tellAll({
        'the protocol goes down': (archive) =>
          editHeader(archive, 15, (header) => (header.ledgerVersion = 26)),
        'time stands still': (archive) =>
          editHeader(
            archive,
            15,
            ({ scpValue }) => ((scpValue as Open<typeof scpValue>).closeTime = 5n),
          ),
        'a skip list from nowhere': (archive) =>
          editHeader(
            archive,
            15,
            (header) => (header.skipList = [hash(1), hash(0), hash(0), hash(0)]),
          ),
        'another list of buckets': (archive) =>
          editHeader(archive, 15, (header) => (header.bucketListHash = hash(1))),
      }),
    ).toMatchInlineSnapshot(`
      "the protocol goes down
        rule         ledger/00/00/00/ledger-0000000f.xdr.gz, ledger 15: the protocol goes from 27 down to 26
      time stands still
        rule         ledger/00/00/00/ledger-0000000f.xdr.gz, ledger 15: it closed at 5, not after the ledger before it (1795350745)
        scp          scp/00/00/00/scp-0000000f.xdr.gz, ledger 15: a message says that another value was agreed on than the one in the header
      a skip list from nowhere
        rule         ledger/00/00/00/ledger-0000000f.xdr.gz, ledger 15: skip list entry 0 is 01010101…, and 00000000… follows from the ledgers before
      another list of buckets
        bucket-list  history/00/00/00/history-0000000f.json, ledger 15: the buckets give the hash 7f342182…, and the header has 01010101…"
    `);
  });
});

describe('transactions and results', () => {
  type Entry = Open<xdr.TransactionHistoryEntry>;
  const sets = (change: (entries: Entry[]) => unknown) => (archive: MemoryArchive) =>
    edit(archive, transactions, xdr.TransactionHistoryEntry, change);
  const general = (entry: Entry | undefined) => {
    if (entry?.ext.type !== 'generalizedTxSet') throw new Error('not a generalized set');
    return entry.ext.generalizedTxSet.v1TxSet as Open<xdr.TransactionSetV1>;
  };
  const classic = (entry: Entry | undefined) => {
    const phase = general(entry).phases[0];
    if (phase?.type !== 'v0Components') throw new Error('not a classic phase');
    return phase.v0Components;
  };

  test('sets', async () => {
    expect(
      await tellAll({
        'a record is missing': sets((all) => all.slice(1)),
        'records in another order': sets(([a, b, c]) => [b, a, c] as Entry[]),
        'of another checkpoint': sets((all) => {
          (all[2] as Entry).ledgerSeq = 16;
        }),
        'on top of another ledger': sets(([first]) => {
          general(first).previousLedgerHash = hash(1);
        }),
        unsorted: sets((all) => {
          at(classic(all[2]), 0).txsMaybeDiscountedFee.txs.reverse();
        }),
        'without transactions': sets((all) => {
          (classic(all[0]) as unknown[]).splice(0);
        }),
        'with a component without transactions': sets((all) => {
          at(classic(all[0]), 0).txsMaybeDiscountedFee.txs.splice(0);
        }),
        'with one phase': sets((all) => {
          (general(all[0]).phases as unknown[]).pop();
        }),
        'in the form of another time': sets((all) => {
          const [first] = all;
          const txs = classic(first)[0]?.txsMaybeDiscountedFee.txs ?? [];
          (first as Entry).txSet = new xdr.TransactionSet({
            previousLedgerHash: general(first).previousLedgerHash,
            txs: [...txs],
          });
          (first as Entry).ext = xdr.TransactionHistoryEntryExt.v0();
        }),
        'beside a set of another time': sets(([first]) => {
          (first as Entry).txSet = new xdr.TransactionSet({ previousLedgerHash: hash(1), txs: [] });
        }),
      }),
    ).toMatchInlineSnapshot(`
      "a record is missing
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 10: there is no record, and the header names the set 1f72ade2…, not the empty one 0ed3940f…
      records in another order
        sequence     transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 10: the record comes after that of ledger 12
      of another checkpoint
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 14: there is no record, and the header names the set 7c1be46e…, not the empty one 54eb15c4…
        sequence     transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 16: the file is for ledgers 8 to 15
      on top of another ledger
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 10: the set has the hash df6c7205…, and the header names 1f72ade2…
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 10: the set follows ledger hash 01010101…, and the header 33c07701…
      unsorted
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 14: the set has the hash 79f7eb50…, and the header names 7c1be46e…
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 14: the transactions of the set are not sorted by the hashes of their envelopes
      without transactions
        results      results/00/00/00/results-0000000f.xdr.gz, ledger 10: there are 1 results for 0 transactions
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 10: the set has the hash 0ed3940f…, and the header names 1f72ade2…
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 10: there is a record without transactions
      with a component without transactions
        results      results/00/00/00/results-0000000f.xdr.gz, ledger 10: there are 1 results for 0 transactions
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 10: the set has the hash 587fdb97…, and the header names 1f72ade2…
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 10: there is a record without transactions
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 10: the set has a component or cluster without transactions
      with one phase
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 10: the set has the hash c2ac1d47…, and the header names 1f72ade2…
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 10: the set has the generalized form, and protocol 27 of the ledger before asks for the staged one
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 10: the set has 1 phases instead of 2
      in the form of another time
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 10: the set has the hash 4f6308ab…, and the header names 1f72ade2…
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 10: the set has the legacy form, and protocol 27 of the ledger before asks for the staged one
      beside a set of another time
        transactions transactions/00/00/00/transactions-0000000f.xdr.gz, ledger 10: the member for sets before protocol 20 is not empty beside a generalized set"
    `);
  });

  test('results', async () => {
    const entries =
      (change: (all: Open<xdr.TransactionHistoryResultEntry>[]) => unknown) =>
      (archive: MemoryArchive) =>
        edit(archive, results, xdr.TransactionHistoryResultEntry, change);
    expect(
      await tellAll({
        'a record is missing': entries((all) => all.slice(1)),
        'one fewer': entries((all) => {
          at(all, 2).txResultSet.results.splice(-1);
        }),
        'of another transaction': entries((all) => {
          const [result] = all[0]?.txResultSet.results ?? [];
          (result as Open<xdr.TransactionResultPair>).transactionHash = hash(1);
        }),
        'another fee': entries((all) => {
          const [pair] = all[0]?.txResultSet.results ?? [];
          (pair?.result as Open<xdr.TransactionResult>).feeCharged = 1n;
        }),
        'of ledgers without transactions': entries((all) => {
          (all[0] as Open<xdr.TransactionHistoryResultEntry>).ledgerSeq = 9;
        }),
      }),
    ).toMatchInlineSnapshot(`
      "a record is missing
        results      results/00/00/00/results-0000000f.xdr.gz, ledger 10: there is no record, and the header names the results a543a93b…, not the empty ones
      one fewer
        results      results/00/00/00/results-0000000f.xdr.gz, ledger 14: the results have the hash 316f1052…, and the header names e85357cf…
        results      results/00/00/00/results-0000000f.xdr.gz, ledger 14: there are 4 results for 5 transactions
      of another transaction
        results      results/00/00/00/results-0000000f.xdr.gz, ledger 10: the results have the hash 381a43bd…, and the header names a543a93b…
        results      results/00/00/00/results-0000000f.xdr.gz, ledger 10: the results and the set differ in their transactions, first at 01010101…
      another fee
        results      results/00/00/00/results-0000000f.xdr.gz, ledger 10: the results have the hash 3f1e19cb…, and the header names a543a93b…
      of ledgers without transactions
        results      results/00/00/00/results-0000000f.xdr.gz, ledger 9: the results have the hash a543a93b…, and the header names df3f6198…
        results      results/00/00/00/results-0000000f.xdr.gz, ledger 10: there is no record, and the header names the results a543a93b…, not the empty ones"
    `);
  });
});

test('buckets', async () => {
  /** Puts another content in the place of level 0's bucket, under the hash that it has. */
  const bucket = (change: (records: Buffer[]) => Buffer[]) => (archive: MemoryArchive) => {
    const { curr } = stateOf(archive).currentBuckets[0] as { curr: string };
    const content = joinRecords(change(recordsOf(contentOf(archive, bucketPath(curr)))));
    const fresh = sha256(content).toString('hex');
    archive.files.set(bucketPath(fresh), gzip(content));
    const text = Buffer.from(archive.files.get(state) ?? []).toString();
    archive.files.set(state, Buffer.from(text.replaceAll(curr, fresh)));
  };
  const meta = (protocol: number, list: 'live' | 'hotArchive' | undefined) =>
    Buffer.from(
      xdr.BucketEntry.metaentry(
        new xdr.BucketMetadata({
          ledgerVersion: protocol,
          ext:
            list === undefined
              ? xdr.BucketMetadataExt.v0()
              : xdr.BucketMetadataExt.bucketListType(xdr.BucketListType[list]),
        }),
      ).toXdr(),
    );
  const entries = (all: readonly Buffer[]) => all.slice(1);
  expect(
    await tellAll({
      'a content that is not that of its name': (archive) => {
        const path = bucketOf(archive);
        put(path, gzip(joinRecords(recordsOf(contentOf(archive, path)).slice(0, -1))))(archive);
      },
      'in another order': bucket((all) => [all[0] as Buffer, ...entries(all).reverse()]),
      'an entry twice': bucket((all) => [...all, all.at(-1) as Buffer]),
      'META at the end': bucket((all) => [...entries(all), all[0] as Buffer]),
      'META of the other list': bucket((all) => [meta(27, 'hotArchive'), ...entries(all)]),
      'META without a list': bucket((all) => [meta(27, undefined), ...entries(all)]),
      'META of a time without META': bucket((all) => [meta(10, undefined), ...entries(all)]),
      'of an older protocol than those below': bucket((all) => [
        meta(0, undefined),
        ...entries(all),
      ]),
      'no records': bucket(() => []),
    }),
  ).toMatchInlineSnapshot(`
    "a content that is not that of its name
      bucket       bucket/f9/4f/63/bucket-f94f631a….xdr.gz, ledger 15: its content has the hash 449dab26…
    in another order
      bucket       bucket/14/b8/11/bucket-14b811d7….xdr.gz, ledger 15: record 3 has a key below that of the one before it
      bucket       bucket/14/b8/11/bucket-14b811d7….xdr.gz, ledger 15: record 4 has a key below that of the one before it
      bucket       bucket/14/b8/11/bucket-14b811d7….xdr.gz, ledger 15: record 5 has a key below that of the one before it
      bucket       bucket/14/b8/11/bucket-14b811d7….xdr.gz, ledger 15: record 6 has a key below that of the one before it
      bucket       bucket/14/b8/11/bucket-14b811d7….xdr.gz, ledger 15: record 7 has a key below that of the one before it
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: the buckets give the hash c843255d…, and the header has 7f342182…
    an entry twice
      bucket       bucket/67/74/d2/bucket-6774d2de….xdr.gz, ledger 15: record 10 has the key of the one before it
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: the buckets give the hash ff1780f8…, and the header has 7f342182…
    META at the end
      bucket       bucket/57/82/fa/bucket-5782fa8a….xdr.gz, ledger 15: record 6 is INIT, which comes only after a META record of protocol 11
      bucket       bucket/57/82/fa/bucket-5782fa8a….xdr.gz, ledger 15: record 7 is INIT, which comes only after a META record of protocol 11
      bucket       bucket/57/82/fa/bucket-5782fa8a….xdr.gz, ledger 15: record 9 is META, which stands first
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: the buckets give the hash 8f88e358…, and the header has 7f342182…
    META of the other list
      bucket       bucket/be/e8/83/bucket-bee8833e….xdr.gz, ledger 15: its META says hot list, and it stands in the live one
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: the buckets give the hash 0301b126…, and the header has 7f342182…
    META without a list
      bucket       bucket/75/5d/24/bucket-755d24c2….xdr.gz, ledger 15: its META of protocol 27 does not say to which list it belongs
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: the buckets give the hash ca111b97…, and the header has 7f342182…
    META of a time without META
      bucket       bucket/d2/d9/53/bucket-d2d953d2….xdr.gz, ledger 15: its META says protocol 10, which had none
      bucket       bucket/d2/d9/53/bucket-d2d953d2….xdr.gz, ledger 15: record 7 is INIT, which comes only after a META record of protocol 11
      bucket       bucket/d2/d9/53/bucket-d2d953d2….xdr.gz, ledger 15: record 8 is INIT, which comes only after a META record of protocol 11
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: the buckets give the hash f80c079d…, and the header has 7f342182…
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: currentBuckets[0].curr is of protocol 10, and an older bucket of 27
    of an older protocol than those below
      bucket       bucket/7b/a8/d6/bucket-7ba8d6b8….xdr.gz, ledger 15: its META says protocol 0, which had none
      bucket       bucket/7b/a8/d6/bucket-7ba8d6b8….xdr.gz, ledger 15: record 7 is INIT, which comes only after a META record of protocol 11
      bucket       bucket/7b/a8/d6/bucket-7ba8d6b8….xdr.gz, ledger 15: record 8 is INIT, which comes only after a META record of protocol 11
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: the buckets give the hash 9dee30f6…, and the header has 7f342182…
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: currentBuckets[0].curr is of protocol 0, and an older bucket of 27
    no records
      bucket       bucket/e3/b0/c4/bucket-e3b0c442….xdr.gz, ledger 15: it has no record; the empty bucket has no file
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: the buckets give the hash eb14bc48…, and the header has 7f342182…
      bucket-list  history/00/00/00/history-0000000f.json, ledger 15: currentBuckets[0].curr is of protocol 0, and an older bucket of 27"
  `);
});

test('consensus messages', async () => {
  const messages =
    (change: (entry: xdr.ScpHistoryEntry['v0']) => void) => (archive: MemoryArchive) =>
      edit(archive, scp, xdr.ScpHistoryEntry, ([first]) =>
        change((first as xdr.ScpHistoryEntry).v0),
      );
  const first = (entry: xdr.ScpHistoryEntry['v0']) =>
    entry.ledgerMessages.messages[0] as Open<xdr.ScpEnvelope>;
  expect(
    await tellAll({
      'not signed': messages((entry) => {
        first(entry).signature = new xdr.Signature(new Uint8Array(64));
      }),
      'about another ledger': messages((entry) => {
        (first(entry).statement as Open<xdr.ScpStatement>).slotIndex = 9n;
      }),
      'about another value': messages((entry) => {
        const { pledges } = first(entry).statement;
        if (pledges.type !== 'scpStExternalize') throw new Error('not externalized');
        (pledges.externalize.commit as Open<xdr.ScpBallot>).value = new xdr.Value(
          new Uint8Array(8),
        );
      }),
      'without their quorum set': messages((entry) => {
        (entry.quorumSets as unknown[]).pop();
      }),
      'with a quorum set of nobody': messages((entry) => {
        const [set] = entry.quorumSets;
        (entry.quorumSets as unknown[]).push(
          new xdr.ScpQuorumSet({ threshold: 7, validators: set?.validators ?? [], innerSets: [] }),
        );
      }),
    }),
  ).toMatchInlineSnapshot(`
    "not signed
      scp          scp/00/00/00/scp-0000000f.xdr.gz, ledger 8: a message of node bd51c06b… is not signed by it
    about another ledger
      scp          scp/00/00/00/scp-0000000f.xdr.gz, ledger 8: a message of node bd51c06b… is about ledger 9
      scp          scp/00/00/00/scp-0000000f.xdr.gz, ledger 8: a message of node bd51c06b… is not signed by it
    about another value
      scp          scp/00/00/00/scp-0000000f.xdr.gz, ledger 8: a message of node bd51c06b… is not signed by it
      scp          scp/00/00/00/scp-0000000f.xdr.gz, ledger 8: a message says that another value was agreed on than the one in the header
    without their quorum set
      scp          scp/00/00/00/scp-0000000f.xdr.gz, ledger 8: the quorum set 5baa5532…, which a message refers to, is not listed
    with a quorum set of nobody
      scp          scp/00/00/00/scp-0000000f.xdr.gz, ledger 8: the quorum set d4a66732… is listed and no message refers to it"
  `);
});

test('signatures are verified unless that is not wanted', async () => {
  const unsigned = (archive: MemoryArchive) =>
    edit(archive, scp, xdr.ScpHistoryEntry, ([first]) => {
      const message = at((first as xdr.ScpHistoryEntry).v0.ledgerMessages.messages, 0);
      (message as Open<xdr.ScpEnvelope>).signature = new xdr.Signature(new Uint8Array(64));
    });
  expect(await defectsAfter(unsigned)).toContain('is not signed by it');
  expect(await defectsAfter(unsigned, { ...second, signatures: false })).toBe('');
});

test('more defects than anybody reads are counted', async () => {
  const archive = sampleArchive();
  for (const path of archive.files.keys())
    if (path.startsWith('bucket/')) archive.files.delete(path);
  const report = await verifyArchive(archive, { mostDefects: 3 });
  expect([report.defects.length, report.defectsLeftOut]).toEqual([3, 107]);
});
