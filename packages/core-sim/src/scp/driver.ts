import type { NodeId, QuorumSet } from './quorum-set.ts';
import type { Envelope, Statement, Value } from './statement.ts';

/** How sure a node can be that a value is valid: for slots other than the next it can't know all. */
export type Validity = 'full' | 'maybe' | 'invalid';

/** What agreement needs from the node around it. */
export interface ScpDriver {
  readonly self: NodeId;
  readonly isValidator: boolean;
  /** The node's own set, in normal form. */
  readonly quorumSet: QuorumSet;
  /** The set with a hash; undefined while it was not fetched. */
  quorumSetOf(hash: string): QuorumSet | undefined;
  validate(slot: number, value: Value, nomination: boolean): Validity;
  /** A valid value made from one that isn't, by leaving out the upgrades that this node does not want. */
  extractValid(slot: number, value: Value): Value | undefined;
  /** One value from several. */
  combine(slot: number, candidates: readonly Value[]): Value | undefined;
  sign(statement: Statement): Envelope;
  /** Sends a statement of this node to its peers. */
  emit(envelope: Envelope): void;
  externalized(slot: number, value: Value): void;
  setTimer(slot: number, kind: TimerKind, ms: number, fire: () => void): void;
  stopTimer(slot: number, kind: TimerKind): void;
  nominationTimeoutMs(round: number): number;
  ballotTimeoutMs(counter: number): number;
  /** This node begins to ballot on the slot: the next ledger is due one interval after it. */
  ballotStarted(slot: number): void;
  timedOut(slot: number, kind: TimerKind): void;
}

export type TimerKind = 'nomination' | 'ballot';
