import { renderError, SscError } from '@ssc/errors';
import type { RunResult } from '../../src/index.ts';

/** The text of a run's error, as a user reads it; empty when there is none. */
export function errorTextOf(result: RunResult): string {
  const { error } = result;
  if (error === undefined) return '';
  return renderError(
    new SscError({
      problem: { code: error.code as `SSC_${string}` },
      verdict: error.verdict,
      summary: error.message,
      facts: error.facts,
      ...(error.hint !== undefined && { hint: error.hint }),
    }),
  );
}

// What differs with every change of a simulation and says nothing about an error: times, heights, hashes, uids.
const particulars: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT[\d:.]+Z?/gu, 'TIME'],
  // Which ledger it is changes with every draw of a load.
  [/(hash=|hashes to )[0-9a-f]{6}\b/gu, '$1HASH'],
  [/[0-9a-f]{8}-[0-9a-f-]{27}/gu, 'UID'],
  [/\b(?=\w*\d)(?=\w*[a-f])[0-9a-f]{12,64}\b/gu, 'HASH'],
  [/\b(ledger|slot|slot is|sequence number) \d+/gu, '$1 N'],
  [/\d+ times in [\dhms. ]+[hms]\b/gu, 'N times in TIME'],
  [/\d+ times in all/gu, 'N times in all'],
  [/(is|none for|running for) [\dhms. ]+[hms]\b/gu, '$1 TIME'],
  [/\d+ closed since/gu, 'N closed since'],
];

/** What of a world is told. */
interface Told {
  readonly result: RunResult;
  readonly errorText: string;
}

/**
 * What a person reads of a run that did not hold: its verdict, the phase and the error's text; without what a node logs of
 * each ledger, and without the particulars of one simulation.
 */
export function told({ result, errorText }: Told): string {
  const lines = errorText
    .split('\n')
    .filter((line) => !/\[\w+ (INFO|WARNING)\] (?!This is core-sim|Config from)/u.test(line))
    .map((line) =>
      particulars.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), line),
    );
  return `${result.verdict} in "${result.error?.phase ?? ''}"\n${lines.join('\n')}`;
}
