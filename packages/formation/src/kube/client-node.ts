import type { RequestOptions } from 'node:https';
import {
  bufferFromFileOrString,
  HttpMethod,
  KubeConfig,
  RequestContext,
  type User,
} from '@kubernetes/client-node';
import { type Fact, SscError, usageError } from '@ssc/errors';
import { Agent, Dispatcher } from 'undici';
import { unstarted } from '../guarded-dispatcher.ts';
import { createOidcTokens, type OidcConfig, type OidcTokens } from './oidc.ts';
import type { KubeAccess } from './transport.ts';

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
  const config = loadConfig(choice);
  const context = config.getCurrentContext();
  const namespace = choice.namespace ?? config.getContextObject(context)?.namespace ?? 'default';
  const access = createAccess(config, () => loadConfig(choice));
  return { access, namespace, context, close: () => access.close() };
}

function loadConfig(choice: ClusterChoice): KubeConfig {
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
  // client-node refuses servers without TLS (`kubectl proxy` is one) unless TLS need not be verified, which is so there.
  if (cluster.server.startsWith('http://')) Object.assign(cluster, { skipTLSVerify: true });
  return config;
}

/** What a request needs to say who asks. */
interface Credentials {
  readonly agent: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
  /** Grows each time credentials were thrown away because the server did not take them. */
  readonly generation: number;
}

interface CredentialSource {
  get(): Promise<Credentials>;
  /** Those of this generation were not taken. False when nothing newer can be had. */
  renew(generation: number): boolean;
}

/**
 * Adds who asks to each request. Plugins and tokens renew credentials as they expire; those that the server refuses before
 * their time (401) are thrown away, and the request is sent once more with new ones.
 */
class Authorized extends Dispatcher {
  readonly #source: CredentialSource;

  constructor(source: CredentialSource) {
    super();
    this.#source = source;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    this.#send(options, handler, (generation) =>
      // Twice is enough: a second refusal is the answer.
      this.#source.renew(generation)
        ? () => this.#send(options, handler, () => undefined)
        : undefined,
    );
    return true;
  }

  #send(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    onRefusal: (generation: number) => (() => void) | undefined,
  ): void {
    this.#source.get().then(
      ({ agent, headers, generation }) =>
        agent.dispatch(
          { ...options, headers: { ...plainHeaders(options.headers), ...headers } },
          unlessRefused(handler, () => onRefusal(generation)),
        ),
      (error: Error) => handler.onResponseError?.(unstarted, error),
    );
  }
}

/** Hands a reply on, but a 401 for which there is another way: that way is gone when the refusal has been read. */
function unlessRefused(
  handler: Dispatcher.DispatchHandler,
  onRefusal: () => (() => void) | undefined,
): Dispatcher.DispatchHandler {
  let instead: (() => void) | undefined;
  return {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
    onResponseStart(controller, status, headers, message) {
      if (status === 401) instead = onRefusal();
      if (instead === undefined) handler.onResponseStart?.(controller, status, headers, message);
    },
    onResponseData(controller, chunk) {
      if (instead === undefined) handler.onResponseData?.(controller, chunk);
    },
    onResponseEnd(controller, trailers) {
      if (instead === undefined) handler.onResponseEnd?.(controller, trailers);
      else instead();
    },
    onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
  };
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
function createAccess(
  first: KubeConfig,
  load: () => KubeConfig,
): KubeAccess & { close(): Promise<void> } {
  let config = tellPlugin(first);
  const oidc = takeOidc(first);
  let generation = 0;
  let agent: Dispatcher | undefined;
  let madeFor: string | undefined;
  let asking: Promise<Credentials> | undefined;
  const server = config.getCurrentCluster()?.server ?? '';

  /** The Agent for these certificates. One that is replaced ends by itself when its last request has. */
  async function agentFor(options: RequestOptions): Promise<Dispatcher> {
    const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options;
    const tls = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername };
    const wanted = JSON.stringify(Object.values(tls).map(String));
    if (agent !== undefined && wanted === madeFor) return agent;
    agent?.close().catch(() => {});
    madeFor = wanted;
    agent = (await proxyAgent()) ?? directAgent(tls);
    return agent;
  }

  async function proxyAgent(): Promise<Dispatcher | undefined> {
    if (config.getCurrentCluster()?.proxyUrl === undefined) return undefined;
    const context = new RequestContext(server, HttpMethod.GET);
    await config.applySecurityAuthentication(context);
    return context.getDispatcher();
  }

  async function ask(): Promise<Credentials> {
    const options: RequestOptions = {};
    const mine = generation;
    const headers: Record<string, string> = {};
    try {
      await config.applyToHTTPSOptions(options);
      if (oidc !== undefined) headers['Authorization'] = `Bearer ${await oidc.token()}`;
    } catch (cause) {
      throw cause instanceof SscError ? cause : noCredentials(config.getCurrentUser(), cause);
    }
    for (const [name, value] of Object.entries(options.headers ?? {}))
      headers[name] = String(value);
    if (typeof options.auth === 'string')
      headers['Authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    return { agent: await agentFor(options), headers, generation: mine };
  }

  return {
    baseUrl: server.replace(/\/$/u, ''),
    dispatcher: new Authorized({
      get() {
        // Many requests begin at once: one run of a plugin serves them all.
        asking ??= ask().finally(() => {
          asking = undefined;
        });
        return asking;
      },
      renew(refused) {
        if (refused !== generation) return true;
        if (oidc === undefined) {
          try {
            config = tellPlugin(load());
          } catch {
            return false;
          }
        } else if (oidc.canRenew) oidc.expire();
        else return false;
        generation += 1;
        return true;
      },
    }),
    async close() {
      await agent?.destroy();
    },
  };
}

/** An Agent with what is given of these. */
const directAgent = (tls: Readonly<Record<string, unknown>>): Dispatcher =>
  new Agent({
    // HTTP/2 breaks URLs above 64 KiB, and transactions travel in URLs of up to 190 KiB.
    allowH2: false,
    connections: 64,
    connect: Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined)),
  });

/** The OpenID Connect tokens of the user, which client-node cannot renew: it does not see them any more. */
function takeOidc(config: KubeConfig): OidcTokens | undefined {
  const user = config.getCurrentUser() as { authProvider?: AuthProvider } | null;
  if (user?.authProvider?.name !== 'oidc') return undefined;
  const provider = user.authProvider.config ?? {};
  const ca = bufferFromFileOrString(
    provider['idp-certificate-authority'],
    provider['idp-certificate-authority-data'],
  );
  const tokens = createOidcTokens(provider, ca?.toString('utf8'));
  delete user.authProvider;
  return tokens;
}

interface AuthProvider {
  readonly name?: string;
  readonly config?: OidcConfig;
}

/** What kubectl tells each plugin of its caller; client-node tells nothing. */
function tellPlugin(config: KubeConfig): KubeConfig {
  const exec = config.getCurrentUser()?.exec as ExecPlugin | undefined;
  if (exec === undefined) return config;
  const info = {
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false },
  };
  exec.env = [
    ...(exec.env ?? []).filter(({ name }) => name !== 'KUBERNETES_EXEC_INFO'),
    { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) },
  ];
  return config;
}

interface ExecPlugin {
  readonly apiVersion?: string;
  readonly command?: string;
  readonly installHint?: string;
  env?: { readonly name: string; readonly value: string }[] | null;
}

function noCredentials(user: User | null, cause: unknown): SscError {
  const exec = user?.exec as ExecPlugin | undefined;
  const said = (cause instanceof Error ? cause.message : String(cause)).trim();
  const facts: Fact[] = [['Said', said || 'nothing']];
  if (exec?.installHint !== undefined) facts.push(['Install', exec.installHint]);
  return new SscError({
    problem: { code: 'SSC_KUBE_CREDENTIALS' },
    verdict: 'broken',
    summary:
      exec === undefined
        ? `the kubeconfig’s user "${user?.name ?? ''}" has no credentials that can be used`
        : `the credential plugin "${exec.command ?? ''}" of the kubeconfig gave no credentials`,
    facts,
    definite: true,
    cause,
  });
}
