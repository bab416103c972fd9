import type { Clock, Random } from '@ssc/clock';
import type { Registry } from '../api/registry.ts';
import type { Store } from '../api/store.ts';
import type { EventRecorder } from './events.ts';

/** What every controller works with. */
export interface Cluster {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly registry: Registry;
  readonly events: EventRecorder;
}

export const keyOf = (object: { metadata: { namespace?: string; name: string } }): string =>
  `${object.metadata.namespace ?? ''}/${object.metadata.name}`;

/** Namespace and name of a key. */
export function splitKey(key: string): [namespace: string, name: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}
