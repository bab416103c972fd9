import type { ScpDriver } from './driver.ts';
import { addLeaders, hashValue } from './leader.ts';
import type { NodeId } from './quorum-set.ts';
import type { Envelope, Nominate, Value } from './statement.ts';
import { accepts, ratifies } from './vote.ts';

/** What nomination needs from its slot. */
export interface NominationSlot {
  readonly index: number;
  readonly driver: ScpDriver;
  emitNomination(statement: Nominate): void;
  /** The candidates have been combined: ballots may begin. */
  nominated(value: Value): void;
}

/** The first half of agreement: which values may be balloted on (stellar-core: src/scp/NominationProtocol.cpp). */
export class Nomination {
  readonly #slot: NominationSlot;
  readonly votes = new Set<Value>();
  readonly accepted = new Set<Value>();
  readonly candidates = new Set<Value>();
  readonly latest = new Map<NodeId, Envelope & { readonly statement: Nominate }>();
  readonly leaders = new Set<NodeId>();
  round = 0;
  started = false;
  /** What the candidates gave together. */
  composite: Value | undefined;
  #previous: Value = '';
  #lastEmitted: Nominate | undefined;

  constructor(slot: NominationSlot) {
    this.#slot = slot;
  }

  /** Begins the first round, or, when `timedOut`, the next. True when this node's votes grew. */
  nominate(value: Value, previous: Value, timedOut: boolean): boolean {
    if (this.candidates.size > 0 || (timedOut && !this.started)) return false;
    const { driver, index } = this.#slot;
    if (timedOut) driver.timedOut(index, 'nomination');
    this.started = true;
    this.#previous = previous;
    const draw = { slot: index, previous };
    this.round = addLeaders(draw, driver.self, driver.quorumSet, this.round + 1, this.leaders);
    let grew = false;
    for (const leader of this.leaders) {
      const theirs = this.latest.get(leader);
      if (theirs !== undefined && leader !== driver.self)
        grew = this.#takeVote(theirs.statement) || grew;
    }
    if (this.leaders.has(driver.self) && this.votes.size === 0) {
      this.votes.add(value);
      grew = true;
    }
    driver.setTimer(index, 'nomination', driver.nominationTimeoutMs(this.round), () => {
      this.nominate(value, previous, true);
    });
    if (grew) this.#emit();
    return grew;
  }

  /** Ends the rounds; votes of others are still counted. */
  stop(): void {
    this.started = false;
    this.#slot.driver.stopTimer(this.#slot.index, 'nomination');
  }

  /** Takes in a statement, also one of this node. False when it is not newer than the last of its sender. */
  receive(envelope: Envelope & { readonly statement: Nominate }): boolean {
    const { statement } = envelope;
    const before = this.latest.get(statement.node)?.statement;
    if (!isSane(statement) || (before !== undefined && !isNewer(before, statement))) return false;
    this.latest.set(statement.node, envelope);
    if (!this.started) return true;
    const { driver, index } = this.#slot;
    const all = [...this.latest.values()].map((e) => e.statement);
    let grew = false;
    let newCandidates = false;
    for (const value of statement.votes) {
      if (this.accepted.has(value)) continue;
      const isAccepted = accepts(
        driver,
        all,
        (s) => s.votes.includes(value),
        (s) => s.accepted.includes(value),
      );
      if (!isAccepted) continue;
      if (driver.validate(index, value, true) === 'full') {
        this.accepted.add(value);
        this.votes.add(value);
        grew = true;
      } else {
        const valid = driver.extractValid(index, value);
        if (valid !== undefined && !this.votes.has(valid)) {
          this.votes.add(valid);
          grew = true;
        }
      }
    }
    for (const value of this.accepted) {
      if (this.candidates.has(value)) continue;
      if (!ratifies(driver, all, (s) => s.accepted.includes(value))) continue;
      this.candidates.add(value);
      newCandidates = true;
      // With a candidate no more rounds are needed.
      driver.stopTimer(index, 'nomination');
    }
    if (this.candidates.size === 0 && this.leaders.has(statement.node))
      grew = this.#takeVote(statement) || grew;
    if (grew) this.#emit();
    if (newCandidates) {
      const composite = driver.combine(index, [...this.candidates].sort());
      if (composite !== undefined) {
        this.composite = composite;
        this.#slot.nominated(composite);
      }
    }
    return true;
  }

  /** Votes for the best value of a leader: what it accepted before what it votes for. */
  #takeVote(statement: Nominate): boolean {
    const { driver, index } = this.#slot;
    let best: Value | undefined;
    let top = -1n;
    for (const list of [statement.accepted, statement.votes]) {
      let found = false;
      for (const value of list) {
        const valid =
          driver.validate(index, value, true) === 'full'
            ? value
            : driver.extractValid(index, value);
        if (valid === undefined) continue;
        found = true;
        if (this.votes.has(valid)) continue;
        const rank = hashValue({ slot: index, previous: this.#previous }, this.round, valid);
        if (rank < top) continue;
        top = rank;
        best = valid;
      }
      if (found) break;
    }
    if (best === undefined) return false;
    this.votes.add(best);
    return true;
  }

  #emit(): void {
    const { driver, index } = this.#slot;
    const statement: Nominate = {
      type: 'NOMINATE',
      node: driver.self,
      slot: index,
      quorumSet: '',
      votes: [...this.votes].sort(),
      accepted: [...this.accepted].sort(),
    };
    if (this.#lastEmitted !== undefined && !isNewer(this.#lastEmitted, statement)) return;
    this.#lastEmitted = statement;
    this.#slot.emitNomination(statement);
  }
}

const isSane = (s: Nominate): boolean =>
  s.votes.length + s.accepted.length > 0 && isAscending(s.votes) && isAscending(s.accepted);

const isAscending = (values: readonly Value[]): boolean =>
  values.every((value, i) => i === 0 || (values[i - 1] as Value) < value);

/** True when `after` has all that `before` has, and more. */
function isNewer(before: Nominate, after: Nominate): boolean {
  const holds = (small: readonly Value[], large: readonly Value[]): boolean =>
    small.length <= large.length && small.every((value) => large.includes(value));
  return (
    holds(before.votes, after.votes) &&
    holds(before.accepted, after.accepted) &&
    (after.votes.length > before.votes.length || after.accepted.length > before.accepted.length)
  );
}
