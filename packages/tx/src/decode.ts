import { gunzipSync } from 'node:zlib';
import { Reader, type XdrType } from '@stellar/js-xdr';
import { xdr } from '@stellar/stellar-sdk/base';
import { refuse } from './problem.ts';
import { explainResult } from './result.ts';
import { base64Bytes, reason } from './xdr-input.ts';

/** XDR whose type was found. */
export interface DecodedXdr {
  /** As the protocol names it. @example "TransactionEnvelope" */
  readonly type: string;
  /** True for a file of records with their lengths before them, as history archives hold them. */
  readonly framed: boolean;
  /** The values as SEP-51 JSON; one, unless it is framed. */
  readonly values: readonly xdr.JsonValue[];
  /** Other types that the same bytes are as well, less likely ones. */
  readonly alternatives: readonly string[];
  /** What it means in a sentence, where there is one: of a TransactionResult. */
  readonly meaning: string | undefined;
}

type Reading =
  | { readonly ok: true; readonly value: xdr.XdrValue }
  | { readonly ok: false; readonly position: number; readonly reason: string };

interface Candidate {
  readonly name: string;
  read(bytes: Uint8Array): Reading;
}

function candidate<Wire>(type: {
  readonly schema: XdrType<Wire>;
  fromXdrObject(wire: Wire): xdr.XdrValue;
}): Candidate {
  const name = type.schema.name ?? 'XDR value';
  return {
    name,
    read(bytes) {
      const reader = new Reader(bytes);
      try {
        const wire = type.schema._read(reader, name);
        const position = reader.offset;
        if (position < bytes.length)
          return {
            ok: false,
            position,
            reason: `${bytes.length - position} bytes are left over`,
          };
        return { ok: true, value: type.fromXdrObject(wire) };
      } catch (error) {
        return { ok: false, position: reader.offset, reason: reason(error) };
      }
    },
  };
}

// Most wanted first: bytes that are several types at once are taken for the first.
const candidates: readonly Candidate[] = [
  candidate(xdr.TransactionEnvelope),
  candidate(xdr.TransactionResult),
  candidate(xdr.LedgerHeaderHistoryEntry),
  candidate(xdr.LedgerHeader),
  candidate(xdr.TransactionMeta),
  candidate(xdr.TransactionResultMeta),
  candidate(xdr.TransactionResultPair),
  candidate(xdr.TransactionHistoryEntry),
  candidate(xdr.TransactionHistoryResultEntry),
  candidate(xdr.GeneralizedTransactionSet),
  candidate(xdr.TransactionSet),
  candidate(xdr.TransactionResultSet),
  candidate(xdr.LedgerCloseMeta),
  candidate(xdr.LedgerEntry),
  candidate(xdr.BucketEntry),
  candidate(xdr.HotArchiveBucketEntry),
  candidate(xdr.LedgerKey),
  candidate(xdr.ScpHistoryEntry),
  candidate(xdr.ScpEnvelope),
  candidate(xdr.ScpQuorumSet),
  candidate(xdr.StellarMessage),
  candidate(xdr.ConfigUpgradeSet),
  candidate(xdr.ConfigSettingEntry),
  candidate(xdr.LedgerUpgrade),
  candidate(xdr.StellarValue),
  candidate(xdr.SorobanTransactionData),
  candidate(xdr.Transaction),
  candidate(xdr.OperationResult),
  candidate(xdr.Operation),
  candidate(xdr.DiagnosticEvent),
  candidate(xdr.ContractEvent),
  candidate(xdr.ScVal),
  candidate(xdr.Asset),
  candidate(xdr.ConfigUpgradeSetKey),
];

// What history archives, buckets, meta streams and prepared loads are files of.
const streamed = new Set([
  'LedgerHeaderHistoryEntry',
  'TransactionHistoryEntry',
  'TransactionHistoryResultEntry',
  'ScpHistoryEntry',
  'BucketEntry',
  'HotArchiveBucketEntry',
  'LedgerCloseMeta',
  'TransactionEnvelope',
]);

/**
 * Finds out what some XDR is and decodes it: base64 or hexadecimal text, the bytes themselves, or a file of records as
 * in a history archive, gzipped or not. A type fits only when every byte belongs to it. Throws SSC_TX_XDR with the
 * position at which the type that came furthest stopped.
 */
export function decodeXdr(input: string | Uint8Array): DecodedXdr {
  const bytes = toBytes(input);
  if (bytes.length === 0)
    throw refuse(
      { code: 'SSC_TX_XDR', position: 0 },
      'there is nothing to decode: the input is empty',
      {
        hint: 'In a history archive, files of transactions and results are empty where a checkpoint had none.',
      },
    );
  const records = toRecords(bytes);
  if (records !== undefined) return decodeRecords(records);
  const readings = candidates.map((type) => ({ name: type.name, reading: type.read(bytes) }));
  const fitting = readings.flatMap(({ name, reading }) =>
    reading.ok ? [{ name, value: reading.value }] : [],
  );
  const [first, ...others] = fitting;
  if (first === undefined) throw brokenRecord(bytes) ?? garbage(bytes.length, readings);
  const { value } = first;
  return {
    type: first.name,
    framed: false,
    values: [value.toJson()],
    alternatives: others.map(({ name }) => name),
    meaning: value instanceof xdr.TransactionResult ? explainResult(value).sentence : undefined,
  };
}

/** The value as indented JSON: `{ "type": …, "value": … }`, or `"values"` for a file of records. */
export function renderDecodedXdr(decoded: DecodedXdr): string {
  const { type, framed, values, alternatives, meaning } = decoded;
  return JSON.stringify(
    {
      type,
      ...(alternatives.length > 0 && { alternatives }),
      ...(meaning !== undefined && { meaning }),
      ...(framed ? { values } : { value: values[0] }),
    },
    undefined,
    2,
  );
}

const hexadecimal = /^(?:[\da-f]{2})+$/iu;
const printable = /^[\x20-\x7e\s]+$/u;

function toBytes(input: string | Uint8Array): Uint8Array {
  if (typeof input === 'string') return textBytes(input);
  if (input[0] === 0x1f && input[1] === 0x8b) return unzip(input);
  // A file may hold the text; no XDR type here consists of printable characters only.
  const text = Buffer.from(input).toString('latin1');
  return printable.test(text) ? textBytes(text) : input;
}

function textBytes(text: string): Uint8Array {
  const trimmed = text.trim();
  // Hexadecimal digits are base64 digits as well, but XDR in base64 is never without a capital letter: it has zeroes.
  if (hexadecimal.test(trimmed) && (/^\d/u.test(trimmed) || !/[A-Z]/u.test(trimmed)))
    return Buffer.from(trimmed, 'hex');
  return base64Bytes(trimmed.replace(/\s*\n\s*/gu, ''), 'value');
}

function unzip(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw refuse(
      { code: 'SSC_TX_XDR', position: 0 },
      `${bytes.length} bytes begin as gzip does, and are none: ${reason(cause)}`,
    );
  }
}

/** The records of a file of them: each has its length before it, the highest bit set. Undefined when it is no such file. */
function toRecords(bytes: Uint8Array): Uint8Array[] | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: Uint8Array[] = [];
  let at = 0;
  while (at < view.length) {
    if (view.length - at < 4) return undefined;
    const mark = view.readUInt32BE(at);
    const end = at + 4 + (mark & 0x7fffffff);
    if (mark < 0x80000000 || end > view.length) return undefined;
    records.push(view.subarray(at + 4, end));
    at = end;
  }
  return records;
}

// Nothing that a file of records holds is longer.
const longestRecord = 2 ** 26;

/** What is wrong with bytes that begin as a file of records does, and do not go on like one; undefined when they do not. */
function brokenRecord(bytes: Uint8Array): Error | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0, record = 1; ; record++) {
    const left = view.length - at;
    const mark = left < 4 ? 0 : view.readUInt32BE(at);
    const length = mark - 0x80000000;
    const isMark = length > 0 && length <= longestRecord;
    if (isMark && length <= left - 4) {
      at += 4 + length;
      continue;
    }
    if (!isMark && record === 1) return undefined;
    return refuse(
      { code: 'SSC_TX_XDR', position: at },
      isMark
        ? `record ${record}, at byte ${at} of ${view.length}, is cut off: it is ${length} bytes long, and ${left - 4} are there`
        : `after record ${record - 1}, from byte ${at} of ${view.length} on, there is no record: one begins with its length, the highest bit set`,
    );
  }
}

function decodeRecords(records: readonly Uint8Array[]): DecodedXdr {
  let furthest: { record: number; position: number; name: string; reason: string } | undefined;
  for (const { name, read } of candidates.filter((type) => streamed.has(type.name))) {
    const values: xdr.JsonValue[] = [];
    for (const [record, bytes] of records.entries()) {
      const reading = read(bytes);
      if (reading.ok) {
        values.push(reading.value.toJson());
        continue;
      }
      const further =
        furthest === undefined ||
        record > furthest.record ||
        (record === furthest.record && reading.position > furthest.position);
      if (further) furthest = { record, position: reading.position, name, reason: reading.reason };
      break;
    }
    if (values.length === records.length)
      return { type: name, framed: true, values, alternatives: [], meaning: undefined };
  }
  throw refuse(
    { code: 'SSC_TX_XDR', position: furthest?.position },
    `${records.length} records are of no type that is known here: record ${(furthest?.record ?? 0) + 1} stops at byte ${furthest?.position ?? 0} of ${records[furthest?.record ?? 0]?.length ?? 0}`,
    { facts: [['Furthest', `${furthest?.name}: ${furthest?.reason}`]] },
  );
}

function garbage(
  length: number,
  readings: readonly { readonly name: string; readonly reading: Reading }[],
): Error {
  let furthest = { name: '', position: -1, reason: '' };
  for (const { name, reading } of readings)
    if (!reading.ok && reading.position > furthest.position)
      furthest = { name, position: reading.position, reason: reading.reason };
  return refuse(
    { code: 'SSC_TX_XDR', position: furthest.position },
    `${length} bytes are of no type that is known here: the one that came furthest, ${furthest.name}, stops at byte ${furthest.position}`,
    {
      facts: [['Why', furthest.reason]],
      hint: 'A value must be whole: nothing cut off, nothing behind it.',
    },
  );
}
