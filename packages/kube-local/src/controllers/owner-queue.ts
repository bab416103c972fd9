import type { Kind } from '../api/kinds.ts';
import { kinds } from '../api/kinds.ts';
import type { KubeObject } from '../api/object.ts';
import { ApiError } from '../api/status.ts';
import type { Pod } from '../types/pod.ts';
import { type Cluster, keyOf, splitKey } from './cluster.ts';
import { controllerOf } from './pod-state.ts';
import { createBackoff, createWorkQueue, type WorkQueue } from './work-queue.ts';

/**
 * Hands each object of a kind that owns pods to `sync` a moment after it or one of its pods has changed; and again later, after ever
 * longer waits, while the API refuses what `sync` does.
 */
export function createOwnerQueue(
  cluster: Cluster,
  delayMs: number,
  ownerKind: Kind,
  sync: (owner: KubeObject) => void,
): WorkQueue {
  const { store } = cluster;
  const backoff = createBackoff(5, 1_000_000);
  const queue = createWorkQueue(cluster.clock, delayMs, (key) => {
    const owner = store.get(ownerKind, ...splitKey(key));
    if (owner === undefined) return;
    try {
      sync(owner);
      backoff.reset(key);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      queue.addAfter(key, backoff.next(key));
    }
  });
  store.subscribe(({ kind, object }) => {
    if (kind === ownerKind) queue.add(keyOf(object));
    if (kind !== kinds.pod) return;
    const owner = controllerOf(object as unknown as Pod);
    if (owner?.kind === ownerKind.kind) queue.add(`${object.metadata.namespace}/${owner.name}`);
  });
  return queue;
}
