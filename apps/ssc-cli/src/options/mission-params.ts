import type { Mission } from '@ssc/missions';
import type { Host } from '../host.ts';
import { type GivenProblem, type GivenText, parseGiven } from './given.ts';
import { variableOfParam } from './option-row.ts';
import { type FileSettings, paramKey } from './settings-file.ts';
import { variable } from './variables.ts';

/** The parameters of each mission from all places; a flag is for every mission that has it, and must be for one. */
export function givenParams(
  missions: readonly Mission[],
  flags: ReadonlyMap<string, GivenText>,
  file: FileSettings,
  host: Host,
  problems: GivenProblem[],
): Map<string, GivenText> {
  const found = new Map<string, GivenText>();
  for (const [name, { place }] of flags)
    if (missions.every((mission) => !Object.hasOwn(mission.params, name)))
      problems.push([
        place,
        missions.length === 0
          ? 'belongs to missions, and none is named'
          : `is read by none of the missions named: ${missions.map((one) => one.name).join(', ')}`,
      ]);
  for (const { name: mission, params } of new Set(missions))
    for (const [name, param] of Object.entries(params)) {
      const key = paramKey(mission, name);
      const given =
        flags.get(name) ?? variable(host, variableOfParam(mission, name)) ?? file.params.get(key);
      if (given === undefined) continue;
      const type = {
        value: param.placeholder,
        parse(text: string): unknown {
          try {
            const value = param.parse(text);
            param.check(value);
            return value;
          } catch (error) {
            const allowed = error instanceof Error ? error.message : String(error);
            throw new Error(`must be ${allowed}; got "${text}"`);
          }
        },
      };
      if (problems.every(([place]) => place !== given.place))
        parseGiven(name, type, given, problems);
      found.set(key, given);
    }
  return found;
}

/** The values of a mission's parameters that were given, as texts by name. */
export const paramsOf = (
  { params }: { readonly params: ReadonlyMap<string, GivenText> },
  mission: Mission,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.keys(mission.params).flatMap((name) => {
      const found = params.get(paramKey(mission.name, name));
      return found === undefined ? [] : [[name, found.text]];
    }),
  );
