import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';
import type { NodeId } from './quorum-set.ts';

/**
 * A value that nodes agree on, as the bytes of its XDR in a latin1 text: texts compare in the order of their bytes, and
 * equal ones in one step.
 */
export type Value = string;

/** A numbered attempt to agree on a value. */
export interface Ballot {
  readonly counter: number;
  readonly value: Value;
}

/** The counter that stands for "any". */
export const anyCounter = 0xffffffff;

interface StatementBase {
  readonly node: NodeId;
  readonly slot: number;
  /** The hash of the sender's quorum set in hex. */
  readonly quorumSet: string;
}

/** Votes for values, and which of them the sender has accepted; both sorted. */
export interface Nominate extends StatementBase {
  readonly type: 'NOMINATE';
  readonly votes: readonly Value[];
  readonly accepted: readonly Value[];
}

/** Votes to prepare `ballot`; with `cCounter`, to commit the ballots from it to `hCounter`. */
export interface Prepare extends StatementBase {
  readonly type: 'PREPARE';
  readonly ballot: Ballot;
  readonly prepared: Ballot | undefined;
  readonly preparedPrime: Ballot | undefined;
  readonly cCounter: number;
  readonly hCounter: number;
}

/** Has accepted to commit the ballots from `cCounter` to `hCounter`. */
export interface Confirm extends StatementBase {
  readonly type: 'CONFIRM';
  readonly ballot: Ballot;
  readonly preparedCounter: number;
  readonly cCounter: number;
  readonly hCounter: number;
}

/** Has agreed; `quorumSet` is the last one it used. */
export interface Externalize extends StatementBase {
  readonly type: 'EXTERNALIZE';
  readonly commit: Ballot;
  readonly hCounter: number;
}

export type BallotStatement = Prepare | Confirm | Externalize;
export type Statement = Nominate | BallotStatement;

/** A statement with the signature of its sender. */
export interface Envelope {
  readonly statement: Statement;
  readonly signature: Uint8Array;
}

const typeNumbers = { PREPARE: 0, CONFIRM: 1, EXTERNALIZE: 2, NOMINATE: 3 } as const;

function writeBallot(writer: XdrWriter, ballot: Ballot): void {
  writer.uint(ballot.counter).latin1(ballot.value);
}

function writeOptional(writer: XdrWriter, ballot: Ballot | undefined): void {
  writer.int(ballot === undefined ? 0 : 1);
  if (ballot !== undefined) writeBallot(writer, ballot);
}

function writeStatement(writer: XdrWriter, statement: Statement): void {
  writer.int(0).hex(statement.node).long(statement.slot).int(typeNumbers[statement.type]);
  switch (statement.type) {
    case 'PREPARE':
      writer.hex(statement.quorumSet);
      writeBallot(writer, statement.ballot);
      writeOptional(writer, statement.prepared);
      writeOptional(writer, statement.preparedPrime);
      writer.uint(statement.cCounter).uint(statement.hCounter);
      return;
    case 'CONFIRM':
      writeBallot(writer, statement.ballot);
      writer.uint(statement.preparedCounter).uint(statement.cCounter).uint(statement.hCounter);
      writer.hex(statement.quorumSet);
      return;
    case 'EXTERNALIZE':
      writeBallot(writer, statement.commit);
      writer.uint(statement.hCounter).hex(statement.quorumSet);
      return;
    case 'NOMINATE':
      writer.hex(statement.quorumSet).uint(statement.votes.length);
      for (const value of statement.votes) writer.latin1(value);
      writer.uint(statement.accepted.length);
      for (const value of statement.accepted) writer.latin1(value);
  }
}

/** The XDR of `SCPStatement`. */
export function encodeStatement(statement: Statement): Buffer {
  const writer = new XdrWriter();
  writeStatement(writer, statement);
  return writer.end();
}

/** The XDR of `SCPEnvelope`. */
export function encodeEnvelope(envelope: Envelope): Buffer {
  const writer = new XdrWriter();
  writeStatement(writer, envelope.statement);
  writer.opaque(envelope.signature);
  return writer.end();
}

function readBallot(reader: XdrReader): Ballot {
  return { counter: reader.uint(), value: reader.latin1() };
}

function readStatement(reader: XdrReader): Statement {
  reader.int();
  const node = reader.hex(32);
  const slot = reader.safeUint();
  const type = reader.int();
  switch (type) {
    case 0: {
      const quorumSet = reader.hex(32);
      const ballot = readBallot(reader);
      const prepared = reader.optional(() => readBallot(reader));
      const preparedPrime = reader.optional(() => readBallot(reader));
      const [cCounter, hCounter] = [reader.uint(), reader.uint()];
      return {
        type: 'PREPARE',
        node,
        slot,
        quorumSet,
        ballot,
        prepared,
        preparedPrime,
        cCounter,
        hCounter,
      };
    }
    case 1: {
      const ballot = readBallot(reader);
      const [preparedCounter, cCounter, hCounter] = [reader.uint(), reader.uint(), reader.uint()];
      const quorumSet = reader.hex(32);
      return {
        type: 'CONFIRM',
        node,
        slot,
        quorumSet,
        ballot,
        preparedCounter,
        cCounter,
        hCounter,
      };
    }
    case 2: {
      const commit = readBallot(reader);
      const hCounter = reader.uint();
      return { type: 'EXTERNALIZE', node, slot, quorumSet: reader.hex(32), commit, hCounter };
    }
    case 3: {
      const quorumSet = reader.hex(32);
      const votes = Array.from({ length: reader.count() }, () => reader.latin1());
      const accepted = Array.from({ length: reader.count() }, () => reader.latin1());
      return { type: 'NOMINATE', node, slot, quorumSet, votes, accepted };
    }
    default:
      throw new Error(`no statement of type ${type}`);
  }
}

const decoded = new WeakMap<Uint8Array, Envelope>();

/** The envelope of an `SCPEnvelope` in XDR; throws on anything else. The bytes are read once for all who share them. */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  let envelope = decoded.get(bytes);
  if (envelope === undefined) {
    envelope = readEnvelope(bytes);
    decoded.set(bytes, envelope);
  }
  return envelope;
}

function readEnvelope(bytes: Uint8Array): Envelope {
  const reader = new XdrReader(bytes);
  const statement = readStatement(reader);
  const signature = reader.opaque(64);
  reader.end();
  return { statement, signature };
}

/** The ballot that the statement is about, as others weigh it. */
export function workingBallot(statement: BallotStatement): Ballot {
  switch (statement.type) {
    case 'PREPARE':
      return statement.ballot;
    case 'CONFIRM':
      return { counter: statement.cCounter, value: statement.ballot.value };
    case 'EXTERNALIZE':
      return statement.commit;
  }
}

/** All values that a statement names. */
export function valuesOf(statement: Statement): Set<Value> {
  switch (statement.type) {
    case 'NOMINATE':
      return new Set([...statement.votes, ...statement.accepted]);
    case 'PREPARE': {
      const values = new Set<Value>();
      if (statement.ballot.counter !== 0) values.add(statement.ballot.value);
      if (statement.prepared !== undefined) values.add(statement.prepared.value);
      if (statement.preparedPrime !== undefined) values.add(statement.preparedPrime.value);
      return values;
    }
    case 'CONFIRM':
      return new Set([statement.ballot.value]);
    case 'EXTERNALIZE':
      return new Set([statement.commit.value]);
  }
}
