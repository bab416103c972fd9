import type { RequestOptions } from 'node:https';
import {
  bufferFromFileOrString,
  HttpMethod,
  KubeConfig,
  RequestContext,
  type User,
} from '@kubernetes/client-node';
import { type Fact, SscError, usageError } from '@ssc/errors';
import { Agent, type Dispatcher } from 'undici';
import { Authorized, type CredentialSource, type Credentials } from './authorized.ts';
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

/** Reaches the cluster of a kubeconfig as its user. */
function createAccess(
  first: KubeConfig,
  load: () => KubeConfig,
): KubeAccess & { close(): Promise<void> } {
  const credentials = new UserCredentials(first, load);
  return {
    baseUrl: serverOf(first).replace(/\/$/u, ''),
    dispatcher: new Authorized(credentials),
    close: () => credentials.close(),
  };
}

const serverOf = (config: KubeConfig): string => config.getCurrentCluster()?.server ?? '';

/** What the user of a kubeconfig is known by, read anew where the server takes it no more. */
class UserCredentials implements CredentialSource {
  readonly #load: () => KubeConfig;
  readonly #oidc: OidcTokens | undefined;
  #config: KubeConfig;
  #generation = 0;
  #asking: Promise<Credentials> | undefined;
  /** One Agent for all requests, made anew only when the certificates change: client-node itself makes one per request. */
  #agent: Dispatcher | undefined;
  #madeFor: string | undefined;

  constructor(first: KubeConfig, load: () => KubeConfig) {
    this.#load = load;
    this.#config = tellPlugin(first);
    this.#oidc = takeOidc(first);
  }

  get(): Promise<Credentials> {
    // Many requests begin at once: one run of a plugin serves them all.
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  renew(refused: number): boolean {
    if (refused !== this.#generation) return true;
    if (!this.#forget()) return false;
    this.#generation += 1;
    return true;
  }

  async close(): Promise<void> {
    await this.#agent?.destroy();
  }

  /** Throws away what is known. False when nothing newer can be had. */
  #forget(): boolean {
    if (this.#oidc !== undefined) {
      if (!this.#oidc.canRenew) return false;
      this.#oidc.expire();
      return true;
    }
    try {
      this.#config = tellPlugin(this.#load());
      return true;
    } catch {
      return false;
    }
  }

  async #ask(): Promise<Credentials> {
    const options: RequestOptions = {};
    const generation = this.#generation;
    const headers: Record<string, string> = {};
    const config = this.#config;
    try {
      await config.applyToHTTPSOptions(options);
      if (this.#oidc !== undefined) headers['Authorization'] = `Bearer ${await this.#oidc.token()}`;
    } catch (cause) {
      throw cause instanceof SscError ? cause : noCredentials(config.getCurrentUser(), cause);
    }
    for (const [name, value] of Object.entries(options.headers ?? {}))
      headers[name] = String(value);
    if (typeof options.auth === 'string')
      headers['Authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    return { agent: await this.#agentFor(options), headers, generation };
  }

  /** The Agent for these certificates. One that is replaced ends by itself when its last request has. */
  async #agentFor(options: RequestOptions): Promise<Dispatcher> {
    const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options;
    const tls = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername };
    const wanted = JSON.stringify(Object.values(tls).map(String));
    if (this.#agent !== undefined && wanted === this.#madeFor) return this.#agent;
    this.#agent?.close().catch(() => {});
    this.#madeFor = wanted;
    this.#agent = (await proxyAgent(this.#config)) ?? directAgent(tls);
    return this.#agent;
  }
}

/** The Agent by way of the cluster's proxy, where it has one. */
async function proxyAgent(config: KubeConfig): Promise<Dispatcher | undefined> {
  if (config.getCurrentCluster()?.proxyUrl === undefined) return undefined;
  const context = new RequestContext(serverOf(config), HttpMethod.GET);
  await config.applySecurityAuthentication(context);
  return context.getDispatcher();
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
