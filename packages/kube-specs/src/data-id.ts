import { usageError } from '@ssc/errors';
import { networkPrefix, type SetRef, toSlug } from './names.ts';

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
