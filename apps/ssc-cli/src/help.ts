import type { OptionRow } from './option-table.ts';
import type { CommandRow } from './parse-command.ts';

const width = 30;

/** The help of the whole program, for one screen. */
export function renderHelp(commands: readonly CommandRow[]): string {
  return [
    'ssc  missions against networks of stellar-core nodes',
    '',
    'Commands',
    ...commands.map((command) => line(`${command.name} ${command.usage}`.trim(), command.about)),
    '',
    'Options of mission',
    ...(commands[0]?.options ?? []).filter(({ group }) => group !== 'Runs').map(optionLine),
    '',
    'Exit codes    0 passed or rehearsed   1 failed   2 usage   3 broken   130, 143 interrupted',
    'Start with    ssc mission SimplePayment',
    'More          ssc missions; ssc mission NAME --help: its parameters, and how to run many',
    '',
  ].join('\n');
}

/** The help of one command, with further lines about what was named on its command line. */
export function renderCommandHelp(command: CommandRow, more: readonly string[] = []): string {
  const groups = [...new Set(command.options.map((option) => option.group))];
  return [
    `ssc ${command.name} ${command.usage}`.trim(),
    command.about,
    ...more,
    ...groups.flatMap((group) => [
      '',
      group,
      ...command.options.filter((option) => option.group === group).map(optionLine),
    ]),
    '',
  ].join('\n');
}

/** One option with what it is. */
export function optionLine(option: Pick<OptionRow, 'flag' | 'value' | 'about'>): string {
  return line(`--${option.flag} ${option.value ?? ''}`.trim(), option.about);
}

const line = (left: string, right: string): string => `  ${left.padEnd(width)}${right}`;
