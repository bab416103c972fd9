import type { V1HTTPIngressPath, V1Ingress, V1Service } from '@kubernetes/client-node';
import { accessPath, type GatewayAccess, type IngressAccess } from '../access.ts';
import { coreSetLabel, networkLabels, setSelector } from '../labels.ts';
import { corePorts } from '../layout.ts';
import {
  accessName,
  anchorName,
  type NodePort,
  type NodeRef,
  nodeServiceName,
  podName,
  toSlug,
} from '../names.ts';
import type { NetworkPlan } from '../plan.ts';
import { ownedByAnchor } from './owner.ts';

/** Limits of the Gateway API's HTTPRoute (its CRD, standard channel): rules of a route, matches of a rule. */
export const routeLimits = { rules: 16, matches: 8 } as const;

// Paths of an Ingress are not limited, but etcd refuses objects above 1.5 MiB: 500 nodes are about 0.4 MiB.
const nodesPerIngress = 500;
// One rule leads to one backend, and a node has two: its admin port and its archive.
const nodesPerRoute = routeLimits.rules / 2;

/** An HTTPRoute of the Gateway API, as far as it is used here. */
export interface HttpRoute {
  readonly apiVersion: 'gateway.networking.k8s.io/v1';
  readonly kind: 'HTTPRoute';
  readonly metadata: NonNullable<V1Service['metadata']>;
  readonly spec: {
    readonly parentRefs: readonly {
      readonly group: 'gateway.networking.k8s.io';
      readonly kind: 'Gateway';
      readonly name: string;
      readonly namespace: string;
      readonly sectionName?: string;
    }[];
    readonly hostnames?: readonly string[];
    readonly rules: readonly HttpRouteRule[];
  };
}

/** What one rule of a route does. */
export interface HttpRouteRule {
  readonly matches: readonly {
    readonly path: { readonly type: 'PathPrefix'; readonly value: string };
  }[];
  readonly filters: readonly {
    readonly type: 'URLRewrite';
    readonly urlRewrite: {
      readonly path: { readonly type: 'ReplacePrefixMatch'; readonly replacePrefixMatch: '/' };
    };
  }[];
  readonly backendRefs: readonly { readonly name: string; readonly port: number }[];
}

interface NodeEntry extends NodeRef {
  readonly ports: readonly NodePort[];
}

/** All nodes of a plan that can be reached from outside: also those of sets that wait. */
const entriesOf = (plan: NetworkPlan): NodeEntry[] =>
  plan.sets.flatMap((set) =>
    set.nodes.map((_, ordinal) => ({
      run: plan.run,
      ...(plan.network !== undefined && { network: plan.network }),
      set: set.name,
      ordinal,
      ports: (set.history ?? true) ? (['core', 'history'] as const) : (['core'] as const),
    })),
  );

const portNumber = (plan: NetworkPlan, port: NodePort): number =>
  port === 'core' ? corePorts.http : plan.history.port;

/** The objects that lead requests from outside to each pod: none without an access plan. */
export function toAccessObjects(
  plan: NetworkPlan,
  anchorUid: string,
): (V1Service | V1Ingress | HttpRoute)[] {
  const { access } = plan;
  if (access === undefined) return [];
  const entries = entriesOf(plan);
  const services = entries.flatMap((entry) =>
    entry.ports.map((port) => toNodeService(plan, entry, port, anchorUid)),
  );
  const routes =
    access.kind === 'ingress'
      ? chunk(entries, nodesPerIngress).map((part, i) =>
          toIngress(plan, access, part, { part: i, anchorUid }),
        )
      : chunk(entries, nodesPerRoute).map((part, i) =>
          toHttpRoute(plan, access, part, { part: i, anchorUid }),
        );
  return [...services, ...routes];
}

const metadataOf = (
  plan: NetworkPlan,
  name: string,
  anchorUid: string,
): NonNullable<V1Service['metadata']> => ({
  name,
  namespace: plan.namespace,
  labels: networkLabels(plan.run, plan.network, plan.mission, 'access'),
  ownerReferences: ownedByAnchor(anchorName(plan.run, plan.network), anchorUid),
});

/** A Service of one port of one pod. It has an address of its own: some gateways refuse headless ones. */
function toNodeService(
  plan: NetworkPlan,
  node: NodeRef,
  port: NodePort,
  anchorUid: string,
): V1Service {
  const metadata = metadataOf(plan, nodeServiceName(node, port), anchorUid);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, labels: { ...metadata.labels, [coreSetLabel]: toSlug(node.set) } },
    spec: {
      type: 'ClusterIP',
      // A node that is not ready is what one wants to ask why.
      publishNotReadyAddresses: true,
      selector: {
        ...setSelector(node),
        'statefulset.kubernetes.io/pod-name': podName(node),
      },
      ports: [{ name: port === 'core' ? 'http' : 'history', port: portNumber(plan, port) }],
    },
  };
}

interface Part {
  readonly part: number;
  readonly anchorUid: string;
}

const rewriteAnnotations = {
  nginx: {
    'nginx.ingress.kubernetes.io/use-regex': 'true',
    'nginx.ingress.kubernetes.io/rewrite-target': '/$2',
    // Its own are 60 s, which catchups and large loads outlast.
    'nginx.ingress.kubernetes.io/proxy-read-timeout': '600',
    'nginx.ingress.kubernetes.io/proxy-send-timeout': '600',
  },
  traefik: { 'traefik.ingress.kubernetes.io/rule-type': 'PathPrefixStrip' },
} as const satisfies Record<IngressAccess['rewrite'], Record<string, string>>;

function toIngress(
  plan: NetworkPlan,
  access: IngressAccess,
  entries: readonly NodeEntry[],
  { part, anchorUid }: Part,
): V1Ingress {
  const paths = entries.flatMap((entry) =>
    entry.ports.map((port): V1HTTPIngressPath => {
      const path = accessPath(entry, port);
      return {
        // ingress-nginx refuses a regular expression as "Prefix" (its admission webhook, from 1.12 on).
        ...(access.rewrite === 'nginx'
          ? { path: `${path}(/|$)(.*)`, pathType: 'ImplementationSpecific' }
          : { path, pathType: 'Prefix' }),
        backend: {
          service: { name: nodeServiceName(entry, port), port: { number: portNumber(plan, port) } },
        },
      };
    }),
  );
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      ...metadataOf(plan, accessName(plan.run, plan.network, part), anchorUid),
      annotations: { ...rewriteAnnotations[access.rewrite], ...access.annotations },
    },
    spec: {
      ...(access.className !== undefined && { ingressClassName: access.className }),
      rules: [{ ...(access.host !== undefined && { host: access.host }), http: { paths } }],
    },
  };
}

const toHttpRoute = (
  plan: NetworkPlan,
  access: GatewayAccess,
  entries: readonly NodeEntry[],
  { part, anchorUid }: Part,
): HttpRoute => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: metadataOf(plan, accessName(plan.run, plan.network, part), anchorUid),
  spec: {
    parentRefs: [
      {
        group: 'gateway.networking.k8s.io',
        kind: 'Gateway',
        name: access.gateway.name,
        namespace: access.gateway.namespace,
        ...(access.gateway.listener !== undefined && { sectionName: access.gateway.listener }),
      },
    ],
    ...(access.host !== undefined && { hostnames: [access.host] }),
    rules: entries.flatMap((entry) =>
      entry.ports.map((port) => ({
        matches: [{ path: { type: 'PathPrefix' as const, value: accessPath(entry, port) } }],
        filters: [
          {
            type: 'URLRewrite' as const,
            urlRewrite: {
              path: { type: 'ReplacePrefixMatch' as const, replacePrefixMatch: '/' as const },
            },
          },
        ],
        backendRefs: [{ name: nodeServiceName(entry, port), port: portNumber(plan, port) }],
      })),
    ),
  },
});

function chunk<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let i = 0; i < items.length; i += size) parts.push(items.slice(i, i + size));
  return parts;
}
