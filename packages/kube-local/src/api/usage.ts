import type { Container, Pod, ResourceList } from '../types/pod.ts';
import { type Kind, kinds } from './kinds.ts';
import type { Draft } from './object.ts';
import { toMilli } from './quantity.ts';
import type { Store } from './store.ts';

/** Thousandths by resource name, as quotas count them. */
export type Usage = Record<string, bigint>;

/** Adds one usage to another. */
export function addUsage(sum: Usage, part: Usage): void {
  for (const [resource, amount] of Object.entries(part))
    sum[resource] = (sum[resource] ?? 0n) + amount;
}

/**
 * What a pod's containers ask for together: all that run at the same time, or the largest moment of preparation. Sidecars
 * among the init containers count with what comes after them.
 */
export function podResources(
  spec: Pod['spec'],
  part: 'requests' | 'limits',
): Record<string, bigint> {
  const running: Usage = {};
  for (const container of spec.containers) addUsage(running, amounts(container, part));
  const sidecars: Usage = {};
  const peak: Usage = {};
  for (const container of spec.initContainers ?? []) {
    const own = amounts(container, part);
    const now: Usage = { ...sidecars };
    addUsage(now, own);
    raise(peak, now);
    if (container.restartPolicy === 'Always') addUsage(sidecars, own);
  }
  addUsage(running, sidecars);
  raise(running, peak);
  return running;
}

function amounts(container: Container, part: 'requests' | 'limits'): Usage {
  const list: ResourceList = container.resources?.[part] ?? {};
  return Object.fromEntries(Object.entries(list).map(([name, text]) => [name, toMilli(text)]));
}

function raise(to: Usage, other: Usage): void {
  for (const [name, amount] of Object.entries(other))
    if (amount > (to[name] ?? 0n)) to[name] = amount;
}

/** What one object counts for in a quota; nothing for a pod that is over. */
export function usageOf(kind: Kind, object: Draft): Usage {
  const count = kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
  const usage: Usage = { [`count/${count}`]: 1000n };
  const plain: readonly Kind[] = [
    kinds.configMap,
    kinds.secret,
    kinds.service,
    kinds.persistentVolumeClaim,
    kinds.resourceQuota,
  ];
  if (plain.includes(kind)) usage[kind.plural] = 1000n;
  if (kind === kinds.persistentVolumeClaim) {
    const spec = object['spec'] as { resources?: { requests?: ResourceList } };
    usage['requests.storage'] = toMilli(spec.resources?.requests?.['storage']);
  }
  if (kind !== kinds.pod) return usage;
  const pod = object as unknown as Pod;
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return usage;
  usage['pods'] = 1000n;
  for (const part of ['requests', 'limits'] as const)
    for (const [name, amount] of Object.entries(podResources(pod.spec, part))) {
      usage[`${part}.${name}`] = amount;
      if (part === 'requests') usage[name] = amount;
    }
  return usage;
}

const counted: readonly Kind[] = [
  kinds.configMap,
  kinds.secret,
  kinds.service,
  kinds.persistentVolumeClaim,
  kinds.resourceQuota,
  kinds.pod,
  kinds.statefulSet,
  kinds.job,
];

/** What all objects of a namespace count for. */
export function quotaUsage(store: Store, namespace: string): Usage {
  const sum: Usage = {};
  for (const kind of counted)
    for (const object of store.list(kind, namespace))
      addUsage(sum, usageOf(kind, object as unknown as Draft));
  return sum;
}
