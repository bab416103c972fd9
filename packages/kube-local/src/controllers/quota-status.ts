import { kinds } from '../api/kinds.ts';
import { renderLike, toMilli } from '../api/quantity.ts';
import { quotaUsage } from '../api/usage.ts';
import type { ResourceQuota } from '../types/objects.ts';
import type { Cluster } from './cluster.ts';
import { createWorkQueue } from './work-queue.ts';

/** Shows in each ResourceQuota what is used of it. */
export function startQuotaController(cluster: Cluster, delayMs: number): void {
  const { store, registry } = cluster;
  const queue = createWorkQueue(cluster.clock, delayMs, (namespace) => {
    const quotas = store.list(kinds.resourceQuota, namespace) as unknown as ResourceQuota[];
    if (quotas.length === 0) return;
    const usage = quotaUsage(store, namespace);
    for (const quota of quotas) {
      const hard = quota.spec.hard ?? {};
      const used = Object.fromEntries(
        Object.keys(hard).map((resource) => [
          resource,
          renderLike(
            usage[resource] ?? 0n,
            toMilli(hard[resource]) === 0n ? undefined : hard[resource],
          ),
        ]),
      );
      registry.update(
        kinds.resourceQuota,
        namespace,
        quota.metadata.name,
        (draft) => ({ ...draft, status: { hard, used } }),
        { subresource: 'status' },
      );
    }
  });
  store.subscribe(({ kind, object }) => {
    const { namespace } = object.metadata;
    if (namespace !== undefined && kind !== kinds.event) queue.add(namespace);
  });
}
