import { xdr } from '@stellar/stellar-sdk/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeEnvelope,
  type Envelope,
  encodeEnvelope,
  type Statement,
} from '../../src/scp/statement.ts';

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((b) => Buffer.from(b).toString('hex'));
const value = fc.uint8Array({ maxLength: 70 }).map((b) => Buffer.from(b).toString('latin1'));
const counter = fc.nat({ max: 0xffffffff });
const ballot = fc.record({ counter, value });
const base = {
  node: hex(32),
  slot: fc.nat(),
  quorumSet: hex(32),
};
const statement: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({
    ...base,
    type: fc.constant('NOMINATE' as const),
    votes: fc.array(value, { maxLength: 4 }),
    accepted: fc.array(value, { maxLength: 4 }),
  }),
  fc.record({
    ...base,
    type: fc.constant('PREPARE' as const),
    ballot,
    prepared: fc.option(ballot, { nil: undefined }),
    preparedPrime: fc.option(ballot, { nil: undefined }),
    cCounter: counter,
    hCounter: counter,
  }),
  fc.record({
    ...base,
    type: fc.constant('CONFIRM' as const),
    ballot,
    preparedCounter: counter,
    cCounter: counter,
    hCounter: counter,
  }),
  fc.record({
    ...base,
    type: fc.constant('EXTERNALIZE' as const),
    commit: ballot,
    hCounter: counter,
  }),
);
const envelope: fc.Arbitrary<Envelope> = fc.record({
  statement,
  signature: fc.uint8Array({ maxLength: 64 }).map((b) => Buffer.from(b)),
});

describe('an envelope', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(envelope, (sent) => {
        expect(decodeEnvelope(encodeEnvelope(sent))).toEqual(sent);
      }),
      { seed: 1 },
    );
  });

  it('is the XDR that the generated classes read and write', () => {
    fc.assert(
      fc.property(envelope, (sent) => {
        const bytes = encodeEnvelope(sent);
        const theirs = xdr.ScpEnvelope.fromXdr(bytes);
        expect(Buffer.from(theirs.toXdr())).toEqual(bytes);
        expect(Number(theirs.statement.slotIndex)).toBe(sent.statement.slot);
      }),
      { seed: 1 },
    );
  });

  it('that was cut is refused', () => {
    fc.assert(
      fc.property(envelope, fc.nat(), (sent, cut) => {
        const bytes = encodeEnvelope(sent);
        expect(() => decodeEnvelope(bytes.subarray(0, cut % bytes.length))).toThrow();
      }),
      { seed: 1 },
    );
  });
});
