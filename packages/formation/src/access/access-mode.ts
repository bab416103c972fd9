import type { AccessPlan, GatewayAccess, IngressAccess } from '@ssc/kube-specs';

/** Where requests for an Ingress or a Gateway are sent. */
export interface EntryPoint {
  /** @default the host name of the Ingress or route */
  readonly address?: string;
  /** @default 80, or 443 with https */
  readonly port?: number;
  /** @default "http" */
  readonly scheme?: 'http' | 'https';
}

/** How the driver reaches the nodes' admin ports. */
export type AccessMode =
  /** The API server's pod proxy where it answers, else port-forward. */
  | { readonly kind: 'auto' }
  /** Requests go through the API server's pod proxy. */
  | { readonly kind: 'proxy' }
  /** Each request has a connection of its own that the API server forwards to the pod. */
  | { readonly kind: 'port-forward' }
  /** Requests go to an ingress controller. */
  | (IngressAccess & { readonly entry: EntryPoint })
  /** Requests go to a Gateway. */
  | (GatewayAccess & { readonly entry: EntryPoint })
  /** The driver is a pod of the cluster: requests go to the nodes' DNS names. */
  | { readonly kind: 'in-cluster'; readonly clusterDomain?: string };

/** What has to be created so that requests from outside find each pod; undefined where nothing has. */
export function toAccessPlan(mode: AccessMode): AccessPlan | undefined {
  if (mode.kind !== 'ingress' && mode.kind !== 'gateway') return undefined;
  const { entry: _, ...plan } = mode;
  return plan;
}
