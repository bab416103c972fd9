import { kinds } from '../api/kinds.ts';
import type { PersistentVolumeClaim } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import { type Cluster, keyOf, splitKey } from './cluster.ts';
import { isOver } from './pod-state.ts';
import { createWorkQueue } from './work-queue.ts';

const protection = 'kubernetes.io/pvc-protection';

/** Binds claims at once, of whatever storage class, and holds a deleted one while a pod uses it. */
export function startVolumeClaimController(cluster: Cluster, delayMs: number): void {
  const { store, registry, events } = cluster;
  const queue = createWorkQueue(cluster.clock, delayMs, (key) => {
    const [namespace, name] = splitKey(key);
    const claim = store.get(kinds.persistentVolumeClaim, namespace, name) as
      | PersistentVolumeClaim
      | undefined;
    if (claim === undefined) return;
    if (claim.metadata.deletionTimestamp !== undefined) release(claim);
    else if (claim.status.phase === 'Pending') bind(claim);
  });

  store.subscribe(({ kind, type, object }) => {
    if (kind === kinds.persistentVolumeClaim && type !== 'DELETED') queue.add(keyOf(object));
    if (kind !== kinds.pod) return;
    const pod = object as unknown as Pod;
    if (type === 'DELETED' || isOver(pod))
      for (const claim of claimNames(pod)) queue.add(`${pod.metadata.namespace}/${claim}`);
  });

  function bind(claim: PersistentVolumeClaim): void {
    const { namespace = '', name, uid } = claim.metadata;
    const volume = `pvc-${uid}`;
    registry.update(kinds.persistentVolumeClaim, namespace, name, (draft) => {
      draft['spec'] = { ...(draft['spec'] as object), volumeName: volume };
      draft.metadata.annotations = {
        ...draft.metadata.annotations,
        'pv.kubernetes.io/bind-completed': 'yes',
        'pv.kubernetes.io/bound-by-controller': 'yes',
      };
      return draft;
    });
    registry.update(
      kinds.persistentVolumeClaim,
      namespace,
      name,
      (draft) => ({
        ...draft,
        status: {
          accessModes: claim.spec.accessModes ?? [],
          capacity: { storage: claim.spec.resources?.requests?.['storage'] ?? '0' },
          phase: 'Bound',
        },
      }),
      { subresource: 'status' },
    );
    events.record({
      about: claim,
      type: 'Normal',
      reason: 'ProvisioningSucceeded',
      message: `Successfully provisioned volume ${volume} using kube-local`,
      component: 'persistentvolume-controller',
    });
  }

  function release(claim: PersistentVolumeClaim): void {
    const pods = store.list(kinds.pod, claim.metadata.namespace) as unknown as Pod[];
    const isUsed = pods.some(
      (pod) => !isOver(pod) && claimNames(pod).includes(claim.metadata.name),
    );
    if (isUsed) return;
    registry.update(
      kinds.persistentVolumeClaim,
      claim.metadata.namespace ?? '',
      claim.metadata.name,
      (draft) => {
        draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter(
          (name) => name !== protection,
        );
        return draft;
      },
    );
  }
}

const claimNames = (pod: Pod): string[] =>
  (pod.spec.volumes ?? [])
    .map((volume) => volume.persistentVolumeClaim?.claimName)
    .filter((name) => name !== undefined);
