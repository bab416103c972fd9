import { assert } from '@ssc/errors';
import {
  corePorts,
  historyPort,
  type NodeRef,
  nodeAddress,
  podName,
  type Reach,
} from '@ssc/kube-specs';
import { Dispatcher } from 'undici';
import type { KubeApi } from '../kube/api.ts';
import type { PodConnect } from '../kube/pod-connect.ts';
import type { AccessMode } from './access-mode.ts';
import { chooseWay } from './choose-way.ts';
import type { NodeWay } from './node-way.ts';
import { noteIfLarge, type OpenRequest } from './open-request.ts';
import { PortForwardDispatcher, podPortUrl } from './port-forward.ts';
import { waitUntilOpen } from './wait-until-open.ts';

/** What carries requests to nodes. */
export interface Carriers {
  /** To the API server, with the word who asks. */
  readonly dispatcher: Dispatcher;
  /** For port-forward. */
  readonly connect?: PodConnect;
  /** To any other address: ingress controllers, Gateways, DNS names of the cluster. */
  readonly direct?: Dispatcher;
}

/** What a way in is made from. */
export interface AccessOptions extends Carriers {
  readonly mode: AccessMode;
  readonly kube: KubeApi;
  readonly namespace: string;
}

/** What of a node is reached: its admin port, or its archive. */
type NodePort = 'core' | 'history';
const portNumbers = { core: corePorts.http, history: historyPort } as const;

/** The way in to the nodes of a network. */
export interface Access {
  /** What a client of the node is made with; of its archive, where that is asked for. */
  node(ref: NodeRef, port?: NodePort): NodeWay;
  /** Waits until requests reach these nodes, whose admin ports are open; chooses a way where that is left to it. */
  open(request: OpenRequest): Promise<void>;
}

// The longest head of a request that an API server takes (Go's net/http, 1 MiB), less what is not the URL.
const proxyLimit = {
  bytes: 1_000_000,
  hint: 'An API server takes no longer one; --access port-forward has no limit of its own.',
};
const noLimit = { bytes: Number.POSITIVE_INFINITY, hint: '' };

/** The way in that a mode asks for. */
export function createAccess(options: AccessOptions): Access {
  const { mode } = options;
  switch (mode.kind) {
    case 'auto':
      return automatic(options);
    case 'proxy':
      return { node: proxyWay(options), open: once(async (request) => noteIfLarge(request)) };
    case 'port-forward':
      return { node: portForwardWay(options), open: once(async (request) => noteIfLarge(request)) };
    case 'in-cluster':
      return { node: directWay(options, mode, noLimit), open: async () => {} };
    case 'ingress':
    case 'gateway': {
      // Found out when the way is open: it depends on the controller and on its settings.
      const limit = { ...noLimit };
      const reach: Reach = {
        ...mode.entry,
        kind: mode.kind,
        host: mode.host ?? mode.entry.address ?? '',
      };
      const node = directWay(options, reach, limit);
      return { node, open: (request) => waitUntilOpen({ ...options, mode, request, node, limit }) };
    }
  }
}

function proxyWay({ kube, namespace, dispatcher }: AccessOptions): Access['node'] {
  return (ref, port = 'core') => ({
    dispatcher,
    baseUrl: kube.proxyUrl(namespace, podName(ref), portNumbers[port]),
    headers: {},
    urlLimit: proxyLimit,
  });
}

function portForwardWay({ namespace, connect }: AccessOptions): Access['node'] {
  assert(connect !== undefined, 'who forwards ports gives what connects to them');
  const dispatcher = new PortForwardDispatcher(connect);
  return (ref, port = 'core') => ({
    dispatcher,
    baseUrl: podPortUrl({ namespace, pod: podName(ref), port: portNumbers[port] }),
    headers: {},
    urlLimit: noLimit,
  });
}

function directWay(
  { namespace, direct }: AccessOptions,
  reach: Reach,
  urlLimit: NodeWay['urlLimit'],
): Access['node'] {
  assert(direct !== undefined, `who reaches nodes by ${reach.kind} gives what carries requests`);
  return (ref, port = 'core') => {
    const { url, headers } = nodeAddress(reach, ref, port, { namespace });
    return { dispatcher: direct, baseUrl: url, headers, urlLimit };
  };
}

/** The pod proxy, until it shows that another way must be taken. */
function automatic(options: AccessOptions): Access {
  const ways = { proxy: proxyWay(options), 'port-forward': portForwardWay(options) };
  let chosen: keyof typeof ways = 'proxy';
  return {
    node: (ref, port) => ({
      dispatcher: new LateDispatcher(() => ways[chosen](ref, port)),
      baseUrl: ways.proxy(ref, port).baseUrl,
      headers: {},
      urlLimit: proxyLimit,
    }),
    open: once((request) =>
      chooseWay(request, (way) => {
        chosen = way;
      }),
    ),
  };
}

/** What holds for all nodes that are reached later, too. */
function once(open: Access['open']): Access['open'] {
  let opened: Promise<void> | undefined;
  return (request) => {
    opened ??= open(request);
    return opened;
  };
}

/** Sends requests for the base URL of the pod proxy wherever they are to go by now. */
class LateDispatcher extends Dispatcher {
  readonly #way: () => NodeWay;
  readonly #prefix: string;

  constructor(way: () => NodeWay) {
    super();
    this.#way = way;
    this.#prefix = pathOf(way().baseUrl);
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const { dispatcher, baseUrl } = this.#way();
    const path = `${pathOf(baseUrl)}${options.path.slice(this.#prefix.length)}`;
    return dispatcher.dispatch({ ...options, origin: new URL(baseUrl).origin, path }, handler);
  }
}

const pathOf = (url: string): string => new URL(url).pathname.replace(/\/$/u, '');
