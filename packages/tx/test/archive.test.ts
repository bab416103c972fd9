import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  explainResult,
  generalizedTransactionSetHash,
  ledgerHeaderHash,
  resultSetHash,
  transactionHash,
  transactionSetHash,
  xdr,
} from '../src/index.ts';
import { pairs, passphrase } from './recorded.ts';

/** The records of the archive of a real stellar-core v27.1.0, 263 ledgers, each with a 4-byte length before it. */
function records(kind: string): Uint8Array[] {
  const bytes = gunzipSync(
    readFileSync(new URL(`fixtures/archive-${kind}.xdr.gz`, import.meta.url)),
  );
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + (bytes.readUInt32BE(at) & 0x7fffffff);
    found.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return found;
}

const headers = records('ledger').map((bytes) => xdr.LedgerHeaderHistoryEntry.fromXdr(bytes));
const sets = records('transactions').map((bytes) => xdr.TransactionHistoryEntry.fromXdr(bytes));
const results = records('results').map((bytes) => xdr.TransactionHistoryResultEntry.fromXdr(bytes));
const hex = (value: { toXdr(): Uint8Array }): string => Buffer.from(value.toXdr()).toString('hex');

test('263 headers have their hashes and form a chain', () => {
  expect(headers).toHaveLength(263);
  for (const [i, { hash, header }] of headers.entries()) {
    expect(ledgerHeaderHash(header).toString('hex')).toBe(hex(hash));
    const before = headers[i - 1];
    if (before !== undefined) expect(hex(header.previousLedgerHash)).toBe(hex(before.hash));
  }
});

test('every transaction set has the hash of its header', () => {
  expect(sets).toHaveLength(32);
  for (const { ledgerSeq, txSet, ext } of sets) {
    const hash =
      ext.type === 'generalizedTxSet'
        ? generalizedTransactionSetHash(ext.generalizedTxSet)
        : transactionSetHash(txSet);
    const header = headers[ledgerSeq - 1]?.header;
    expect(hash.toString('hex')).toBe(header && hex(header.scpValue.txSetHash));
  }
});

test('every result set has the hash of its header', () => {
  const filled = new Map(results.map((entry) => [entry.ledgerSeq, entry.txResultSet]));
  const none = new xdr.TransactionResultSet({ results: [] });
  for (const { header } of headers.slice(1)) {
    const set = filled.get(header.ledgerSeq) ?? none;
    expect(resultSetHash(set).toString('hex')).toBe(hex(header.txSetResultHash));
  }
});

test('every result belongs to a transaction of the set, by its hash', () => {
  let seen = 0;
  for (const { ledgerSeq, ext } of sets) {
    if (ext.type !== 'generalizedTxSet') throw new Error('an older form');
    const set = ext.generalizedTxSet;
    if (set.type !== 'v1TxSet') throw new Error('another form');
    const envelopes = set.v1TxSet.phases.flatMap((phase) =>
      phase.type === 'v0Components'
        ? phase.v0Components.flatMap((component) => component.txsMaybeDiscountedFee.txs)
        : [],
    );
    const expected = envelopes.map((tx) => transactionHash(tx, passphrase).toString('hex'));
    const found = results.find((entry) => entry.ledgerSeq === ledgerSeq)?.txResultSet.results ?? [];
    expect(found.map((pair) => hex(pair.transactionHash)).sort()).toEqual(expected.sort());
    seen += found.length;
    for (const pair of found) {
      const recorded = pairs.find(({ hash }) => hash === hex(pair.transactionHash));
      const explained = explainResult(pair.result);
      if (recorded?.applied !== undefined) expect(explained.base64).toBe(recorded.applied.result);
    }
  }
  expect(seen).toBe(43);
});
