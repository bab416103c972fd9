import { type Fact, SscError } from '@ssc/errors';

/** What this package refuses or reports, told apart by `code`. */
export type TxProblem =
  /** An amount that is no amount: unit, decimals, sign or size. */
  | { readonly code: 'SSC_TX_AMOUNT'; readonly input: string }
  /** A key, an address, an account name or an asset that is malformed. Never carries a secret. */
  | { readonly code: 'SSC_TX_KEY' }
  /** A transaction or operation that cannot be written as asked. */
  | { readonly code: 'SSC_TX_INPUT'; readonly field: string }
  /** Bytes or text that are not the XDR asked for; `position` counts bytes, or characters of the text. */
  | { readonly code: 'SSC_TX_XDR'; readonly position: number | undefined }
  /** A node refused a transaction, or a ledger holds it as failed. */
  | { readonly code: 'SSC_TX_RESULT'; readonly result: string; readonly hash: string }
  /** Nobody knows whether the transaction is in a ledger. */
  | { readonly code: 'SSC_TX_UNKNOWN'; readonly hash: string }
  /** A node took a transaction at none of many tries. */
  | { readonly code: 'SSC_TX_DROPPED'; readonly account: string }
  /** The account is not in the ledger. */
  | { readonly code: 'SSC_TX_NO_ACCOUNT'; readonly account: string };

/** The error for input that cannot be used; nothing was changed. */
export function refuse(
  problem: TxProblem,
  summary: string,
  more: { readonly facts?: readonly Fact[]; readonly hint?: string; readonly cause?: unknown } = {},
): SscError<TxProblem> {
  return new SscError({ problem, verdict: 'usage', summary, ...more });
}
