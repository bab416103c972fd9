import { type Fact, type SscError, suggest, usageError } from '@ssc/errors';

/** Refuses names that are those of no run, with the names that there are. `undone` says what was not done. */
export function unknownRun(
  namespace: string,
  names: readonly string[],
  all: readonly string[],
  undone = '',
): SscError {
  const near = suggest(names[0] ?? '', all);
  const facts: Fact[] = [['Runs', all.join(', ') || 'none']];
  if (near !== undefined) facts.push(['Did you mean', near]);
  const named = names.map((name) => `"${name}"`).join(', ');
  return usageError('SSC_RUN_UNKNOWN', `namespace ${namespace} has no run ${named}${undone}`, {
    facts,
  });
}
