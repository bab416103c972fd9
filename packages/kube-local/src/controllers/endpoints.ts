import { kinds } from '../api/kinds.ts';
import { type Draft, same, timestamp } from '../api/object.ts';
import type { Service } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import { type Cluster, keyOf, splitKey } from './cluster.ts';
import { isOver, isReady, isTerminating } from './pod-state.ts';
import { createWorkQueue } from './work-queue.ts';

const changed = 'endpoints.kubernetes.io/last-change-trigger-time';

/** Whether a Service selects a pod. */
export function isSelected(service: Service, pod: Pod): boolean {
  const selector = Object.entries(service.spec.selector ?? {});
  return (
    selector.length > 0 &&
    pod.metadata.namespace === service.metadata.namespace &&
    selector.every(([key, value]) => pod.metadata.labels?.[key] === value)
  );
}

/** The pods that a Service selects. */
export const selectedPods = (cluster: Pick<Cluster, 'store'>, service: Service): Pod[] =>
  (cluster.store.list(kinds.pod, service.metadata.namespace) as unknown as Pod[]).filter((pod) =>
    isSelected(service, pod),
  );

/** Writes the Endpoints of Services: pkg/controller/endpoint of the real server. */
export function startEndpointsController(cluster: Cluster, delayMs: number): void {
  const { store, registry } = cluster;
  const queue = createWorkQueue(cluster.clock, delayMs, (key) => {
    const [namespace, name] = splitKey(key);
    const service = store.get(kinds.service, namespace, name) as Service | undefined;
    if (service !== undefined) sync(service);
    else if (store.get(kinds.endpoints, namespace, name) !== undefined)
      registry.delete(kinds.endpoints, namespace, name);
  });

  store.subscribe(({ kind, object, previous }) => {
    if (kind === kinds.service) queue.add(keyOf(object));
    if (kind !== kinds.pod) return;
    for (const service of store.list(
      kinds.service,
      object.metadata.namespace,
    ) as unknown as Service[]) {
      const wanted = Object.entries(service.spec.selector ?? {});
      const fits = [object, previous].some((pod) =>
        wanted.every(([key, value]) => pod?.metadata.labels?.[key] === value),
      );
      if (wanted.length > 0 && fits) queue.add(keyOf(service));
    }
  });

  function sync(service: Service): void {
    if (service.spec.selector === undefined) return;
    const { namespace = '', name } = service.metadata;
    const headless = service.spec.clusterIP === 'None';
    const labels = {
      ...service.metadata.labels,
      'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
      ...(headless && { 'service.kubernetes.io/headless': '' }),
    };
    const stamp = { [changed]: timestamp(registry.now()) };
    const subsets = renderSubsets(service, selectedPods(cluster, service));
    const draft: Draft = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name, labels, annotations: stamp },
      ...(subsets.length > 0 && { subsets }),
    };
    if (store.get(kinds.endpoints, namespace, name) === undefined)
      registry.create(kinds.endpoints, namespace, draft);
    else
      registry.update(kinds.endpoints, namespace, name, (current) => {
        if (same(current['subsets'] ?? [], subsets)) return current;
        current.metadata.labels = labels;
        current.metadata.annotations = { ...current.metadata.annotations, ...stamp };
        if (subsets.length > 0) current['subsets'] = subsets;
        else delete current['subsets'];
        return current;
      });
  }
}

function renderSubsets(service: Service, pods: readonly Pod[]): object[] {
  const shown = pods.filter((pod) => pod.status.podIP !== undefined && !isOver(pod));
  const published = service.spec.publishNotReadyAddresses === true;
  const isIn = (pod: Pod) => published || (isReady(pod) && !isTerminating(pod));
  const address = (pod: Pod) => ({
    ip: pod.status.podIP,
    ...(pod.spec.subdomain === service.metadata.name && { hostname: pod.spec.hostname }),
    nodeName: pod.spec.nodeName,
    targetRef: {
      kind: 'Pod',
      namespace: pod.metadata.namespace,
      name: pod.metadata.name,
      uid: pod.metadata.uid,
    },
  });
  const ready = shown.filter(isIn).map(address);
  const notReady = shown.filter((pod) => !isIn(pod) && !isTerminating(pod)).map(address);
  if (ready.length === 0 && notReady.length === 0) return [];
  const ports = (service.spec.ports ?? []).map((port) => ({
    ...(port.name !== undefined && { name: port.name }),
    port: typeof port.targetPort === 'number' ? port.targetPort : port.port,
    protocol: port.protocol ?? 'TCP',
  }));
  return [
    {
      ...(ready.length > 0 && { addresses: ready }),
      ...(notReady.length > 0 && { notReadyAddresses: notReady }),
      ...(ports.length > 0 && { ports }),
    },
  ];
}
