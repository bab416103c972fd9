import { type Json, orNull } from '../http/styled-json.ts';
import type { NodeId, QuorumSet } from '../scp/quorum-set.ts';
import type { Slot } from '../scp/slot.ts';
import type { Ballot, Statement } from '../scp/statement.ts';

/** How a report writes what a slot holds. */
export interface SlotNames {
  node(id: NodeId): string;
  value(text: string): string;
  set(set: QuorumSet): Json;
  /** The set of this hash, where it is known. */
  quorumSetOf(hash: string): QuorumSet | undefined;
}

/** A slot in the reply of `/scp`. */
export function describeSlot(slot: Slot, names: SlotNames): Json {
  return {
    ballotProtocol: describeBallots(slot, names),
    nomination: describeNomination(slot, names),
    quorum_sets: describeSets(slot, names),
    statements: orNull(
      slot.heard.map(({ atMs, statement, validated }) => [
        Math.floor(atMs / 1000),
        describeStatement(statement, names),
        validated,
      ]),
    ),
    validated: slot.fullyValidated,
  };
}

function describeBallots({ index, ballots }: Slot, names: SlotNames): Json {
  const { phase, current, prepared, preparedPrime, high, commit, latest } = ballots;
  const ballot = (one: Ballot | undefined): string => describeBallot(one, names);
  return {
    ballot: ballot(current),
    heard: ballots.heardFromQuorum,
    phase,
    state: `i: ${index} | ${phase} | b: ${ballot(current)} | p: ${ballot(prepared)} | p': ${ballot(preparedPrime)} | h: ${ballot(high)} | c: ${ballot(commit)} | M: ${latest.size}`,
  };
}

const describeBallot = (ballot: Ballot | undefined, names: SlotNames): string =>
  ballot === undefined ? '(<null_ballot>)' : `(${ballot.counter},${names.value(ballot.value)})`;

function describeNomination({ nomination }: Slot, names: SlotNames): Json {
  const values = (texts: Iterable<string>): Json =>
    orNull([...texts].map((text) => names.value(text)));
  return {
    X: values(nomination.votes),
    Y: values(nomination.accepted),
    Z: values(nomination.candidates),
    roundnumber: nomination.round,
    started: nomination.started,
  };
}

/** The sets that statements name, as far as they are known. */
function describeSets({ heard }: Slot, names: SlotNames): Json {
  const hashes = new Set(heard.map(({ statement }) => statement.quorumSet));
  const known = [...hashes].flatMap((hash): [string, Json][] => {
    const set = names.quorumSetOf(hash);
    return set === undefined ? [] : [[hash.slice(0, 6), names.set(set)]];
  });
  return Object.fromEntries(known);
}

function describeStatement(s: Statement, names: SlotNames): string {
  const head = `{ENV@${names.node(s.node)} |  i: ${s.slot} | ${s.type}`;
  const hash = s.quorumSet.slice(0, 6);
  const list = (values: readonly string[]): string =>
    `{${values.map((text) => `'${names.value(text)}'`).join(', ')}}`;
  const ballot = (one: Ballot | undefined): string => describeBallot(one, names);
  switch (s.type) {
    case 'NOMINATE':
      return `${head} | D: ${hash} | X: ${list(s.votes)} | Y: ${list(s.accepted)} }`;
    case 'PREPARE':
      return `${head} | D: ${hash} | b: ${ballot(s.ballot)} | p: ${ballot(s.prepared)} | p': ${ballot(s.preparedPrime)} | c.n: ${s.cCounter} | h.n: ${s.hCounter} }`;
    case 'CONFIRM':
      return `${head} | D: ${hash} | b: ${ballot(s.ballot)} | p.n: ${s.preparedCounter} | c.n: ${s.cCounter} | h.n: ${s.hCounter} }`;
    case 'EXTERNALIZE':
      return `${head} | c: ${ballot(s.commit)} | h.n: ${s.hCounter} | (lastD): ${hash} }`;
  }
}
