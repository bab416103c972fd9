import { usageError } from '@ssc/errors';
import type { GivenOptions } from './command-line.ts';

export type ProviderName = 'simulated' | 'kubernetes';

// Options that only make sense for a real cluster or real nodes.
const realOptions = ['image', 'old-image', 'kubeconfig', 'context', 'namespace', 'core-binary'];
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
          ['--provider kubernetes', 'a real cluster'],
        ],
      },
    );
  }
  if ((provider ?? 'simulated') === 'simulated') {
    const useless = realOptions
      .filter((flag) => given[flag] !== undefined)
      .map(
        (flag) =>
          [
            `--${flag}`,
            'has no meaning with --provider simulated: no image is run, and no cluster is used',
          ] as const,
      );
    if (useless.length > 0)
      throw usageError(
        'SSC_USAGE_OPTIONS',
        'a simulated run cannot use what was given; nothing was started',
        { facts: useless },
      );
  }
  return provider ?? 'simulated';
}
