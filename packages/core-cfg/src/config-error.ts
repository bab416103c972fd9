import { SscError } from '@ssc/errors';
import type { ConfigProblem } from './problem.ts';

/** A configuration that can't be used; `problems` hold everything that is wrong with it. */
export interface ConfigInvalid {
  readonly code: 'SSC_CONFIG_INVALID';
  readonly problems: readonly ConfigProblem[];
}

const shown = 20;

/** The error for a configuration with problems: one fact for each of the first twenty. */
export function configError(
  subject: string,
  problems: readonly ConfigProblem[],
): SscError<ConfigInvalid> {
  const refused = problems.filter((problem) => problem.severity === 'refused');
  return new SscError({
    problem: { code: 'SSC_CONFIG_INVALID', problems },
    verdict: 'usage',
    summary: `${subject} has ${refused.length === 1 ? 'one problem' : `${refused.length} problems`} with which stellar-core does not start`,
    facts: [
      ...refused.slice(0, shown).map((problem) => [placeOf(problem), sentenceOf(problem)] as const),
      ...(refused.length > shown ? [['…', `and ${refused.length - shown} more`] as const] : []),
    ],
  });
}

/** `12:3 QUORUM_SET.VALIDATORS[2]`, as much of it as is known. */
function placeOf({ line, column, path }: ConfigProblem): string {
  const place = line === undefined ? '' : `${line}:${column ?? 1} `;
  return `${place}${path === '' ? 'the file' : path}`;
}

/** The sentence of a problem with what is allowed and what was meant. */
export function sentenceOf({ message, allowed, suggestion }: ConfigProblem): string {
  return [
    message,
    ...(allowed === undefined ? [] : [`allowed: ${allowed}`]),
    ...(suggestion === undefined ? [] : [suggestion]),
  ].join('; ');
}
