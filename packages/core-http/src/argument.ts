import { didYouMean, SscError } from '@ssc/errors';
import type { CoreUsageProblem } from './problem.ts';

/** A parameter's value before it is encoded; undefined leaves the parameter out. */
export type Argument = string | number | bigint | boolean | undefined;

const largestUint32 = 2 ** 32 - 1;

/**
 * A whole number from `least` to `most`. Core takes "-1" for 4294967295 without complaint and `accounts=-5` freezes a
 * node, so numbers are checked here.
 */
export function whole(
  name: string,
  value: number | bigint,
  range: { readonly least?: number; readonly most?: number | bigint } = {},
): number | bigint {
  const { least = 0, most = largestUint32 } = range;
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) {
    if (value >= least && value <= most) return value;
  }
  throw refuse(name, `a whole number from ${least} to ${most}`, String(value));
}

/**
 * A text without the characters that core's server cannot be sent in a value: it decodes the whole URL before it splits
 * it, so `&` ends the value, and drops `=` and `?` (stellar-core: lib/http/server.cpp).
 */
export function word(name: string, value: string): string {
  if (value !== '' && !/[&=?\p{Cc}]/u.test(value)) return value;
  throw refuse(name, 'a text of at least one character, none of them & = ? or a control', value);
}

/** A whole number in digits, of any size: what core allows for it, core says. It takes "-1" for 4294967295 without complaint. */
export function digits(name: string, text: string): number {
  const value = /^\d{1,16}$/u.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw refuse(name, 'a whole number', text);
}

/** Base64 as core reads it; the padding may be missing. */
export function base64(name: string, value: string): string {
  if (value !== '' && /^[A-Za-z0-9+/]+={0,2}$/u.test(value)) return value;
  throw refuse(name, 'base64', value);
}

/** Core ignores parameters that it does not know, so a misspelt one would be lost in silence. */
export function onlyKnown(noun: string, given: object, known: readonly string[]): void {
  const stranger = Object.keys(given).find((name) => !known.includes(name));
  if (stranger === undefined) return;
  const suggestion = didYouMean(stranger, known);
  throw new SscError<CoreUsageProblem>({
    problem: { code: 'SSC_CORE_ARGUMENT' },
    verdict: 'usage',
    summary: `there is no ${noun} "${stranger}"${suggestion}`,
    facts: [['Known', known.join(', ')]],
    hint: 'Nothing was sent to the node.',
  });
}

function refuse(name: string, allowed: string, given: string): SscError<CoreUsageProblem> {
  const shown = given.length > 60 ? `${given.slice(0, 60)}…` : given;
  return new SscError<CoreUsageProblem>({
    problem: { code: 'SSC_CORE_ARGUMENT' },
    verdict: 'usage',
    summary: `${name} must be ${allowed}, got "${shown}"`,
    hint: 'Nothing was sent to the node.',
  });
}
