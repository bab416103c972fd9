import * as z from 'zod';
import { base64, whole } from '../argument.ts';
import type { Command } from '../command.ts';

const base64Text = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/u);
const uint = z.int().nonnegative();

/** Which entries, and of which ledger: the last one, or one of the few before it that the node keeps. */
export interface LedgerEntryQuestion {
  /** LedgerKeys as XDR in base64. */
  readonly keys: readonly string[];
  readonly ledger?: number;
}

const rawSchema = z
  .looseObject({
    entries: z.array(z.looseObject({ entry: base64Text })).optional(),
    ledgerSeq: uint,
  })
  .transform((reply) => ({
    ledger: reply.ledgerSeq,
    entries: (reply.entries ?? []).map(({ entry }) => entry),
  }));

/** Entries found, as LedgerEntry XDR in base64; a key that has none is left out. */
export type RawLedgerEntries = z.infer<typeof rawSchema>;

/** `getledgerentryraw` of the query port. */
export const rawLedgerEntriesCommand = (
  question: LedgerEntryQuestion,
): Command<RawLedgerEntries> => ({
  name: 'getledgerentryraw',
  form: formOf(question),
  kind: 'read',
  availability: 'query-port',
  success: { kind: 'json', schema: rawSchema },
  expects: 'a JSON object with "ledgerSeq"',
});

const entrySchema = z.discriminatedUnion('state', [
  z.looseObject({
    state: z.literal('live'),
    entry: base64Text,
    /** Soroban entries only. */
    liveUntilLedgerSeq: uint.optional(),
  }),
  z.looseObject({ state: z.literal('archived'), entry: base64Text, liveUntilLedgerSeq: uint }),
  z.looseObject({ state: z.literal('not-found') }),
]);

/** What is at one key. */
export type LedgerEntryState = z.infer<typeof entrySchema>;

/** The ledger that was read, and one state for each key. */
export interface LedgerEntries {
  readonly ledger: number;
  readonly entries: readonly LedgerEntryState[];
}

/** `getledgerentry` of the query port: one state for each key, in the order asked. */
export const ledgerEntriesCommand = (question: LedgerEntryQuestion): Command<LedgerEntries> => ({
  name: 'getledgerentry',
  form: formOf(question),
  kind: 'read',
  availability: 'query-port',
  success: {
    kind: 'json',
    schema: z
      .looseObject({ entries: z.array(entrySchema).length(question.keys.length), ledgerSeq: uint })
      .transform((reply) => ({ ledger: reply.ledgerSeq, entries: reply.entries })),
  },
  expects: 'a JSON object with "ledgerSeq" and one entry for each key',
});

function formOf(question: LedgerEntryQuestion): (readonly [string, string])[] {
  return [
    ...question.keys.map((key) => ['key', base64('the LedgerKey', key)] as const),
    ...(question.ledger === undefined
      ? []
      : [['ledgerSeq', String(whole('ledger', question.ledger))] as const]),
  ];
}
