import { hash } from 'node:crypto';
import {
  type Bucket,
  type BucketRecord,
  createBucket,
  emptyBucket,
  encodeBucket,
  mergeBuckets,
  usesShadows,
} from './bucket.ts';

/** Levels of a bucket list (stellar-core: BucketListBase::kNumLevels). */
export const levelCount = 11;

/** A merge that was begun and not needed yet: what it gives follows from its inputs alone. */
export interface PendingMerge {
  readonly older: Bucket;
  readonly newer: Bucket;
  /** Younger buckets whose entries hide those of this merge; only of protocols below 12. */
  readonly shadows: readonly Bucket[];
}

/** What a merge gives; computed once. */
export function resolveMerge(merge: PendingMerge, keepDead: boolean): Bucket {
  let bucket = resolved.get(merge);
  if (bucket === undefined) {
    bucket = mergeBuckets(merge.older, merge.newer, keepDead, merge.shadows);
    resolved.set(merge, bucket);
  }
  return bucket;
}

const resolved = new WeakMap<PendingMerge, Bucket>();

/** One level: each is four times as large as the one before. */
export interface Level {
  readonly curr: Bucket;
  readonly snap: Bucket;
  readonly next: PendingMerge | undefined;
}

/** 2, 8, 32, …: how many ledgers of changes the younger half of a level holds. */
export const halfOf = (level: number): number => 4 ** (level + 1) / 2;

/** True when the level gives its older half to the next one in this ledger; the last never does. */
const spills = (seq: number, level: number): boolean =>
  level !== levelCount - 1 && seq % halfOf(level) === 0;

/**
 * All ledger entries in buckets of growing age, whose hash stands in every header (stellar-core:
 * src/bucket/BucketListBase.cpp). Its hashes are those of a real node as long as the entries given to it are.
 */
export class BucketList {
  readonly #kind: 'live' | 'hot';
  #levels: Level[];
  readonly #levelHashes: (string | undefined)[] = [];

  constructor(kind: 'live' | 'hot', levels?: readonly Level[]) {
    this.#kind = kind;
    this.#levels =
      levels !== undefined
        ? [...levels]
        : Array.from({ length: levelCount }, () => ({
            curr: emptyBucket,
            snap: emptyBucket,
            next: undefined,
          }));
  }

  get levels(): readonly Level[] {
    return this.#levels;
  }

  /** Adds the changes of one ledger: also a ledger without any has a batch. */
  add(seq: number, protocol: number, changes: readonly BucketRecord[]): void {
    const before = this.#levels.map(({ curr, snap }) => [curr, snap]);
    for (let i = levelCount - 1; i > 0; i--) {
      if (!spills(seq, i - 1)) continue;
      const younger = this.#level(i - 1);
      this.#set(i - 1, { ...younger, snap: younger.curr, curr: emptyBucket });
      const level = this.#level(i);
      const curr =
        level.next === undefined ? level.curr : resolveMerge(level.next, i !== levelCount - 1);
      // Just before it gives away its older half, a level starts its younger half anew.
      const older = spills(seq + halfOf(i - 1), i) ? emptyBucket : curr;
      const newer = younger.curr;
      const shadows = usesShadows(newer) ? before.slice(0, i - 1).flat() : [];
      this.#set(i, { curr, snap: level.snap, next: { older, newer, shadows } });
    }
    const sorted = [...changes].sort((a, b) => (a.key < b.key ? -1 : 1));
    const list = this.#kind === 'hot' ? 1 : 0;
    const meta =
      protocol < 11
        ? undefined
        : { version: protocol, list: protocol >= 23 ? (list as 0 | 1) : undefined };
    const first = this.#level(0);
    const curr = mergeBuckets(first.curr, createBucket(meta, sorted), true);
    this.#set(0, { ...first, curr });
  }

  /** SHA-256 over the hashes of the levels. */
  hash(): string {
    const all = this.#levels.map(
      ({ curr, snap }, i) =>
        (this.#levelHashes[i] ??= hash('sha256', Buffer.from(curr.hash + snap.hash, 'hex'))),
    );
    return hash('sha256', Buffer.from(all.join(''), 'hex'));
  }

  /** The size of all buckets' files together. */
  sizeBytes(): number {
    let size = 0;
    for (const { curr, snap } of this.#levels)
      size += encodeBucket(curr).length + encodeBucket(snap).length;
    return size;
  }

  /** Every entry that lives, with its key, the newest change of each. */
  *entries(): Generator<BucketRecord> {
    const seen = new Set<string>();
    for (const { curr, snap } of this.#levels)
      for (const bucket of [curr, snap])
        for (const record of bucket.records) {
          if (seen.has(record.key)) continue;
          seen.add(record.key);
          if (record.kind !== 1) yield record;
        }
  }

  #level(i: number): Level {
    return this.#levels[i] as Level;
  }

  #set(i: number, level: Level): void {
    this.#levels[i] = level;
    this.#levelHashes[i] = undefined;
  }
}

/** The `bucketListHash` of a header: from protocol 23 it covers two lists. */
export function combinedHash(protocol: number, live: BucketList, hot: BucketList): string {
  if (protocol < 23) return live.hash();
  return hash('sha256', Buffer.from(live.hash() + hot.hash(), 'hex'));
}
