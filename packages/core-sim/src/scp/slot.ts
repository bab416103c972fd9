import { BallotProtocol } from './ballot-protocol.ts';
import type { ScpDriver } from './driver.ts';
import { Nomination } from './nomination.ts';
import type { NodeId } from './quorum-set.ts';
import {
  type BallotStatement,
  type Envelope,
  type Nominate,
  type Statement,
  type Value,
  valuesOf,
} from './statement.ts';

/** A statement as `/scp` shows it: when it came, and whether this node could judge its values. */
export interface HeardStatement {
  readonly atMs: number;
  readonly statement: Statement;
  readonly validated: boolean;
}

/** The agreement on one ledger. */
export class Slot {
  readonly index: number;
  readonly driver: ScpDriver;
  readonly nomination: Nomination;
  readonly ballots: BallotProtocol;
  readonly heard: HeardStatement[] = [];
  fullyValidated: boolean;
  readonly #now: () => number;
  #lastNomination: (Envelope & { readonly statement: Nominate }) | undefined;

  constructor(index: number, driver: ScpDriver, now: () => number) {
    this.index = index;
    this.driver = driver;
    this.#now = now;
    this.fullyValidated = driver.isValidator;
    this.nomination = new Nomination({
      index,
      driver,
      emitNomination: (statement) => this.#emitNomination(statement),
      nominated: (value) => void this.ballots.bump(value, false),
    });
    const slot = this;
    this.ballots = new BallotProtocol({
      index,
      driver,
      get fullyValidated() {
        return slot.fullyValidated;
      },
      get composite() {
        return slot.nomination.composite;
      },
      receiveOwn: (envelope) => this.#take(envelope, true),
      agreed: (value) => {
        this.nomination.stop();
        driver.externalized(index, value);
      },
    });
  }

  nominate(value: Value, previous: Value): void {
    this.nomination.nominate(value, previous, false);
  }

  /** Takes in a statement of another node. False when it is old, senseless or names an invalid value. */
  receive(envelope: Envelope): boolean {
    return this.#take(envelope, false);
  }

  /** The value that was agreed on; undefined while there is none. */
  get agreed(): Value | undefined {
    return this.ballots.phase === 'EXTERNALIZE' ? this.ballots.commit?.value : undefined;
  }

  /** The last statements of every node, to be told to a peer that asks. Own ones only when they may be sent. */
  current(): Envelope[] {
    const found: Envelope[] = [];
    for (const [node, envelope] of this.nomination.latest)
      if (this.fullyValidated || node !== this.driver.self) found.push(envelope);
    for (const [node, envelope] of this.ballots.latest) {
      if (node !== this.driver.self) found.push(envelope);
      else if (this.fullyValidated && this.ballots.lastEnvelope !== undefined)
        found.push(this.ballots.lastEnvelope);
    }
    return found;
  }

  /** The envelopes with which each node told that it agreed, as far as they were heard. */
  externalizing(): Envelope[] {
    return [...this.ballots.latest.values()].filter((e) => e.statement.type !== 'PREPARE');
  }

  /** The newest statement of a node. */
  latestOf(node: NodeId): Statement | undefined {
    return (this.ballots.latest.get(node) ?? this.nomination.latest.get(node))?.statement;
  }

  #take(envelope: Envelope, isOwn: boolean): boolean {
    const { statement } = envelope;
    if (!isOwn) {
      const isNomination = statement.type === 'NOMINATE';
      for (const value of valuesOf(statement)) {
        // Votes are judged one by one when they are counted; a ballot stands for itself.
        if (isNomination) continue;
        const validity = this.driver.validate(this.index, value, false);
        if (validity === 'invalid') return false;
        if (validity === 'maybe') this.fullyValidated = false;
      }
    }
    // No copy is made of an envelope: the signature of an own one is made when it is first asked for.
    const taken =
      statement.type === 'NOMINATE'
        ? this.nomination.receive(envelope as Envelope & { readonly statement: Nominate })
        : this.ballots.receive(envelope as Envelope & { readonly statement: BallotStatement });
    if (taken) this.heard.push({ atMs: this.#now(), statement, validated: this.fullyValidated });
    return taken;
  }

  #emitNomination(draft: Nominate): void {
    const envelope = this.driver.sign(draft) as Envelope & { readonly statement: Nominate };
    if (!this.#take(envelope, true)) return;
    this.#lastNomination = envelope;
    if (this.fullyValidated) this.driver.emit(this.#lastNomination);
  }
}
