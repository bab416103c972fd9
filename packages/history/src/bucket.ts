import { createHash } from 'node:crypto';
import { xdr } from '@ssc/tx';
import { compareValues, type EntryKey, entryKey } from './entry-key.ts';
import { bucketPath } from './layout.ts';
import { reason } from './problem.ts';
import { damaged, type FileWatch, type Reading, readRecords } from './read-records.ts';

/** The live entries of a ledger, or those that were archived. */
export type BucketListName = 'live' | 'hot';

/** The kinds of records as XDR numbers them: those of the live list first, then those of the hot archive. */
export const kinds = { meta: -1, live: 0, dead: 1, init: 2, archived: 0, restored: 1 } as const;

/** What the META record says. */
export interface BucketMeta {
  readonly protocol: number;
  /** From protocol 23 on. */
  readonly list: BucketListName | undefined;
}

/** One record after META. */
export interface BucketRecord {
  readonly kind: number;
  readonly key: EntryKey;
  /** The XDR of the record. */
  readonly bytes: Buffer;
}

/** What is known of a bucket that was read to its end. */
export interface BucketFacts {
  /** Of META; 0 for a bucket from before protocol 11, which has none. */
  readonly protocol: number;
  readonly entries: number;
  readonly contentBytes: number;
  /** What is wrong with it. */
  readonly flaws: readonly string[];
}

/** From this protocol on buckets have META and INIT records. */
const firstProtocolWithMeta = 11;

/** Decodes a record strictly. */
export function decodeBucketRecord(
  record: Buffer,
  list: BucketListName,
): { readonly meta: BucketMeta } | BucketRecord {
  if (list === 'live') {
    const wire = xdr.BucketEntry.schema.decode(record);
    if (wire.type === kinds.meta) return { meta: toMeta(wire.metaEntry) };
    const union = wire.type === kinds.dead ? wire.deadEntry : wire.liveEntry.data;
    return { kind: wire.type, key: entryKey(union), bytes: record };
  }
  const wire = xdr.HotArchiveBucketEntry.schema.decode(record);
  if (wire.type === kinds.meta) return { meta: toMeta(wire.metaEntry) };
  const union = wire.type === kinds.archived ? wire.archivedEntry.data : wire.key;
  return { kind: wire.type, key: entryKey(union), bytes: record };
}

type MetaWire = Extract<
  ReturnType<typeof xdr.BucketEntry.schema.decode>,
  { type: -1 }
>['metaEntry'];

const toMeta = ({ ledgerVersion, ext }: MetaWire): BucketMeta => ({
  protocol: ledgerVersion,
  list: ext.v === 0 ? undefined : ext.bucketListType === 0 ? 'live' : 'hot',
});

/**
 * Reads a bucket of an archive to its end and compares it with its name: the hash of the whole uncompressed file, marks
 * included. Checks META, the order of the keys, and that none comes twice. Keeps one record at a time. Throws what
 * `readRecords` throws, and SSC_HISTORY_FILE for a record that does not decode.
 */
export async function checkBucket(
  reading: Reading,
  hash: string,
  list: BucketListName,
  watch: FileWatch = {},
): Promise<BucketFacts> {
  const path = bucketPath(hash);
  const sha = createHash('sha256');
  const order = new OrderCheck(list);
  let contentBytes = 0;
  const onContent = (part: Uint8Array): void => {
    sha.update(part);
    contentBytes += part.length;
    watch.onContent?.(part);
  };
  let index = 0;
  for await (const record of readRecords(reading, path, { ...watch, onContent })) {
    try {
      order.next(decodeBucketRecord(record, list), index);
    } catch (error) {
      throw damaged(
        path,
        'xdr',
        `holds a record ${index + 1} that does not decode: ${reason(error)}`,
      );
    }
    index += 1;
  }
  const seen = sha.digest('hex');
  const flaws = [...(seen === hash ? [] : [`its content has the hash ${seen}`]), ...order.flaws];
  if (index === 0) flaws.push('it has no record; the empty bucket has no file');
  return { protocol: order.protocol, entries: order.entries, contentBytes, flaws };
}

/** What is wrong with the sequence of a bucket's records. */
class OrderCheck {
  readonly flaws: string[] = [];
  protocol = 0;
  entries = 0;
  readonly #list: BucketListName;
  #last: EntryKey | undefined;

  constructor(list: BucketListName) {
    this.#list = list;
  }

  next(record: { readonly meta: BucketMeta } | BucketRecord, index: number): void {
    if ('meta' in record) {
      this.#meta(record.meta, index);
      return;
    }
    this.entries += 1;
    if (
      this.#list === 'live' &&
      record.kind === kinds.init &&
      this.protocol < firstProtocolWithMeta
    )
      this.#flaw(
        `record ${index + 1} is INIT, which comes only after a META record of protocol 11`,
      );
    const order = this.#last === undefined ? 1 : compareValues(record.key, this.#last);
    if (order === 0) this.#flaw(`record ${index + 1} has the key of the one before it`);
    if (order < 0) this.#flaw(`record ${index + 1} has a key below that of the one before it`);
    this.#last = record.key;
  }

  #meta(meta: BucketMeta, index: number): void {
    if (index > 0) this.#flaw(`record ${index + 1} is META, which stands first`);
    this.protocol = meta.protocol;
    const expected = meta.protocol >= 23 ? this.#list : undefined;
    // The first bucket of a level that was merged from older ones may lack the word that came with protocol 23.
    if (meta.list !== undefined && meta.list !== this.#list)
      this.#flaw(`its META says ${meta.list} list, and it stands in the ${this.#list} one`);
    if (expected !== undefined && meta.list === undefined)
      this.#flaw(`its META of protocol ${meta.protocol} does not say to which list it belongs`);
    if (meta.protocol < firstProtocolWithMeta)
      this.#flaw(`its META says protocol ${meta.protocol}, which had none`);
  }

  /** A bucket that is not a bucket has as many flaws as records: a few of them tell enough. */
  #flaw(sentence: string): void {
    if (this.flaws.length < 5) this.flaws.push(sentence);
  }
}
