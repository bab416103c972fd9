import { flagOf, type Mission } from '@ssc/missions';
import { optionLine } from './help.ts';

/** A mission's parameters as lines of help, with their defaults. */
export function paramLines(mission: Mission): string[] {
  return Object.entries(mission.params).map(([name, param]) =>
    optionLine({
      flag: flagOf(name),
      value: param.placeholder,
      about: `${param.about} (default: ${String(param.default)})`,
    }),
  );
}
