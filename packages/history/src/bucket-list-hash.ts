import { sha256 } from '@ssc/tx';
import { type ArchiveState, type BucketLevel, emptyLevel, levelCount } from './archive-state.ts';

/** From this protocol on a header's hash covers the hot archive as well (stellar-core: LedgerManagerImpl.cpp). */
const firstProtocolWithHotArchive = 23;

/** The hash of a list of levels: of each level's hash, which is that of its two buckets' hashes. */
export function levelsHash(levels: readonly BucketLevel[]): Buffer {
  return sha256(...levels.map(({ curr, snap }) => sha256(Buffer.from(curr + snap, 'hex'))));
}

const emptyLevels = Array.from({ length: levelCount }, () => emptyLevel);

/**
 * The `bucketListHash` that a header of this protocol (after the upgrades of its ledger) has over the buckets of an
 * archive's state, as lower-case hexadecimal.
 */
export function bucketListHash(
  state: Pick<ArchiveState, 'currentBuckets' | 'hotArchiveBuckets'>,
  protocol: number,
): string {
  const live = levelsHash(state.currentBuckets);
  if (protocol < firstProtocolWithHotArchive) return live.toString('hex');
  return sha256(live, levelsHash(state.hotArchiveBuckets ?? emptyLevels)).toString('hex');
}
