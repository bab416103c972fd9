import type { Clock } from '@ssc/clock';
import { createSimNetwork, type SimNetwork, type SimNetworkOptions } from '@ssc/process';
import { kinds } from './api/kinds.ts';
import type { Store } from './api/store.ts';
import { resolveName } from './dns.ts';
import type { Pod } from './types/pod.ts';

/** Makes the network of a cluster, in which names mean what they mean in the namespace of who asks. */
export function createClusterNetwork(
  clock: Clock,
  store: Store,
  more: Pick<SimNetworkOptions, 'latencyMs' | 'observe'>,
): SimNetwork {
  // An address may be given again: who speaks from it is the pod that had it last.
  const namespaces = new Map<string, string>();
  store.subscribe(({ kind, object }) => {
    const address = kind === kinds.pod ? (object as Pod).status.podIP : undefined;
    if (address !== undefined) namespaces.set(address, object.metadata.namespace ?? '');
  });
  return createSimNetwork({
    ...more,
    clock,
    resolve: (name, from) => resolveName(store, name, namespaces.get(from) ?? 'default'),
  });
}
