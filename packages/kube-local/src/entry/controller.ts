import { kinds } from '../api/kinds.ts';
import { same, timestamp } from '../api/object.ts';
import { ApiError } from '../api/status.ts';
import { type Cluster, keyOf } from '../controllers/cluster.ts';
import { createWorkQueue } from '../controllers/work-queue.ts';
import type { Gateway, HttpRouteObject, Ingress } from '../types/objects.ts';
import { type EntryRoute, httpRoutes, ingressRoutes } from './routes.ts';

/** What the cluster has for requests from outside. */
export interface EntryOptions {
  /** The class of the ingress controller, which is the cluster's default. @default "kube-local" */
  readonly ingressClass?: string;
  /** Gateways that take routes from all namespaces. */
  readonly gateways?: readonly { readonly namespace: string; readonly name: string }[];
  /** What the controller takes to see a change, in milliseconds. @default 1500 */
  readonly delayMs?: number;
  /** The longest URL it takes, in bytes. @default 8177, as nginx: a line of 8 KiB, less what is not the URL */
  readonly urlLimit?: number;
}

/** The rules in force. */
export interface EntryRules {
  /** All of them, in the order of their objects' names. */
  readonly routes: readonly EntryRoute[];
}

const controllerName = 'ssc.stellar.org/kube-local';
const address = '203.0.113.1';

/** Takes Ingresses of its class and routes of its Gateways, and writes into their status what became of them. */
export function startEntryController(cluster: Cluster, options: EntryOptions): EntryRules {
  const { ingressClass = 'kube-local', gateways = [], delayMs = 1500 } = options;
  const { store, registry } = cluster;
  const rules = new Map<string, readonly EntryRoute[]>();
  createOwnObjects(cluster, ingressClass, gateways);

  const queue = createWorkQueue(cluster.clock, delayMs, (key) => {
    const [plural = '', namespace = '', name = ''] = key.split(' ');
    const routes =
      plural === kinds.ingress.plural
        ? takeIngress(store.get(kinds.ingress, namespace, name) as Ingress | undefined)
        : takeRoute(store.get(kinds.httpRoute, namespace, name) as HttpRouteObject | undefined);
    if (routes.length === 0) rules.delete(key);
    else rules.set(key, routes);
  });
  store.subscribe(({ kind, object }) => {
    if (kind !== kinds.ingress && kind !== kinds.httpRoute) return;
    queue.add(`${kind.plural} ${keyOf(object).replace('/', ' ')}`);
  });

  function takeIngress(ingress: Ingress | undefined): readonly EntryRoute[] {
    if (ingress === undefined || ingress.spec.ingressClassName !== ingressClass) return [];
    writeStatus(kinds.ingress, ingress, { loadBalancer: { ingress: [{ ip: address }] } });
    return ingressRoutes(ingress);
  }

  function takeRoute(route: HttpRouteObject | undefined): readonly EntryRoute[] {
    if (route === undefined) return [];
    const parents = (route.spec.parentRefs ?? []).flatMap((parentRef) => {
      const namespace = parentRef.namespace ?? route.metadata.namespace ?? '';
      const gateway = store.get(kinds.gateway, namespace, parentRef.name) as Gateway | undefined;
      if (gateway === undefined || gateway.spec.gatewayClassName !== className) return [];
      const refusal = refusalOf(gateway, parentRef.sectionName, route);
      return [{ parentRef, refusal }];
    });
    writeStatus(kinds.httpRoute, route, {
      parents: parents.map(({ parentRef, refusal }) => ({
        parentRef,
        controllerName,
        conditions: [
          condition(route, 'Accepted', refusal ?? ['True', 'Accepted', '']),
          condition(route, 'ResolvedRefs', ['True', 'ResolvedRefs', '']),
        ],
      })),
    });
    return parents.some(({ refusal }) => refusal === undefined) ? httpRoutes(route) : [];
  }

  function condition(
    { metadata }: HttpRouteObject,
    type: string,
    [status, reason, message]: readonly [string, string, string],
  ): object {
    const lastTransitionTime = timestamp(registry.now());
    const { generation: observedGeneration } = metadata;
    return { type, status, reason, message, observedGeneration, lastTransitionTime };
  }

  function writeStatus(
    kind: typeof kinds.ingress | typeof kinds.httpRoute,
    object: Ingress | HttpRouteObject,
    status: object,
  ): void {
    const timeless = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value ?? {}).replaceAll(/"lastTransitionTime":"[^"]*"/gu, '"t":0'));
    if (same(timeless(object.status), timeless(status))) return;
    const { namespace = '', name } = object.metadata;
    registry.update(kind, namespace, name, (draft) => ({ ...draft, status }), {
      subresource: 'status',
    });
  }

  return {
    get routes() {
      return [...rules].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, routes]) => routes);
    },
  };
}

const className = 'kube-local';

function createOwnObjects(
  { registry }: Cluster,
  ingressClass: string,
  gateways: NonNullable<EntryOptions['gateways']>,
): void {
  registry.create(kinds.ingressClass, '', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: {
      name: ingressClass,
      annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
    },
    spec: { controller: controllerName },
  });
  for (const { namespace, name } of gateways) {
    try {
      registry.get(kinds.namespace, '', namespace);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      registry.create(kinds.namespace, '', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace },
      });
    }
    registry.create(kinds.gateway, namespace, {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name },
      spec: {
        gatewayClassName: className,
        listeners: [
          {
            name: 'http',
            port: 80,
            protocol: 'HTTP',
            allowedRoutes: { namespaces: { from: 'All' } },
          },
        ],
      },
    });
  }
}

/** Why no listener of a Gateway takes a route; undefined when one does. */
function refusalOf(
  { metadata, spec }: Gateway,
  section: string | undefined,
  route: HttpRouteObject,
): readonly [string, string, string] | undefined {
  const named = spec.listeners.filter(({ name }) => section === undefined || name === section);
  if (named.length === 0)
    return ['False', 'NoMatchingParent', `there is no listener ${section ?? ''}`];
  const isTaken = named.some(({ allowedRoutes }) => {
    const from = allowedRoutes?.namespaces?.from ?? 'Same';
    return from === 'All' || metadata.namespace === route.metadata.namespace;
  });
  return isTaken
    ? undefined
    : [
        'False',
        'NotAllowedByListeners',
        `no listener takes routes from namespace ${route.metadata.namespace}`,
      ];
}
