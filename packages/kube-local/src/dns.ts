import { kinds } from './api/kinds.ts';
import type { Store } from './api/store.ts';
import { isSelected, selectedPods } from './controllers/endpoints.ts';
import { isOver, isReady } from './controllers/pod-state.ts';
import type { Service } from './types/objects.ts';
import type { Pod } from './types/pod.ts';

const domain = 'cluster.local';

/**
 * The address of a name, as a pod of a namespace finds it with the search list of its resolv.conf. A pod has a name only
 * below a headless Service that selects it, that it names as its subdomain, and once it is ready, unless the Service
 * publishes addresses that are not.
 */
export function resolveName(store: Store, name: string, namespace: string): string | undefined {
  const searches = [`${namespace}.svc.${domain}`, `svc.${domain}`, domain];
  const candidates = name.endsWith('.')
    ? [name.slice(0, -1)]
    : [...searches.map((search) => `${name}.${search}`), name];
  for (const candidate of candidates) {
    const address = lookUp(store, candidate);
    if (address !== undefined) return address;
  }
  return undefined;
}

function lookUp(store: Store, name: string): string | undefined {
  const suffix = `.svc.${domain}`;
  if (!name.endsWith(suffix)) return undefined;
  const parts = name.slice(0, -suffix.length).split('.');
  const namespace = parts.at(-1) ?? '';
  const serviceName = parts.at(-2) ?? '';
  if (parts.length !== 2 && parts.length !== 3) return undefined;
  const service = store.get(kinds.service, namespace, serviceName) as Service | undefined;
  if (service === undefined) return undefined;
  const published = service.spec.publishNotReadyAddresses === true;
  const isListed = (pod: Pod): boolean =>
    pod.status.podIP !== undefined && !isOver(pod) && (published || isReady(pod));
  if (parts.length === 2) return selectedPods({ store }, service).find(isListed)?.status.podIP;
  const isNamed = (pod: Pod): boolean =>
    pod.spec.subdomain === serviceName && (pod.spec.hostname ?? pod.metadata.name) === parts[0];
  // A pod's host name is nearly always its own name: no need to look at all of them then.
  const first = store.get(kinds.pod, namespace, parts[0] ?? '') as Pod | undefined;
  const found =
    first !== undefined && isNamed(first) && isSelected(service, first)
      ? first
      : selectedPods({ store }, service).find((pod) => isNamed(pod) && isListed(pod));
  return found !== undefined && isListed(found) ? found.status.podIP : undefined;
}
