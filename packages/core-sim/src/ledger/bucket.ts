import { sha256Hex } from '../keys.ts';
import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';
import { sortKeyOf, sortKeyOfEntry } from './entry-key.ts';
import { zeroHash } from './header.ts';

/** The kinds of records in a bucket, as their XDR numbers. */
export const recordKinds = { meta: -1, live: 0, dead: 1, init: 2 } as const;

/** One entry of a bucket: its key, kind and XDR. */
export interface BucketRecord {
  /** See {@link sortKeyOf}. */
  readonly key: string;
  readonly kind: 0 | 1 | 2;
  /** The XDR of the whole BucketEntry. */
  readonly bytes: Buffer;
}

/** What the META record says; a bucket from before protocol 11 has none. */
interface Meta {
  readonly version: number;
  /** From protocol 23: 0 for the live list, 1 for the hot archive. */
  readonly list: 0 | 1 | undefined;
}

/** An immutable sorted file of ledger entries. */
export interface Bucket {
  readonly meta: Meta | undefined;
  readonly records: readonly BucketRecord[];
  /** SHA-256 of the file in hex; zeros for the bucket without any record. */
  readonly hash: string;
}

export const emptyBucket: Bucket = { meta: undefined, records: [], hash: zeroHash };

const mark = (bytes: Uint8Array): Buffer => {
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE((0x80000000 | bytes.length) >>> 0);
  return length;
};

function encodeMeta(meta: Meta): Buffer {
  const writer = new XdrWriter().int(recordKinds.meta).uint(meta.version);
  if (meta.list === undefined) writer.int(0);
  else writer.int(1).int(meta.list);
  return writer.end();
}

/** The bytes of the bucket's file: records, each with its length and the top bit set before it. */
export function encodeBucket(bucket: Pick<Bucket, 'meta' | 'records'>): Buffer {
  const parts: Buffer[] = [];
  if (bucket.meta !== undefined) {
    const meta = encodeMeta(bucket.meta);
    parts.push(mark(meta), meta);
  }
  for (const { bytes } of bucket.records) parts.push(mark(bytes), bytes);
  return Buffer.concat(parts);
}

export function createBucket(meta: Meta | undefined, records: readonly BucketRecord[]): Bucket {
  if (meta === undefined && records.length === 0) return emptyBucket;
  return { meta, records, hash: sha256Hex(encodeBucket({ meta, records })) };
}

/** A record of an entry that lives; `bytes` is the XDR of its LedgerEntry. */
export function entryRecord(kind: 'live' | 'init', key: string, bytes: Uint8Array): BucketRecord {
  return {
    key,
    kind: recordKinds[kind],
    bytes: new XdrWriter().int(recordKinds[kind]).fixed(bytes).end(),
  };
}

/** The LedgerEntry of a record that is not DEAD. */
export const entryOf = (record: BucketRecord): Buffer => record.bytes.subarray(4);

const withKind = (record: BucketRecord, kind: 0 | 2): BucketRecord => ({
  key: record.key,
  kind,
  bytes: new XdrWriter().int(kind).fixed(record.bytes.subarray(4)).end(),
});

/** What becomes of one key that both buckets have. */
function mergeRecords(older: BucketRecord, newer: BucketRecord): BucketRecord | undefined {
  if (newer.kind === recordKinds.init) {
    if (older.kind === recordKinds.dead) return withKind(newer, recordKinds.live);
    throw new Error('malformed bucket: old non-DEAD + new INIT');
  }
  if (older.kind === recordKinds.init)
    return newer.kind === recordKinds.dead ? undefined : withKind(newer, recordKinds.init);
  return newer;
}

/** From this protocol on merges leave shadowed entries alone. */
const firstProtocolWithoutShadows = 12;
/** From this protocol on buckets have META and INIT records. */
const firstProtocolWithInit = 11;

/** True when a merge that lays this bucket over an older one must look at the levels above it. */
export const usesShadows = (newer: Bucket): boolean =>
  (newer.meta?.version ?? 0) < firstProtocolWithoutShadows;

const keySets = new WeakMap<Bucket, ReadonlySet<string>>();

function keysOf(bucket: Bucket): ReadonlySet<string> {
  let keys = keySets.get(bucket);
  if (keys === undefined) {
    keys = new Set(bucket.records.map((record) => record.key));
    keySets.set(bucket, keys);
  }
  return keys;
}

/**
 * The newer bucket laid over the older one. Of the entries that also stand in one of the `shadows`, buckets that are
 * newer still, only those that tell of a beginning or an end are kept (stellar-core: src/bucket/BucketBase.cpp).
 */
export function mergeBuckets(
  older: Bucket,
  newer: Bucket,
  keepDead: boolean,
  shadows: readonly Bucket[] = [],
): Bucket {
  const version = Math.max(
    older.meta?.version ?? 0,
    newer.meta?.version ?? 0,
    ...shadows.filter(usesShadows).map((shadow) => shadow.meta?.version ?? 0),
  );
  const meta: Meta | undefined =
    version < firstProtocolWithInit
      ? undefined
      : { version, list: newer.meta?.list ?? older.meta?.list };
  const isShadowed = (key: string): boolean => shadows.some((shadow) => keysOf(shadow).has(key));
  const records: BucketRecord[] = [];
  const add = (record: BucketRecord | undefined): void => {
    if (record === undefined || (!keepDead && record.kind === recordKinds.dead)) return;
    const isKept = version >= firstProtocolWithInit && record.kind !== recordKinds.live;
    if (!isKept && isShadowed(record.key)) return;
    records.push(record);
  };
  if (newer.records.length === 0) for (const record of older.records) add(record);
  else {
    let i = 0;
    for (const theirs of newer.records) {
      let ours = older.records[i];
      while (ours !== undefined && ours.key < theirs.key) {
        add(ours);
        ours = older.records[++i];
      }
      if (ours?.key === theirs.key) {
        add(mergeRecords(ours, theirs));
        i += 1;
      } else add(theirs);
    }
    for (; i < older.records.length; i++) add(older.records[i]);
  }
  return createBucket(meta, records);
}

/** The bucket of a file's bytes. Throws a NotSimulatedError for entries that core-sim can't apply. */
export function decodeBucket(file: Uint8Array): Bucket {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  let meta: Meta | undefined;
  const records: BucketRecord[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at) & 0x7fffffff;
    const record = bytes.subarray(at + 4, at + 4 + length);
    if (record.length !== length) throw new Error('bucket file ends inside a record');
    at += 4 + length;
    const kind = record.readInt32BE(0);
    if (kind === recordKinds.meta) {
      const reader = new XdrReader(record.subarray(4));
      const version = reader.uint();
      meta = { version, list: reader.int() === 1 ? (reader.int() as 0 | 1) : undefined };
    } else if (kind === 0 || kind === 1 || kind === 2) {
      const body = record.subarray(4);
      const key = kind === recordKinds.dead ? sortKeyOf(body) : sortKeyOfEntry(body);
      records.push({ key, kind, bytes: record });
    } else throw new Error(`no bucket record of kind ${kind}`);
  }
  return createBucket(meta, records);
}
