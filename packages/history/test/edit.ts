import { gunzipSync } from 'node:zlib';
import { decodeAs, sha256, xdr } from '@ssc/tx';
import {
  gzip,
  joinRecords,
  type MemoryArchive,
  recordPath,
  renderDefect,
  type VerifyOptions,
  verifyArchive,
} from '../src/index.ts';
import { sampleArchive } from './sample.ts';

/** A value whose fields can be set. */
export type Open<T> = { -readonly [K in keyof T]: T[K] };

type XdrClass<Wire, T extends xdr.XdrValue> = xdr.XdrValueConstructor<Wire, T> & {
  fromXdr: typeof xdr.XdrValue.fromXdr;
};

/** The uncompressed content of a file. */
export const contentOf = (archive: MemoryArchive, path: string): Buffer =>
  gunzipSync(archive.files.get(path) ?? Buffer.alloc(0));

/** The records of a file as bytes. */
export function recordsOf(content: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < content.length; ) {
    const end = at + 4 + (content.readUInt32BE(at) & 0x7fffffff);
    records.push(content.subarray(at + 4, end));
    at = end;
  }
  return records;
}

/** Changes the records of a file; what `change` returns, if anything, takes their place. */
export function edit<Wire, T extends xdr.XdrValue>(
  archive: MemoryArchive,
  path: string,
  type: XdrClass<Wire, T>,
  change: (records: T[]) => unknown,
): void {
  const records = recordsOf(contentOf(archive, path)).map((bytes) => decodeAs(type, bytes));
  const given = change(records);
  const changed = Array.isArray(given) ? (given as xdr.XdrValue[]) : records;
  archive.files.set(path, gzip(joinRecords(changed.map((record) => record.toXdr()))));
}

/** Changes one header of checkpoint 15 and gives it the hash that it then has. */
export function editHeader(
  archive: MemoryArchive,
  ledger: number,
  change: (header: Open<xdr.LedgerHeader>) => void,
): void {
  edit(archive, recordPath('ledger', 15), xdr.LedgerHeaderHistoryEntry, (entries) => {
    const entry = entries.find(({ header }) => header.ledgerSeq === ledger);
    if (entry === undefined) throw new Error(`no header of ledger ${ledger}`);
    change(entry.header);
    (entry as Open<typeof entry>).hash = new xdr.Hash(sha256(entry.header.toXdr()));
  });
}

/** Changes the JSON of a file. */
export function editJson(
  archive: MemoryArchive,
  path: string,
  change: (json: Record<string, unknown>) => void,
): void {
  const json = JSON.parse(Buffer.from(archive.files.get(path) ?? []).toString('utf8')) as Record<
    string,
    unknown
  >;
  change(json);
  archive.files.set(path, Buffer.from(JSON.stringify(json, undefined, 4)));
}

/** By default the second checkpoint alone: ledgers 8 to 15, of which 10, 12 and 14 have transactions. */
export const second: VerifyOptions = { from: 8, to: 15, frequency: 8 };

/** What a verification says of the sample after a change; of hashes the first digits. */
export async function defectsAfter(
  change: (archive: MemoryArchive) => void,
  options: VerifyOptions = second,
): Promise<string> {
  const archive = sampleArchive();
  change(archive);
  const { defects, oddities } = await verifyArchive(archive, options);
  const lines = [
    ...defects.map(renderDefect),
    ...oddities.map(({ file, message }) => `oddity       ${file}: ${message}`),
  ];
  return lines.join('\n').replaceAll(/[\da-f]{56,}/gu, (hash) => `${hash.slice(0, 8)}…`);
}

/** The same for several changes, each with its name. */
export async function tellAll(
  cases: Readonly<Record<string, (archive: MemoryArchive) => void>>,
  options: VerifyOptions = second,
): Promise<string> {
  const told: string[] = [];
  for (const [name, change] of Object.entries(cases))
    told.push(`${name}\n${(await defectsAfter(change, options)).replaceAll(/^/gmu, '  ')}`);
  return told.join('\n');
}

/** All that a stream gives. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of stream) all.push(item);
  return all;
}
