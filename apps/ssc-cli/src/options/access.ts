import type { ProviderName } from '../provider.ts';
import { option, preset } from './option-row.ts';
import { list, type OptionType, oneOf, text, whole } from './option-type.ts';

const group = 'Access' as const;
const providers: readonly ProviderName[] = ['simulated', 'kubernetes'];

/** A Gateway, and one of its listeners. */
export interface GatewayName {
  readonly namespace: string;
  readonly name: string;
  readonly listener?: string;
}

const gateway: OptionType<GatewayName> = {
  value: '<namespace/name[/listener]>',
  toml: 'string',
  parse(given) {
    const [namespace = '', name = '', listener, ...more] = given.split('/');
    if (namespace !== '' && name !== '' && listener !== '' && more.length === 0)
      return { namespace, name, ...(listener !== undefined && { listener }) };
    throw new Error(
      `must be a namespace, a name and perhaps a listener, such as "gateways/shared" or "gateways/shared/http"; got "${given}"`,
    );
  },
};

const keyAndValue = (given: string): readonly [string, string] => {
  const at = given.indexOf('=');
  if (at > 0) return [given.slice(0, at), given.slice(at + 1)];
  throw new Error(`must be a key, "=" and a value; got "${given}"`);
};

/** How requests reach the nodes. */
export const accessOptions = {
  access: option(
    oneOf('<way>', 'auto', 'proxy', 'port-forward', 'ingress', 'gateway', 'in-cluster'),
    {
      about: 'how requests reach the nodes of a cluster: see docs/access.md',
      presetIs: 'auto; proxy where nodes are simulated',
      group,
      providers,
    },
  ),
  ingressClass: option(text('<name>'), {
    about: 'the class of the Ingress',
    presetIs: 'the cluster’s default',
    group,
    providers,
  }),
  ingressRewrite: preset(
    option(oneOf('<whose>', 'nginx', 'traefik'), {
      about: 'whose annotations take the prefix off paths',
      group,
      providers,
    }),
    'nginx',
  ),
  ingressAnnotation: option(list('<key=value,...>', keyAndValue), {
    about: 'more annotations of the Ingress, or others',
    presetIs: 'those of --ingress-rewrite',
    group,
    providers,
  }),
  gateway: option(gateway, {
    about: 'the Gateway that routes are attached to',
    group,
    providers,
  }),
  ingressHost: option(text('<name>'), {
    about: 'the host name that requests by ingress or gateway carry',
    presetIs: 'any',
    group,
    providers,
  }),
  ingressDomain: option(text('<domain>'), {
    about: 'the domain below which each run has a host name of its own, in place of --ingress-host',
    group,
    providers,
    aliases: ['ingress-internal-domain'],
  }),
  ingressAddress: option(text('<address>'), {
    about: 'where requests by ingress or gateway are sent',
    presetIs: 'the host name',
    group,
    providers,
    aliases: ['ingress-external-host'],
  }),
  ingressPort: option(whole('<port>', { min: 1, max: 65_535 }), {
    about: 'the port there',
    presetIs: '80, or 443 with https',
    group,
    providers,
    aliases: ['ingress-external-port'],
  }),
  ingressScheme: preset(
    option(oneOf('<scheme>', 'http', 'https'), {
      about: 'what is spoken there',
      group,
      providers,
    }),
    'http',
  ),
};
