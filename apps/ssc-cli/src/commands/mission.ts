import { usageError } from '@ssc/errors';
import { quoteWord } from '@ssc/kube-specs';
import { flagOf, readParams } from '@ssc/missions';
import { askedOptions } from '../asked.ts';
import { chooseProvider, valuesFor } from '../choose-provider.ts';
import { drawSeed, type Host } from '../host.ts';
import { refuseUnfitHere } from '../native/binaries.ts';
import type { Input } from '../options/input.ts';
import { paramsOf } from '../options/mission-params.ts';
import { type MissionOptions, optionsOf } from '../options/of-commands.ts';
import { worstOf } from '../outcomes.ts';
import type { PlannedRun } from '../planned-run.ts';
import type { AccessOfRun, Provider, ProviderName } from '../provider.ts';
import { readAccess } from '../read-access.ts';
import { readClusterSettings } from '../read-cluster-settings.ts';
import { readRunSettings } from '../read-run-settings.ts';
import { refuseWithoutOld } from '../refuse-without-old.ts';
import { runMany, tellAll } from '../run-many.ts';

/** Makes the provider of a run. */
export type OpenProvider = (
  name: ProviderName,
  seed: string,
  options: MissionOptions,
  host: Host,
  access: AccessOfRun,
) => Promise<Provider>;

/** Runs the missions named. The worst verdict is the exit code. */
export async function mission(
  input: Input<typeof optionsOf.mission>,
  host: Host,
  open: OpenProvider = openProvider,
): Promise<number> {
  if (input.missions.length === 0)
    throw usageError('SSC_USAGE_NO_MISSION', 'no mission is named', {
      hint: 'Name one or more: ssc mission SimplePayment. All of them: ssc missions.',
    });
  const provider = chooseProvider(optionsOf.mission, input.options.provider, input.given, host.env);
  const options = valuesFor(optionsOf.mission, input.options, provider);
  const settings = readRunSettings(options);
  const access = readAccess(options, input.given, provider, host.env);
  const asked = askedOptions(optionsOf.mission, input.given);
  const runs = planRuns(input, provider === 'simulated' ? 'simulated' : 'real').map((run) => ({
    ...run,
    options: asked,
  }));
  refuseWithoutOld(runs, provider, options);
  // One is looked at when it begins; of several, the last is not to be refused when the others are done.
  if (provider === 'native' && runs.length > 1) await refuseUnfitHere(runs, options);
  const outcomes = await runMany(runs, {
    settings,
    host,
    open: (seed) => open(provider, seed, options, host, access),
    told: tellAll(options, { name: provider, flags: againFlags(input.given) }),
  });
  return worstOf(outcomes);
}

// What says where and how results are told, or is said anyway.
const notAgain = new Set([
  ...['config', 'destination', 'json', 'parallel', 'provider', 'repeat', 'retryBroken', 'seed'],
]);

/** The flags that a run is made with again: binaries, images, the cluster and how the network lies in it. */
export const againFlags = (given: Input['given']): string =>
  [...given]
    .filter(([name, { from }]) => from === 'flag' && !notAgain.has(name))
    .map(([name, { text }]) => ` --${flagOf(name)}=${quoteWord(text)}`)
    .join('');

/** A run of each mission, with its own ones of the parameters given. */
export const planRuns = (
  input: Pick<Input, 'missions' | 'params'> & {
    readonly options: { readonly seed?: string | undefined };
  },
  nodes: 'real' | 'simulated',
): PlannedRun[] =>
  input.missions.map((one) => ({
    mission: one,
    params: readParams(one.params, paramsOf(input, one), nodes),
    seed: input.options.seed ?? drawSeed(),
  }));

const openProvider: OpenProvider = async (name, seed, options, host, access) => {
  if (name === 'simulated') {
    const { simulatedProvider } = await import('../providers/simulated.ts');
    // Nothing delays packets there, and a mission that asks for it is told so.
    const { delay: _, ...clusterSettings } = readClusterSettings(options, 'simulated');
    return { ...simulatedProvider(seed, { access }), clusterSettings };
  }
  if (name === 'native')
    return (await import('../providers/native.ts')).nativeProvider(options, host);
  return (await import('../providers/kubernetes.ts')).kubernetesProvider(options, host, access);
};
