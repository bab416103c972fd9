import { type Fact, type Problem, SscError } from './ssc-error.ts';

/** A refusal to start: says what is wrong with the input and what is allowed. */
export function usageError(
  code: Problem['code'],
  summary: string,
  more: { readonly facts?: readonly Fact[]; readonly hint?: string; readonly cause?: unknown } = {},
): SscError {
  return new SscError({ problem: { code }, verdict: 'usage', summary, ...more });
}
