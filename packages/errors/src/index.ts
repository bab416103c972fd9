// The error and its verdict.

export { assert, present } from './assert.ts';
export { redact } from './redact.ts';
// Its text.
export { renderError } from './render.ts';
export {
  type Fact,
  isSscError,
  type Problem,
  SscError,
  type SscErrorOptions,
} from './ssc-error.ts';
export { didYouMean, suggest } from './suggest.ts';
export { usageError } from './usage.ts';
export { exitCodeOf, type Verdict } from './verdict.ts';
