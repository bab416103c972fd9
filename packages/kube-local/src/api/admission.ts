import type { Random } from '@ssc/clock';
import type { ResourceQuota } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import { type Kind, kinds } from './kinds.ts';
import { limitClaim, limitPod } from './limit-range.ts';
import type { Draft, KubeObject } from './object.ts';
import { renderLike, toMilli } from './quantity.ts';
import { forbidden } from './status.ts';
import type { Store } from './store.ts';
import { quotaUsage, usageOf } from './usage.ts';

/*
 * What stands between a request and the store: plugin/pkg/admission/serviceaccount and resourcequota of the real server; for
 * its limitranger see limit-range.ts.
 */

type Fields = Record<string, unknown>;

/** Fills in what a namespace prescribes for new pods. Throws a Forbidden Status. */
export function admit(kind: Kind, object: Draft, store: Store, random: Random): void {
  if (kind === kinds.ingress) defaultClass(object, store);
  if (kind === kinds.persistentVolumeClaim) limitClaim(object, store);
  if (kind !== kinds.pod) return;
  const spec = object['spec'] as Fields;
  podExtras(spec);
  serviceAccount(object, spec, store, random);
  limitPod(object, store);
}

/** The class that is marked as the cluster's own; the newest, where there are several. */
function defaultClass(object: Draft, store: Store): void {
  const spec = object['spec'] as Fields | undefined;
  const annotation = object.metadata.annotations?.['kubernetes.io/ingress.class'];
  if (spec === undefined || spec['ingressClassName'] !== undefined || annotation !== undefined)
    return;
  const isDefault = ({ metadata }: KubeObject): boolean =>
    metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true';
  const found = store
    .list(kinds.ingressClass)
    .filter(isDefault)
    .sort((a, b) =>
      (a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? 1 : -1,
    )[0];
  if (found !== undefined) spec['ingressClassName'] = found.metadata.name;
}

function podExtras(spec: Fields): void {
  spec['preemptionPolicy'] ??= 'PreemptLowerPriority';
  spec['priority'] ??= 0;
  const tolerations = [...((spec['tolerations'] as Fields[] | undefined) ?? [])];
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const covered = tolerations.some(
      (t) =>
        (t['key'] === key || (t['key'] === undefined && t['operator'] === 'Exists')) &&
        (t['effect'] === 'NoExecute' || t['effect'] === undefined),
    );
    if (!covered)
      tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });
  }
  spec['tolerations'] = tolerations;
}

function serviceAccount(object: Draft, spec: Fields, store: Store, random: Random): void {
  const name = String(spec['serviceAccountName'] ?? 'default');
  spec['serviceAccountName'] = name;
  spec['serviceAccount'] = name;
  const account = store.get(kinds.serviceAccount, object.metadata.namespace ?? '', name);
  if (account === undefined)
    throw forbidden(
      kinds.pod,
      object.metadata.name ?? '',
      `error looking up service account ${object.metadata.namespace}/${name}: serviceaccount "${name}" not found`,
    );
  const mounts =
    spec['automountServiceAccountToken'] ??
    (account as unknown as Fields)['automountServiceAccountToken'] ??
    true;
  if (mounts !== true) return;
  const path = '/var/run/secrets/kubernetes.io/serviceaccount';
  const volume = `kube-api-access-${randomLetters(random)}`;
  let used = false;
  for (const group of ['initContainers', 'containers'])
    for (const container of (spec[group] as Fields[] | undefined) ?? []) {
      const list = (container['volumeMounts'] as Fields[] | undefined) ?? [];
      if (list.some((mount) => mount['mountPath'] === path)) continue;
      container['volumeMounts'] = [...list, { mountPath: path, name: volume, readOnly: true }];
      used = true;
    }
  if (!used) return;
  spec['volumes'] = [
    ...((spec['volumes'] as Fields[] | undefined) ?? []),
    {
      name: volume,
      projected: {
        defaultMode: 420,
        sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
          { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
          {
            downwardAPI: {
              items: [
                {
                  fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' },
                  path: 'namespace',
                },
              ],
            },
          },
        ],
      },
    },
  ];
}

const randomLetters = (random: Random): string =>
  Array.from({ length: 5 }, () => 'bcdfghjklmnpqrstvwxz2456789'[random.int(27)]).join('');

/** Refuses what would exceed a ResourceQuota of its namespace. Throws a Forbidden Status. */
export function admitUpdate(
  kind: Kind,
  object: Draft,
  before: KubeObject | undefined,
  store: Store,
): void {
  const namespace = object.metadata.namespace ?? '';
  const wanted = usageOf(kind, object);
  const had = before === undefined ? {} : usageOf(kind, before as unknown as Draft);
  if (Object.keys(wanted).length === 0) return;
  const name = object.metadata.name ?? '';
  for (const quota of store.list(kinds.resourceQuota, namespace) as unknown as ResourceQuota[]) {
    const hard = quota.spec.hard ?? {};
    if (kind === kinds.pod && before === undefined) mustSpecify(object, quota);
    const used = quotaUsage(store, namespace);
    const over = Object.keys(hard)
      .sort()
      .filter((resource) => {
        const delta = (wanted[resource] ?? 0n) - (had[resource] ?? 0n);
        return delta > 0n && (used[resource] ?? 0n) + delta > toMilli(hard[resource]);
      });
    if (over.length === 0) continue;
    const show = (amount: (resource: string) => string): string =>
      over.map((resource) => `${resource}=${amount(resource)}`).join(',');
    const like = (resource: string) => likeOf(object, resource) ?? hard[resource];
    throw forbidden(
      kind,
      name,
      `exceeded quota: ${quota.metadata.name}, requested: ${show((r) =>
        renderLike((wanted[r] ?? 0n) - (had[r] ?? 0n), like(r)),
      )}, used: ${show((r) => renderLike(used[r] ?? 0n, quota.status.used?.[r] ?? like(r)))}, limited: ${show((r) => hard[r] ?? '')}`,
    );
  }
}

/** A quantity of the object, for the form in which sums are written. */
function likeOf(object: Draft, resource: string): string | undefined {
  const [part, name] = resource.includes('.') ? resource.split('.') : ['requests', resource];
  const spec = object['spec'] as Fields | undefined;
  for (const container of (spec?.['containers'] as Fields[] | undefined) ?? []) {
    const amounts = (
      container['resources'] as Record<string, Record<string, string>> | undefined
    )?.[part ?? ''];
    const amount = amounts?.[name ?? ''];
    if (amount !== undefined) return amount;
  }
  return undefined;
}

/** A quota on cpu or memory obliges every container to say what it needs. */
function mustSpecify(object: Draft, quota: ResourceQuota): void {
  const pod = object as unknown as Pod;
  const containers = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])];
  const lacking = new Map<string, string[]>();
  for (const resource of Object.keys(quota.spec.hard ?? {}).sort()) {
    const [part, name] = resource.includes('.') ? resource.split('.') : ['requests', resource];
    if (name !== 'cpu' && name !== 'memory') continue;
    if (part !== 'limits' && part !== 'requests') continue;
    for (const container of containers)
      if (container.resources[part]?.[name] === undefined)
        lacking.set(resource, [...(lacking.get(resource) ?? []), container.name]);
  }
  if (lacking.size === 0) return;
  const texts = [...lacking].map(
    ([resource, names]) => `${resource} for: ${[...new Set(names)].sort().join(',')}`,
  );
  throw forbidden(
    kinds.pod,
    object.metadata.name ?? '',
    `failed quota: ${quota.metadata.name}: must specify ${texts.join('; ')}`,
  );
}
