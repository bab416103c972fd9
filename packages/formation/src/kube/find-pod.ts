import type { V1Pod } from '@kubernetes/client-node';
import { type KubeApi, kinds } from './api.ts';

/** A pod as the cluster has it now; undefined when there is none. By listing, which all who watch pods may do. */
export async function findPod(
  kube: KubeApi,
  namespace: string,
  name: string,
): Promise<V1Pod | undefined> {
  const fieldSelector = `metadata.name=${name}`;
  const { items } = await kube.list<V1Pod>({ kind: kinds.pod, namespace, fieldSelector });
  return items[0];
}
