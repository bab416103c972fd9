import { sha256, type xdr } from '@ssc/tx';
import { type ArchiveState, bucketsOf, emptyState, renderArchiveState } from './archive-state.ts';
import { gzip } from './gzip.ts';
import { bucketPath, type RecordKind, recordPath, statePath, wellKnownPath } from './layout.ts';
import { historyError } from './problem.ts';
import { joinRecords } from './records.ts';
import type { ArchiveSink } from './source.ts';

/** A record as a value or as its XDR. */
export type RecordInput<T extends xdr.XdrValue> = T | Uint8Array;

/** All that is published for one checkpoint. */
export interface CheckpointContent {
  /** Its `currentLedger` names the checkpoint. */
  readonly state: ArchiveState;
  readonly headers: Iterable<RecordInput<xdr.LedgerHeaderHistoryEntry>>;
  /** Of the ledgers that have transactions. */
  readonly transactions: Iterable<RecordInput<xdr.TransactionHistoryEntry>>;
  /** Of the same ledgers. */
  readonly results: Iterable<RecordInput<xdr.TransactionHistoryResultEntry>>;
  /** Without any, there is no such file. */
  readonly scp?: Iterable<RecordInput<xdr.ScpHistoryEntry>>;
  /** The uncompressed files of the buckets that no earlier checkpoint had, by hash. */
  readonly buckets: Iterable<readonly [hash: string, content: Uint8Array]>;
}

/** What {@link writeArchive} begins an archive with. */
export interface NewArchive {
  /** The build that publishes. */
  readonly server: string;
  readonly networkPassphrase: string;
}

/** Makes an archive as `new-hist` does, then publishes checkpoints into it, one after the other. */
export async function writeArchive(
  sink: ArchiveSink,
  { server, networkPassphrase }: NewArchive,
  checkpoints: Iterable<CheckpointContent> | AsyncIterable<CheckpointContent> = [],
): Promise<void> {
  const text = Buffer.from(renderArchiveState(emptyState(server, networkPassphrase)));
  await sink.put(statePath(0), text);
  await sink.put(wellKnownPath, text);
  const published = new Set<string>();
  for await (const checkpoint of checkpoints) await writeCheckpoint(sink, checkpoint, published);
}

/**
 * Publishes a checkpoint in core's order: first the files, then the state that names them, the newest state last; so who
 * reads meanwhile never misses a file. Buckets are compared with their hashes, and every bucket that the state names
 * must be given or in `published`, to which they are added; else SSC_HISTORY_INPUT, and nothing was written.
 */
export async function writeCheckpoint(
  sink: ArchiveSink,
  content: CheckpointContent,
  published: Set<string> = new Set(),
): Promise<void> {
  const { state } = content;
  const checkpoint = state.currentLedger;
  const buckets = requireBuckets(content, published);
  for (const [hash, bytes] of buckets) await sink.put(bucketPath(hash), gzip(bytes));
  const put = (kind: RecordKind, records: readonly Uint8Array[]) =>
    sink.put(recordPath(kind, checkpoint), gzip(joinRecords(records)));
  await put('ledger', toBytes(content.headers));
  await put('transactions', toBytes(content.transactions));
  await put('results', toBytes(content.results));
  const scp = toBytes(content.scp ?? []);
  if (scp.length > 0) await put('scp', scp);
  const text = Buffer.from(renderArchiveState(state));
  await sink.put(statePath(checkpoint), text);
  await sink.put(wellKnownPath, text);
  for (const [hash] of buckets) published.add(hash);
}

const toBytes = (records: Iterable<RecordInput<xdr.XdrValue>>): Uint8Array[] =>
  Array.from(records, (record) => (record instanceof Uint8Array ? record : record.toXdr()));

function requireBuckets(
  { state, buckets }: CheckpointContent,
  published: ReadonlySet<string>,
): ReadonlyMap<string, Uint8Array> {
  const given = new Map(buckets);
  for (const [hash, content] of given) {
    const seen = sha256(content).toString('hex');
    if (seen !== hash)
      throw historyError(
        { code: 'SSC_HISTORY_INPUT', field: 'buckets' },
        `the bucket given as ${hash} has the hash ${seen}; nothing was written`,
      );
  }
  const needed = [...bucketsOf(state.currentBuckets), ...bucketsOf(state.hotArchiveBuckets ?? [])];
  const missing = needed.filter((hash) => !given.has(hash) && !published.has(hash));
  if (missing.length > 0)
    throw historyError(
      { code: 'SSC_HISTORY_INPUT', field: 'buckets' },
      `the state of ledger ${state.currentLedger} names ${missing.length} buckets that were neither given nor published before, first ${missing[0]}; nothing was written`,
    );
  return given;
}
