import { type ArchiveState, bucketsOf } from './archive-state.ts';
import { type BucketFacts, type BucketListName, checkBucket } from './bucket.ts';
import { checkLevels } from './check-levels.ts';
import { type Defect, type Oddity, toDefect } from './defect.ts';
import { bucketPath, statePath } from './layout.ts';
import type { Inspection } from './read-checkpoint.ts';

/** A bucket that was looked at, and what is wrong with it. */
interface BucketLook {
  readonly facts: BucketFacts | undefined;
  readonly defects: readonly Defect[];
  readonly oddities: readonly Oddity[];
}

/** The buckets of an archive. Each is read once, however many states name it. */
export class ArchiveBuckets {
  /** How many were checked. */
  count = 0;
  entries = 0;
  readonly #inspection: Pick<Inspection, 'reading' | 'limit' | 'oddities' | 'stored'>;
  readonly #looks = new Map<string, Promise<BucketLook>>();
  /** Those whose defects are told already. */
  readonly #told = new Set<string>();

  constructor(inspection: Pick<Inspection, 'reading' | 'limit' | 'oddities' | 'stored'>) {
    this.#inspection = inspection;
  }

  /** Reads those that a state names. */
  async read(state: ArchiveState): Promise<void> {
    await Promise.all(namedBuckets(state).map(([list, hash]) => this.#look(list, hash)));
  }

  /** What is wrong with those that the state of a checkpoint names and no earlier one did, and with its levels. */
  async check(state: ArchiveState, checkpoint: number): Promise<Defect[]> {
    const defects: Defect[] = [];
    const known = new Map<string, BucketFacts | undefined>();
    for (const [list, hash] of namedBuckets(state)) {
      const key = `${list} ${hash}`;
      const look = await this.#look(list, hash);
      known.set(key, look.facts);
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      // The first checkpoint that names it, for orientation.
      defects.push(...look.defects.map((defect) => ({ ...defect, ledger: checkpoint })));
      for (const oddity of look.oddities) this.#inspection.oddities(oddity);
      this.count += 1;
      this.entries += look.facts?.entries ?? 0;
    }
    const file = statePath(checkpoint);
    for (const [list, name, levels] of [
      ['live', 'currentBuckets', state.currentBuckets],
      ['hot', 'hotArchiveBuckets', state.hotArchiveBuckets ?? []],
    ] as const)
      for (const message of checkLevels(name, levels, (hash) => known.get(`${list} ${hash}`)))
        defects.push({ kind: 'bucket-list', file, ledger: checkpoint, message });
    return defects;
  }

  #look(list: BucketListName, hash: string): Promise<BucketLook> {
    const key = `${list} ${hash}`;
    let look = this.#looks.get(key);
    if (look === undefined) {
      look = this.#inspection.limit(() => lookAt(this.#inspection, list, hash));
      this.#looks.set(key, look);
    }
    return look;
  }
}

async function lookAt(
  { reading, stored }: Pick<Inspection, 'reading' | 'stored'>,
  list: BucketListName,
  hash: string,
): Promise<BucketLook> {
  const file = bucketPath(hash);
  const oddities: Oddity[] = [];
  try {
    const facts = await checkBucket(reading, hash, list, {
      onStored: (part) => stored(part.length),
      onOddity: (message) => oddities.push({ file, message }),
    });
    const defects = facts.flaws.map((message): Defect => ({ kind: 'bucket', file, message }));
    return { facts, defects, oddities };
  } catch (error) {
    return { facts: undefined, defects: [toDefect(error)], oddities };
  }
}

/** The buckets that a state names, each once, with the list it stands in. */
export const namedBuckets = ({
  currentBuckets,
  hotArchiveBuckets,
}: ArchiveState): [BucketListName, string][] => [
  ...bucketsOf(currentBuckets).map((hash): [BucketListName, string] => ['live', hash]),
  ...bucketsOf(hotArchiveBuckets ?? []).map((hash): [BucketListName, string] => ['hot', hash]),
];
