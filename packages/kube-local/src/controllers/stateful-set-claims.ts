import { kinds } from '../api/kinds.ts';
import { copy, type Draft } from '../api/object.ts';
import { ApiError } from '../api/status.ts';
import type { PersistentVolumeClaim, StatefulSet } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import type { Cluster } from './cluster.ts';
import { ownerReference } from './stateful-set-pod.ts';

/** Makes the claims of a pod that are not there. */
export function createClaims(
  { store, registry }: Cluster,
  set: StatefulSet,
  pod: string,
  say: (verb: string, what: string, error: unknown) => void,
): void {
  const namespace = set.metadata.namespace ?? '';
  for (const { metadata, ...template } of set.spec.volumeClaimTemplates ?? []) {
    const name = `${metadata.name}-${pod}`;
    if (store.get(kinds.persistentVolumeClaim, namespace, name) !== undefined) continue;
    const what = `create Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name}`;
    try {
      registry.create(kinds.persistentVolumeClaim, namespace, {
        ...(copy(template) as unknown as Draft),
        metadata: {
          name,
          labels: { ...metadata.labels, ...set.spec.selector.matchLabels },
          ...(metadata.annotations !== undefined && { annotations: metadata.annotations }),
        },
      });
      say('Create', `${what} success`, undefined);
    } catch (error) {
      if (error instanceof ApiError) say('Create', what, error);
      throw error;
    }
  }
}

/** Claims follow the set into its deletion when the retention policy says so. */
export function claimOwners(cluster: Cluster, set: StatefulSet, pods: readonly Pod[]): void {
  if (set.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted !== 'Delete') return;
  for (const pod of pods)
    for (const claim of claimsOf(cluster, set, pod))
      if (!(claim.metadata.ownerReferences ?? []).some((o) => o.uid === set.metadata.uid))
        replaceOwners(cluster, claim, [
          ...(claim.metadata.ownerReferences ?? []),
          ownerReference(set),
        ]);
}

/** Claims go with a pod that is scaled away when the retention policy says so. */
export function releaseClaims(cluster: Cluster, set: StatefulSet, pod: Pod): void {
  if (set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled !== 'Delete') return;
  for (const claim of claimsOf(cluster, set, pod))
    if (!(claim.metadata.ownerReferences ?? []).some((o) => o.uid === pod.metadata.uid))
      replaceOwners(cluster, claim, [
        {
          apiVersion: 'v1',
          kind: 'Pod',
          name: pod.metadata.name,
          uid: pod.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ]);
}

const claimsOf = ({ store }: Cluster, set: StatefulSet, pod: Pod): PersistentVolumeClaim[] =>
  (set.spec.volumeClaimTemplates ?? [])
    .map((template) =>
      store.get(
        kinds.persistentVolumeClaim,
        set.metadata.namespace ?? '',
        `${template.metadata.name}-${pod.metadata.name}`,
      ),
    )
    .filter((claim) => claim !== undefined) as unknown as PersistentVolumeClaim[];

type Owners = NonNullable<Draft['metadata']['ownerReferences']>;

const replaceOwners = ({ registry }: Cluster, claim: PersistentVolumeClaim, owners: Owners): void =>
  void registry.update(
    kinds.persistentVolumeClaim,
    claim.metadata.namespace ?? '',
    claim.metadata.name,
    (draft) => {
      draft.metadata.ownerReferences = owners;
      return draft;
    },
  );
