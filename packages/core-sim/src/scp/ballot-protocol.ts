import { compare, counterOf, isBelow, isNewer, isSane } from './ballot-order.ts';
import { type Phase, statementOf, stateOf } from './ballot-state.ts';
import {
  commitBoundaries,
  hasCommitted,
  hasPrepared,
  prepareCandidates,
  votesToCommit,
  votesToPrepare,
  widest,
} from './ballot-votes.ts';
import type { ScpDriver } from './driver.ts';
import { isBlocking, isQuorum, type NodeId, singletonSet } from './quorum-set.ts';
import {
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

type BallotEnvelope = Envelope & { readonly statement: BallotStatement };

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
    Object.assign(this, stateOf(statement));
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

  #tryAcceptPrepared(hint: BallotStatement): boolean {
    if (this.phase === 'EXTERNALIZE') return false;
    const statements = this.#statements();
    for (const ballot of prepareCandidates(hint, statements)) {
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
    const statements = this.#statements();
    const candidates = prepareCandidates(hint, statements);
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

  #tryAcceptCommit(hint: BallotStatement): boolean {
    if (this.phase === 'EXTERNALIZE') return false;
    if (hint.type === 'PREPARE' && hint.cCounter === 0) return false;
    const { value } = workingBallot(hint);
    if (this.phase === 'CONFIRM' && this.high?.value !== value) return false;
    const statements = this.#statements();
    const found = widest(commitBoundaries(value, statements), (interval) =>
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
    const found = widest(commitBoundaries(value, statements), (interval) =>
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
    const { current } = this;
    if (current === undefined && this.phase === 'PREPARE' && this.prepared === undefined) return;
    const statement = statementOf(this, { node: driver.self, slot: index, quorumSet: '' });
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
