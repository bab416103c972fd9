import type {
  V1LimitRange,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodSpec,
  V1ResourceQuota,
  V1StatefulSet,
} from '@kubernetes/client-node';
import { podUsage } from './pod-usage.ts';
import { type Amount, one, parseAmount } from './quantity.ts';

/** Any object, as far as quotas look at it. */
export interface QuotaObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** Pods that are alike, with what makes them. */
export interface PodDemand {
  /** The object that makes them. @example "StatefulSet ssc-1a2b3c-core" */
  readonly of: string;
  readonly count: number;
  readonly spec: V1PodSpec;
}

/** Claims that are alike. */
export interface ClaimDemand {
  readonly of: string;
  readonly count: number;
  readonly bytes: Amount;
  readonly storageClass: string | undefined;
}

/** All that objects make a namespace hold. */
export interface Demand {
  readonly pods: readonly PodDemand[];
  readonly claims: readonly ClaimDemand[];
  /** How many objects, by the key of a quota that counts them: `count/jobs.batch`. */
  readonly counts: ReadonlyMap<string, number>;
}

/**
 * What objects that are to be created come to, with all the pods and claims that their controllers will make.
 * `live`: objects that are there; then their controllers' pods and claims are among them and not counted twice.
 */
export function toDemand(objects: readonly QuotaObject[], live = false): Demand {
  const pods: PodDemand[] = [];
  const claims: ClaimDemand[] = [];
  const counts = new Map<string, number>();
  const count = (key: string, by: number): void =>
    void counts.set(key, (counts.get(key) ?? 0) + by);
  for (const object of objects) {
    const kind = object.kind ?? '';
    const of = `${kind} ${object.metadata?.name ?? ''}`;
    count(countKey(object.apiVersion ?? 'v1', kind), 1);
    if (kind === 'Pod') {
      const { spec, status } = object as V1Pod;
      const isOver = status?.phase === 'Succeeded' || status?.phase === 'Failed';
      if (spec !== undefined && !isOver) pods.push({ of, count: 1, spec });
    } else if (kind === 'PersistentVolumeClaim')
      claims.push(toClaim(of, 1, object as V1PersistentVolumeClaim));
    else if (!live) {
      const made = madeBy(object, of);
      pods.push(...made.pods);
      claims.push(...made.claims);
      for (const claim of made.claims) count('count/persistentvolumeclaims', claim.count);
      for (const pod of made.pods) count('count/pods', pod.count);
      if (kind === 'StatefulSet') count('count/controllerrevisions.apps', 1);
    }
  }
  return { pods, claims, counts };
}

const controllers = new Set(['StatefulSet', 'Job', 'Deployment', 'ReplicaSet']);

function madeBy(
  object: QuotaObject,
  of: string,
): { readonly pods: readonly PodDemand[]; readonly claims: readonly ClaimDemand[] } {
  if (!controllers.has(object.kind ?? '')) return { pods: [], claims: [] };
  const spec = (object as V1StatefulSet & { readonly spec?: { readonly parallelism?: number } })
    .spec;
  const podSpec = spec?.template.spec;
  const count = (object.kind === 'Job' ? spec?.parallelism : spec?.replicas) ?? 1;
  if (spec === undefined || podSpec === undefined || count === 0) return { pods: [], claims: [] };
  return {
    pods: [{ of, count, spec: podSpec }],
    claims: (spec.volumeClaimTemplates ?? []).map((claim) => toClaim(of, count, claim)),
  };
}

const toClaim = (of: string, count: number, { spec }: V1PersistentVolumeClaim): ClaimDemand => ({
  of,
  count,
  bytes: parseAmount(spec?.resources?.requests?.['storage'] ?? '0'),
  storageClass: spec?.storageClassName,
});

const plurals: Readonly<Record<string, string>> = { Ingress: 'ingresses' };

function countKey(apiVersion: string, kind: string): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return `count/${plurals[kind] ?? `${kind.toLowerCase()}s`}${group === '' ? '' : `.${group}`}`;
}

/** The amount of one key of a quota, and what it is the sum of. */
export interface KeyDemand {
  readonly amount: Amount;
  readonly terms: readonly { readonly of: string; readonly count: number; readonly each: Amount }[];
}

// Quotas that were written before there were others.
const aliases: Readonly<Record<string, string>> = {
  cpu: 'requests.cpu',
  memory: 'requests.memory',
  'ephemeral-storage': 'requests.ephemeral-storage',
  pods: 'count/pods',
  services: 'count/services',
  configmaps: 'count/configmaps',
  secrets: 'count/secrets',
  persistentvolumeclaims: 'count/persistentvolumeclaims',
};

const classSuffix = '.storageclass.storage.k8s.io/';

/** What a demand comes to under one key of a quota; nothing for keys of things that ssc does not make. */
export function demandOf(
  key: string,
  demand: Demand,
  limitRanges: readonly V1LimitRange[],
  matches: (spec: V1PodSpec) => boolean = () => true,
): KeyDemand {
  const name = aliases[key] ?? key;
  const [className, ofClass] = name.includes(classSuffix) ? name.split(classSuffix) : [];
  const claims = demand.claims.filter(
    ({ storageClass }) => className === undefined || storageClass === className,
  );
  if (name === 'requests.storage' || ofClass === 'requests.storage')
    return sum(claims.map(({ of, count, bytes }) => ({ of, count, each: bytes })));
  if (ofClass === 'persistentvolumeclaims')
    return sum(claims.map(({ of, count }) => ({ of, count, each: one })));
  const pods = demand.pods.filter(({ spec }) => matches(spec));
  if (name === 'count/pods') return sum(pods.map(({ of, count }) => ({ of, count, each: one })));
  if (name.startsWith('count/'))
    return { amount: BigInt(demand.counts.get(name) ?? 0) * one, terms: [] };
  return sum(
    pods.map(({ of, count, spec }) => ({
      of,
      count,
      each: podUsage(spec, limitRanges).get(name as never) ?? 0n,
    })),
  );
}

const sum = (terms: KeyDemand['terms']): KeyDemand => ({
  amount: terms.reduce((total, { count, each }) => total + BigInt(count) * each, 0n),
  terms: terms.filter(({ each }) => each > 0n),
});

/** Whether a quota counts a pod: quotas may be for pods of some classes only. */
export function quotaMatches(quota: V1ResourceQuota, spec: V1PodSpec): boolean {
  const scopes = [
    ...(quota.spec?.scopes ?? []).map((scopeName) => ({
      scopeName,
      operator: 'Exists',
      values: [],
    })),
    ...(quota.spec?.scopeSelector?.matchExpressions ?? []),
  ];
  return scopes.every(({ scopeName, operator, values = [] }) => {
    switch (scopeName) {
      case 'Terminating':
        return spec.activeDeadlineSeconds !== undefined;
      case 'NotTerminating':
        return spec.activeDeadlineSeconds === undefined;
      case 'BestEffort':
        return podUsage(spec).size === 0;
      case 'NotBestEffort':
        return podUsage(spec).size > 0;
      case 'PriorityClass':
        return hasPriority(spec.priorityClassName, operator, values);
      case 'CrossNamespacePodAffinity':
        return reachesOtherNamespaces(spec);
      default:
        // A scope that is not known here may count everything: too strict is told before, too lax is not.
        return true;
    }
  });
}

function hasPriority(
  name: string | undefined,
  operator: string,
  values: readonly string[],
): boolean {
  const isAny = name !== undefined && name !== '';
  if (operator === 'Exists') return isAny;
  if (operator === 'DoesNotExist') return !isAny;
  const isListed = name !== undefined && values.includes(name);
  return operator === 'In' ? isListed : !isListed;
}

function reachesOtherNamespaces({ affinity }: V1PodSpec): boolean {
  const terms = [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap((kind) => [
    ...(kind?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(kind?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ podAffinityTerm }) => podAffinityTerm,
    ),
  ]);
  return terms.some(
    ({ namespaces, namespaceSelector }) =>
      (namespaces ?? []).length > 0 || namespaceSelector !== undefined,
  );
}
