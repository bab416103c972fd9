import type { OwnerReference } from '../api/object.ts';
import type { Change } from '../api/store.ts';

/** Which objects name which owners, by uid: also owners that are not there, or no longer. */
export class Dependents {
  readonly #dependents = new Map<string, Set<string>>();

  /** The uids of the objects that name an owner, in the order in which they began to. */
  of(owner: string): string[] {
    return [...(this.#dependents.get(owner) ?? [])];
  }

  /** Takes note of what an object names now; of a deleted one, nothing. */
  observe({ type, object, previous }: Change): void {
    const { uid } = object.metadata;
    for (const { uid: owner } of previous?.metadata.ownerReferences ?? [])
      this.#dependents.get(owner)?.delete(uid);
    if (type === 'DELETED') this.#dependents.delete(uid);
    else for (const owner of ownersOf(object)) this.#add(owner.uid, uid);
  }

  #add(owner: string, uid: string): void {
    const known = this.#dependents.get(owner) ?? new Set();
    this.#dependents.set(owner, known.add(uid));
  }
}

/** The owners that an object names. */
export const ownersOf = ({ metadata }: Change['object']): readonly OwnerReference[] =>
  metadata.ownerReferences ?? [];
