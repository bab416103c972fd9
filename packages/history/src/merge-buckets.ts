import { sha256, xdr } from '@ssc/tx';
import { zeroHash } from './archive-state.ts';
import {
  type BucketListName,
  type BucketMeta,
  type BucketRecord,
  decodeBucketRecord,
  kinds,
} from './bucket.ts';
import { compareValues } from './entry-key.ts';
import { recordMark } from './records.ts';

/** A bucket in memory. */
export interface Bucket {
  /** Undefined for one from before protocol 11. */
  readonly meta: BucketMeta | undefined;
  readonly records: readonly BucketRecord[];
}

/** The bucket without any record. */
export const emptyBucket: Bucket = { meta: undefined, records: [] };

/** Takes the records of a bucket's file, META first. Throws the XdrError of one that does not decode. */
export function parseBucket(records: Iterable<Buffer>, list: BucketListName): Bucket {
  let meta: BucketMeta | undefined;
  const found: BucketRecord[] = [];
  for (const record of records) {
    const decoded = decodeBucketRecord(record, list);
    if ('meta' in decoded) meta = decoded.meta;
    else found.push(decoded);
  }
  return { meta, records: found };
}

/** The uncompressed file of a bucket. */
export function renderBucket({ meta, records }: Bucket): Buffer {
  const all = [
    ...(meta === undefined ? [] : [metaRecord(meta)]),
    ...records.map(({ bytes }) => bytes),
  ];
  return Buffer.concat(all.flatMap((bytes) => [recordMark(bytes.length), bytes]));
}

/** The name of a bucket: SHA-256 of its file, or zeroes for the empty one. */
export function bucketHash(bucket: Bucket): string {
  if (bucket.meta === undefined && bucket.records.length === 0) return zeroHash;
  return sha256(renderBucket(bucket)).toString('hex');
}

function metaRecord({ protocol, list }: BucketMeta): Buffer {
  const ext =
    list === undefined
      ? xdr.BucketMetadataExt.v0()
      : xdr.BucketMetadataExt.bucketListType(
          list === 'live' ? xdr.BucketListType.live : xdr.BucketListType.hotArchive,
        );
  const meta = new xdr.BucketMetadata({ ledgerVersion: protocol, ext });
  return Buffer.from(xdr.BucketEntry.metaentry(meta).toXdr());
}

/**
 * The newer bucket laid over the older one, as a level of the list above level 0 does it (stellar-core:
 * src/bucket/LiveBucket.cpp and HotArchiveBucket.cpp) from protocol 12 on; before, entries in younger levels shadow those
 * that are merged, which this does not know. `last` is the oldest level, in which nothing needs to be remembered as gone.
 */
export function mergeBuckets(
  older: Bucket,
  newer: Bucket,
  list: BucketListName,
  last: boolean,
): Bucket {
  const records: BucketRecord[] = [];
  const keep = (record: BucketRecord | undefined): void => {
    if (record !== undefined && !(last && isTombstone(record, list))) records.push(record);
  };
  let [i, j] = [0, 0];
  for (;;) {
    const [old, fresh] = [older.records[i], newer.records[j]];
    if (old === undefined && fresh === undefined) break;
    const order =
      old === undefined ? 1 : fresh === undefined ? -1 : compareValues(old.key, fresh.key);
    if (order <= 0) i += 1;
    if (order >= 0) j += 1;
    if (order < 0) keep(old);
    else if (order > 0) keep(fresh);
    else keep(mergeRecords(old as BucketRecord, fresh as BucketRecord, list));
  }
  return { meta: mergeMeta(older.meta, newer.meta), records };
}

const isTombstone = ({ kind }: BucketRecord, list: BucketListName): boolean =>
  kind === (list === 'live' ? kinds.dead : kinds.restored);

function mergeMeta(
  older: BucketMeta | undefined,
  newer: BucketMeta | undefined,
): BucketMeta | undefined {
  if (older === undefined && newer === undefined) return undefined;
  const protocol = Math.max(older?.protocol ?? 0, newer?.protocol ?? 0);
  return { protocol, list: newer?.list ?? older?.list };
}

/** What becomes of a key that both have. */
function mergeRecords(
  old: BucketRecord,
  fresh: BucketRecord,
  list: BucketListName,
): BucketRecord | undefined {
  if (list === 'hot') return fresh;
  if (fresh.kind === kinds.init) {
    if (old.kind === kinds.dead) return withKind(fresh, kinds.live);
    throw new Error('an entry that is INIT stands over one that is there already');
  }
  if (old.kind !== kinds.init) return fresh;
  return fresh.kind === kinds.dead ? undefined : withKind(fresh, kinds.init);
}

/** The discriminant of the union is the first word of its XDR. */
function withKind(record: BucketRecord, kind: number): BucketRecord {
  const bytes = Buffer.from(record.bytes);
  bytes.writeInt32BE(kind);
  return { ...record, kind, bytes };
}
