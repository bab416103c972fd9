// Reading, verifying and writing a whole archive.

export { type Defect, type DefectKind, type Oddity, renderDefect } from './defect.ts';
export {
  type ArchiveReader,
  findFrequency,
  type ReadOptions,
  readArchive,
} from './read-archive.ts';
export { type ArchiveReport, verifyArchive } from './verify-archive.ts';
export type { VerifyOptions, VerifyProgress } from './verify-options.ts';
export {
  type CheckpointContent,
  type NewArchive,
  type RecordInput,
  writeArchive,
  writeCheckpoint,
} from './write-archive.ts';

// Where an archive is.

export { type HttpArchiveOptions, type HttpFileReply, httpArchive } from './http-source.ts';
export {
  type ArchiveSink,
  type ArchiveSource,
  createMemoryArchive,
  type FileContent,
  type FolderAccess,
  folderArchive,
  type MemoryArchive,
} from './source.ts';

// Its layout and its state.

export {
  type ArchiveState,
  type BucketLevel,
  bucketsOf,
  emptyState,
  type NextBucket,
  parseArchiveState,
  renderArchiveState,
} from './archive-state.ts';
export {
  type CheckpointFrequency,
  checkpointOf,
  checkpointsBetween,
  firstLedgerOf,
  isCheckpoint,
} from './checkpoint.ts';
export {
  type ArchiveFile,
  archivePath,
  bucketPath,
  parseArchivePath,
  type RecordKind,
  recordPath,
  statePath,
  wellKnownPath,
} from './layout.ts';

// Files, records, buckets.

export type { BucketListName, BucketMeta, BucketRecord } from './bucket.ts';
export { bucketListHash, levelsHash } from './bucket-list-hash.ts';
export { type Gunzip, gunzipWhole, gzip } from './gzip.ts';
export {
  type Bucket,
  bucketHash,
  emptyBucket,
  mergeBuckets,
  parseBucket,
  renderBucket,
} from './merge-buckets.ts';
export { joinRecords, splitRecords } from './records.ts';

// What a command prints.

export { type ArchiveInfo, readArchiveInfo } from './archive-info.ts';
export { catArchive, catForms } from './cat-archive.ts';
export { isVerified, renderArchiveInfo, renderArchiveReport } from './render-report.ts';

// What can go wrong.

export type { FileFlaw, HistoryProblem } from './problem.ts';
