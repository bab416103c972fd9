import type { V1OwnerReference } from '@kubernetes/client-node';

// blockOwnerDeletion would need the right to change the owner's finalizers on clusters that check it, and nothing here
// waits for dependents.

/** The Job that is the fuse, as owner. */
export const ownedByFuse = (name: string, uid: string): V1OwnerReference[] => [
  { apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: false, blockOwnerDeletion: false },
];

/** An anchor, as owner. */
export const ownedByAnchor = (name: string, uid: string): V1OwnerReference[] => [
  { apiVersion: 'v1', kind: 'ConfigMap', name, uid, controller: false, blockOwnerDeletion: false },
];
