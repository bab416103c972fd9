import type { V1PodSpec } from '@kubernetes/client-node';
import { containerUsage, podUsage, renderAmount } from '@ssc/kube-specs';

const shown = [
  ['cpu', 'cpu'],
  ['memory', 'bytes'],
  ['ephemeral-storage', 'bytes'],
] as const;

/**
 * What a pod asks of one machine, as the scheduler counts it, with what each container adds to it. Empty when it asks for
 * nothing.
 *
 * @example "cpu 110m (stellar-core 100m + history 10m), memory 288Mi (stellar-core 256Mi + history 32Mi)"
 */
export function describeRequests(spec: V1PodSpec): string {
  const total = podUsage(spec);
  // Init containers that end are there before the others: they count where one of them asks for more than all of those.
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy);
  const beside = [...sidecars, ...spec.containers];
  return shown
    .flatMap(([resource, unit]) => {
      const key = `requests.${resource}` as const;
      const sum = total.get(key);
      if (sum === undefined) return [];
      const parts = beside.flatMap((container) => {
        const amount = containerUsage(container).get(key) ?? 0n;
        return amount === 0n ? [] : [{ name: container.name, amount }];
      });
      const isSum = parts.reduce((all, { amount }) => all + amount, 0n) === sum;
      const terms = parts.map(({ name, amount }) => `${name} ${renderAmount(amount, unit)}`);
      const why = isSum && terms.length > 1 ? ` (${terms.join(' + ')})` : '';
      return [`${resource} ${renderAmount(sum, unit)}${why}`];
    })
    .join(', ');
}
