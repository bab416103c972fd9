import type { Random } from '@ssc/clock';
import { type Kind, kinds } from './kinds.ts';
import type { Draft } from './object.ts';
import type { Store } from './store.ts';

const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789';

/** Five letters as the real server appends to a generateName. */
export const randomSuffix = (random: Random): string =>
  Array.from({ length: 5 }, () => suffixLetters[random.int(suffixLetters.length)]).join('');

/** A version 4 UUID. */
export function randomUid(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
}

/** What the server itself sets in a new object: status, uid labels of Jobs, addresses of Services. */
export function prepareNew(kind: Kind, object: Draft, random: Random, store: Store): void {
  const spec = object['spec'] as Record<string, unknown>;
  switch (kind) {
    case kinds.statefulSet:
      object['status'] = { replicas: 0, availableReplicas: 0 };
      return;
    case kinds.job:
      prepareJob(object, spec);
      return;
    case kinds.service:
      object['status'] = { loadBalancer: {} };
      prepareService(spec, random, store);
      return;
    case kinds.namespace:
      object['spec'] = { finalizers: ['kubernetes'] };
      object['status'] = { phase: 'Active' };
      object.metadata.labels = {
        'kubernetes.io/metadata.name': object.metadata.name ?? '',
        ...object.metadata.labels,
      };
      return;
    case kinds.ingress:
      object['status'] = { loadBalancer: {} };
      return;
    case kinds.resourceQuota:
      object['status'] = {};
      return;
    case kinds.persistentVolumeClaim:
      object['status'] = { phase: 'Pending' };
      spec['storageClassName'] ??= 'standard';
      object.metadata.finalizers = [
        ...(object.metadata.finalizers ?? []),
        'kubernetes.io/pvc-protection',
      ];
      return;
    default:
  }
}

function prepareJob(object: Draft, spec: Record<string, unknown>): void {
  object['status'] = {};
  const uid = object.metadata.uid ?? '';
  const name = object.metadata.name ?? '';
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  if (spec['manualSelector'] === true) return;
  spec['selector'] ??= { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  const template = spec['template'] as { metadata: Record<string, unknown> };
  template.metadata['labels'] = { ...(template.metadata['labels'] as object), ...labels };
  object.metadata.labels ??= (template.metadata['labels'] as Record<string, string>) ?? {};
}

function prepareService(spec: Record<string, unknown>, random: Random, store: Store): void {
  if (spec['type'] === 'ExternalName') return;
  const taken = new Set(
    store
      .list(kinds.service)
      .map((service) => (service as unknown as { spec: { clusterIP?: string } }).spec.clusterIP),
  );
  let address = spec['clusterIP'];
  while (
    address === undefined ||
    address === '' ||
    (address !== 'None' && taken.has(String(address)))
  )
    address = `10.96.${random.int(256)}.${1 + random.int(254)}`;
  spec['clusterIP'] = address;
  spec['clusterIPs'] ??= [address];
  spec['ipFamilies'] ??= ['IPv4'];
  spec['ipFamilyPolicy'] ??= 'SingleStack';
}

/** pkg/apis/core/v1/helper/qos: by cpu and memory of all containers. */
export function qosClass(spec: Record<string, unknown>): string {
  const containers = [
    ...((spec['initContainers'] as Record<string, unknown>[] | undefined) ?? []),
    ...((spec['containers'] as Record<string, unknown>[] | undefined) ?? []),
  ];
  let [isSet, isGuaranteed] = [false, true];
  for (const container of containers) {
    const { limits = {}, requests = {} } = (container['resources'] ?? {}) as Record<
      string,
      Record<string, string>
    >;
    for (const name of ['cpu', 'memory']) {
      if (limits[name] !== undefined || requests[name] !== undefined) isSet = true;
      if (limits[name] === undefined || (requests[name] ?? limits[name]) !== limits[name])
        isGuaranteed = false;
    }
  }
  if (!isSet) return 'BestEffort';
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}
