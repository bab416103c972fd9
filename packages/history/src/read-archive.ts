import { xdr } from '@ssc/tx';
import { type ArchiveState, parseArchiveState } from './archive-state.ts';
import type { CheckpointFrequency } from './checkpoint.ts';
import type { Gunzip } from './gzip.ts';
import { bucketPath, recordPath, statePath, wellKnownPath } from './layout.ts';
import { decodeRecord, fetchWhole, hasFile, readRecords } from './read-records.ts';
import type { ArchiveSource } from './source.ts';

/**
 * An archive for reading, file by file. Every call asks the source anew and decodes strictly; nothing is compared with
 * anything else, which is what `verifyArchive` is for.
 */
export interface ArchiveReader {
  readonly source: ArchiveSource;
  /** The newest state, or that of a checkpoint. */
  state(checkpoint?: number): Promise<ArchiveState>;
  /** The headers of a checkpoint, each with the hash that the archive gives for it. */
  headers(checkpoint: number): AsyncIterable<xdr.LedgerHeaderHistoryEntry>;
  /** The transaction sets of those ledgers of a checkpoint that have transactions. */
  transactions(checkpoint: number): AsyncIterable<xdr.TransactionHistoryEntry>;
  /** The results of the same ledgers. */
  results(checkpoint: number): AsyncIterable<xdr.TransactionHistoryResultEntry>;
  /** The consensus messages of a checkpoint; an archive may have none. */
  scp(checkpoint: number): AsyncIterable<xdr.ScpHistoryEntry>;
  /** A bucket of live entries. */
  liveBucket(hash: string): AsyncIterable<xdr.BucketEntry>;
  /** A bucket of the hot archive, of protocol 23 and later. */
  hotBucket(hash: string): AsyncIterable<xdr.HotArchiveBucketEntry>;
}

/** How {@link readArchive} reads. */
export interface ReadOptions {
  /** @default gunzipWhole */
  readonly gunzip?: Gunzip;
}

/**
 * Opens an archive for reading. Its calls throw SSC_HISTORY_MISSING, SSC_HISTORY_STATE and SSC_HISTORY_FILE for what is
 * wrong with the archive, SSC_HISTORY_SOURCE when the source cannot tell.
 */
export function readArchive(source: ArchiveSource, options: ReadOptions = {}): ArchiveReader {
  const reading = { source, ...options };
  async function* records<Wire, T extends xdr.XdrValue>(
    type: xdr.XdrValueConstructor<Wire, T> & { fromXdr: typeof xdr.XdrValue.fromXdr },
    path: string,
  ): AsyncGenerator<T> {
    let index = 0;
    for await (const record of readRecords(reading, path))
      yield decodeRecord(type, record, path, index++);
  }
  return {
    source,
    async state(checkpoint) {
      const path = checkpoint === undefined ? wellKnownPath : statePath(checkpoint);
      return parseArchiveState(Buffer.from(await fetchWhole(source, path)).toString('utf8'), path);
    },
    headers: (at) => records(xdr.LedgerHeaderHistoryEntry, recordPath('ledger', at)),
    transactions: (at) => records(xdr.TransactionHistoryEntry, recordPath('transactions', at)),
    results: (at) => records(xdr.TransactionHistoryResultEntry, recordPath('results', at)),
    scp: (at) => records(xdr.ScpHistoryEntry, recordPath('scp', at)),
    liveBucket: (hash) => records(xdr.BucketEntry, bucketPath(hash)),
    hotBucket: (hash) => records(xdr.HotArchiveBucketEntry, bucketPath(hash)),
  };
}

/**
 * How many ledgers a checkpoint of this archive has, from what it holds: 8 when its newest state is of a ledger at which
 * no checkpoint of 64 ends, or when it also has the state of eight ledgers before.
 */
export async function findFrequency(
  source: ArchiveSource,
  currentLedger: number,
): Promise<CheckpointFrequency> {
  if (currentLedger === 0) return 64;
  if ((currentLedger + 1) % 64 !== 0) return 8;
  return (await hasFile(source, statePath(currentLedger - 8))) ? 8 : 64;
}
