import type { TestAccount } from '@ssc/core-http';
import { type Fact, type Problem, SscError } from '@ssc/errors';
import { renderAmount, type SignedTransaction } from '@ssc/tx';

/** A transaction that was applied and failed. */
export interface TxResultProblem extends Problem {
  readonly code: 'SSC_TX_RESULT';
  readonly what: string;
  readonly hash: string;
}

/** What an account is to the ledger before and after a transaction. */
export interface Snapshot {
  readonly from: TestAccount;
  readonly to: TestAccount | null;
}

/** One transfer out of an account: a payment, or the creation of an account. */
export interface Transfer {
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
  readonly kind: 'payment' | 'create-account';
  readonly signal: AbortSignal;
}

/** What of the amount arrived, by both accounts. Only all of it is success. */
export function judgeTransfer(
  transfer: Transfer,
  signed: SignedTransaction,
  before: Snapshot,
  after: Snapshot,
): void {
  const arrived = (after.to?.balance ?? 0n) - (before.to?.balance ?? 0n);
  const left = before.from.balance - after.from.balance;
  const fee = left - transfer.amount;
  if (arrived === transfer.amount && fee >= 0n && fee <= signed.fee) return;
  if (arrived === 0n && left >= 0n && left <= signed.fee)
    throw failedWhenApplied(transfer, signed, before, left);
  throw txError(transfer, signed, `${transfer.what} was applied, and the accounts do not add up`, [
    ['Arrived', `${renderAmount(arrived)} of ${renderAmount(transfer.amount)}`],
    [
      'Left',
      `${renderAmount(left)}, at most ${renderAmount(transfer.amount + signed.fee)} expected`,
    ],
  ]);
}

/** The transaction used its sequence number and fee and moved nothing: its operation failed. Says which rule it broke. */
function failedWhenApplied(
  transfer: Transfer,
  signed: SignedTransaction,
  before: Snapshot,
  fee: bigint,
): SscError {
  const available = before.from.balance - fee;
  const facts: Fact[] = [
    [
      'Applied',
      `yes: sequence number ${signed.sequence} is used, ${renderAmount(fee)} was charged, nothing arrived`,
    ],
    [
      transfer.from,
      `has ${renderAmount(before.from.balance)}, ${renderAmount(available)} after the fee, less its reserve`,
    ],
    [transfer.to, before.to === null ? 'does not exist' : `has ${renderAmount(before.to.balance)}`],
  ];
  return txError(
    transfer,
    signed,
    `${transfer.what} was applied and failed: ${likelyResult(transfer, before, available)}`,
    facts,
    {
      hint: 'stellar-core tells no results over HTTP: the code is concluded from the accounts. The archive of the checkpoint has it.',
    },
  );
}

function likelyResult(transfer: Transfer, before: Snapshot, available: bigint): string {
  const wanted = renderAmount(transfer.amount);
  if (transfer.kind === 'create-account') {
    if (before.to !== null) return `txFAILED, CREATE_ACCOUNT_ALREADY_EXIST (${transfer.to} exists)`;
    if (transfer.amount > available)
      return `txFAILED, CREATE_ACCOUNT_UNDERFUNDED (${transfer.from} cannot spare ${wanted})`;
    return `txFAILED, CREATE_ACCOUNT_LOW_RESERVE or CREATE_ACCOUNT_UNDERFUNDED (${wanted} is less than an account must hold, or more than ${transfer.from} can spare beside its reserve)`;
  }
  if (before.to === null) return `txFAILED, PAYMENT_NO_DESTINATION (${transfer.to} does not exist)`;
  return `txFAILED, PAYMENT_UNDERFUNDED (${transfer.from} cannot spare ${wanted} beside its reserve)`;
}

function txError(
  transfer: Transfer,
  signed: SignedTransaction,
  summary: string,
  facts: readonly Fact[],
  more: { readonly hint?: string; readonly definite?: boolean } = {},
): SscError {
  return new SscError<TxResultProblem>({
    problem: { code: 'SSC_TX_RESULT', what: transfer.what, hash: signed.hash },
    verdict: 'failed',
    summary,
    facts: [['Transaction', signed.hash], ...facts],
    ...more,
  });
}
