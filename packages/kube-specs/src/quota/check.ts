import type { V1LimitRange, V1LimitRangeItem, V1ResourceQuota } from '@kubernetes/client-node';
import { type Fact, usageError } from '@ssc/errors';
import {
  type Demand,
  demandOf,
  type KeyDemand,
  type QuotaObject,
  quotaMatches,
  toDemand,
} from './demand.ts';
import { type ComputeUsage, computeResources, containerUsage, podUsage } from './pod-usage.ts';
import { type Amount, one, parseAmount, renderAmount, type Unit } from './quantity.ts';

/** What limits a namespace, as read from the cluster. */
export interface NamespaceLimits {
  readonly namespace: string;
  readonly quotas: readonly V1ResourceQuota[];
  readonly limitRanges: readonly V1LimitRange[];
  /**
   * What ssc has in the namespace already: pods and whatever else quotas count. It is part of what missions share, and
   * without it they share only what nobody uses. @default nothing
   */
  readonly ours?: readonly QuotaObject[];
}

/** How the room is shared. */
export interface QuotaOptions {
  /** So many missions share what is left, this one among them. @default 1 */
  readonly concurrentMissions?: number;
}

/** What one key of one quota leaves for this mission. */
export interface Room {
  readonly quota: V1ResourceQuota;
  /** @example "requests.cpu" */
  readonly key: string;
  readonly hard: Amount;
  readonly used: Amount;
  /** What of that is ssc's. */
  readonly ours: Amount;
  /** Never below 0. */
  readonly left: Amount;
}

/**
 * What is left under each key of each quota. A mission among N takes at most an N-th of what others than ssc leave, and
 * at most what nobody uses: so however many of the N start, and in whatever order, they never exceed the quota together.
 */
export function toRooms(
  limits: NamespaceLimits,
  { concurrentMissions = 1 }: QuotaOptions = {},
): Room[] {
  if (!Number.isSafeInteger(concurrentMissions) || concurrentMissions < 1)
    throw usageError(
      'SSC_QUOTA',
      `the number of concurrent missions must be a whole number above 0, got ${concurrentMissions}`,
    );
  const ours = toDemand(limits.ours ?? [], true);
  return limits.quotas.flatMap((quota) =>
    // The spec's, where the controller has not come to it yet.
    Object.entries(quota.status?.hard ?? quota.spec?.hard ?? {}).map(([key, text]) => {
      const hard = parseAmount(text);
      const used = parseAmount(quota.status?.used?.[key] ?? '0');
      const own = least(
        demandOf(key, ours, limits.limitRanges, (spec) => quotaMatches(quota, spec)).amount,
        used,
      );
      const share = (hard - (used - own)) / BigInt(concurrentMissions);
      const left = toWhole(key, least(share, hard - used));
      return { quota, key, hard, used, ours: own, left: left > 0n ? left : 0n };
    }),
  );
}

/** Nobody can make half an object. */
const toWhole = (key: string, amount: Amount): Amount =>
  unitOf(key) === 'things' ? (amount / one) * one : amount;

const least = (a: Amount, b: Amount): Amount => (a < b ? a : b);

/**
 * Compares objects that are to be created with what the namespace's quotas leave and its limit ranges allow. What does not
 * fit is a *usage* error (SSC_QUOTA) that shows the sums; so is what no limit range would let in.
 */
export function checkQuota(
  objects: readonly QuotaObject[],
  limits: NamespaceLimits,
  options: QuotaOptions = {},
): void {
  const facts = quotaFacts(objects, limits, options);
  if (facts.length === 0) return;
  throw usageError(
    'SSC_QUOTA',
    `the namespace "${limits.namespace}" has no room for this: ${inTheWay(facts)}; nothing was made`,
    {
      facts,
      hint: 'Take smaller resources (--resources, --core-cpu, --core-memory), let them be fitted (--fit-quota), or ask for a larger quota.',
    },
  );
}

/** @example "2 limits are in the way" */
export const inTheWay = (facts: readonly Fact[]): string =>
  facts.length === 1 ? 'one limit is in the way' : `${facts.length} limits are in the way`;

/** What does not fit, with its sums; nothing when all does. */
export function quotaFacts(
  objects: readonly QuotaObject[],
  limits: NamespaceLimits,
  options: QuotaOptions = {},
): Fact[] {
  const demand = toDemand(objects);
  return [
    ...toRooms(limits, options).flatMap((room) => lack(room, demand, limits, options)),
    ...limitRangeFacts(demand, limits.limitRanges),
  ];
}

function lack(
  room: Room,
  demand: Demand,
  { limitRanges }: NamespaceLimits,
  { concurrentMissions = 1 }: QuotaOptions,
): Fact[] {
  const needed = demandOf(room.key, demand, limitRanges, (spec) => quotaMatches(room.quota, spec));
  if (needed.amount <= room.left) return [];
  const unit = unitOf(room.key);
  const text = (amount: Amount): string => renderAmount(amount, unit);
  const shared =
    concurrentMissions === 1
      ? ''
      : room.ours === 0n
        ? `, shared by ${concurrentMissions} missions`
        : ` (${text(room.ours)} of it by ssc), shared by ${concurrentMissions} missions`;
  return [
    [
      room.key,
      `needs ${text(needed.amount)}${renderTerms(needed, text)}, left are ${text(room.left)}: quota "${room.quota.metadata?.name ?? ''}" allows ${text(room.hard)}, in use are ${text(room.used)}${shared}`,
    ],
  ];
}

// More than this nobody reads; the sum stands before them.
const termsMax = 4;

function renderTerms({ terms }: KeyDemand, text: (amount: Amount) => string): string {
  if (terms.length === 0) return '';
  const most = [...terms]
    .sort((a, b) => Number(BigInt(b.count) * b.each - BigInt(a.count) * a.each))
    .slice(0, termsMax)
    .map(({ of, count, each }) => `${count} × ${text(each)} (${of})`);
  const rest = terms.length - most.length;
  return ` = ${most.join(' + ')}${rest > 0 ? ` + ${rest} more` : ''}`;
}

/** What the amounts of a quota's key count. */
export const unitOf = (key: string): Unit =>
  /(^|\.)cpu$/u.test(key) ? 'cpu' : /memory$|storage$/u.test(key) ? 'bytes' : 'things';

function limitRangeFacts(demand: Demand, limitRanges: readonly V1LimitRange[]): Fact[] {
  return limitRanges.flatMap((range) =>
    (range.spec?.limits ?? []).flatMap((item) => {
      const said = `limit range "${range.metadata?.name ?? ''}"`;
      if (item.type === 'PersistentVolumeClaim')
        return demand.claims.flatMap(({ of, bytes }) =>
          outside(`claims of ${of}: storage`, bytes, 'bytes', { item, resource: 'storage', said }),
        );
      return demand.pods.flatMap(({ of, spec }) => {
        if (item.type === 'Pod')
          return usageFacts(`pods of ${of}`, podUsage(spec, limitRanges), item, said);
        if (item.type !== 'Container') return [];
        return [...(spec.initContainers ?? []), ...spec.containers].flatMap((container) =>
          usageFacts(
            `${container.name} of ${of}`,
            containerUsage(container, limitRanges),
            item,
            said,
          ),
        );
      });
    }),
  );
}

/** What the server checks of a container or pod (plugin/pkg/admission/limitranger). */
function usageFacts(
  what: string,
  usage: ComputeUsage,
  item: V1LimitRangeItem,
  said: string,
): Fact[] {
  return computeResources.flatMap((resource): Fact[] => {
    const unit = unitOf(resource);
    const request = usage.get(`requests.${resource}`);
    const limit = usage.get(`limits.${resource}`);
    const ratio = item.maxLimitRequestRatio?.[resource];
    const isSteep =
      ratio !== undefined &&
      (request === undefined || limit === undefined || limit * one > request * parseAmount(ratio));
    return [
      ...(request === undefined
        ? missing(`${what}: requests.${resource}`, item.min?.[resource], said)
        : outside(`${what}: requests.${resource}`, request, unit, { item, resource, said })),
      ...(limit === undefined
        ? missing(`${what}: limits.${resource}`, item.max?.[resource], said)
        : outside(`${what}: limits.${resource}`, limit, unit, { item, resource, said })),
      ...(isSteep
        ? ([
            [
              `${what}: ${resource}`,
              `the limit may be at most ${ratio} times the request, got ${limit === undefined ? 'none' : renderAmount(limit, unit)} and ${request === undefined ? 'none' : renderAmount(request, unit)} (${said})`,
            ],
          ] as Fact[])
        : []),
    ];
  });
}

const missing = (what: string, bound: string | undefined, said: string): Fact[] =>
  bound === undefined ? [] : [[what, `must be given, since ${said} bounds it by ${bound}`]];

function outside(
  what: string,
  amount: Amount,
  unit: Unit,
  {
    item,
    resource,
    said,
  }: { readonly item: V1LimitRangeItem; readonly resource: string; readonly said: string },
): Fact[] {
  const [min, max] = [item.min?.[resource], item.max?.[resource]];
  const text = renderAmount(amount, unit);
  if (max !== undefined && amount > parseAmount(max))
    return [[what, `${text} is above the maximum of ${max} (${said})`]];
  if (min !== undefined && amount < parseAmount(min))
    return [[what, `${text} is below the minimum of ${min} (${said})`]];
  return [];
}
