import type { ScpDriver } from './driver.ts';
import { isBlocking, isQuorum, type NodeId, singletonSet } from './quorum-set.ts';
import {
  anyCounter,
  type Ballot,
  type BallotStatement,
  type Envelope,
  type Value,
  workingBallot,
} from './statement.ts';
import { accepts, ratifies } from './vote.ts';

/** What balloting needs from its slot. */
export interface BallotSlot {
  readonly index: number;
  readonly driver: ScpDriver;
  /** False once a value was seen that this node can't judge: it then follows without speaking. */
  readonly fullyValidated: boolean;
  /** What nomination came to, if anything. */
  readonly composite: Value | undefined;
  /** Gives the signed statement of this node to itself, as one of its quorum. */
  receiveOwn(envelope: Envelope): boolean;
  agreed(value: Value): void;
}

export type Phase = 'PREPARE' | 'CONFIRM' | 'EXTERNALIZE';
type BallotEnvelope = Envelope & { readonly statement: BallotStatement };
type Interval = readonly [low: number, high: number];

/** Steps of one message that may follow from each other; more means that the protocol runs in circles. */
const maxDepth = 50;

/** The second half of agreement: prepare, commit, externalize (stellar-core: src/scp/BallotProtocol.cpp). */
export class BallotProtocol {
  readonly #slot: BallotSlot;
  phase: Phase = 'PREPARE';
  current: Ballot | undefined;
  prepared: Ballot | undefined;
  preparedPrime: Ballot | undefined;
  high: Ballot | undefined;
  commit: Ballot | undefined;
  heardFromQuorum = false;
  readonly latest = new Map<NodeId, BallotEnvelope>();
  /** What this node said last; sent again to peers that ask. */
  lastEnvelope: BallotEnvelope | undefined;
  #lastSent: BallotEnvelope | undefined;
  #valueOverride: Value | undefined;
  #depth = 0;

  constructor(slot: BallotSlot) {
    this.#slot = slot;
  }

  /** Takes in a statement, also one of this node. False when it is old or makes no sense. */
  receive(envelope: BallotEnvelope): boolean {
    const { statement } = envelope;
    const before = this.latest.get(statement.node)?.statement;
    const isOwn = statement.node === this.#slot.driver.self;
    if (!isSane(statement, isOwn)) return false;
    if (before !== undefined && !isNewer(before, statement)) return false;
    if (this.phase !== 'EXTERNALIZE') {
      this.latest.set(statement.node, envelope);
      this.#advance(statement);
      return true;
    }
    if (this.commit?.value !== workingBallot(statement).value) return false;
    this.latest.set(statement.node, envelope);
    return true;
  }

  /** Starts a ballot on the value; unless `force`, only when there is none yet. */
  bump(value: Value, force: boolean): boolean {
    if (!force && this.current !== undefined) return false;
    return this.#bumpTo(value, (this.current?.counter ?? 0) + 1);
  }

  /** The ballot did not get through in time: try the next. */
  abandon(counter?: number): boolean {
    const value = this.#slot.composite ?? this.current?.value;
    if (value === undefined) return false;
    return counter === undefined ? this.bump(value, true) : this.#bumpTo(value, counter);
  }

  /** Takes back what this node said before it was restarted. */
  restore(envelope: BallotEnvelope): void {
    const { statement } = envelope;
    this.latest.set(statement.node, envelope);
    if (statement.node !== this.#slot.driver.self) return;
    this.lastEnvelope = envelope;
    this.#lastSent = envelope;
    switch (statement.type) {
      case 'PREPARE': {
        const { value } = statement.ballot;
        this.current = statement.ballot;
        this.prepared = statement.prepared;
        this.preparedPrime = statement.preparedPrime;
        if (statement.hCounter > 0) this.high = { counter: statement.hCounter, value };
        if (statement.cCounter > 0) this.commit = { counter: statement.cCounter, value };
        this.phase = 'PREPARE';
        return;
      }
      case 'CONFIRM': {
        const { value } = statement.ballot;
        this.current = statement.ballot;
        this.prepared = { counter: statement.preparedCounter, value };
        this.high = { counter: statement.hCounter, value };
        this.commit = { counter: statement.cCounter, value };
        this.phase = 'CONFIRM';
        return;
      }
      case 'EXTERNALIZE': {
        const { value } = statement.commit;
        this.current = { counter: anyCounter, value };
        this.prepared = this.current;
        this.high = { counter: statement.hCounter, value };
        this.commit = statement.commit;
        this.phase = 'EXTERNALIZE';
      }
    }
  }

  #statements(): BallotStatement[] {
    return Array.from(this.latest.values(), (e) => e.statement);
  }

  #bumpTo(value: Value, counter: number): boolean {
    if (this.phase === 'EXTERNALIZE') return false;
    const updated = this.#updateCurrent({ counter, value: this.#valueOverride ?? value });
    if (updated) {
      this.#emit();
      this.#checkHeard();
    }
    return updated;
  }

  #updateCurrent(ballot: Ballot): boolean {
    if (this.current !== undefined) {
      if (this.commit !== undefined && this.commit.value !== ballot.value) return false;
      if (compare(this.current, ballot) >= 0) return false;
    }
    this.#setCurrent(ballot);
    return true;
  }

  #setCurrent(ballot: Ballot): void {
    const isNewCounter = this.current?.counter !== ballot.counter;
    if (this.current === undefined) this.#slot.driver.ballotStarted(this.#slot.index);
    this.current = ballot;
    if (this.high !== undefined && this.high.value !== ballot.value) {
      this.high = undefined;
      this.commit = undefined;
    }
    if (isNewCounter) this.heardFromQuorum = false;
  }

  #raiseTo(high: Ballot): boolean {
    if (this.current !== undefined && compare(this.current, high) >= 0) return false;
    this.#setCurrent(high);
    return true;
  }

  #advance(hint: BallotStatement): void {
    this.#depth += 1;
    if (this.#depth < maxDepth) {
      let worked = this.#tryAcceptPrepared(hint);
      worked = this.#tryConfirmPrepared(hint) || worked;
      worked = this.#tryAcceptCommit(hint) || worked;
      worked = this.#tryConfirmCommit(hint) || worked;
      if (this.#depth === 1) {
        while (this.#tryBump()) worked = true;
        this.#checkHeard();
      }
      this.#depth -= 1;
      if (worked) this.#send();
    } else this.#depth -= 1;
  }

  /** Ballots that others name and that may be prepared, the highest first. */
  #prepareCandidates(hint: BallotStatement): Ballot[] {
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
      for (const { statement } of this.latest.values()) {
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

  #tryAcceptPrepared(hint: BallotStatement): boolean {
    if (this.phase === 'EXTERNALIZE') return false;
    const statements = this.#statements();
    for (const ballot of this.#prepareCandidates(hint)) {
      if (this.phase === 'CONFIRM' && !(this.prepared && isBelow(this.prepared, ballot))) continue;
      if (this.preparedPrime !== undefined && compare(ballot, this.preparedPrime) <= 0) continue;
      if (this.prepared !== undefined && isBelow(ballot, this.prepared)) continue;
      const isAccepted = accepts(
        this.#slot.driver,
        statements,
        (s) => votesToPrepare(s, ballot),
        (s) => hasPrepared(s, ballot),
      );
      if (isAccepted) return this.#acceptPrepared(ballot);
    }
    return false;
  }

  #acceptPrepared(ballot: Ballot): boolean {
    let worked = this.#setPrepared(ballot);
    if (this.commit !== undefined && this.high !== undefined) {
      const { high } = this;
      if (
        [this.prepared, this.preparedPrime].some(
          (p) => p !== undefined && compare(high, p) <= 0 && high.value !== p.value,
        )
      ) {
        this.commit = undefined;
        worked = true;
      }
    }
    if (worked) this.#emit();
    return worked;
  }

  #setPrepared(ballot: Ballot): boolean {
    const { prepared } = this;
    if (prepared === undefined) {
      this.prepared = ballot;
      return true;
    }
    const order = compare(prepared, ballot);
    if (order < 0) {
      if (prepared.value !== ballot.value) this.preparedPrime = prepared;
      this.prepared = ballot;
      return true;
    }
    if (order === 0 || prepared.value === ballot.value) return false;
    if (this.preparedPrime !== undefined && compare(this.preparedPrime, ballot) >= 0) return false;
    this.preparedPrime = ballot;
    return true;
  }

  #tryConfirmPrepared(hint: BallotStatement): boolean {
    if (this.phase !== 'PREPARE' || this.prepared === undefined) return false;
    const candidates = this.#prepareCandidates(hint);
    const statements = this.#statements();
    const isRatified = (ballot: Ballot): boolean =>
      ratifies(this.#slot.driver, statements, (s) => hasPrepared(s, ballot));
    let at = 0;
    let newHigh: Ballot | undefined;
    for (; at < candidates.length; at++) {
      const ballot = candidates[at] as Ballot;
      if (this.high !== undefined && compare(this.high, ballot) >= 0) break;
      if (!isRatified(ballot)) continue;
      newHigh = ballot;
      break;
    }
    if (newHigh === undefined) return false;
    const top = newHigh;
    const least = this.current ?? { counter: 0, value: '' };
    let newCommit: Ballot | undefined;
    const isAborted = [this.prepared, this.preparedPrime].some(
      (p) => p !== undefined && compare(top, p) <= 0 && top.value !== p.value,
    );
    if (this.commit === undefined && !isAborted) {
      for (; at < candidates.length; at++) {
        const ballot = candidates[at] as Ballot;
        if (compare(ballot, least) < 0) break;
        if (!isBelow(ballot, top)) continue;
        if (!isRatified(ballot)) break;
        newCommit = ballot;
      }
    }
    return this.#confirmPrepared(newCommit, top);
  }

  #confirmPrepared(commit: Ballot | undefined, high: Ballot): boolean {
    let worked = false;
    this.#valueOverride = high.value;
    if (this.current === undefined || this.current.value === high.value) {
      if (this.high === undefined || compare(high, this.high) > 0) {
        this.high = high;
        worked = true;
      }
      if (commit !== undefined) {
        this.commit = commit;
        worked = true;
      }
    }
    worked = this.#raiseTo(high) || worked;
    if (worked) this.#emit();
    return worked;
  }

  #commitBoundaries(value: Value): number[] {
    const found = new Set<number>();
    for (const { statement } of this.latest.values()) {
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

  #tryAcceptCommit(hint: BallotStatement): boolean {
    if (this.phase === 'EXTERNALIZE') return false;
    if (hint.type === 'PREPARE' && hint.cCounter === 0) return false;
    const { value } = workingBallot(hint);
    if (this.phase === 'CONFIRM' && this.high?.value !== value) return false;
    const statements = this.#statements();
    const found = widest(this.#commitBoundaries(value), (interval) =>
      accepts(
        this.#slot.driver,
        statements,
        (s) => votesToCommit(s, value, interval),
        (s) => hasCommitted(s, value, interval),
      ),
    );
    if (found === undefined) return false;
    if (this.phase === 'CONFIRM' && found[1] <= (this.high?.counter ?? 0)) return false;
    return this.#acceptCommit({ counter: found[0], value }, { counter: found[1], value });
  }

  #acceptCommit(commit: Ballot, high: Ballot): boolean {
    let worked = false;
    this.#valueOverride = high.value;
    if (
      this.high === undefined ||
      this.commit === undefined ||
      compare(this.high, high) !== 0 ||
      compare(this.commit, commit) !== 0
    ) {
      this.commit = commit;
      this.high = high;
      worked = true;
    }
    if (this.phase === 'PREPARE') {
      this.phase = 'CONFIRM';
      if (this.current !== undefined && !isBelow(high, this.current)) this.#setCurrent(high);
      this.preparedPrime = undefined;
      worked = true;
    }
    if (worked) {
      this.#raiseTo(high);
      this.#emit();
    }
    return worked;
  }

  #tryConfirmCommit(hint: BallotStatement): boolean {
    if (this.phase !== 'CONFIRM' || hint.type === 'PREPARE') return false;
    const { value } = workingBallot(hint);
    if (this.commit?.value !== value || this.high === undefined) return false;
    const statements = this.#statements();
    const found = widest(this.#commitBoundaries(value), (interval) =>
      ratifies(this.#slot.driver, statements, (s) => hasCommitted(s, value, interval)),
    );
    if (found === undefined) return false;
    this.commit = { counter: found[0], value };
    this.high = { counter: found[1], value };
    this.#raiseTo(this.high);
    this.phase = 'EXTERNALIZE';
    this.#emit();
    this.#slot.driver.stopTimer(this.#slot.index, 'ballot');
    this.#slot.agreed(value);
    return true;
  }

  /** Follows a blocking set that is ahead: to the lowest counter at which none is. */
  #tryBump(): boolean {
    if (this.phase === 'EXTERNALIZE') return false;
    const own = this.current?.counter ?? 0;
    const { driver } = this.#slot;
    const isAhead = (counter: number): boolean =>
      isBlocking(driver.quorumSet, (node) => {
        const envelope = this.latest.get(node);
        return envelope !== undefined && counterOf(envelope.statement) > counter;
      });
    if (!isAhead(own)) return false;
    const counters = new Set<number>();
    for (const { statement } of this.latest.values()) {
      const counter = counterOf(statement);
      if (counter > own) counters.add(counter);
    }
    for (const counter of [...counters].sort((a, b) => a - b))
      if (!isAhead(counter)) return this.abandon(counter);
    return false;
  }

  #checkHeard(): void {
    const { current } = this;
    if (current === undefined) return;
    const { driver, index } = this.#slot;
    const present = new Set<NodeId>();
    for (const { statement } of this.latest.values())
      if (statement.type !== 'PREPARE' || current.counter <= statement.ballot.counter)
        present.add(statement.node);
    const heard = isQuorum(driver.quorumSet, present, (node) => {
      const statement = this.latest.get(node)?.statement;
      if (statement === undefined) return undefined;
      return statement.type === 'EXTERNALIZE'
        ? singletonSet(node)
        : driver.quorumSetOf(statement.quorumSet);
    });
    if (!heard) {
      this.heardFromQuorum = false;
      driver.stopTimer(index, 'ballot');
      return;
    }
    if (!this.heardFromQuorum) {
      this.heardFromQuorum = true;
      if (this.phase !== 'EXTERNALIZE')
        driver.setTimer(index, 'ballot', driver.ballotTimeoutMs(current.counter), () => {
          driver.timedOut(index, 'ballot');
          this.abandon();
        });
    }
    if (this.phase === 'EXTERNALIZE') driver.stopTimer(index, 'ballot');
  }

  #emit(): void {
    const { driver, index } = this.#slot;
    const { current, commit, high } = this;
    if (current === undefined && this.phase === 'PREPARE' && this.prepared === undefined) return;
    const base = { node: driver.self, slot: index, quorumSet: '' };
    let statement: BallotStatement;
    if (this.phase === 'PREPARE')
      statement = {
        ...base,
        type: 'PREPARE',
        ballot: current ?? { counter: 0, value: '' },
        prepared: this.prepared,
        preparedPrime: this.preparedPrime,
        cCounter: commit?.counter ?? 0,
        hCounter: high?.counter ?? 0,
      };
    else if (this.phase === 'CONFIRM')
      statement = {
        ...base,
        type: 'CONFIRM',
        ballot: current as Ballot,
        preparedCounter: this.prepared?.counter ?? 0,
        cCounter: commit?.counter ?? 0,
        hCounter: high?.counter ?? 0,
      };
    else
      statement = {
        ...base,
        type: 'EXTERNALIZE',
        commit: commit as Ballot,
        hCounter: high?.counter ?? 0,
      };
    const envelope = driver.sign(statement) as BallotEnvelope;
    if (!this.#slot.receiveOwn(envelope)) return;
    if (current === undefined) return;
    if (this.lastEnvelope && !isNewer(this.lastEnvelope.statement, envelope.statement)) return;
    this.lastEnvelope = envelope;
    this.#send();
  }

  /** Sends what was said last, once the steps that follow from one message are over. */
  #send(): void {
    if (this.#depth > 0 || this.lastEnvelope === undefined) return;
    if (this.lastEnvelope === this.#lastSent || !this.#slot.fullyValidated) return;
    this.#lastSent = this.lastEnvelope;
    this.#slot.driver.emit(this.lastEnvelope);
  }
}

/** The order of ballots: by counter, then by value. */
export function compare(a: Ballot, b: Ballot): number {
  if (a.counter !== b.counter) return a.counter - b.counter;
  if (a.value === b.value) return 0;
  return a.value < b.value ? -1 : 1;
}

/** Same value, and no higher counter. */
const isBelow = (a: Ballot, b: Ballot): boolean => a.value === b.value && a.counter <= b.counter;

function votesToPrepare(s: BallotStatement, ballot: Ballot): boolean {
  switch (s.type) {
    case 'PREPARE':
      return isBelow(ballot, s.ballot);
    case 'CONFIRM':
      return ballot.value === s.ballot.value;
    case 'EXTERNALIZE':
      return ballot.value === s.commit.value;
  }
}

function hasPrepared(s: BallotStatement, ballot: Ballot): boolean {
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

function votesToCommit(s: BallotStatement, value: Value, [low, high]: Interval): boolean {
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

function hasCommitted(s: BallotStatement, value: Value, [low, high]: Interval): boolean {
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
function widest(
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

const counterOf = (s: BallotStatement): number =>
  s.type === 'EXTERNALIZE' ? anyCounter : s.ballot.counter;

const ranks = { PREPARE: 0, CONFIRM: 1, EXTERNALIZE: 2 } as const;

function compareOptional(a: Ballot | undefined, b: Ballot | undefined): number {
  if (a === undefined || b === undefined) return (a ? 1 : 0) - (b ? 1 : 0);
  return compare(a, b);
}

/** True when `after` says more than `before`. */
function isNewer(before: BallotStatement, after: BallotStatement): boolean {
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

function isSane(s: BallotStatement, isOwn: boolean): boolean {
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
