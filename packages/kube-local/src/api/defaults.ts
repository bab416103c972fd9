import { setSchemaDefaults } from '@ssc/kube-schema';
import { apiVersionOf, type Kind, kinds } from './kinds.ts';
import { type Draft, isRecord } from './object.ts';
import { canonicalQuantity } from './quantity.ts';

/*
 * What the real server fills in before it stores an object: pkg/apis/core/v1/defaults.go, apps/v1 and batch/v1 beside it.
 * Compared with the objects that a 1.33 server gave back.
 */

type Fields = Record<string, unknown>;

/** Fills in what is not set. */
export function setDefaults(kind: Kind, object: Draft): void {
  switch (kind) {
    case kinds.pod:
      podDefaults(record(object, 'spec'), true);
      break;
    case kinds.service:
      serviceDefaults(record(object, 'spec'));
      break;
    case kinds.secret:
      defaultTo(object, { type: 'Opaque' });
      secretData(object);
      break;
    case kinds.persistentVolumeClaim:
      claimDefaults(object);
      break;
    case kinds.statefulSet:
      statefulSetDefaults(record(object, 'spec'));
      break;
    case kinds.job:
      jobDefaults(record(object, 'spec'));
      break;
    case kinds.resourceQuota:
      quantitiesOf(record(object, 'spec'), 'hard');
      break;
    case kinds.limitRange:
      for (const item of list(record(object, 'spec'), 'limits')) limitDefaults(item);
      break;
    case kinds.gateway:
    case kinds.httpRoute:
      setSchemaDefaults(apiVersionOf(kind), kind.kind, object);
      break;
    default:
  }
}

function statefulSetDefaults(spec: Fields): void {
  defaultTo(spec, { replicas: 1, podManagementPolicy: 'OrderedReady', revisionHistoryLimit: 10 });
  const strategy = record(spec, 'updateStrategy');
  defaultTo(strategy, { type: 'RollingUpdate' });
  if (strategy['type'] === 'RollingUpdate')
    defaultTo(record(strategy, 'rollingUpdate'), { partition: 0 });
  defaultTo(record(spec, 'persistentVolumeClaimRetentionPolicy'), {
    whenDeleted: 'Retain',
    whenScaled: 'Retain',
  });
  templateDefaults(spec);
  for (const claim of list(spec, 'volumeClaimTemplates')) {
    defaultTo(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
    defaultTo(record(claim, 'metadata'), { creationTimestamp: null });
    claimDefaults(claim);
  }
}

function jobDefaults(spec: Fields): void {
  // A Job without a number of either kind runs one pod to its end; one with parallelism alone is a work queue.
  if (spec['completions'] === undefined && spec['parallelism'] === undefined)
    defaultTo(spec, { completions: 1 });
  defaultTo(spec, {
    parallelism: 1,
    // Where each index is counted by itself, there is no limit of all together.
    backoffLimit: spec['backoffLimitPerIndex'] === undefined ? 6 : 2_147_483_647,
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed',
  });
  templateDefaults(spec);
}

function templateDefaults(spec: Fields): void {
  const template = record(spec, 'template');
  defaultTo(record(template, 'metadata'), { creationTimestamp: null });
  podDefaults(record(template, 'spec'), false);
}

function claimDefaults(claim: Fields): void {
  const spec = record(claim, 'spec');
  defaultTo(spec, { volumeMode: 'Filesystem' });
  if (isRecord(spec['resources'])) resourceQuantities(spec);
  defaultTo(record(claim, 'status'), { phase: 'Pending' });
}

function limitDefaults(item: Fields): void {
  for (const name of ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'])
    quantitiesOf(item, name);
  if (item['type'] !== 'Container') return;
  // SetDefaults_LimitRangeItem: max stands for default, default for defaultRequest, min for defaultRequest.
  for (const [from, to] of [
    ['max', 'default'],
    ['default', 'defaultRequest'],
    ['min', 'defaultRequest'],
  ] as const) {
    const source = item[from];
    if (isRecord(source)) defaultTo(record(item, to), source);
  }
}

function serviceDefaults(spec: Fields): void {
  defaultTo(spec, { sessionAffinity: 'None', type: 'ClusterIP', internalTrafficPolicy: 'Cluster' });
  for (const port of list(spec, 'ports')) {
    defaultTo(port, { protocol: 'TCP' });
    defaultTo(port, { targetPort: port['port'] });
  }
}

function secretData(secret: Draft): void {
  const texts = secret['stringData'];
  if (!isRecord(texts)) return;
  const data = record(secret, 'data');
  for (const [key, text] of Object.entries(texts))
    data[key] = Buffer.from(String(text)).toString('base64');
  delete secret['stringData'];
}

/** Defaults of a pod's spec; those that only a Pod itself has are left out in templates. */
export function podDefaults(spec: Fields, isPod: boolean): void {
  defaultTo(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  });
  // A negative period counts as the shortest one, since the real server's 1.2x.
  if (Number(spec['terminationGracePeriodSeconds']) < 0) spec['terminationGracePeriodSeconds'] = 1;
  if (isPod) defaultTo(spec, { enableServiceLinks: true });
  for (const container of [...list(spec, 'initContainers'), ...list(spec, 'containers')]) {
    containerDefaults(container);
    if (isPod) requestsFromLimits(container);
  }
  for (const volume of list(spec, 'volumes')) volumeDefaults(volume);
  for (const item of list(spec, 'topologySpreadConstraints'))
    defaultTo(item, { nodeAffinityPolicy: 'Honor', nodeTaintsPolicy: 'Ignore' });
}

function containerDefaults(container: Fields): void {
  defaultTo(container, {
    imagePullPolicy: pullPolicy(String(container['image'] ?? '')),
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
  resourceQuantities(container);
  for (const port of list(container, 'ports')) defaultTo(port, { protocol: 'TCP' });
  for (const variable of list(container, 'env')) {
    const source = variable['valueFrom'];
    if (isRecord(source)) fieldRefDefaults(source);
  }
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[name];
    if (isRecord(probe)) probeDefaults(probe);
  }
  const lifecycle = container['lifecycle'];
  if (isRecord(lifecycle))
    for (const name of ['preStop', 'postStart']) {
      const handler = lifecycle[name];
      if (isRecord(handler)) httpGetDefaults(handler);
    }
}

/** `Always` for the tag latest, also when there is no tag; a digest counts as a fixed tag. */
function pullPolicy(image: string): string {
  if (image === '' || image.includes('@')) return 'IfNotPresent';
  const last = image.slice(image.lastIndexOf('/') + 1);
  const colon = last.indexOf(':');
  return colon < 0 || last.slice(colon + 1) === 'latest' ? 'Always' : 'IfNotPresent';
}

function requestsFromLimits(container: Fields): void {
  const resources = container['resources'];
  if (!isRecord(resources) || !isRecord(resources['limits'])) return;
  defaultTo(record(resources, 'requests'), resources['limits']);
}

function probeDefaults(probe: Fields): void {
  defaultTo(probe, {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  });
  httpGetDefaults(probe);
}

function httpGetDefaults(handler: Fields): void {
  const get = handler['httpGet'];
  if (isRecord(get)) defaultTo(get, { path: '/', scheme: 'HTTP' });
}

function fieldRefDefaults(source: Fields): void {
  const field = source['fieldRef'];
  if (isRecord(field)) defaultTo(field, { apiVersion: 'v1' });
  const resource = source['resourceFieldRef'];
  if (isRecord(resource)) defaultTo(resource, { divisor: '0' });
}

function volumeDefaults(volume: Fields): void {
  const sources = ['configMap', 'secret', 'downwardAPI', 'projected'];
  const others = Object.keys(volume).filter((key) => key !== 'name' && volume[key] !== undefined);
  if (others.length === 0) volume['emptyDir'] = {};
  for (const name of sources) {
    const source = volume[name];
    if (!isRecord(source)) continue;
    defaultTo(source, { defaultMode: 0o644 });
    for (const item of list(source, 'items')) fieldRefDefaults(item);
    for (const inner of list(source, 'sources')) {
      const api = inner['downwardAPI'];
      if (isRecord(api)) for (const item of list(api, 'items')) fieldRefDefaults(item);
      const token = inner['serviceAccountToken'];
      if (isRecord(token)) defaultTo(token, { expirationSeconds: 3600 });
    }
  }
  const dir = volume['emptyDir'];
  if (isRecord(dir) && dir['sizeLimit'] !== undefined)
    dir['sizeLimit'] = canonicalQuantity(String(dir['sizeLimit']));
}

function resourceQuantities(holder: Fields): void {
  const resources = holder['resources'];
  if (!isRecord(resources)) return;
  quantitiesOf(resources, 'limits');
  quantitiesOf(resources, 'requests');
}

function quantitiesOf(holder: Fields, name: string): void {
  const amounts = holder[name];
  if (!isRecord(amounts)) return;
  for (const [resource, amount] of Object.entries(amounts))
    if (typeof amount === 'string' || typeof amount === 'number')
      amounts[resource] = canonicalQuantity(String(amount));
}

function defaultTo(target: Fields, values: Fields): void {
  for (const [key, value] of Object.entries(values))
    if (target[key] === undefined || (target[key] === null && value !== null)) target[key] = value;
}

function record(holder: Fields, name: string): Fields {
  const value = holder[name];
  if (isRecord(value)) return value;
  const made: Fields = {};
  // A value of another type stays for the schema check to refuse.
  if (value === undefined || value === null) holder[name] = made;
  return made;
}

function list(holder: Fields, name: string): Fields[] {
  const value = holder[name];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
