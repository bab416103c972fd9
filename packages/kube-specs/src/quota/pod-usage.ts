import type {
  V1Container,
  V1LimitRange,
  V1LimitRangeItem,
  V1PodSpec,
} from '@kubernetes/client-node';
import { type Amount, parseAmount } from './quantity.ts';

/** What is compute: counted as requests and limits of containers. */
export const computeResources = ['cpu', 'memory', 'ephemeral-storage'] as const;
/** One of them. */
export type ComputeResource = (typeof computeResources)[number];

/** Requests and limits of a container or pod, as the keys of a quota: `requests.cpu`, `limits.memory`, … */
export type ComputeKey = `${'requests' | 'limits'}.${ComputeResource}`;

export const computeKeys: readonly ComputeKey[] = computeResources.flatMap(
  (resource): ComputeKey[] => [`requests.${resource}`, `limits.${resource}`],
);

/** Amounts by key; what is not there is not said. */
export type ComputeUsage = ReadonlyMap<ComputeKey, Amount>;

/**
 * What one container asks for and may use, when the server has put in what is missing: a request is its limit where only
 * that is given, then come the defaults of the namespace's LimitRanges, in their order.
 */
export function containerUsage(
  container: Pick<V1Container, 'resources'>,
  limitRanges: readonly V1LimitRange[] = [],
): ComputeUsage {
  const { requests = {}, limits = {} } = container.resources ?? {};
  const items = limitRanges.flatMap(({ spec }) => spec?.limits ?? []);
  const ranges = items.filter(({ type }) => type === 'Container');
  const usage = new Map<ComputeKey, Amount>();
  for (const resource of computeResources) {
    const given = limits[resource];
    const limit =
      given ??
      ranges.map((item) => defaultsOf(item)?.[resource]).find((text) => text !== undefined);
    // A LimitRange that has a default but no default request takes the one for the other when it is created.
    const request =
      requests[resource] ??
      given ??
      ranges.map((item) => item.defaultRequest?.[resource]).find((text) => text !== undefined) ??
      limit;
    if (request !== undefined) usage.set(`requests.${resource}`, parseAmount(request));
    if (limit !== undefined) usage.set(`limits.${resource}`, parseAmount(limit));
  }
  return usage;
}

/** `default`, which the models of client-node call `_default`. */
const defaultsOf = (
  item: V1LimitRangeItem & { readonly default?: Record<string, string> },
): Record<string, string> | undefined => item.default ?? item._default;

/**
 * What a pod counts for, as the scheduler and quotas count it (k8s.io/component-helpers: resource.PodRequests): the sum of
 * its containers and sidecars, or, where it is more, an init container at its turn together with the sidecars that are
 * up by then; and the overhead of its runtime class.
 */
export function podUsage(
  spec: Pick<V1PodSpec, 'containers' | 'initContainers' | 'overhead'>,
  limitRanges: readonly V1LimitRange[] = [],
): ComputeUsage {
  const inits = (spec.initContainers ?? []).map((container) => ({
    isSidecar: container.restartPolicy === 'Always',
    usage: containerUsage(container, limitRanges),
  }));
  const containers = spec.containers.map((container) => containerUsage(container, limitRanges));
  const total = new Map<ComputeKey, Amount>();
  for (const key of computeKeys) {
    const running = containers.reduce((sum, usage) => sum + (usage.get(key) ?? 0n), 0n);
    let sidecars = 0n;
    let peak = 0n;
    for (const { isSidecar, usage } of inits) {
      const amount = usage.get(key) ?? 0n;
      if (isSidecar) sidecars += amount;
      const here = isSidecar ? sidecars : sidecars + amount;
      if (here > peak) peak = here;
    }
    const amount = running + sidecars > peak ? running + sidecars : peak;
    const overhead = spec.overhead?.[key.slice(key.indexOf('.') + 1)];
    // A limit is raised by the overhead only where there is one.
    const extra =
      overhead === undefined || (amount === 0n && key.startsWith('limits.'))
        ? 0n
        : parseAmount(overhead);
    if (amount + extra > 0n) total.set(key, amount + extra);
  }
  return total;
}
