import { type Bucket, emptyBucket } from '../ledger/bucket.ts';
import {
  type BucketList,
  halfOf,
  type Level,
  levelCount,
  resolveMerge,
} from '../ledger/bucket-list.ts';
import { zeroHash } from '../ledger/header.ts';
import type { LedgerState } from '../ledger/ledger.ts';
import { hexOf } from './checkpoint.ts';

/** Where an archive keeps its newest state. */
export const wellKnownPath = '.well-known/stellar-history.json';

const foldersOf = (hex: string): string =>
  `${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex.slice(4, 6)}`;

/** `history/00/00/00/history-00000000.json`: where an archive keeps the state of a ledger. */
export const statePath = (seq: number): string =>
  `history/${foldersOf(hexOf(seq))}/history-${hexOf(seq)}.json`;

/** The kinds of files with one record for each ledger of a checkpoint. */
export const recordKinds = ['ledger', 'transactions', 'results', 'scp'] as const;
export type RecordKind = (typeof recordKinds)[number];

/** `ledger/00/00/00/ledger-0000003f.xdr.gz` */
export const recordPath = (kind: RecordKind, checkpoint: number): string =>
  `${kind}/${foldersOf(hexOf(checkpoint))}/${kind}-${hexOf(checkpoint)}.xdr.gz`;

/** `bucket/01/23/45/bucket-012345….xdr.gz` */
export const bucketPath = (hash: string): string =>
  `bucket/${foldersOf(hash)}/bucket-${hash}.xdr.gz`;

/** What a level is about to become. Published states know the result of a merge, or need none: since protocol 12 it follows. */
export type NextBucket = { readonly state: 0 } | { readonly state: 1; readonly output: string };

/** One level of a bucket list by the hashes of its buckets; zeros for an empty one. */
export interface StateLevel {
  readonly curr: string;
  readonly next: NextBucket;
  readonly snap: string;
}

/** `stellar-history.json` (stellar-core: src/history/HistoryArchive.cpp). */
export interface ArchiveState {
  /** 2 when the ledger's protocol is 23 or later. */
  readonly version: number;
  readonly server: string;
  readonly currentLedger: number;
  readonly networkPassphrase: string;
  readonly currentBuckets: readonly StateLevel[];
  readonly hotArchiveBuckets?: readonly StateLevel[];
}

/** The text of the file. */
export const renderState = (state: ArchiveState): string => JSON.stringify(state, null, 4);

/** The state of an archive that holds no ledger yet. */
export function renderEmptyState(server: string, passphrase: string): string {
  const level: StateLevel = { curr: zeroHash, next: { state: 0 }, snap: zeroHash };
  return renderState({
    version: 1,
    server,
    currentLedger: 0,
    networkPassphrase: passphrase,
    currentBuckets: Array.from({ length: levelCount }, () => level),
  });
}

const isHash = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

function isLevel(value: unknown): value is StateLevel {
  if (typeof value !== 'object' || value === null) return false;
  const { curr, snap, next } = value as Partial<Record<keyof StateLevel, unknown>>;
  if (typeof next !== 'object' || next === null) return false;
  const { state, output } = next as { readonly state?: unknown; readonly output?: unknown };
  return isHash(curr) && isHash(snap) && (state === 0 || (state === 1 && isHash(output)));
}

const isLevels = (value: unknown): boolean =>
  Array.isArray(value) && value.length === levelCount && value.every(isLevel);

/** The state of a text; undefined when it is none. */
export function parseState(text: string): ArchiveState | undefined {
  try {
    const state = JSON.parse(text) as ArchiveState;
    const isWhole =
      (state.version === 1 || (state.version === 2 && isLevels(state.hotArchiveBuckets))) &&
      Number.isInteger(state.currentLedger) &&
      isLevels(state.currentBuckets);
    return isWhole ? state : undefined;
  } catch {
    return undefined;
  }
}

/** The hashes of all buckets that a state needs, each once. */
export function bucketsOf(state: ArchiveState): string[] {
  const hashes = new Set<string>();
  for (const { curr, snap, next } of [...state.currentBuckets, ...(state.hotArchiveBuckets ?? [])])
    for (const hash of [curr, snap, next.state === 1 ? next.output : zeroHash])
      if (hash !== zeroHash) hashes.add(hash);
  return [...hashes];
}

/** From this protocol on what a level becomes follows from its buckets, and states are silent about it. */
const firstProtocolWithoutShadows = 12;

/** The state of an archive that ends with this ledger, and the buckets that belong to it. */
export function describeState(
  { header, live, hot }: LedgerState,
  server: string,
  passphrase: string,
): { readonly state: ArchiveState; readonly buckets: ReadonlyMap<string, Bucket> } {
  const buckets = new Map<string, Bucket>();
  const hashOf = (bucket: Bucket): string => {
    if (bucket.hash !== zeroHash) buckets.set(bucket.hash, bucket);
    return bucket.hash;
  };
  const describe = (list: BucketList): StateLevel[] =>
    list.levels.map((level, i) => {
      const younger = list.levels[i - 1];
      const isClear =
        level.next === undefined ||
        (younger?.snap.meta?.version ?? 0) >= firstProtocolWithoutShadows;
      return {
        curr: hashOf(level.curr),
        next: isClear
          ? { state: 0 }
          : { state: 1, output: hashOf(resolveMerge(level.next, i !== levelCount - 1)) },
        snap: hashOf(level.snap),
      };
    });
  const isHot = header.ledgerVersion >= 23;
  const state: ArchiveState = {
    version: isHot ? 2 : 1,
    server,
    currentLedger: header.ledgerSeq,
    networkPassphrase: passphrase,
    currentBuckets: describe(live),
    ...(isHot && { hotArchiveBuckets: describe(hot) }),
  };
  return { state, buckets };
}

/** The levels of a list as it was when the state was written, with the merges that were under way then begun again. */
export function restoreLevels(
  levels: readonly StateLevel[],
  seq: number,
  bucketOf: (hash: string) => Bucket,
): Level[] {
  const buckets = levels.map(({ curr, snap }) => ({ curr: bucketOf(curr), snap: bucketOf(snap) }));
  return levels.map(({ next }, i): Level => {
    const { curr, snap } = buckets[i] as { curr: Bucket; snap: Bucket };
    const level = { curr, snap, next: undefined };
    const younger = buckets[i - 1]?.snap;
    if (next.state === 1)
      return { ...level, next: { older: bucketOf(next.output), newer: emptyBucket, shadows: [] } };
    if (younger === undefined || younger === emptyBucket) return level;
    const begun = Math.floor(seq / halfOf(i - 1)) * halfOf(i - 1);
    const isFresh = i !== levelCount - 1 && (begun + halfOf(i - 1)) % halfOf(i) === 0;
    return {
      ...level,
      next: { older: isFresh ? emptyBucket : curr, newer: younger, shadows: [] },
    };
  });
}
