import { usageError } from '@ssc/errors';
import { networkPrefix, type SetRef, toSlug } from './names.ts';
import type { SetPlan } from './plan.ts';

/**
 * The data id of a set's n-th generation of data, from 1. A set that starts with fresh data takes the next generation;
 * one that keeps its data keeps the id.
 *
 * @example toDataId({ run: 'ssc-1a2b3c', set: 'core' }, 1) is "ssc-1a2b3c-core-g1"
 */
export function toDataId({ run, network, set }: SetRef, generation: number): string {
  if (!Number.isSafeInteger(generation) || generation < 1)
    throw usageError('SSC_PLAN_INVALID', `a generation of data is 1 or above, got ${generation}`);
  return `${networkPrefix(run, network)}-${toSlug(set)}-g${generation}`;
}

/** The id of the generation after this one. */
export function raiseDataId(dataId: string): string {
  const found = /^(.+-g)([1-9]\d*)$/u.exec(dataId);
  if (found === null)
    throw usageError(
      'SSC_PLAN_INVALID',
      `"${dataId}" is not a data id (one ends in "-g" and a number)`,
    );
  return `${found[1]}${Number(found[2]) + 1}`;
}

/**
 * The data id that a set starts again with. `kept` goes on with the data that are there, which only a claim that stays can
 * promise; `fresh` prepares anew. A set whose data went with its pods starts fresh or not at all: SSC_DATA_GONE (usage).
 */
export function nextDataId(
  set: Pick<SetPlan, 'name' | 'data' | 'dataId' | 'database'>,
  start: 'kept' | 'fresh',
): string {
  if (start === 'fresh') return raiseDataId(set.dataId);
  const why = whyGone(set);
  if (why === undefined) return set.dataId;
  throw usageError('SSC_DATA_GONE', `set "${set.name}" cannot start with its data kept: ${why}`, {
    hint: 'Data outlive pods in a claim: give the set data { kind: "claim", sizeMiB }, or start it with fresh data.',
  });
}

function whyGone({ data, database }: Pick<SetPlan, 'data' | 'database'>): string | undefined {
  if (database === 'memory') return 'its tables are in memory';
  if (data.kind === 'empty-dir') return 'they were in its pods';
  return data.whenScaledDown === 'deleted'
    ? 'its claims are deleted when it is scaled down'
    : undefined;
}
