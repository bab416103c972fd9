import { usageError } from '@ssc/errors';
import { findMission, type Mission, readParams } from '@ssc/missions';
import { chooseProvider, type ProviderName } from '../choose-provider.ts';
import { type GivenOptions, readOptions } from '../command-line.ts';
import { renderCommandHelp } from '../help.ts';
import { drawSeed, type Host } from '../host.ts';
import { missionOptions } from '../option-table.ts';
import { paramLines } from '../param-lines.ts';
import { commands, type Found } from '../parse-command.ts';
import type { Provider } from '../provider.ts';
import { readRunSettings } from '../read-run-settings.ts';
import { runMany, tellAll, worstOf } from '../run-many.ts';
import type { PlannedRun } from '../run-one.ts';

/** Makes the provider of a run. */
export type OpenProvider = (
  name: ProviderName,
  seed: string,
  given: GivenOptions['options'],
  host: Host,
) => Promise<Provider>;

/** Runs the missions named. The worst verdict is the exit code. */
export async function mission(
  found: Found,
  host: Host,
  open: OpenProvider = openProvider,
): Promise<number> {
  const missions = found.args.map(findMission);
  if (found.options['help'] === true || found.options['h'] === true)
    return printHelp(missions, host);
  if (missions.length === 0)
    throw usageError('SSC_USAGE_NO_MISSION', 'no mission is named', {
      hint: 'Name one or more: ssc mission SimplePayment. All of them: ssc missions.',
    });
  const given = readOptions(missionOptions, paramsOfAll(missions), found.options);
  const settings = readRunSettings(given.options);
  const runs = planRuns(missions, given);
  const provider = chooseProvider(given.options, host.env);
  const outcomes = await runMany(
    runs,
    settings,
    given.options,
    host,
    (seed) => open(provider, seed, given.options, host),
    tellAll(given.options, provider),
  );
  return worstOf(outcomes);
}

/** The parameters of several missions together. */
export const paramsOfAll = (missions: readonly Mission[]): Mission['params'] =>
  Object.assign({}, ...missions.map((m) => m.params)) as Mission['params'];

/** A run of each mission, with its own ones of the parameters given. */
export function planRuns(missions: readonly Mission[], given: GivenOptions): PlannedRun[] {
  const seed = typeof given.options['seed'] === 'string' ? given.options['seed'] : undefined;
  return missions.map((m) => {
    const mine = Object.entries(given.params).filter(([name]) => Object.hasOwn(m.params, name));
    return {
      mission: m,
      params: readParams(m.params, Object.fromEntries(mine)) as PlannedRun['params'],
      seed: seed ?? drawSeed(),
    };
  });
}

const openProvider: OpenProvider = async (name, seed, given, host) => {
  if (name === 'simulated')
    return (await import('../providers/simulated.ts')).simulatedProvider(seed);
  if (name === 'native')
    return (await import('../providers/native.ts')).nativeProvider(given, host);
  return (await import('../providers/kubernetes.ts')).kubernetesProvider(given, host);
};

function printHelp(missions: readonly Mission[], host: Host): number {
  const command = commands.find((row) => row.name === 'mission');
  if (command === undefined) return 2;
  host.out(
    renderCommandHelp(
      command,
      missions.flatMap((m) => ['', `${m.name}  ${m.summary}`, ...paramLines(m)]),
    ),
  );
  return 0;
}
