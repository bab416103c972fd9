import { kinds } from './api/kinds.ts';
import type { Store } from './api/store.ts';
import type { Pod } from './types/pod.ts';

/** A machine's subnet has addresses .2 to .254. */
const podsPerSubnet = 253;

/**
 * Gives addresses to the pods of one machine. They go round as those of a real one do: an address is given again only when all
 * others were. Throws when each belongs to a pod.
 *
 * @param subnet its first three numbers, such as `10.244.0`
 */
export function createPodAddresses(store: Pick<Store, 'list'>, subnet: string): () => string {
  let given = 0;
  return () => {
    const taken = given < podsPerSubnet ? undefined : addressesIn(store);
    for (let tries = 0; tries < podsPerSubnet; tries++) {
      const address = `${subnet}.${2 + (given % podsPerSubnet)}`;
      given += 1;
      if (taken?.has(address) !== true) return address;
    }
    throw new Error(`the subnet ${subnet}.0/24 has no address left for a pod`);
  };
}

const addressesIn = (store: Pick<Store, 'list'>): ReadonlySet<string | undefined> =>
  new Set((store.list(kinds.pod) as unknown as Pod[]).map((pod) => pod.status.podIP));
