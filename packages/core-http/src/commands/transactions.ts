import * as z from 'zod';
import { base64, whole, word } from '../argument.ts';
import type { Command } from '../command.ts';

const integer = z.union([z.int(), z.bigint()]).transform((value) => BigInt(value));
const base64Text = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/u);

const submissionSchema = z.discriminatedUnion('status', [
  z.looseObject({ status: z.literal('PENDING') }),
  z.looseObject({ status: z.literal('DUPLICATE') }),
  z.looseObject({ status: z.literal('TRY_AGAIN_LATER') }),
  z.looseObject({ status: z.literal('FILTERED') }),
  z.looseObject({
    status: z.literal('ERROR'),
    error: base64Text,
    diagnostic_events: z.string().optional(),
  }),
]);

/**
 * What a node said to a transaction: *PENDING* queued and flooded, which is not applied; *DUPLICATE* the same one waits
 * already; *TRY_AGAIN_LATER* the queue is full, another of this account waits, or it was applied a few ledgers ago;
 * *FILTERED* refused by configuration or `banaccounts`; *ERROR* with the TransactionResult as XDR in base64.
 */
export type Submission = z.infer<typeof submissionSchema>;

/** `tx`: submits an envelope. */
export const submitCommand = (
  envelope: string,
  options: { readonly force?: boolean } = {},
): Command<Submission> => ({
  name: 'tx',
  query: {
    blob: base64('the transaction envelope', envelope),
    force: options.force === true ? true : undefined,
  },
  kind: 'act',
  availability: 'always',
  success: { kind: 'json', schema: submissionSchema },
  expects: 'a JSON object whose "status" is PENDING, DUPLICATE, TRY_AGAIN_LATER, FILTERED or ERROR',
});

const testAccountSchema = z
  .looseObject({
    /** Stroops. */
    balance: integer,
    id: z.string().regex(/^G[A-Z2-7]{55}$/u),
    name: z.string(),
    seqnum: integer,
  })
  .nullable();

/** An account that core derives from a name, as the ledger has it. Balance in stroops. */
export type TestAccount = NonNullable<z.infer<typeof testAccountSchema>>;

/** `testacc`: the account derived from a name, or null when the ledger has none. */
export const testAccountCommand = (name: string): Command<TestAccount | null> => ({
  name: 'testacc',
  query: { name: accountName(name) },
  kind: 'read',
  availability: 'test-build',
  success: { kind: 'json', schema: testAccountSchema },
  expects: 'a JSON object with "balance" and "seqnum", or null for no such account',
});

const testPaymentSchema = z.looseObject({
  amount: integer,
  from_id: z.string(),
  from_name: z.string(),
  to_id: z.string(),
  to_name: z.string(),
  status: z.enum(['PENDING', 'DUPLICATE', 'TRY_AGAIN_LATER', 'FILTERED', 'ERROR']),
  /** The result code as core prints it, with ERROR. */
  detail: z.string().optional(),
});

/** What a node said to a payment that it made itself. */
export type TestPayment = z.infer<typeof testPaymentSchema>;

/** Who pays whom, by the names that the accounts are derived from. */
export interface TestPaymentOrder {
  readonly from: string;
  readonly to: string;
  /** Stroops. */
  readonly amount: number | bigint;
  /** Creates the second account with that balance. */
  readonly create?: boolean;
}

/** `testtx`: the node itself pays between two accounts derived from names, or creates the second. */
export const testPaymentCommand = (payment: TestPaymentOrder): Command<TestPayment> => ({
  name: 'testtx',
  query: {
    from: accountName(payment.from),
    to: accountName(payment.to),
    // Core reads a text that is no number as 0.
    amount: whole('amount', payment.amount, { least: 1, most: 2n ** 63n - 1n }),
    create: payment.create === true ? true : undefined,
  },
  kind: 'act',
  availability: 'test-build',
  success: { kind: 'json', schema: testPaymentSchema },
  expects: 'a JSON object with "from_id", "to_id" and "status"',
});

// The name, padded with dots, is the seed: 32 bytes, not more (stellar-core: src/test/TxTests.cpp).
const accountName = (name: string): string => word('account name', name);
