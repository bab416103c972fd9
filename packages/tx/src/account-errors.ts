import { type Fact, SscError } from '@ssc/errors';
import type { TxProblem } from './problem.ts';
import type { ExplainedResult } from './result.ts';
import type { SignedTransaction } from './transaction.ts';

/** A transaction on its way. */
export interface Sent {
  readonly transaction: SignedTransaction;
  readonly what: string | undefined;
  /** What each operation was to move. */
  readonly amounts: readonly (string | undefined)[];
  /** The account's sequence number once it is applied: its own, or the one that it bumps to. */
  readonly after: bigint;
}

type TxError = SscError<TxProblem>;

const nameOf = (sent: Sent): string => sent.what ?? `the transaction ${sent.transaction.hash}`;

const factsOf = ({ transaction }: Sent): Fact[] => [
  ['Hash', transaction.hash],
  ['Account', transaction.source],
  ['Sequence', String(transaction.sequence)],
  ['Envelope', transaction.base64],
];

/** A node's ERROR: the transaction is not on its way. */
export const txRefused = (sent: Sent, result: ExplainedResult): TxError =>
  new SscError({
    problem: { code: 'SSC_TX_RESULT', result: result.code, hash: sent.transaction.hash },
    verdict: 'failed',
    summary: `${nameOf(sent)} was refused: ${result.sentence}`,
    facts: [...factsOf(sent), ['Result', result.base64]],
    definite: true,
  });

/** A node's FILTERED: its configuration forbids the operation, the account or the entries. */
export const txFiltered = (sent: Sent): TxError =>
  new SscError({
    problem: { code: 'SSC_TX_RESULT', result: 'FILTERED', hash: sent.transaction.hash },
    verdict: 'failed',
    summary: `${nameOf(sent)} was refused: FILTERED, the node's configuration or a ban excludes it`,
    facts: factsOf(sent),
    definite: true,
  });

/** In a ledger, as failed: its fee and its number are spent, nothing else happened. */
export const txFailed = (sent: Sent, ledger: number, result: ExplainedResult): TxError =>
  new SscError({
    problem: { code: 'SSC_TX_RESULT', result: result.code, hash: sent.transaction.hash },
    verdict: 'failed',
    summary: `${nameOf(sent)} is in the ledger as failed: ${result.sentence}`,
    facts: [
      ...factsOf(sent),
      ['Ledger', `seen after ledger ${ledger}`],
      ['Fee charged', `${result.feeCharged} stroops`],
      ['Result', result.base64],
    ],
  });

/** Nobody can say whether it was applied. */
export const txUnknown = (sent: Sent, why: string, last: string): TxError =>
  new SscError({
    problem: { code: 'SSC_TX_UNKNOWN', hash: sent.transaction.hash },
    verdict: 'failed',
    summary: `it is not known whether ${nameOf(sent)} was applied: ${why}`,
    facts: [...factsOf(sent), ['Last answer', last]],
    hint: 'The account sends nothing else before this is decided, or given up.',
    definite: false,
  });

/** The node kept saying TRY_AGAIN_LATER, or others kept using the numbers. */
export const neverTaken = (what: string | undefined, account: string, tries: number): TxError =>
  new SscError({
    problem: { code: 'SSC_TX_DROPPED', account },
    verdict: 'failed',
    summary: `${what ?? `a transaction of ${account}`} was taken by the node at none of ${tries + 1} tries, one for each ledger`,
    facts: [['Account', account]],
    hint: 'The queue is full, or somebody else sends transactions of this account.',
    definite: true,
  });

/** The source account is not there. */
export const accountMissing = (account: string): TxError =>
  new SscError({
    problem: { code: 'SSC_TX_NO_ACCOUNT', account },
    verdict: 'failed',
    summary: `the account ${account} is not in the ledger, so nothing can be sent from it`,
    hint: 'Create it first, or look whether the passphrase is that of the network.',
    definite: true,
  });
