import type { CoreProblemCode } from '../../../src/problem.ts';

/*
 * What the client must make of every recorded reply. These tables were written by reading the recordings, one file after
 * the other; nothing of them was printed by the client. Where a value is long, a `view` says which part of it was read.
 */

/** What one recorded reply is: a value, a refusal, or no reply at all. */
export type Expectation =
  | {
      readonly kind: 'value';
      readonly value: unknown;
      /** Which part of the value the table speaks of; all of it when left out. */
      readonly view?: (value: never) => unknown;
    }
  | {
      readonly kind: 'refusal';
      readonly code: CoreProblemCode;
      /** Core's own words in the error's first sentence. */
      readonly words?: string;
      /** For what acts: true when the words show that the node did nothing. */
      readonly definite?: boolean;
    };

/** Expectations by the path of the recorded file. */
export type Table = Readonly<Record<string, Expectation>>;

/** Success, with exactly this value. */
export const is = (value: unknown): Expectation => ({ kind: 'value', value });

/** Success with nothing to say beside it. */
export const done: Expectation = is(undefined);

/** Success, of which a part was read. */
export const sees = <T>(view: (value: T) => unknown, value: unknown): Expectation => ({
  kind: 'value',
  value,
  view,
});

/** A refusal, by its code and core's words. */
export const refused = (code: CoreProblemCode, words?: string): Expectation => ({
  kind: 'refusal',
  code,
  ...(words !== undefined && { words }),
});

/** `{"exception": …}`: thrown before anything was done. */
export const exception = (words: string): Expectation => refused('SSC_CORE_EXCEPTION', words);

/** `{"error": …}` or `{"status": "error", …}`. */
export const error = (words: string): Expectation => refused('SSC_CORE_ERROR', words);

/** Bare text that is no success. */
export const text = (words: string): Expectation => refused('SSC_CORE_TEXT', words);

/** Core's welcome page with status 404. */
export const missing: Expectation = refused('SSC_CORE_COMMAND_MISSING');
