import { type Fact, SscError, type Verdict } from '@ssc/errors';

/** What is wrong with the bytes of a file before anybody asks what they mean. */
export type FileFlaw = 'gzip' | 'framing' | 'xdr';

/** What this package refuses or reports, told apart by `code`. */
export type HistoryProblem =
  /** An argument that cannot be used: a ledger, a hash, a path, a frequency. */
  | { readonly code: 'SSC_HISTORY_INPUT'; readonly field: string }
  /** A `stellar-history.json` that is none; `at` is the path inside it. */
  | { readonly code: 'SSC_HISTORY_STATE'; readonly file: string; readonly at: string }
  /** A file that the archive must have and has not. */
  | { readonly code: 'SSC_HISTORY_MISSING'; readonly file: string }
  /** A file whose bytes are damaged. */
  | { readonly code: 'SSC_HISTORY_FILE'; readonly file: string; readonly flaw: FileFlaw }
  /** The place of the archive gave no answer from which anything follows about the archive. */
  | { readonly code: 'SSC_HISTORY_SOURCE'; readonly file: string };

const verdicts: Readonly<Record<HistoryProblem['code'], Verdict>> = {
  SSC_HISTORY_INPUT: 'usage',
  SSC_HISTORY_STATE: 'failed',
  SSC_HISTORY_MISSING: 'failed',
  SSC_HISTORY_FILE: 'failed',
  SSC_HISTORY_SOURCE: 'broken',
};

/** The error of a problem; its verdict follows from the code. */
export function historyError<P extends HistoryProblem>(
  problem: P,
  summary: string,
  more: { readonly facts?: readonly Fact[]; readonly hint?: string; readonly cause?: unknown } = {},
): SscError<P> {
  return new SscError({ problem, verdict: verdicts[problem.code], summary, ...more });
}

/** What an error says, without its name. */
export const reason = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause);
