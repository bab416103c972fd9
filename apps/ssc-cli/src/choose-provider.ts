import { usageError } from '@ssc/errors';
import type { GivenOptions } from './command-line.ts';

export type ProviderName = 'simulated' | 'native' | 'kubernetes';

// Options that only make sense for a real cluster or real nodes.
const clusterOptions = ['image', 'old-image', 'kubeconfig', 'context', 'namespace'];
const binaryOptions = ['core-binary', 'old-core-binary'];
const realOptions = [...clusterOptions, ...binaryOptions];
const clusterVariables = ['KUBECONFIG', 'KUBERNETES_SERVICE_HOST'];

/**
 * The provider. Simulated is the default only where nothing can be misread: whoever names an image or a cluster, or works
 * in an environment that does, must say which provider is meant.
 */
export function chooseProvider(
  given: GivenOptions['options'],
  env: Readonly<Record<string, string | undefined>>,
): ProviderName {
  const provider = given['provider'] as ProviderName | undefined;
  const hints = [
    ...realOptions.filter((flag) => given[flag] !== undefined).map((flag) => `--${flag}`),
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
  const { useless, because, what } = uselessWith[chosen];
  const facts = useless
    .filter((flag) => given[flag] !== undefined)
    .map((flag) => [`--${flag}`, `has no meaning with --provider ${chosen}: ${because}`] as const);
  if (facts.length > 0)
    throw usageError(
      'SSC_USAGE_OPTIONS',
      `${what} cannot use what was given; nothing was started`,
      { facts },
    );
  return chosen;
}

/** What each provider has no use for: given all the same, it is a misunderstanding. */
const uselessWith: Readonly<
  Record<ProviderName, { useless: readonly string[]; because: string; what: string }>
> = {
  simulated: {
    useless: realOptions,
    because: 'no image is run, and no cluster is used',
    what: 'a simulated run',
  },
  native: {
    useless: [...clusterOptions, 'history-image'],
    because: 'nodes are processes of a binary, and no cluster is used',
    what: 'a run on this machine',
  },
  kubernetes: {
    useless: binaryOptions,
    because: 'nodes run from an image',
    what: 'a run on Kubernetes',
  },
};
