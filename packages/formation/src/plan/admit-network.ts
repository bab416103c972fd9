import type { V1LimitRange, V1ResourceQuota } from '@kubernetes/client-node';
import {
  checkNetworkQuota,
  checkQuota,
  fitQuota,
  managedByLabel,
  type NamespaceLimits,
  type NetworkPlan,
  type QuotaObject,
} from '@ssc/kube-specs';
import { type KubeApi, type KubeKind, kinds } from '../kube/api.ts';
import { refusalOf } from '../kube/refusal.ts';
import type { ClusterSettings } from './cluster-settings.ts';

/** What is needed to compare a network with the limits of its namespace. */
export interface AdmitOptions {
  readonly kube: KubeApi;
  readonly settings: Pick<ClusterSettings, 'fitQuota' | 'concurrentMissions'>;
  readonly note: (text: string) => void;
}

/**
 * Compares a network with what the quotas and limit ranges of its namespace leave, before anything of it exists, and gives the
 * plan that fits: itself, or with `fitQuota` a smaller one. What has no room is refused with its sums (SSC_QUOTA, usage).
 */
export async function admitNetwork(plan: NetworkPlan, options: AdmitOptions): Promise<NetworkPlan> {
  const { settings, note } = options;
  const { concurrentMissions = 1 } = settings;
  const limits = await limitsOrNone(plan.namespace, concurrentMissions > 1, options);
  if (limits.quotas.length === 0 && limits.limitRanges.length === 0) return plan;
  if (settings.fitQuota !== true) {
    checkNetworkQuota(plan, limits, { concurrentMissions });
    return plan;
  }
  const { plan: fitted, changes } = fitQuota(plan, limits, { concurrentMissions });
  if (changes.length > 0)
    note(
      `made smaller to fit the quota of namespace ${plan.namespace}: ${changes.map(([what, sizes]) => `${what} ${sizes}`).join(', ')}`,
    );
  return fitted;
}

/** The same for a job, which is not made smaller: what has no room is refused (SSC_QUOTA, usage). */
export async function admitObjects(
  objects: readonly QuotaObject[],
  namespace: string,
  options: AdmitOptions,
): Promise<void> {
  const { concurrentMissions = 1 } = options.settings;
  const limits = await limitsOrNone(namespace, concurrentMissions > 1, options);
  checkQuota(objects, limits, { concurrentMissions });
}

/** What limits the namespace. Whoever may not look at that goes on without: the cluster itself refuses what does not fit. */
async function limitsOrNone(
  namespace: string,
  isShared: boolean,
  { kube, settings, note }: AdmitOptions,
): Promise<NamespaceLimits> {
  try {
    return await readLimits(namespace, kube, isShared);
  } catch (error) {
    if (settings.fitQuota === true || refusalOf(error)?.status !== 403) throw error;
    note('the quota of the namespace may not be looked at, so nothing was compared with it');
    return { namespace, quotas: [], limitRanges: [] };
  }
}

/** The quotas and limit ranges of a namespace; where missions share them, with what ssc has there already. */
export async function readLimits(
  namespace: string,
  kube: KubeApi,
  isShared = false,
): Promise<NamespaceLimits> {
  const [quotas, limitRanges] = await Promise.all([
    kube.list<V1ResourceQuota>({ kind: kinds.resourceQuota, namespace }),
    kube.list<V1LimitRange>({ kind: kinds.limitRange, namespace }),
  ]);
  const isCounted = isShared && quotas.items.length > 0;
  return {
    namespace,
    quotas: quotas.items,
    limitRanges: limitRanges.items,
    ...(isCounted && { ours: await readOurs(kube, namespace) }),
  };
}

// What quotas are mostly about, and may be listed anyway. What else ssc has counts as in use by others: that is stricter.
const shared: readonly KubeKind[] = [kinds.pod, kinds.configMap, kinds.job];

/** What ssc has in the namespace already. */
async function readOurs(kube: KubeApi, namespace: string): Promise<QuotaObject[]> {
  const lists = await Promise.all(
    shared.map(async (kind) => {
      const labelSelector = `${managedByLabel}=ssc`;
      const { items } = await kube.list<QuotaObject & object>({ kind, namespace, labelSelector });
      // The items of a list have no kind of their own.
      return items.map((item) => ({ ...item, apiVersion: kind.apiVersion, kind: kind.kind }));
    }),
  );
  return lists.flat();
}
