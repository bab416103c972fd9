import { gunzipSync } from 'node:zlib';
import {
  type ArchiveState,
  bucketPath,
  bucketsOf,
  restoreLevels,
} from '../history/archive-state.ts';
import { sha256Hex } from '../keys.ts';
import { type Bucket, decodeBucket, emptyBucket } from '../ledger/bucket.ts';
import { BucketList, combinedHash } from '../ledger/bucket-list.ts';
import { type LedgerHeader, zeroHash } from '../ledger/header.ts';
import { NotSimulatedError } from '../not-simulated.ts';
import { bring } from './bring.ts';
import { CatchupFailure } from './catchup-failure.ts';
import type { CatchupJob } from './catchup-job.ts';

/** Brings the buckets of a state, proves them by their hashes and by the header, and makes the state the node's. */
export async function assumeState(
  job: CatchupJob,
  state: ArchiveState,
  header: LedgerHeader,
): Promise<void> {
  const { log } = job.host;
  const hashes = bucketsOf(state);
  await job.begin('download-verify-buckets');
  const files = await bring(
    job,
    hashes.map(bucketPath),
    (done) => `downloading and verifying buckets: ${done}`,
  );
  const buckets = new Map<string, Bucket>([[zeroHash, emptyBucket]]);
  for (const [i, hash] of hashes.entries()) {
    log('History', 'INFO', `Verifying and indexing bucket ${hash}`);
    buckets.set(hash, readBucket(files[i] as Uint8Array, hash));
  }
  const count = `${hashes.length}/${hashes.length}`;
  job.tell(`Succeeded: download-verify-buckets : ${count} children completed`);
  await job.begin('apply-buckets');
  const bucketOf = (hash: string): Bucket => buckets.get(hash) as Bucket;
  const { currentLedger: seq, currentBuckets, hotArchiveBuckets } = state;
  const live = new BucketList('live', restoreLevels(currentBuckets, seq, bucketOf));
  const hot = new BucketList(
    'hot',
    hotArchiveBuckets && restoreLevels(hotArchiveBuckets, seq, bucketOf),
  );
  if (
    seq !== header.ledgerSeq ||
    combinedHash(header.ledgerVersion, live, hot) !== header.bucketListHash
  )
    throw new CatchupFailure([
      `The archive's state of ledger ${seq} does not have the bucket list hash of that ledger's header`,
    ]);
  job.tell('Succeeded: verify-has');
  log('History', 'INFO', 'Applying buckets');
  job.host.assume({ header, live, hot });
  log('History', 'INFO', 'ApplyBuckets : done, assuming state');
  job.tell('Succeeded: download-verify-apply-buckets');
}

/** The bucket of a compressed file that hashes to its name. */
function readBucket(file: Uint8Array, name: string): Bucket {
  const mismatch = (actual: string): CatchupFailure =>
    new CatchupFailure([
      `FAILED verifying hash for bucket ${name}: its contents hash to ${actual}`,
      'One or more of history archives may be corrupted. Update HISTORY configuration entry to only contain valid ones.',
    ]);
  let bytes: Buffer;
  try {
    bytes = gunzipSync(file);
  } catch {
    throw mismatch('nothing: the file is not whole');
  }
  const actual = sha256Hex(bytes);
  if (actual !== name) throw mismatch(actual);
  try {
    return decodeBucket(bytes);
  } catch (error) {
    if (error instanceof NotSimulatedError) throw new CatchupFailure([error.message]);
    throw error;
  }
}
