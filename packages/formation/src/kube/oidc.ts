import { exchange, type HttpReply } from '@ssc/core-http';
import { type Fact, SscError } from '@ssc/errors';
import { Agent } from 'undici';

/** The `auth-provider` config of a kubeconfig's user whose name is `oidc`. */
export type OidcConfig = Readonly<Record<string, string | undefined>>;

/** The tokens of one user of an OpenID Connect provider. */
export interface OidcTokens {
  /** Whether there is a way to a new token. */
  readonly canRenew: boolean;
  /** The identity token to show; a new one after `expire`. SSC_KUBE_CREDENTIALS when the provider gives none. */
  token(): Promise<string>;
  /** The token was not taken: the next one asked for is new. */
  expire(): void;
}

/**
 * Renews identity tokens by their refresh token. client-node 2.0 has code for this that can't work (it hands openid-client a text
 * where that takes a URL), so its users run until their token expires and no longer.
 */
export function createOidcTokens(
  config: OidcConfig,
  /** The certificate authority of the provider, in PEM; undefined: those of Node.js. */
  ca: string | undefined,
): OidcTokens {
  let idToken = config['id-token'] ?? '';
  let refreshToken = config['refresh-token'] ?? '';
  let expired = idToken === '';
  const issuer = config['idp-issuer-url'] ?? '';
  const clientId = config['client-id'] ?? '';

  async function renew(): Promise<void> {
    const agent = new Agent({ connect: { ca } });
    try {
      const discovered = await getJson(
        agent,
        `${issuer.replace(/\/$/u, '')}/.well-known/openid-configuration`,
      );
      const reply = await post(agent, discovered, config, refreshToken);
      const next = parseJson(reply.body);
      if (reply.status !== 200 || typeof next['id_token'] !== 'string')
        throw notRenewed(issuer, reply.status, next);
      idToken = next['id_token'];
      // A provider that gives a new one takes the old one no longer.
      if (typeof next['refresh_token'] === 'string') refreshToken = next['refresh_token'];
      expired = false;
    } finally {
      await agent.destroy();
    }
  }

  return {
    get canRenew() {
      return refreshToken !== '' && issuer !== '' && clientId !== '';
    },
    async token() {
      if (expired && this.canRenew) await renew();
      return idToken;
    },
    expire() {
      expired = true;
    },
  };
}

type Json = Readonly<Record<string, unknown>>;

async function getJson(agent: Agent, url: string): Promise<Json> {
  const { origin, pathname, search } = new URL(url);
  const request = { method: 'GET', origin, path: `${pathname}${search}`, headers: {} } as const;
  const reply = await exchange(agent, request, new AbortController().signal);
  const found = parseJson(reply.body);
  if (reply.status !== 200 || typeof found['token_endpoint'] !== 'string')
    throw notRenewed(url, reply.status, found);
  return found;
}

function post(
  agent: Agent,
  discovered: Json,
  config: OidcConfig,
  refreshToken: string,
): Promise<HttpReply> {
  const { origin, pathname, search } = new URL(String(discovered['token_endpoint']));
  const [id = '', secret = ''] = [config['client-id'], config['client-secret']];
  const methods = discovered['token_endpoint_auth_methods_supported'];
  // Basic is what a provider supports that does not say (OpenID Connect Discovery 1.0, section 3).
  const basic =
    secret !== '' && (!Array.isArray(methods) || methods.includes('client_secret_basic'));
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
  if (!basic) body.set('client_id', id);
  if (!basic && secret !== '') body.set('client_secret', secret);
  const pair = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
  return exchange(
    agent,
    {
      method: 'POST',
      origin,
      path: `${pathname}${search}`,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        ...(basic && { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }),
      },
      body: body.toString(),
    },
    new AbortController().signal,
  );
}

function parseJson(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Json) : {};
  } catch {
    return {};
  }
}

/** Says what the provider said, but for tokens. */
function notRenewed(where: string, status: number, reply: Json): SscError {
  const said = [reply['error'], reply['error_description']].filter(
    (part) => typeof part === 'string',
  );
  const facts: Fact[] = [
    ['Answered', `HTTP ${status}${said.length === 0 ? '' : `, ${said.join(': ')}`}`],
  ];
  return new SscError({
    problem: { code: 'SSC_KUBE_CREDENTIALS' },
    verdict: 'broken',
    summary: `the OpenID Connect provider of the kubeconfig gave no new token (${where})`,
    facts,
    hint: 'Log in again, so that the kubeconfig has a new refresh token.',
    definite: true,
  });
}
