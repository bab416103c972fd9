import { kinds } from '../api/kinds.ts';
import type { PersistentVolumeClaim } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import { type Cluster, keyOf, splitKey } from './cluster.ts';
import { isOver } from './pod-state.ts';
import { createWorkQueue } from './work-queue.ts';

const protection = 'kubernetes.io/pvc-protection';

/** Binds claims at once, of whatever storage class, and holds a deleted one while a pod uses it. */
export function startVolumeClaimController(cluster: Cluster, delayMs: number): void {
  const { store } = cluster;
  const queue = createWorkQueue(cluster.clock, delayMs, (key) => {
    const claim = store.get(kinds.persistentVolumeClaim, ...splitKey(key));
    if (claim !== undefined) sync(cluster, claim as PersistentVolumeClaim);
  });
  store.subscribe(({ kind, type, object }) => {
    if (kind === kinds.persistentVolumeClaim && type !== 'DELETED') queue.add(keyOf(object));
    if (kind !== kinds.pod) return;
    const pod = object as unknown as Pod;
    if (type === 'DELETED' || isOver(pod))
      for (const claim of claimNames(pod)) queue.add(`${pod.metadata.namespace}/${claim}`);
  });
}

function sync(cluster: Cluster, claim: PersistentVolumeClaim): void {
  const isDeleted = claim.metadata.deletionTimestamp !== undefined;
  if (isDeleted && !isUsed(cluster, claim)) release(cluster, claim);
  if (!isDeleted && claim.status.phase === 'Pending') bind(cluster, claim);
}

function bind({ registry, events }: Cluster, claim: PersistentVolumeClaim): void {
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
  const status = {
    accessModes: claim.spec.accessModes ?? [],
    capacity: { storage: claim.spec.resources?.requests?.['storage'] ?? '0' },
    phase: 'Bound',
  };
  registry.update(kinds.persistentVolumeClaim, namespace, name, (draft) => ({ ...draft, status }), {
    subresource: 'status',
  });
  events.record({
    about: claim,
    type: 'Normal',
    reason: 'ProvisioningSucceeded',
    message: `Successfully provisioned volume ${volume} using kube-local`,
    component: 'persistentvolume-controller',
  });
}

const isUsed = ({ store }: Cluster, { metadata }: PersistentVolumeClaim): boolean =>
  (store.list(kinds.pod, metadata.namespace) as unknown as Pod[]).some(
    (pod) => !isOver(pod) && claimNames(pod).includes(metadata.name),
  );

/** Lets a deleted claim go. */
function release({ registry }: Cluster, claim: PersistentVolumeClaim): void {
  const { namespace = '', name } = claim.metadata;
  registry.update(kinds.persistentVolumeClaim, namespace, name, (draft) => {
    const finalizers = draft.metadata.finalizers ?? [];
    draft.metadata.finalizers = finalizers.filter((finalizer) => finalizer !== protection);
    return draft;
  });
}

const claimNames = (pod: Pod): string[] =>
  (pod.spec.volumes ?? [])
    .map((volume) => volume.persistentVolumeClaim?.claimName)
    .filter((name) => name !== undefined);
