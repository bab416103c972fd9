import { type BucketLevel, zeroHash } from './archive-state.ts';
import type { BucketFacts } from './bucket.ts';

/** From this protocol on merges begin anew at each restart, so a published state needs no result of one. */
const firstProtocolWithoutShadows = 12;

/**
 * What breaks the rules for the levels of a published state (stellar-core: src/history/HistoryArchive.cpp,
 * containsValidBuckets): going from the oldest bucket to the newest, protocols do not decrease; level 0 has no merge;
 * above it, once a bucket has entries, a merge is there until protocol 12 and none after that.
 */
export function checkLevels(
  list: string,
  levels: readonly BucketLevel[],
  factsOf: (hash: string) => BucketFacts | undefined,
): string[] {
  const flaws: string[] = [];
  let [protocol, seenOne] = [0, false];
  for (let i = levels.length - 1; i >= 0; i--) {
    const { curr, snap, next } = levels[i] as BucketLevel;
    for (const [name, hash] of [
      ['snap', snap],
      ['curr', curr],
    ] as const) {
      if (hash === zeroHash) continue;
      seenOne = true;
      const facts = factsOf(hash);
      if (facts !== undefined && facts.protocol < protocol)
        flaws.push(
          `${list}[${i}].${name} is of protocol ${facts.protocol}, and an older bucket of ${protocol}`,
        );
      protocol = Math.max(protocol, facts?.protocol ?? 0);
    }
    if (next.state === 'inputs')
      flaws.push(`${list}[${i}].next describes a merge by its inputs, which is never published`);
    const younger = levels[i - 1];
    if (younger === undefined) {
      if (next.state !== 'clear') flaws.push(`${list}[0].next must be clear`);
      continue;
    }
    const newer = younger.snap === zeroHash ? 0 : factsOf(younger.snap)?.protocol;
    if (!seenOne || newer === undefined) continue;
    if (newer >= firstProtocolWithoutShadows && next.state !== 'clear')
      flaws.push(
        `${list}[${i}].next must be clear from protocol ${firstProtocolWithoutShadows} on`,
      );
    if (newer < firstProtocolWithoutShadows && next.state === 'clear')
      flaws.push(
        `${list}[${i}].next must have an output before protocol ${firstProtocolWithoutShadows}`,
      );
  }
  return flaws;
}
