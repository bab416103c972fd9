import { describeDefault, findMission, flagOf, type Mission } from '@ssc/missions';
import { helpLine } from './help.ts';

/** A mission and its parameters as lines of help. */
export function missionHelp(name: string): string[] {
  const mission = findMission(name);
  return ['', `${mission.name}  ${mission.summary}`, ...paramLines(mission)];
}

/** A mission's parameters as lines of help, with their defaults. */
export function paramLines(mission: Mission): string[] {
  return Object.entries(mission.params).map(([name, param]) =>
    helpLine(
      `--${flagOf(name)} ${param.placeholder}`,
      `${param.about} (default: ${describeDefault(param)})`,
    ),
  );
}
