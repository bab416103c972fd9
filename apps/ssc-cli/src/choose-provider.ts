import { usageError } from '@ssc/errors';
import { flagOf } from '@ssc/missions';
import type { GivenText } from './options/given.ts';
import type { Options, OptionValues } from './options/option-row.ts';
import type { ProviderName } from './provider.ts';

// The environment of a pod, and what other tools of a cluster read.
const clusterVariables = ['KUBECONFIG', 'KUBERNETES_SERVICE_HOST'];

/**
 * The provider. Simulated is the default only where nothing can be misread: whoever names an image or a cluster, on the command
 * line, in the environment or in ssc.toml, must say which provider is meant.
 */
export function chooseProvider(
  rows: Options,
  provider: ProviderName | undefined,
  given: ReadonlyMap<string, GivenText>,
  env: Readonly<Record<string, string | undefined>>,
): ProviderName {
  const hints = [
    ...[...given].flatMap(([name, { from, place }]) =>
      reads(rows, name, 'simulated')
        ? []
        : [from === 'file' ? `${flagOf(name)} in ${place}` : place],
    ),
    ...clusterVariables
      .filter((name) => env[name] !== undefined && env[name] !== '')
      .map((name) => `$${name}`),
  ];
  if (provider === undefined && hints.length > 0) {
    throw usageError(
      'SSC_USAGE_PROVIDER',
      `the provider must be named, since ${hints.join(' and ')} ${hints.length === 1 ? 'is' : 'are'} given; nothing was started`,
      {
        facts: [
          ['--provider simulated', 'simulated nodes in this process; nothing real is tested'],
          ['--provider native', 'a stellar-core binary on this machine'],
          ['--provider kubernetes', 'a real cluster'],
        ],
      },
    );
  }
  const chosen = provider ?? 'simulated';
  // The environment and ssc.toml are for all providers at once: what this one does not read is not meant for it.
  const facts = [...given].flatMap(([name, { from, place }]) =>
    from === 'flag' && !reads(rows, name, chosen)
      ? [[place, `has no meaning with --provider ${chosen}: ${because[chosen]}`] as const]
      : [],
  );
  if (facts.length === 0) return chosen;
  throw usageError(
    'SSC_USAGE_OPTIONS',
    `${what[chosen]} cannot use what was given; nothing was started`,
    { facts },
  );
}

/** The values that a provider reads; others, from the environment or ssc.toml, are as if they were not given. */
export const valuesFor = <O extends Options>(
  rows: O,
  values: OptionValues<O>,
  provider: ProviderName,
): OptionValues<O> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      reads(rows, name, provider) ? value : rows[name]?.preset,
    ]),
  ) as OptionValues<O>;

const reads = (rows: Options, name: string, provider: ProviderName): boolean =>
  rows[name]?.providers?.includes(provider) ?? true;

const because: Readonly<Record<ProviderName, string>> = {
  simulated: 'no image is run, and no cluster is used',
  native: 'nodes are processes of a binary, and no cluster is used',
  kubernetes: 'nodes run from an image',
};

const what: Readonly<Record<ProviderName, string>> = {
  simulated: 'a simulated run',
  native: 'a run on this machine',
  kubernetes: 'a run on Kubernetes',
};
