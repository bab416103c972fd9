import { flagOf } from '@ssc/missions';
import type { CommandRow } from './command-row.ts';
import type { OptionRow } from './options/option-row.ts';

const width = 30;

/** The help of the whole program, for one screen. */
export function renderHelp(commands: readonly CommandRow[]): string {
  return [
    'ssc  missions against networks of stellar-core nodes',
    '',
    'Commands',
    ...commands.map((command) =>
      helpLine(`${command.name} ${command.usage}`.trim(), command.about),
    ),
    '',
    'Exit codes    0 passed or rehearsed   1 failed   2 usage   3 broken   130, 143 interrupted',
    'Start with    ssc mission SimplePayment',
    'Options       ssc COMMAND --help; ssc mission NAME --help: with the mission’s own; docs/options.md: all',
    '',
  ].join('\n');
}

/** The help of one command, with further lines about what was named on its command line. */
export function renderCommandHelp(command: CommandRow, more: readonly string[] = []): string {
  const rows = Object.entries(command.options);
  const groups = [...new Set(rows.map(([, { group }]) => group))];
  return [
    `ssc ${command.name} ${command.usage}`.trim(),
    command.about,
    ...more,
    ...groups.flatMap((group) => [
      '',
      group,
      ...rows.filter(([, row]) => row.group === group).map(([name, row]) => optionLine(name, row)),
    ]),
    '',
  ].join('\n');
}

/** One option with what it is, and what it is where it is not given. */
function optionLine(name: string, row: OptionRow): string {
  const about = presetOf(row);
  return helpLine(
    `--${flagOf(name)} ${row.type.value ?? ''}`.trim(),
    `${row.about}${about === undefined ? '' : ` (default: ${about})`}`,
  );
}

/** What an option is where it is not given; undefined when that needs no words. */
export function presetOf({ preset, presetIs }: OptionRow): string | undefined {
  if (presetIs !== undefined) return presetIs;
  return preset === undefined || preset === false ? undefined : String(preset);
}

/** Two columns. */
export const helpLine = (left: string, right: string): string =>
  `  ${left.padEnd(width - 1)} ${right}`;
