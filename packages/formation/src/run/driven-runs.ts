import { type SscError, usageError } from '@ssc/errors';
import type { FoundRun } from './runs.ts';

/** Refuses what would come in the way of drivers that are alive. `undone` says what was not done, `instead` what to do. */
export const drivenRuns = (
  runs: readonly FoundRun[],
  undone: string,
  instead: string,
): SscError => {
  const have = runs.length === 1 ? 'has a driver that is' : 'have drivers that are';
  const names = runs.map(({ run }) => run).join(', ');
  return usageError('SSC_RUN_DRIVEN', `${names} ${have} alive${undone}`, {
    facts: runs.map(
      ({ run, holder, who, heardAt }) =>
        [run, `held by ${holder || who || 'a driver'}, heard of at ${heardAt}`] as const,
    ),
    hint: `${instead} A driver that died counts as alive for a minute and a half.`,
  });
};
