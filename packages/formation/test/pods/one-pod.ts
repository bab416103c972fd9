import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { PodWatch } from '../../src/pods/pod-watch.ts';
import type { LocalCluster } from '../kube/local-cluster.ts';

export const namespace = 'default';

/** The pod of core-0, and what runs in it beside stellar-core. */
export const podWith = (...beside: readonly V1Container[]): V1Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'run-core-0', labels: { a: 'b' } },
  spec: {
    containers: [{ name: 'stellar-core', image: 'core:1', command: ['stellar-core'] }, ...beside],
  },
});

/** Watches that pod alone; resolves when the pods were listed once. */
export async function watchPod({
  kube,
  clock,
}: Pick<LocalCluster, 'kube' | 'clock'>): Promise<PodWatch> {
  const watch = new PodWatch({
    kube,
    clock,
    namespace,
    labelSelector: 'a=b',
    pods: new Map([['core-0', 'run-core-0']]),
    sets: new Map(),
  });
  await watch.ready;
  return watch;
}
