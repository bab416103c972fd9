import type { V1LimitRangeItem, V1PodSpec, V1StatefulSet } from '@kubernetes/client-node';
import { type Fact, usageError } from '@ssc/errors';
import { containerNames } from '../layout.ts';
import { toAnchor, toSubAnchor } from '../objects/anchor.ts';
import { toFuse } from '../objects/fuse.ts';
import { type NetworkObjects, toRunObjects } from '../objects/network.ts';
import type { NetworkPlan, SetPlan } from '../plan.ts';
import type { Resources } from '../resources.ts';
import {
  checkQuota,
  inTheWay,
  type NamespaceLimits,
  type QuotaOptions,
  quotaFacts,
  toRooms,
} from './check.ts';
import { type QuotaObject, quotaMatches } from './demand.ts';
import { type ComputeKey, containerUsage } from './pod-usage.ts';
import { type Amount, one, parseAmount } from './quantity.ts';

// Only stellar-core's own containers are scaled: they are most of it, and the small ones beside it need what they have.

/** Sizes that fitting does not go below, where a set does not ask for less to begin with. */
export const smallestResources: Resources = {
  cpuRequestMillis: 10,
  cpuLimitMillis: 100,
  memoryRequestMiB: 64,
  memoryLimitMiB: 256,
  diskRequestMiB: 64,
  diskLimitMiB: 256,
};

/** A plan that fits, and what was made smaller. */
export interface Fitted {
  readonly plan: NetworkPlan;
  /** Set and field → before and after; empty when it fitted as it was. */
  readonly changes: readonly Fact[];
}

/** A network's objects when all of its sets run, with what they hang on. Ids of owners are no part of what is counted. */
const objectsOf = (plan: NetworkPlan): readonly QuotaObject[] => [
  ...carriersOf(plan),
  ...allRunning(plan).all,
];

function carriersOf({ run, mission, namespace, network = 0 }: NetworkPlan): QuotaObject[] {
  const content = {
    mission,
    ...{ who: '', startedAt: '', version: '', holder: '', journal: '', asked: '', plan: '' },
  };
  if (network > 0) return [toSubAnchor({ run, network, namespace, content }, 'none')];
  return [
    toFuse({ run, mission, namespace, burnSeconds: 1 }),
    toAnchor({ run, namespace, content }, 'none'),
  ];
}

const allRunning = (plan: NetworkPlan): NetworkObjects =>
  toRunObjects({ ...plan, sets: plan.sets.map((set) => ({ ...set, running: true })) }, 'none');

/** {@link checkQuota} for a network with all of its sets running. */
export const checkNetworkQuota = (
  plan: NetworkPlan,
  limits: NamespaceLimits,
  options: QuotaOptions = {},
): void => checkQuota(objectsOf(plan), limits, options);

const fields = [
  // Limits first: a request is at most its limit, so it has to follow.
  ['limits.cpu', 'cpuLimitMillis', 1_000_000n],
  ['limits.memory', 'memoryLimitMiB', one << 20n],
  ['limits.ephemeral-storage', 'diskLimitMiB', one << 20n],
  ['requests.cpu', 'cpuRequestMillis', 1_000_000n],
  ['requests.memory', 'memoryRequestMiB', one << 20n],
  ['requests.ephemeral-storage', 'diskRequestMiB', one << 20n],
] as const satisfies readonly (readonly [ComputeKey, keyof Resources, Amount])[];

const limitOf = {
  cpuRequestMillis: 'cpuLimitMillis',
  memoryRequestMiB: 'memoryLimitMiB',
  diskRequestMiB: 'diskLimitMiB',
} as const;

/**
 * Scales what stellar-core asks for and may use, in all sets by the same factor for each resource, into what the
 * namespace leaves for this mission: first into its limit ranges, then into its quotas. What fits is not touched; what
 * cannot be made to fit is refused with its sums (SSC_QUOTA, usage).
 */
export function fitQuota(
  plan: NetworkPlan,
  limits: NamespaceLimits,
  options: QuotaOptions = {},
): Fitted {
  const specs = allRunning(plan).statefulSets.map(specOf);
  const rooms = toRooms(limits, options);
  const sizes = plan.sets.map(({ resources }) => ({ ...resources }));
  for (const [key, field, unit] of fields) {
    const sets = plan.sets.flatMap((set, i): Scaled[] => {
      const wanted = sizes[i]?.[field];
      const spec = specs[i];
      if (wanted === undefined || spec === undefined) return [];
      const limit =
        field in limitOf ? sizes[i]?.[limitOf[field as keyof typeof limitOf]] : undefined;
      const parts = toParts(spec, key, limits);
      const bounds = toBounds(parts, { key, unit, limits });
      const most = Math.min(wanted, limit ?? wanted, bounds.max);
      const floor = Math.max(Math.min(most, smallestResources[field] ?? 1), bounds.min);
      return [{ i, count: set.nodes.length, parts, unit, most: Math.max(most, bounds.min), floor }];
    });
    const room = rooms
      .filter((one) => isOf(one.key, key))
      .map((one) => ({
        left: one.left,
        sets: sets.filter(({ i }) => quotaMatches(one.quota, specs[i] as V1PodSpec)),
      }));
    const factor = largestFactor((numerator) =>
      room.every(({ left, sets: counted }) => total(counted, numerator) <= left),
    );
    for (const set of sets) {
      const size = sizes[set.i];
      if (size !== undefined) size[field] = scale(set, factor);
    }
  }
  for (const size of sizes) flatten(size, limits);
  const fitted: NetworkPlan = {
    ...plan,
    sets: plan.sets.map((set, i) => ({ ...set, resources: sizes[i] ?? set.resources })),
  };
  const facts = quotaFacts(objectsOf(fitted), limits, options);
  if (facts.length > 0)
    throw usageError(
      'SSC_QUOTA',
      `the namespace "${limits.namespace}" has no room for this, however small stellar-core is made: ${inTheWay(facts)}; nothing was made`,
      {
        facts,
        hint: 'Take fewer nodes, give the containers beside stellar-core less, or ask for a larger quota.',
      },
    );
  return { plan: fitted, changes: changesOf(plan.sets, fitted.sets) };
}

const specOf = (set: V1StatefulSet): V1PodSpec => set.spec?.template.spec ?? { containers: [] };

/** Whether a quota's key is that one, also by its older name. */
const isOf = (quotaKey: string, key: ComputeKey): boolean =>
  quotaKey === key || `requests.${quotaKey}` === key;

/** A pod's amount of one key as a function of stellar-core's: max(running + x, preparing + x, peak). */
interface Parts {
  readonly running: Amount;
  readonly preparing: Amount;
  readonly peak: Amount;
}

function toParts(spec: V1PodSpec, key: ComputeKey, { limitRanges }: NamespaceLimits): Parts {
  const amountOf = (container: V1PodSpec['containers'][number]): Amount =>
    containerUsage(container, limitRanges).get(key) ?? 0n;
  let [sidecars, peak, preparing] = [0n, 0n, 0n];
  for (const container of spec.initContainers ?? []) {
    if (container.name === containerNames.prepare) preparing = sidecars;
    else if (container.restartPolicy === 'Always') sidecars += amountOf(container);
    else if (sidecars + amountOf(container) > peak) peak = sidecars + amountOf(container);
  }
  const running = spec.containers
    .filter(({ name }) => name !== containerNames.core)
    .reduce((sum, container) => sum + amountOf(container), sidecars);
  return { running, preparing, peak };
}

interface Scaled {
  /** Which set. */
  readonly i: number;
  readonly count: number;
  readonly parts: Parts;
  readonly unit: Amount;
  /** In units of the field: what is wanted and allowed, and what is the least. */
  readonly most: number;
  readonly floor: number;
}

// Fine enough that what is left over is less than one in a thousand of what was wanted.
const denominator = 65_536;

const scale = ({ most, floor }: Scaled, numerator: number): number =>
  Math.max(floor, Math.floor((most * numerator) / denominator));

const total = (sets: readonly Scaled[], numerator: number): Amount =>
  sets.reduce((sum, set) => {
    const amount = BigInt(scale(set, numerator)) * set.unit;
    const { running, preparing, peak } = set.parts;
    const pod = [running + amount, preparing + amount, peak].reduce((a, b) => (a > b ? a : b));
    return sum + BigInt(set.count) * pod;
  }, 0n);

/** The largest numerator that fits, or 0 when none does. */
function largestFactor(fits: (numerator: number) => boolean): number {
  if (fits(denominator)) return denominator;
  let [low, high] = [0, denominator];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** What limit ranges allow stellar-core's container, by itself and with the others of its pod. */
function toBounds(
  { running, preparing }: Parts,
  {
    key,
    unit,
    limits,
  }: { readonly key: ComputeKey; readonly unit: Amount; readonly limits: NamespaceLimits },
): { readonly min: number; readonly max: number } {
  const resource = key.slice(key.indexOf('.') + 1);
  const items = limits.limitRanges.flatMap(({ spec }) => spec?.limits ?? []);
  const bound = (type: string, which: 'min' | 'max'): Amount[] =>
    items
      .filter((item) => item.type === type)
      .flatMap((item) => item[which]?.[resource] ?? [])
      .map(parseAmount);
  const beside = running > preparing ? running : preparing;
  const maxima = [
    ...bound('Container', 'max'),
    ...bound('Pod', 'max').map((most) => most - beside),
  ].map((amount) => (amount > 0n ? Number(amount / unit) : 0));
  const minima = bound('Container', 'min').map((amount) => Number((amount + unit - 1n) / unit));
  const max = Math.min(Number.MAX_SAFE_INTEGER, ...maxima);
  return { min: Math.min(Math.max(1, ...minima), Math.max(1, max)), max: Math.max(1, max) };
}

/** Lowers limits that are too far above their requests for a limit range. */
function flatten(
  size: { -readonly [K in keyof Resources]: Resources[K] },
  limits: NamespaceLimits,
): void {
  const ratios = limits.limitRanges
    .flatMap(({ spec }) => spec?.limits ?? [])
    .filter(({ type }) => type === 'Container')
    .map((item: V1LimitRangeItem) => item.maxLimitRequestRatio ?? {});
  for (const [resource, request, limit] of [
    ['cpu', 'cpuRequestMillis', 'cpuLimitMillis'],
    ['memory', 'memoryRequestMiB', 'memoryLimitMiB'],
    ['ephemeral-storage', 'diskRequestMiB', 'diskLimitMiB'],
  ] as const)
    for (const ratio of ratios.flatMap((each) => each[resource] ?? [])) {
      const [asked, allowed] = [size[request], size[limit]];
      if (asked === undefined || allowed === undefined) continue;
      const most = Number((BigInt(asked) * parseAmount(ratio)) / one);
      size[limit] = Math.max(asked, Math.min(allowed, most));
    }
}

function changesOf(before: readonly SetPlan[], after: readonly SetPlan[]): Fact[] {
  return before.flatMap((set, i) =>
    fields.flatMap(([, field]): Fact[] => {
      const [was, is] = [set.resources[field], after[i]?.resources[field]];
      return was === is ? [] : [[`sets.${set.name}.resources.${field}`, `${was} → ${is}`]];
    }),
  );
}
