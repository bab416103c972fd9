import { checkpointOf, firstLedgerOf } from '../history/checkpoint.ts';

/** What a catchup does: the state of a checkpoint out of buckets, if any, then ledgers one by one. */
export interface CatchupRange {
  /** The checkpoint whose state is taken as it is. */
  readonly buckets: number | undefined;
  /** The first ledger that is replayed; beyond `last` when none is. */
  readonly first: number;
  readonly last: number;
}

/** The way from the last closed ledger to another, at least `count` of the last ones replayed (stellar-core: src/catchup/CatchupRange.cpp). */
export function catchupRange(
  lastClosed: number,
  last: number,
  count: number,
  every: number,
): CatchupRange {
  if (lastClosed > 1 || count >= last - 1)
    return { buckets: undefined, first: lastClosed + 1, last };
  if (count === 0 && last === checkpointOf(last, every))
    return { buckets: last, first: last + 1, last };
  const first = firstLedgerOf(checkpointOf(last - count + 1, every), every);
  if (first === 1) return { buckets: undefined, first: 2, last };
  return { buckets: first - 1, first, last };
}

/** The checkpoints whose files tell of ledgers, ascending. */
export function checkpointsOf(first: number, last: number, every: number): number[] {
  const checkpoints: number[] = [];
  for (let at = checkpointOf(first, every); at <= checkpointOf(last, every); at += every)
    checkpoints.push(at);
  return checkpoints;
}
