import { SscError } from './ssc-error.ts';

/** Stops with SSC_BUG when something that we rely on does not hold: always a defect of ssc, never of what it tests. */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition)
    throw new SscError({ problem: { code: 'SSC_BUG' }, verdict: 'broken', summary: sentence });
}

/** The value, which cannot be missing here; SSC_BUG with the sentence otherwise. */
export function present<T>(value: T | undefined | null, sentence: string): T {
  assert(value !== undefined && value !== null, sentence);
  return value;
}
