/** What can be done to the objects of a kind. */
export type Verb =
  | 'create'
  | 'delete'
  | 'deletecollection'
  | 'get'
  | 'list'
  | 'patch'
  | 'update'
  | 'watch';

/** One kind of object that this API stores. */
export interface Kind {
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Subresources with the verbs of each. */
  readonly subresources: Readonly<Record<string, readonly string[]>>;
  /** Whether `metadata.generation` counts the changes of its spec. */
  readonly generation: boolean;
}

const all: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];
const status = { status: ['get', 'patch', 'update'] };
const scale = { scale: ['get', 'patch', 'update'] };

function kind(
  group: string,
  name: string,
  plural: string,
  more: Partial<Omit<Kind, 'group' | 'kind' | 'plural'>> = {},
): Kind {
  return {
    group,
    version: 'v1',
    kind: name,
    plural,
    singular: name.toLowerCase(),
    namespaced: true,
    verbs: all,
    shortNames: [],
    categories: [],
    subresources: {},
    generation: false,
    ...more,
  };
}

/** Every kind that is stored, in the order of the real server's discovery. */
export const kinds = {
  configMap: kind('', 'ConfigMap', 'configmaps', { shortNames: ['cm'] }),
  endpoints: kind('', 'Endpoints', 'endpoints', { shortNames: ['ep'] }),
  event: kind('', 'Event', 'events', { shortNames: ['ev'] }),
  limitRange: kind('', 'LimitRange', 'limitranges', { shortNames: ['limits'] }),
  namespace: kind('', 'Namespace', 'namespaces', {
    namespaced: false,
    shortNames: ['ns'],
    verbs: all.filter((verb) => verb !== 'deletecollection'),
    subresources: status,
  }),
  node: kind('', 'Node', 'nodes', {
    namespaced: false,
    shortNames: ['no'],
    subresources: status,
  }),
  persistentVolumeClaim: kind('', 'PersistentVolumeClaim', 'persistentvolumeclaims', {
    shortNames: ['pvc'],
    subresources: status,
  }),
  pod: kind('', 'Pod', 'pods', {
    shortNames: ['po'],
    categories: ['all'],
    generation: true,
    subresources: {
      log: ['get'],
      portforward: ['create', 'get'],
      proxy: ['create', 'delete', 'get', 'patch', 'update'],
      ...status,
    },
  }),
  resourceQuota: kind('', 'ResourceQuota', 'resourcequotas', {
    shortNames: ['quota'],
    subresources: status,
  }),
  secret: kind('', 'Secret', 'secrets'),
  serviceAccount: kind('', 'ServiceAccount', 'serviceaccounts', { shortNames: ['sa'] }),
  service: kind('', 'Service', 'services', {
    shortNames: ['svc'],
    categories: ['all'],
    subresources: status,
  }),
  controllerRevision: kind('apps', 'ControllerRevision', 'controllerrevisions'),
  statefulSet: kind('apps', 'StatefulSet', 'statefulsets', {
    shortNames: ['sts'],
    categories: ['all'],
    generation: true,
    subresources: { ...scale, ...status },
  }),
  job: kind('batch', 'Job', 'jobs', {
    categories: ['all'],
    generation: true,
    subresources: status,
  }),
  gateway: kind('gateway.networking.k8s.io', 'Gateway', 'gateways', {
    shortNames: ['gtw'],
    categories: ['gateway-api'],
    generation: true,
    subresources: status,
  }),
  httpRoute: kind('gateway.networking.k8s.io', 'HTTPRoute', 'httproutes', {
    categories: ['gateway-api'],
    generation: true,
    subresources: status,
  }),
  ingressClass: kind('networking.k8s.io', 'IngressClass', 'ingressclasses', {
    namespaced: false,
    generation: true,
  }),
  ingress: kind('networking.k8s.io', 'Ingress', 'ingresses', {
    shortNames: ['ing'],
    generation: true,
    subresources: status,
  }),
} as const satisfies Record<string, Kind>;

/** The kinds as a list. */
export const kindList: readonly Kind[] = Object.values(kinds);

/** "v1", "apps/v1". */
export const apiVersionOf = (kind: Kind): string =>
  kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;

/** "pods", "statefulsets.apps": how messages name a resource. */
export const resourceName = (kind: Kind): string =>
  kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;

/** "Pod", "StatefulSet.apps": how messages of invalid objects name a kind. */
export const qualifiedKind = (kind: Kind): string =>
  kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;

/** The kind with this apiVersion and kind name. */
export const findKind = (apiVersion: string, name: string): Kind | undefined =>
  kindList.find((kind) => kind.kind === name && apiVersionOf(kind) === apiVersion);
