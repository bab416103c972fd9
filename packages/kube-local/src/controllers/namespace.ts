import { type Kind, kindList, kinds } from '../api/kinds.ts';
import type { KubeObject } from '../api/object.ts';
import type { Registry } from '../api/registry.ts';
import type { Cluster } from './cluster.ts';
import { createWorkQueue } from './work-queue.ts';

/** Gives each namespace what it always has, and empties and removes one that is deleted. */
export function startNamespaceController(cluster: Cluster, delayMs: number): void {
  const { store, registry } = cluster;
  const queue = createWorkQueue(cluster.clock, delayMs, (name) => {
    const namespace = store.get(kinds.namespace, '', name);
    if (namespace?.metadata.deletionTimestamp !== undefined) empty(namespace);
  });

  store.subscribe(({ kind, type, object }) => {
    if (kind === kinds.namespace) {
      if (type === 'ADDED') furnish(registry, object.metadata.name);
      queue.add(object.metadata.name);
    } else if (type === 'DELETED' && object.metadata.namespace !== undefined)
      queue.add(object.metadata.namespace);
  });

  function empty(namespace: KubeObject): void {
    const { name } = namespace.metadata;
    let left = 0;
    for (const kind of kindList) {
      if (!kind.namespaced) continue;
      for (const object of store.list(kind, name)) {
        if (object.metadata.deletionTimestamp === undefined) remove(kind, object);
        if (store.byUid(object.metadata.uid) !== undefined) left += 1;
      }
    }
    if (left > 0) return;
    const { spec: _, ...rest } = namespace as unknown as Record<string, unknown>;
    const bare = { ...rest, spec: {} } as unknown as KubeObject;
    store.remove(kinds.namespace, bare);
  }

  const remove = (kind: Kind, object: KubeObject): void =>
    void registry.delete(kind, object.metadata.namespace ?? '', object.metadata.name, {
      propagationPolicy: 'Background',
    });
}

/** What the real cluster's controllers put into every namespace. */
function furnish(registry: Registry, namespace: string): void {
  registry.create(kinds.serviceAccount, namespace, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default' },
  });
  registry.create(kinds.configMap, namespace, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'kube-root-ca.crt',
      annotations: {
        'kubernetes.io/description':
          'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
      },
    },
    data: { 'ca.crt': '' },
  });
}
