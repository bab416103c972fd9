import { gunzipSync } from 'node:zlib';
import { renderKey, sha256Hex } from '../keys.ts';
import { decodeHeader, encodeHeader, type LedgerHeader } from '../ledger/header.ts';
import type { ClosedLedger } from '../ledger/ledger.ts';
import { encodeQuorumSet, hashQuorumSet, type QuorumSet } from '../scp/quorum-set.ts';
import { type Envelope, encodeEnvelope } from '../scp/statement.ts';
import { readTxSet, type TxSet } from '../tx/tx-set.ts';
import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';

/** A record as files carry it: its length with the top bit set, then its bytes. */
export function frameRecord(bytes: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(4 + bytes.length);
  framed.writeUInt32BE((0x80000000 | bytes.length) >>> 0);
  framed.set(bytes, 4);
  return framed;
}

/** A file whose records can't be read; the words are core's. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  constructor() {
    super('malformed XDR file or IO failure in readOne');
  }
}

/** The records of a file's bytes. Throws a {@link RecordError} when they end amid one. */
export function splitRecords(file: Uint8Array): Buffer[] {
  const { records, isTorn } = readRecords(file);
  if (isTorn) throw new RecordError();
  return records;
}

/** The records of a file whose last one may be torn: that one is left out. */
export const wholeRecords = (file: Uint8Array): Buffer[] => readRecords(file).records;

function readRecords(file: Uint8Array): { readonly records: Buffer[]; readonly isTorn: boolean } {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const records: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const from = at + 4;
    if (from > bytes.length) return { records, isTorn: true };
    at = from + (bytes.readUInt32BE(at) & 0x7fffffff);
    if (at > bytes.length) return { records, isTorn: true };
    records.push(bytes.subarray(from, at));
  }
  return { records, isTorn: false };
}

/** The records of a compressed file. Throws a {@link RecordError} when it is not whole. */
export function unzipRecords(file: Uint8Array): Buffer[] {
  let bytes: Buffer;
  try {
    bytes = gunzipSync(file);
  } catch {
    throw new RecordError();
  }
  return splitRecords(bytes);
}

/** `LedgerHeaderHistoryEntry`: hash, header, extension 0. */
export const encodeHeaderEntry = (header: LedgerHeader, hash: string): Buffer =>
  new XdrWriter().hex(hash).fixed(encodeHeader(header)).int(0).end();

/** What a `LedgerHeaderHistoryEntry` tells. */
export interface HeaderEntry {
  /** As it stands beside the header. */
  readonly recordedHash: string;
  /** As the header's bytes give it. */
  readonly hash: string;
  readonly header: LedgerHeader;
}

/** Throws a {@link RecordError} for bytes that are none. */
export function decodeHeaderEntry(record: Buffer): HeaderEntry {
  try {
    const bytes = record.subarray(32, record.length - 4);
    return {
      recordedHash: record.toString('hex', 0, 32),
      hash: sha256Hex(bytes),
      header: decodeHeader(bytes),
    };
  } catch {
    throw new RecordError();
  }
}

/** The ledger of a record of a file of transactions, results or messages. */
export const ledgerOfRecord = (kind: 'transactions' | 'results' | 'scp', record: Buffer): number =>
  kind === 'scp' ? ledgerOfMessages(record) : record.readUInt32BE(0);

/** `TransactionHistoryEntry`: since protocol 20 the set stands in the extension, beside an empty one of the old form. */
export function encodeTransactionsEntry(seq: number, set: TxSet): Buffer {
  const writer = new XdrWriter().uint(seq);
  if (set.isGeneralized) return writer.hex('0'.repeat(64)).uint(0).int(1).fixed(set.bytes).end();
  return writer.fixed(set.bytes).int(0).end();
}

/** The set of a `TransactionHistoryEntry`; throws what {@link readTxSet} throws. */
export function decodeTransactionsEntry(record: Buffer, networkId: Uint8Array): TxSet {
  // An old set without transactions, and extension 1: 32 bytes of zeros, a count of zero, a one.
  const isGeneralized =
    record.length > 44 && record.readUInt32BE(36) === 0 && record.readUInt32BE(40) === 1;
  const bytes = isGeneralized ? record.subarray(44) : record.subarray(4, record.length - 4);
  return readTxSet(Buffer.from(bytes), isGeneralized, networkId);
}

/** `TransactionHistoryResultEntry` */
export const encodeResultsEntry = ({ header, resultSet }: ClosedLedger): Buffer =>
  new XdrWriter().uint(header.ledgerSeq).fixed(resultSet).int(0).end();

/** The hash of the results of a `TransactionHistoryResultEntry`. */
export const hashResultsEntry = (record: Buffer): string =>
  sha256Hex(record.subarray(4, record.length - 4));

/** What nodes said when they agreed on a ledger, and the quorum sets by which they did. */
export interface Consensus {
  readonly envelopes: readonly Envelope[];
  readonly quorumSets: readonly QuorumSet[];
}

/** `SCPHistoryEntry`: messages in the order of their nodes' addresses. */
export function encodeMessagesEntry(seq: number, { envelopes, quorumSets }: Consensus): Buffer {
  const sorted = <T>(list: readonly T[], key: (item: T) => string): T[] =>
    list
      .map((item) => [key(item), item] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, item]) => item);
  const writer = new XdrWriter().int(0).uint(quorumSets.length);
  for (const set of sorted(quorumSets, hashQuorumSet)) writer.fixed(encodeQuorumSet(set));
  writer.uint(seq).uint(envelopes.length);
  for (const envelope of sorted(envelopes, (e) => renderKey(e.statement.node)))
    writer.fixed(encodeEnvelope(envelope));
  return writer.end();
}

function ledgerOfMessages(record: Buffer): number {
  const reader = new XdrReader(record);
  reader.int();
  const skipSet = (): void => {
    reader.uint();
    for (let nodes = reader.count(); nodes > 0; nodes--) {
      reader.int();
      reader.fixed(32);
    }
    for (let sets = reader.count(); sets > 0; sets--) skipSet();
  };
  for (let sets = reader.count(); sets > 0; sets--) skipSet();
  return reader.uint();
}
