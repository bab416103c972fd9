import { anyCounter, type Ballot, type BallotStatement } from './statement.ts';

/** The order of ballots: by counter, then by value. */
export function compare(a: Ballot, b: Ballot): number {
  if (a.counter !== b.counter) return a.counter - b.counter;
  if (a.value === b.value) return 0;
  return a.value < b.value ? -1 : 1;
}

/** Same value, and no higher counter. */
export const isBelow = (a: Ballot, b: Ballot): boolean =>
  a.value === b.value && a.counter <= b.counter;

/** The counter at which a node works; beyond all others once it has agreed. */
export const counterOf = (s: BallotStatement): number =>
  s.type === 'EXTERNALIZE' ? anyCounter : s.ballot.counter;

const ranks = { PREPARE: 0, CONFIRM: 1, EXTERNALIZE: 2 } as const;

function compareOptional(a: Ballot | undefined, b: Ballot | undefined): number {
  if (a === undefined || b === undefined) return (a ? 1 : 0) - (b ? 1 : 0);
  return compare(a, b);
}

/** True when `after` says more than `before`. */
export function isNewer(before: BallotStatement, after: BallotStatement): boolean {
  if (before.type !== after.type) return ranks[before.type] < ranks[after.type];
  if (before.type === 'EXTERNALIZE') return false;
  if (before.type === 'CONFIRM' && after.type === 'CONFIRM') {
    const order = compare(before.ballot, after.ballot);
    if (order !== 0) return order < 0;
    if (before.preparedCounter !== after.preparedCounter)
      return before.preparedCounter < after.preparedCounter;
    return before.hCounter < after.hCounter;
  }
  if (before.type === 'PREPARE' && after.type === 'PREPARE') {
    const order =
      compare(before.ballot, after.ballot) ||
      compareOptional(before.prepared, after.prepared) ||
      compareOptional(before.preparedPrime, after.preparedPrime);
    return order !== 0 ? order < 0 : before.hCounter < after.hCounter;
  }
  return false;
}

/** False for a statement that contradicts itself. */
export function isSane(s: BallotStatement, isOwn: boolean): boolean {
  switch (s.type) {
    case 'PREPARE':
      return (
        (isOwn || s.ballot.counter > 0) &&
        (!s.prepared ||
          !s.preparedPrime ||
          (compare(s.preparedPrime, s.prepared) < 0 &&
            s.preparedPrime.value !== s.prepared.value)) &&
        (s.hCounter === 0 || (s.prepared !== undefined && s.hCounter <= s.prepared.counter)) &&
        (s.cCounter === 0 ||
          (s.hCounter !== 0 && s.ballot.counter >= s.hCounter && s.hCounter >= s.cCounter))
      );
    case 'CONFIRM':
      return s.ballot.counter > 0 && s.hCounter <= s.ballot.counter && s.cCounter <= s.hCounter;
    case 'EXTERNALIZE':
      return s.commit.counter > 0 && s.hCounter >= s.commit.counter;
  }
}
