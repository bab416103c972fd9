import { type Fact, usageError } from '@ssc/errors';
import type { AccessMode, EntryPoint } from '@ssc/formation';
import { flagOf } from '@ssc/missions';
import type { accessOptions } from './options/access.ts';
import type { GivenText } from './options/given.ts';
import type { OptionValues } from './options/option-row.ts';
import type { AccessOfRun, ProviderName } from './provider.ts';

/** The values of the options about access. */
export type AccessValues = OptionValues<typeof accessOptions>;

const readBy: Readonly<Record<string, readonly AccessMode['kind'][]>> = {
  ingressClass: ['ingress'],
  ingressRewrite: ['ingress'],
  ingressAnnotation: ['ingress'],
  gateway: ['gateway'],
  ingressHost: ['ingress', 'gateway'],
  ingressDomain: ['ingress', 'gateway'],
  ingressAddress: ['ingress', 'gateway'],
  ingressPort: ['ingress', 'gateway'],
  ingressScheme: ['ingress', 'gateway'],
};

/**
 * The way in that was asked for. What does not fit together is refused (SSC_USAGE_ACCESS), and so is a way that leads nowhere
 * from here.
 */
export function readAccess(
  values: AccessValues,
  given: ReadonlyMap<string, GivenText>,
  provider: ProviderName,
  env: Readonly<Record<string, string | undefined>>,
): AccessOfRun {
  const kind = values.access ?? (provider === 'kubernetes' ? 'auto' : 'proxy');
  const facts = [...misplaced(kind, given), ...missing(kind, values, provider, env)];
  if (facts.length > 0)
    throw usageError('SSC_USAGE_ACCESS', `--access ${kind} cannot be used; nothing was started`, {
      facts,
      hint: 'docs/access.md says which way suits which cluster.',
    });
  return (run) => toMode(kind, values, run);
}

function misplaced(kind: AccessMode['kind'], given: ReadonlyMap<string, GivenText>): Fact[] {
  return [...given].flatMap(([name, { from, place }]): Fact[] => {
    const kinds = readBy[name];
    // The environment and ssc.toml are for all ways at once.
    if (kinds === undefined || kinds.includes(kind) || from !== 'flag') return [];
    return [[place, `is read with --access ${kinds.join(' or ')}`]];
  });
}

function missing(
  kind: AccessMode['kind'],
  values: AccessValues,
  provider: ProviderName,
  env: Readonly<Record<string, string | undefined>>,
): Fact[] {
  if (kind === 'in-cluster')
    return provider === 'kubernetes' && env['KUBERNETES_SERVICE_HOST'] === undefined
      ? [['in-cluster', 'ssc does not run in a pod: ssc render driver prints one that does']]
      : [];
  if (kind !== 'ingress' && kind !== 'gateway') return [];
  const { ingressHost, ingressDomain, ingressAddress, gateway } = values;
  return [
    ...(ingressHost === undefined && ingressDomain === undefined && ingressAddress === undefined
      ? ([['missing', '--ingress-host, --ingress-domain or --ingress-address']] as const)
      : []),
    ...(ingressHost !== undefined && ingressDomain !== undefined
      ? ([[flagWord('ingressDomain'), 'is given beside --ingress-host']] as const)
      : []),
    ...(kind === 'gateway' && gateway === undefined
      ? ([['missing', '--gateway NAMESPACE/NAME']] as const)
      : []),
  ];
}

const flagWord = (name: string): string => `--${flagOf(name)}`;

function toMode(kind: AccessMode['kind'], values: AccessValues, run: string): AccessMode {
  if (kind !== 'ingress' && kind !== 'gateway') return { kind };
  const { ingressHost, ingressDomain, ingressAddress, ingressPort, ingressScheme } = values;
  const host = ingressDomain === undefined ? ingressHost : `${run}.${ingressDomain}`;
  const entry: EntryPoint = {
    scheme: ingressScheme,
    ...(ingressAddress !== undefined && { address: ingressAddress }),
    ...(ingressPort !== undefined && { port: ingressPort }),
  };
  const where = { entry, ...(host !== undefined && { host }) };
  const { gateway, ingressClass: className, ingressRewrite: rewrite, ingressAnnotation } = values;
  if (kind === 'gateway' && gateway !== undefined) return { ...where, kind, gateway };
  return {
    ...where,
    kind: 'ingress',
    rewrite,
    ...(className !== undefined && { className }),
    ...(ingressAnnotation !== undefined && {
      annotations: Object.fromEntries(ingressAnnotation),
    }),
  };
}
