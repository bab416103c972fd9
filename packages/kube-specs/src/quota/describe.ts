import { type NamespaceLimits, type QuotaOptions, toRooms, unitOf } from './check.ts';
import { demandOf, type QuotaObject, quotaMatches, toDemand } from './demand.ts';
import { computeKeys } from './pod-usage.ts';
import { renderAmount } from './quantity.ts';

/** What objects come to under one key, as quotas count it. */
export interface DemandSum {
  /** @example "requests.cpu", "count/pods" */
  readonly key: string;
  /** @example "300m" */
  readonly amount: string;
}

const keys: readonly string[] = ['count/pods', ...computeKeys, 'requests.storage'];

/** What objects come to with all the pods and claims that are made of them; keys that come to nothing are left out. */
export function sumDemand(objects: readonly QuotaObject[]): readonly DemandSum[] {
  const demand = toDemand(objects);
  return keys.flatMap((key) => {
    const { amount } = demandOf(key, demand, []);
    return amount === 0n ? [] : [{ key, amount: renderAmount(amount, unitOf(key)) }];
  });
}

/** One key of one quota beside what objects need of it. */
export interface QuotaShare extends DemandSum {
  readonly quota: string;
  /** What is left of it for this mission. */
  readonly left: string;
  readonly hard: string;
  readonly fits: boolean;
}

/** What the quotas of a namespace leave, beside what objects need of it. What is wrong with that, `checkQuota` says. */
export function shareQuota(
  objects: readonly QuotaObject[],
  limits: NamespaceLimits,
  options: QuotaOptions = {},
): readonly QuotaShare[] {
  const demand = toDemand(objects);
  return toRooms(limits, options).map(({ quota, key, left, hard }) => {
    const matches = (spec: Parameters<typeof quotaMatches>[1]): boolean =>
      quotaMatches(quota, spec);
    const { amount } = demandOf(key, demand, limits.limitRanges, matches);
    const [needed, rest, whole] = [amount, left, hard].map((one) => renderAmount(one, unitOf(key)));
    return {
      quota: quota.metadata?.name ?? '',
      key,
      amount: needed ?? '',
      left: rest ?? '',
      hard: whole ?? '',
      fits: amount <= left,
    };
  });
}
