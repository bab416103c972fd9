import { compare, isBelow } from './ballot-order.ts';
import {
  anyCounter,
  type Ballot,
  type BallotStatement,
  type Value,
  workingBallot,
} from './statement.ts';

/** Counters of ballots from the lowest to the highest. */
export type Interval = readonly [low: number, high: number];

/** Ballots that others name and that may be prepared, the highest first. */
export function prepareCandidates(
  hint: BallotStatement,
  heard: readonly BallotStatement[],
): Ballot[] {
  const tops: Ballot[] = [];
  switch (hint.type) {
    case 'PREPARE':
      tops.push(hint.ballot);
      if (hint.prepared !== undefined) tops.push(hint.prepared);
      if (hint.preparedPrime !== undefined) tops.push(hint.preparedPrime);
      break;
    case 'CONFIRM':
      tops.push({ counter: hint.preparedCounter, value: hint.ballot.value });
      tops.push({ counter: anyCounter, value: hint.ballot.value });
      break;
    case 'EXTERNALIZE':
      tops.push({ counter: anyCounter, value: hint.commit.value });
  }
  tops.sort((a, b) => compare(b, a));
  const found: Ballot[] = [];
  const add = (ballot: Ballot): void => {
    if (!found.some((other) => compare(other, ballot) === 0)) found.push(ballot);
  };
  for (const top of tops) {
    for (const statement of heard) {
      switch (statement.type) {
        case 'PREPARE':
          for (const ballot of [statement.ballot, statement.prepared, statement.preparedPrime])
            if (ballot !== undefined && isBelow(ballot, top)) add(ballot);
          break;
        case 'CONFIRM':
          if (statement.ballot.value !== top.value) break;
          add(top);
          if (statement.preparedCounter < top.counter)
            add({ counter: statement.preparedCounter, value: top.value });
          break;
        case 'EXTERNALIZE':
          if (statement.commit.value === top.value) add(top);
      }
    }
  }
  return found.sort((a, b) => compare(b, a));
}

/** The counters at which somebody commits to the value or may do so, the highest first. */
export function commitBoundaries(value: Value, heard: readonly BallotStatement[]): number[] {
  const found = new Set<number>();
  for (const statement of heard) {
    if (workingBallot(statement).value !== value) continue;
    switch (statement.type) {
      case 'PREPARE':
        if (statement.cCounter === 0) break;
        found.add(statement.cCounter).add(statement.hCounter);
        break;
      case 'CONFIRM':
        found.add(statement.cCounter).add(statement.hCounter);
        break;
      case 'EXTERNALIZE':
        found.add(statement.commit.counter).add(statement.hCounter).add(anyCounter);
    }
  }
  return [...found].sort((a, b) => b - a);
}

/** The node votes that the ballot is prepared. */
export function votesToPrepare(s: BallotStatement, ballot: Ballot): boolean {
  switch (s.type) {
    case 'PREPARE':
      return isBelow(ballot, s.ballot);
    case 'CONFIRM':
      return ballot.value === s.ballot.value;
    case 'EXTERNALIZE':
      return ballot.value === s.commit.value;
  }
}

/** The node has accepted that the ballot is prepared. */
export function hasPrepared(s: BallotStatement, ballot: Ballot): boolean {
  switch (s.type) {
    case 'PREPARE':
      return (
        (s.prepared !== undefined && isBelow(ballot, s.prepared)) ||
        (s.preparedPrime !== undefined && isBelow(ballot, s.preparedPrime))
      );
    case 'CONFIRM':
      return isBelow(ballot, { counter: s.preparedCounter, value: s.ballot.value });
    case 'EXTERNALIZE':
      return ballot.value === s.commit.value;
  }
}

/** The node votes to commit the value at these counters. */
export function votesToCommit(s: BallotStatement, value: Value, [low, high]: Interval): boolean {
  switch (s.type) {
    case 'PREPARE':
      return (
        s.ballot.value === value && s.cCounter !== 0 && s.cCounter <= low && high <= s.hCounter
      );
    case 'CONFIRM':
      return s.ballot.value === value && s.cCounter <= low;
    case 'EXTERNALIZE':
      return s.commit.value === value && s.commit.counter <= low;
  }
}

/** The node has accepted that the value is committed at these counters. */
export function hasCommitted(s: BallotStatement, value: Value, [low, high]: Interval): boolean {
  switch (s.type) {
    case 'PREPARE':
      return false;
    case 'CONFIRM':
      return s.ballot.value === value && s.cCounter <= low && high <= s.hCounter;
    case 'EXTERNALIZE':
      return s.commit.value === value && s.commit.counter <= low;
  }
}

/** The widest interval between boundaries (from high to low) for which `holds`, extended downwards. */
export function widest(
  boundaries: readonly number[],
  holds: (interval: Interval) => boolean,
): Interval | undefined {
  let found: Interval | undefined;
  for (const boundary of boundaries) {
    const next: Interval = found === undefined ? [boundary, boundary] : [boundary, found[1]];
    if (holds(next)) found = next;
    else if (found !== undefined) break;
  }
  return found;
}
