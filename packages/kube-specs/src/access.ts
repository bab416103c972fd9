import { didYouMean, usageError } from '@ssc/errors';
import { corePorts, historyPort } from './layout.ts';
import { type DnsOptions, type NodeRef, podDnsName, podName } from './names.ts';

/** How an ingress controller is told to take the prefix off a path: by whose annotations. */
export type IngressRewrite = 'nginx' | 'traefik';

/** Requests from outside come through an ingress controller. */
export interface IngressAccess {
  readonly kind: 'ingress';
  /** @default the cluster's default class */
  readonly className?: string;
  /** `nginx`: ingress-nginx and what reads its annotations; `traefik`: its `rule-type`, which Traefik reads up to 1.7. */
  readonly rewrite: IngressRewrite;
  /** The host name that requests carry. @default any */
  readonly host?: string;
  /** More annotations, or others for those that are set here. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Requests from outside come through a Gateway that is there already. */
export interface GatewayAccess {
  readonly kind: 'gateway';
  /** The Gateway, which must take routes from the run's namespace. */
  readonly gateway: {
    readonly name: string;
    readonly namespace: string;
    /** One of its listeners. @default all */
    readonly listener?: string;
  };
  /** The host name that requests carry. @default any that the Gateway takes */
  readonly host?: string;
}

/** What leads requests from outside to each pod. */
export type AccessPlan = IngressAccess | GatewayAccess;

/** The path of a node below an Ingress or Gateway. @example "/ssc-1a2b3c-core-0/history" */
export const accessPath = (node: NodeRef, port: 'core' | 'history'): string =>
  `/${podName(node)}/${port}`;

/** How the driver reaches nodes: a way in, and what is needed for an address. */
export type Reach =
  | {
      readonly kind: 'proxy';
      /** The API server. @example "https://10.0.0.1:6443" */
      readonly server: string;
    }
  | {
      readonly kind: 'ingress' | 'gateway';
      /** The host name of the Ingress or routes. */
      readonly host: string;
      /** Where requests are sent, when that name does not lead there. @default the host name */
      readonly address?: string;
      /** @default 80, or 443 with https */
      readonly port?: number;
      /** @default "http" */
      readonly scheme?: 'http' | 'https';
    }
  | { readonly kind: 'in-cluster'; readonly clusterDomain?: string };

/** Where one port of a node answers. */
export interface NodeAddress {
  /** Without a slash at its end: a path is added as it is. */
  readonly url: string;
  /** Headers that every request must carry. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Where a node's admin port or archive answers from where the driver is.
 *
 * @example through the API server: "https://10.0.0.1:6443/api/v1/namespaces/sandbox/pods/ssc-1a2b3c-core-0:11626/proxy"
 */
export function nodeAddress(
  reach: Reach,
  node: NodeRef,
  port: 'core' | 'history',
  {
    namespace,
    historyPort: archive = historyPort,
  }: { readonly namespace: string; readonly historyPort?: number },
): NodeAddress {
  const number = port === 'core' ? corePorts.http : archive;
  switch (reach.kind) {
    case 'proxy':
      return {
        url: `${withoutSlash(reach.server)}/api/v1/namespaces/${namespace}/pods/${podName(node)}:${number}/proxy`,
        headers: {},
      };
    case 'in-cluster': {
      const dns: DnsOptions = {
        namespace,
        ...(reach.clusterDomain !== undefined && { clusterDomain: reach.clusterDomain }),
      };
      return { url: `http://${podDnsName(node, dns)}:${number}`, headers: {} };
    }
    case 'ingress':
    case 'gateway': {
      const { host, address = host, scheme = 'http' } = reach;
      const usual = scheme === 'http' ? 80 : 443;
      const { port: entry = usual } = reach;
      const at = (name: string): string => (entry === usual ? name : `${name}:${entry}`);
      return {
        url: `${scheme}://${at(address.includes(':') ? `[${address}]` : address)}${accessPath(node, port)}`,
        headers: address === host ? {} : { host: at(host) },
      };
    }
  }
}

const withoutSlash = (url: string): string => url.replace(/\/+$/u, '');

/** The way in by its name; SSC_ACCESS (usage) when there is none. */
export function parseIngressRewrite(text: string): IngressRewrite {
  if (text === 'nginx' || text === 'traefik') return text;
  throw usageError(
    'SSC_ACCESS',
    `an ingress takes the prefix off paths as "nginx" or "traefik" does, got "${text}"${didYouMean(text, ['nginx', 'traefik'])}`,
  );
}
