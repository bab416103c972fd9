import { kinds } from '../api/kinds.ts';
import { copy, type Draft, same } from '../api/object.ts';
import type { Registry } from '../api/registry.ts';
import type { ControllerRevision, StatefulSet } from '../types/objects.ts';
import type { Cluster } from './cluster.ts';
import { ownerReference } from './stateful-set-pod.ts';
import { hashText } from './template-hash.ts';

/** What pods of a set are made from. */
export interface Revisions {
  /** What the set is at, until an update is complete. */
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}

/** Keeps a revision for the template as it is now, and gives it with the one that the set is at. */
export function syncRevisions({ store, registry }: Cluster, set: StatefulSet): Revisions {
  const own = (
    store.list(kinds.controllerRevision, set.metadata.namespace) as unknown as ControllerRevision[]
  )
    .filter((revision) =>
      (revision.metadata.ownerReferences ?? []).some((owner) => owner.uid === set.metadata.uid),
    )
    .sort((a, b) => a.revision - b.revision);
  const data = { spec: { template: { ...copy(set.spec.template), $patch: 'replace' } } };
  const highest = own.at(-1)?.revision ?? 0;
  let update = own.find((revision) => same(revision.data, data));
  if (update === undefined) update = createRevision(registry, set, data, highest + 1);
  else if (update.revision !== highest) {
    // An old template again: its revision becomes the newest.
    update = registry.update(
      kinds.controllerRevision,
      set.metadata.namespace ?? '',
      update.metadata.name,
      (draft) => ({ ...draft, revision: highest + 1 }),
    ) as unknown as ControllerRevision;
  }
  const current = own.find((revision) => revision.metadata.name === set.status.currentRevision);
  return { current: current ?? update, update };
}

function createRevision(
  registry: Registry,
  set: StatefulSet,
  data: object,
  revision: number,
): ControllerRevision {
  const hash = hashText(JSON.stringify(data));
  const draft: Draft = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${set.metadata.name}-${hash}`,
      labels: { ...set.spec.template.metadata?.labels, 'controller.kubernetes.io/hash': hash },
      ownerReferences: [ownerReference(set)],
    },
    data,
    revision,
  };
  return registry.create(
    kinds.controllerRevision,
    set.metadata.namespace ?? '',
    draft,
  ) as unknown as ControllerRevision;
}
