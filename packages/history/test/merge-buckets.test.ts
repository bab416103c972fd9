import { xdr } from '@ssc/tx';
import { describe, expect, test } from 'vitest';
import type { BucketListName } from '../src/bucket.ts';
import {
  type Bucket,
  type BucketLevel,
  bucketHash,
  bucketPath,
  emptyBucket,
  mergeBuckets,
  parseBucket,
  readArchive,
  renderBucket,
} from '../src/index.ts';
import { contentOf, recordsOf } from './edit.ts';
import { sampleArchive } from './sample.ts';

const sample = sampleArchive();
const zero = '0'.repeat(64);
const load = (hash: string, list: BucketListName): Bucket =>
  hash === zero ? emptyBucket : parseBucket(recordsOf(contentOf(sample, bucketPath(hash))), list);

/** How many ledgers of changes the younger half of a level holds. */
const halfOf = (level: number): number => 4 ** (level + 1) / 2;

interface Level {
  curr: Bucket;
  snap: Bucket;
  next: Bucket | undefined;
}

/**
 * Follows the levels from 2 on, which depend on nothing but what level 1 gives them every 8 ledgers; each checkpoint's
 * state tells that.
 */
class OlderLevels {
  readonly #levels: Level[] = Array.from({ length: 11 }, () => ({
    curr: emptyBucket,
    snap: emptyBucket,
    next: undefined,
  }));
  readonly #list: BucketListName;

  constructor(list: BucketListName) {
    this.#list = list;
  }

  spill(ledger: number, fromLevel1: Bucket): void {
    for (let i = 10; i >= 2; i--) {
      if (ledger % halfOf(i - 1) !== 0) continue;
      const level = this.#levels[i] as Level;
      const younger = this.#levels[i - 1] as Level;
      younger.snap = i === 2 ? fromLevel1 : younger.curr;
      younger.curr = emptyBucket;
      level.curr = level.next ?? level.curr;
      const spillsNext = i < 10 && (ledger + halfOf(i - 1)) % halfOf(i) === 0;
      level.next = mergeBuckets(
        spillsNext ? emptyBucket : level.curr,
        younger.snap,
        this.#list,
        i === 10,
      );
    }
  }

  hashes(): string[] {
    return this.#levels.slice(2).map(({ curr, snap }) => `${bucketHash(curr)} ${bucketHash(snap)}`);
  }
}

const hashesOf = (levels: readonly BucketLevel[]): string[] =>
  levels.slice(2).map(({ curr, snap }) => `${curr} ${snap}`);

describe('merging', () => {
  test.each(['live', 'hot'] as const)(
    'gives the buckets that a real node published, checkpoint after checkpoint: %s',
    async (list) => {
      const levels = new OlderLevels(list);
      const reader = readArchive(sample);
      let compared = 0;
      for (let checkpoint = 7; checkpoint < 263; checkpoint += 8) {
        const [before, after] = [
          await reader.state(checkpoint),
          await reader.state(checkpoint + 8),
        ];
        const name = list === 'live' ? 'currentBuckets' : 'hotArchiveBuckets';
        levels.spill(checkpoint + 1, load(before[name]?.[1]?.curr ?? zero, list));
        const published = hashesOf(after[name] ?? []);
        expect(levels.hashes(), `ledger ${checkpoint + 8}`).toEqual(published);
        compared += published.filter((pair) => pair !== `${zero} ${zero}`).length;
      }
      expect(compared).toBeGreaterThan(50);
    },
  );

  test('what is read of a bucket is written again, byte for byte', () => {
    for (const path of sample.files.keys()) {
      if (!path.startsWith('bucket/')) continue;
      const content = contentOf(sample, path);
      const list = content.includes(Buffer.from('ffffffff0000001b0000000100000001', 'hex'))
        ? 'hot'
        : 'live';
      const bucket = parseBucket(recordsOf(content), list);
      expect(renderBucket(bucket).equals(content), path).toBe(true);
      expect(path).toContain(bucketHash(bucket));
    }
  });

  const entry = new xdr.LedgerEntry({
    lastModifiedLedgerSeq: 1,
    data: xdr.LedgerEntryData.ttl(
      new xdr.TtlEntry({ keyHash: new xdr.Hash(new Uint8Array(32)), liveUntilLedgerSeq: 9 }),
    ),
    ext: xdr.LedgerEntryExt.v0(),
  });
  const key = xdr.LedgerKey.ttl(
    new xdr.LedgerKeyTtl({ keyHash: new xdr.Hash(new Uint8Array(32)) }),
  );
  const kinds = {
    LIVE: xdr.BucketEntry.liveentry(entry),
    INIT: xdr.BucketEntry.initentry(entry),
    DEAD: xdr.BucketEntry.deadentry(key),
  };
  const only = (kind: keyof typeof kinds): Bucket =>
    parseBucket([Buffer.from(kinds[kind].toXdr())], 'live');
  const told = ({ records }: Bucket): string =>
    records.map(({ kind }) => ['LIVE', 'DEAD', 'INIT'][kind]).join() || 'nothing';

  test.each([
    ['DEAD', 'INIT', 'LIVE'],
    ['INIT', 'LIVE', 'INIT'],
    ['INIT', 'DEAD', 'nothing'],
    ['LIVE', 'LIVE', 'LIVE'],
    ['LIVE', 'DEAD', 'DEAD'],
    ['DEAD', 'LIVE', 'LIVE'],
    ['DEAD', 'DEAD', 'DEAD'],
  ] as const)('%s and then %s is %s', (older, newer, expected) => {
    expect(told(mergeBuckets(only(older), only(newer), 'live', false))).toBe(expected);
  });

  test('the oldest level forgets what is gone', () => {
    expect(told(mergeBuckets(only('LIVE'), only('DEAD'), 'live', true))).toBe('nothing');
    expect(told(mergeBuckets(emptyBucket, only('LIVE'), 'live', true))).toBe('LIVE');
  });

  test('what cannot begin twice is refused', () => {
    expect(() =>
      mergeBuckets(only('LIVE'), only('INIT'), 'live', false),
    ).toThrowErrorMatchingInlineSnapshot(
      `[Error: an entry that is INIT stands over one that is there already]`,
    );
    expect(() => mergeBuckets(only('INIT'), only('INIT'), 'live', false)).toThrow('is INIT');
  });
});
