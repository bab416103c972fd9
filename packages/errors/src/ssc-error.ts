import { redact } from './redact.ts';
import type { Verdict } from './verdict.ts';

/**
 * What went wrong, as data: each package declares a union of its own problems, told apart by `code`.
 *
 * @example { code: 'SSC_NODE_NOT_SYNCED', node: 'core-2', ledger: 2 }
 */
export interface Problem {
  readonly code: `SSC_${string}`;
}

/** One labelled line below an error's first sentence. */
export type Fact = readonly [label: string, value: string];

/** Everything an {@link SscError} is made from. */
export interface SscErrorOptions<P extends Problem> {
  readonly problem: P;
  readonly verdict: Verdict;
  /** One sentence with the subject, what was expected and what was seen. */
  readonly summary: string;
  readonly facts?: readonly Fact[];
  /** One sentence: what to do next. */
  readonly hint?: string;
  /** For requests that change something: true when it certainly did not happen, false when it may have. */
  readonly definite?: boolean;
  readonly cause?: unknown;
}

/**
 * The one error class of ssc. Its text is made from the data by `renderError`; secret seeds and tokens are redacted
 * here, so no text made from it can show one.
 */
export class SscError<P extends Problem = Problem> extends Error {
  override readonly name = 'SscError';
  readonly problem: P;
  readonly verdict: Verdict;
  readonly facts: readonly Fact[];
  readonly hint: string | undefined;
  readonly definite: boolean | undefined;

  constructor(options: SscErrorOptions<P>) {
    super(redact(options.summary), options.cause === undefined ? {} : { cause: options.cause });
    this.problem = options.problem;
    this.verdict = options.verdict;
    this.facts = (options.facts ?? []).map(([label, value]) => [label, redact(value)] as const);
    this.hint = options.hint === undefined ? undefined : redact(options.hint);
    this.definite = options.definite;
  }

  get code(): string {
    return this.problem.code;
  }

  /** The same error with facts and, where it has none, a hint added: what an outer layer knows beyond the inner one. */
  with(more: { readonly facts?: readonly Fact[]; readonly hint?: string }): SscError<P> {
    const hint = this.hint ?? more.hint;
    const wrapped = new SscError({
      problem: this.problem,
      verdict: this.verdict,
      summary: this.message,
      facts: [...this.facts, ...(more.facts ?? [])],
      ...(hint !== undefined && { hint }),
      ...(this.definite !== undefined && { definite: this.definite }),
      ...(this.cause !== undefined && { cause: this.cause }),
    });
    if (this.stack !== undefined) wrapped.stack = this.stack;
    return wrapped;
  }
}

/** True for an {@link SscError}, also one with one of the given codes. */
export function isSscError(error: unknown, ...codes: readonly string[]): error is SscError {
  return error instanceof SscError && (codes.length === 0 || codes.includes(error.code));
}
