import type { Files } from '@ssc/process';
import { queuedBuckets } from '../history/staging.ts';
import { type Bucket, decodeBucket, emptyBucket, encodeBucket } from '../ledger/bucket.ts';
import type { BucketList, Level } from '../ledger/bucket-list.ts';
import { zeroHash } from '../ledger/header.ts';
import { DatabaseError } from './database-error.ts';
import type { StoredLevel } from './stored-state.ts';
import { writeWhole } from './write-whole.ts';

/** The folder of BUCKET_DIR_PATH: a file for each bucket, named after its hash. */
export class BucketFolder {
  readonly #files: Files;
  readonly #path: string;

  constructor(files: Files, path: string) {
    this.#files = files;
    this.#path = path;
  }

  create(): void {
    this.#files.makeFolder(this.#path);
  }

  /** Removes the folder with all that is in it, what waits to be published too. */
  remove(): void {
    this.#files.remove(this.#path);
  }

  /** Writes the buckets of a list that have no file yet, and adds the hashes of all of them to `kept`. */
  saveLevels(list: BucketList, kept: Set<string>): StoredLevel[] {
    const save = (bucket: Bucket): string => this.#save(bucket, kept);
    return list.levels.map(({ curr, snap, next }) => ({
      curr: save(curr),
      snap: save(snap),
      ...(next !== undefined && {
        next: {
          older: save(next.older),
          newer: save(next.newer),
          shadows: next.shadows.map(save),
        },
      }),
    }));
  }

  #save(bucket: Bucket, kept: Set<string>): string {
    const { hash } = bucket;
    if (hash === zeroHash || kept.has(hash)) return hash;
    kept.add(hash);
    const file = this.#fileOf(hash);
    if (this.#files.info(file) === undefined) writeWhole(this.#files, file, encodeBucket(bucket));
    return hash;
  }

  /** Removes the buckets that neither `kept` names nor a checkpoint that waits to be published, and what is left of unfinished ones. */
  removeOthers(kept: ReadonlySet<string>): void {
    const queued = queuedBuckets(this.#files, this.#path);
    for (const name of this.#files.list(this.#path)) {
      const [, hash = '', end] = /^bucket-([0-9a-f]{64})\.xdr(\..*)?$/.exec(name) ?? [];
      if (hash === '' || (end === undefined && (kept.has(hash) || queued.has(hash)))) continue;
      this.#files.remove(`${this.#path}/${name}`);
    }
  }

  /** Reads the buckets of levels. */
  loadLevels(levels: readonly StoredLevel[]): Level[] {
    const known = new Map<string, Bucket>();
    const load = (hash: string): Bucket => {
      const bucket = known.get(hash) ?? this.#load(hash);
      known.set(hash, bucket);
      return bucket;
    };
    return levels.map(({ curr, snap, next }) => ({
      curr: load(curr),
      snap: load(snap),
      next: next && {
        older: load(next.older),
        newer: load(next.newer),
        shadows: next.shadows.map(load),
      },
    }));
  }

  #load(hash: string): Bucket {
    if (hash === zeroHash) return emptyBucket;
    const file = this.#fileOf(hash);
    if (this.#files.info(file) === undefined) throw corrupt();
    const bucket = decodeBucket(this.#files.read(file));
    if (bucket.hash !== hash) throw corrupt();
    return bucket;
  }

  #fileOf(hash: string): string {
    return `${this.#path}/bucket-${hash}.xdr`;
  }
}

/** The buckets are not those of the ledger. */
export const corrupt = (): DatabaseError => new DatabaseError('Bucket directory is corrupt');
