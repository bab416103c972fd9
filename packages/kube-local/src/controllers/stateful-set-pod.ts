import { copy, type Draft } from '../api/object.ts';
import type { ControllerRevision, StatefulSet } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';

const revisionLabel = 'controller-revision-hash';

/** The revision that a pod was made from. */
export const revisionOf = (pod: Pod): string | undefined => pod.metadata.labels?.[revisionLabel];

/** The set as what owns an object. */
export const ownerReference = (set: StatefulSet) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  name: set.metadata.name,
  uid: set.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

/** A pod of a set, as a revision of its template says. */
export function podDraft(set: StatefulSet, ordinal: number, revision: ControllerRevision): Draft {
  const template = copy(revision.data.spec.template);
  const name = `${set.metadata.name}-${ordinal}`;
  const claims = (set.spec.volumeClaimTemplates ?? []).map((claim) => ({
    name: claim.metadata.name,
    persistentVolumeClaim: { claimName: `${claim.metadata.name}-${name}` },
  }));
  const others = (template.spec.volumes ?? []).filter(
    (volume) => !claims.some((claim) => claim.name === volume.name),
  );
  const volumes = [...claims, ...others];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${set.metadata.name}-`,
      labels: {
        ...template.metadata?.labels,
        'apps.kubernetes.io/pod-index': String(ordinal),
        [revisionLabel]: revision.metadata.name,
        'statefulset.kubernetes.io/pod-name': name,
      },
      ...(template.metadata?.annotations !== undefined && {
        annotations: template.metadata.annotations,
      }),
      ownerReferences: [ownerReference(set)],
    },
    spec: {
      ...template.spec,
      hostname: name,
      ...(set.spec.serviceName !== undefined && { subdomain: set.spec.serviceName }),
      ...(volumes.length > 0 && { volumes }),
    },
  };
}
