import type { RequestOptions } from 'node:https';
import { HttpMethod, KubeConfig, RequestContext } from '@kubernetes/client-node';
import { usageError } from '@ssc/errors';
import { Agent, Dispatcher } from 'undici';
import { unstarted } from '../guarded-dispatcher.ts';
import type { KubeAccess } from './rest.ts';

/** Which cluster, as the user names it. Without `kubeconfig`: $KUBECONFIG, ~/.kube/config, or the pod's service account. */
export interface ClusterChoice {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
}

/** A cluster that was found. */
export interface Cluster {
  readonly access: KubeAccess;
  readonly namespace: string;
  readonly context: string;
  close(): Promise<void>;
}

/** Reads the kubeconfig. A file that cannot be read, an unknown context or none at all is a usage error. */
export function openCluster(choice: ClusterChoice): Cluster {
  const config = new KubeConfig();
  try {
    if (choice.kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(choice.kubeconfig);
  } catch (cause) {
    throw usageError(
      'SSC_KUBECONFIG_UNREADABLE',
      `the kubeconfig ${choice.kubeconfig ?? 'of the environment'} cannot be read`,
      { cause },
    );
  }
  const contexts = config.getContexts().map((context) => context.name);
  if (choice.context !== undefined) {
    if (!contexts.includes(choice.context)) {
      throw usageError(
        'SSC_KUBECONFIG_CONTEXT',
        `the kubeconfig has no context "${choice.context}"`,
        { facts: [['Contexts', contexts.join(', ') || 'none']] },
      );
    }
    config.setCurrentContext(choice.context);
  }
  const cluster = config.getCurrentCluster();
  // Without any file client-node silently gives a context of this name on http://localhost:8080.
  if (cluster === null || config.getCurrentContext() === 'loaded-context') {
    throw usageError(
      'SSC_KUBECONFIG_MISSING',
      'no cluster is named: there is no kubeconfig, or its current-context names none',
      {
        facts: [
          ['Contexts', contexts.filter((name) => name !== 'loaded-context').join(', ') || 'none'],
        ],
        hint: 'Give --kubeconfig FILE and, if it has several, --context NAME.',
      },
    );
  }
  const namespace =
    choice.namespace ?? config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';
  const access = createAccess(config, cluster.server);
  return { access, namespace, context: config.getCurrentContext(), close: () => access.close() };
}

interface Credentials {
  readonly agent: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
}

/** Adds who asks to each request. Credentials are asked for each time: plugins and tokens renew them as they expire. */
class Authorized extends Dispatcher {
  readonly #credentials: () => Promise<Credentials>;

  constructor(credentials: () => Promise<Credentials>) {
    super();
    this.#credentials = credentials;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    this.#credentials().then(
      ({ agent, headers }) =>
        agent.dispatch(
          { ...options, headers: { ...plainHeaders(options.headers), ...headers } },
          handler,
        ),
      (error: Error) => handler.onResponseError?.(unstarted, error),
    );
    return true;
  }
}

function plainHeaders(headers: Dispatcher.DispatchOptions['headers']): Record<string, string> {
  if (headers === undefined || headers === null) return {};
  if (!Array.isArray(headers))
    return Object.fromEntries(
      Symbol.iterator in headers ? headers : Object.entries(headers),
    ) as Record<string, string>;
  return Object.fromEntries(
    headers.flatMap((name, i) => (i % 2 === 0 ? [[String(name), String(headers[i + 1])]] : [])),
  );
}

/** One Agent for all requests, made anew only when the credentials change: client-node itself makes one per request. */
function createAccess(config: KubeConfig, server: string): KubeAccess & { close(): Promise<void> } {
  let agent: Dispatcher | undefined;
  let madeFor: string | undefined;

  async function credentials(): Promise<Credentials> {
    const context = new RequestContext(server, HttpMethod.GET);
    await config.applySecurityAuthentication(context);
    const headers = context.getHeaders();
    if (config.getCurrentCluster()?.proxyUrl !== undefined) {
      agent ??= context.getDispatcher();
      if (agent !== undefined) return { agent, headers };
    }
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options;
    const tls = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername };
    const wanted = JSON.stringify(Object.values(tls).map(String));
    if (agent === undefined || wanted !== madeFor) {
      // HTTP/2 breaks URLs above 64 KiB, and transactions travel in URLs of up to 190 KiB.
      agent = new Agent({
        allowH2: false,
        connections: 64,
        connect: Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined)),
      });
      madeFor = wanted;
    }
    return { agent, headers };
  }

  return {
    baseUrl: server.replace(/\/$/u, ''),
    dispatcher: new Authorized(credentials),
    async close() {
      await agent?.destroy();
    },
  };
}
