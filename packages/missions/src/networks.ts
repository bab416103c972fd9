import {
  type CoreSet,
  type CoreSetSpec,
  checkNetworkSpec,
  type Formation,
  type SpecProblem,
} from '@ssc/formation';
import { missionInvalid } from './check-mission.ts';
import type { LaunchedNetwork, Mission, NetworkSpec } from './define.ts';
import type { Journal } from './journal.ts';
import type { CheckResult } from './run-result.ts';
import type { Steps } from './steps.ts';
import { trackVerbs } from './track-verbs.ts';

/** What networks are launched with. */
export interface LauncherOptions {
  readonly mission: Mission;
  readonly formation: Formation;
  readonly steps: Steps;
  readonly journal: Journal;
  check(check: CheckResult): void;
  /** Saves what the network leaves behind, before it is removed. */
  save(dump: Awaited<ReturnType<Formation['addNetwork']>>['dump']): Promise<void>;
}

/** Launches further networks of a run, and removes each when the mission has done with it, as a run ends: checked and saved. */
export function createLauncher(
  options: LauncherOptions,
): (name: string, spec: NetworkSpec<string>) => Promise<LaunchedNetwork<string>> {
  const { mission, formation, steps, journal } = options;
  const names = new Set<string>();
  return async (name, spec) => {
    const problems = checkNetwork(name, spec, names);
    if (problems.length > 0) throw missionInvalid(mission.name, problems, 'running');
    names.add(name);
    const network = await formation.addNetwork(name, spec as Readonly<Record<string, CoreSetSpec>>);
    const check = `check network ${name}`;
    const removal = `remove network ${name}`;
    await steps.step({
      name: `bring up network ${name}`,
      work: () => network.bringUp(),
      // What was removed already is not looked for.
      restore: async () => {
        if (!journal.has(removal)) await network.rejoin({ mayBeGone: journal.has(check) });
      },
    });
    let isRemoved = false;
    const refuse = (): void => {
      if (isRemoved)
        throw missionInvalid(
          mission.name,
          [[`network "${name}"`, 'was acted on after its removal']],
          'running',
        );
    };
    return {
      sets: handlesOf(network.sets, steps, refuse),
      remove: async () => {
        refuse();
        await steps.step({
          name: check,
          work: () =>
            network.checkAtEnd(mission.atEnd, (report) =>
              options.check({ ...report, name: `${name}: ${report.name}` }),
            ),
        });
        await steps.step({
          name: removal,
          work: async () => {
            await options.save((save) => network.dump(save));
            await network.remove();
          },
        });
        isRemoved = true;
      },
    };
  };
}

/** The handles of core sets, whose verbs are looked after. */
export const handlesOf = (
  sets: Readonly<Record<string, CoreSet>>,
  steps: Steps,
  refuse?: () => void,
): Readonly<Record<string, CoreSet>> =>
  Object.fromEntries(
    Object.entries(sets).map(([name, set]) => [
      name,
      trackVerbs(set.name, set, steps.verbs, refuse),
    ]),
  );

function checkNetwork(
  name: string,
  spec: unknown,
  taken: ReadonlySet<string>,
): readonly SpecProblem[] {
  const at = `network "${name}"`;
  const problems: SpecProblem[] = checkNetworkSpec(spec).map(([path, sentence]) => [
    `${at}: ${path}`,
    sentence,
  ]);
  if (!/^[a-z][a-z0-9-]{0,29}$/u.test(name))
    problems.push([at, 'a network has a name of 1 to 30 small letters, digits and dashes']);
  if (taken.has(name)) problems.push([at, 'was launched before; each one has a name of its own']);
  return problems;
}
