import { kinds } from '../api/kinds.ts';
import { same, timestamp } from '../api/object.ts';
import { type Cluster, keyOf } from '../controllers/cluster.ts';
import { createWorkQueue } from '../controllers/work-queue.ts';
import type { Gateway, HttpRouteObject, Ingress } from '../types/objects.ts';
import { controllerName, createEntryObjects, gatewayClass } from './own-objects.ts';
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

const address = '203.0.113.1';

/** Takes Ingresses of its class and routes of its Gateways, and writes into their status what became of them. */
export function startEntryController(cluster: Cluster, options: EntryOptions): EntryRules {
  const { ingressClass = 'kube-local', gateways = [], delayMs = 1500 } = options;
  createEntryObjects(cluster, ingressClass, gateways);
  const controller = new EntryController(cluster, ingressClass);
  const queue = createWorkQueue(cluster.clock, delayMs, (key) => controller.sync(key));
  cluster.store.subscribe(({ kind, object }) => {
    if (kind === kinds.ingress || kind === kinds.httpRoute)
      queue.add(`${kind.plural} ${keyOf(object).replace('/', ' ')}`);
  });
  return controller;
}

class EntryController implements EntryRules {
  readonly #cluster: Cluster;
  readonly #ingressClass: string;
  /** By resource, namespace and name. */
  readonly #rules = new Map<string, readonly EntryRoute[]>();

  constructor(cluster: Cluster, ingressClass: string) {
    this.#cluster = cluster;
    this.#ingressClass = ingressClass;
  }

  get routes(): readonly EntryRoute[] {
    return [...this.#rules].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, routes]) => routes);
  }

  /** Takes the rules of an object as it is now, or forgets them. */
  sync(key: string): void {
    const [plural = '', namespace = '', name = ''] = key.split(' ');
    const { store } = this.#cluster;
    const routes =
      plural === kinds.ingress.plural
        ? this.#takeIngress(store.get(kinds.ingress, namespace, name) as Ingress | undefined)
        : this.#takeRoute(
            store.get(kinds.httpRoute, namespace, name) as HttpRouteObject | undefined,
          );
    if (routes.length === 0) this.#rules.delete(key);
    else this.#rules.set(key, routes);
  }

  #takeIngress(ingress: Ingress | undefined): readonly EntryRoute[] {
    if (ingress?.spec.ingressClassName !== this.#ingressClass) return [];
    this.#writeStatus(kinds.ingress, ingress, { loadBalancer: { ingress: [{ ip: address }] } });
    return ingressRoutes(ingress);
  }

  #takeRoute(route: HttpRouteObject | undefined): readonly EntryRoute[] {
    if (route === undefined) return [];
    const parents = this.#parentsOf(route);
    const taken = ['True', 'Accepted', ''] as const;
    this.#writeStatus(kinds.httpRoute, route, {
      parents: parents.map(({ parentRef, refusal = taken }) => ({
        parentRef,
        controllerName,
        conditions: [
          this.#condition(route, 'Accepted', refusal),
          this.#condition(route, 'ResolvedRefs', ['True', 'ResolvedRefs', '']),
        ],
      })),
    });
    return parents.some(({ refusal }) => refusal === undefined) ? httpRoutes(route) : [];
  }

  /** The Gateways of this controller that a route names, and why they do not take it. */
  #parentsOf({ metadata, spec }: HttpRouteObject): readonly RouteParent[] {
    return (spec.parentRefs ?? []).flatMap((parentRef) => {
      const namespace = parentRef.namespace ?? metadata.namespace ?? '';
      const gateway = this.#cluster.store.get(kinds.gateway, namespace, parentRef.name) as
        | Gateway
        | undefined;
      if (gateway?.spec.gatewayClassName !== gatewayClass) return [];
      return [
        { parentRef, refusal: refusalOf(gateway, parentRef.sectionName, metadata.namespace) },
      ];
    });
  }

  #condition(
    { metadata }: HttpRouteObject,
    type: string,
    [status, reason, message]: Outcome,
  ): object {
    const lastTransitionTime = timestamp(this.#cluster.registry.now());
    const { generation: observedGeneration } = metadata;
    return { type, status, reason, message, observedGeneration, lastTransitionTime };
  }

  #writeStatus(
    kind: typeof kinds.ingress | typeof kinds.httpRoute,
    object: Ingress | HttpRouteObject,
    status: object,
  ): void {
    if (same(timeless(object.status), timeless(status))) return;
    const { namespace = '', name } = object.metadata;
    this.#cluster.registry.update(kind, namespace, name, (draft) => ({ ...draft, status }), {
      subresource: 'status',
    });
  }
}

interface RouteParent {
  readonly parentRef: NonNullable<HttpRouteObject['spec']['parentRefs']>[number];
  readonly refusal: Outcome | undefined;
}

/** Of a condition. */
type Outcome = readonly [status: string, reason: string, message: string];

const timeless = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? {}).replaceAll(/"lastTransitionTime":"[^"]*"/gu, '"t":0'));

/** Why no listener of a Gateway takes a route; undefined when one does. */
function refusalOf(
  { metadata, spec }: Gateway,
  section: string | undefined,
  namespace: string | undefined,
): Outcome | undefined {
  const named = spec.listeners.filter(({ name }) => section === undefined || name === section);
  if (named.length === 0)
    return ['False', 'NoMatchingParent', `there is no listener ${section ?? ''}`];
  const isTaken = named.some(({ allowedRoutes }) => {
    const from = allowedRoutes?.namespaces?.from ?? 'Same';
    return from === 'All' || metadata.namespace === namespace;
  });
  return isTaken
    ? undefined
    : ['False', 'NotAllowedByListeners', `no listener takes routes from namespace ${namespace}`];
}
