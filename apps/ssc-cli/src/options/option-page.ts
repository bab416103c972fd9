import { describeDefault, flagOf, type Mission } from '@ssc/missions';
import type { CommandRow } from '../command-row.ts';
import { presetOf } from '../help.ts';
import { type OptionGroup, type OptionRow, variableOf, variableOfParam } from './option-row.ts';
import { goneCommands, goneOptions } from './predecessor.ts';
import { allOptions } from './table.ts';

const groups: Readonly<Record<OptionGroup, string>> = {
  Where: 'Where nodes run',
  Access: 'How the nodes of a cluster are reached',
  What: 'What runs',
  Cluster: 'How nodes lie in a cluster',
  Runs: 'How runs are made',
  Output: 'What is kept and printed',
};

/** `docs/options.md`: every option and every parameter of a mission, from the tables that the parser reads. */
export function renderOptionPage(
  commands: readonly CommandRow[],
  missions: readonly Mission[],
): string {
  return [
    '# Options',
    '',
    'Written by a test of `apps/ssc-cli` from the tables that the parser reads; not to be edited.',
    '',
    'A flag goes before the environment, the environment before `ssc.toml`, and that before the default. `ssc.toml` is looked for in',
    'the working folder and then in each one above; `--config FILE` names another. Its keys are the flags without their dashes, and',
    '`[missions.NAME]` holds the parameters of a mission:',
    '',
    '```toml',
    'provider = "kubernetes"',
    'namespace = "sandbox"',
    'image = "stellar/stellar-core:27.1.0"',
    '',
    '[missions.SimplePayment]',
    'amount = "25 XLM"',
    '```',
    '',
    'Nothing is guessed: a text stays as it was typed (`007`, `23.0`), and a text in `ssc.toml` stands in quotes. A path in `ssc.toml` is',
    'relative to that file. A list is separated by commas or by words up to the next option: `--a x,y`, `--a x y`. `--no-keep` takes',
    'back a switch that is set elsewhere. `--show-config` prints every value with its origin and does nothing else.',
    '',
    'An option that not all providers read makes it necessary to name one, wherever it is given, so that a rehearsal is never taken for',
    'a test of an image. On the command line, an option that the provider does not read is refused; from the environment or `ssc.toml`,',
    'which are for all calls, it is left alone.',
    ...(Object.keys(groups) as OptionGroup[]).flatMap((group) => [
      '',
      `## ${groups[group]}`,
      '',
      ...table(
        ['flag', 'environment, ssc.toml', 'default', 'what it is', 'commands', 'providers', 'also'],
        Object.entries(allOptions)
          .filter(([, row]) => row.group === group)
          .map(([name, row]) => optionCells(name, row, commands)),
      ),
    ]),
    ...missions.flatMap((mission) => missionLines(mission)),
    ...predecessorLines(),
    '',
  ].join('\n');
}

function optionCells(
  name: string,
  row: OptionRow,
  commands: readonly CommandRow[],
): readonly string[] {
  const readers = commands.filter(({ options }) => Object.hasOwn(options, name));
  const presets = new Map<string, string[]>();
  for (const command of readers) {
    const preset = presetOf(command.options[name] ?? row) ?? '';
    presets.set(preset, [...(presets.get(preset) ?? []), command.name]);
  }
  return [
    `\`--${flagOf(name)}${row.type.value === undefined ? '' : ` ${row.type.value}`}\``,
    row.flagOnly === true ? '' : `\`${variableOf(name)}\`, \`${flagOf(name)}\``,
    presets.size <= 1
      ? (presetOf(readers[0]?.options[name] ?? row) ?? '')
      : [...presets].map(([preset, of]) => `${of.join(', ')}: ${preset || 'none'}`).join('; '),
    row.about + (row.type.choices === undefined ? '' : ` (${row.type.choices.join(', ')})`),
    readers.length === 0 ? 'all' : readers.map((command) => command.name).join(', '),
    row.providers?.join(', ') ?? '',
    (row.aliases ?? []).map((one) => `\`${one.length === 1 ? '-' : '--'}${one}\``).join(' '),
  ];
}

function missionLines(mission: Mission): string[] {
  const params = Object.entries(mission.params);
  if (params.length === 0) return [];
  return [
    '',
    `## ${mission.name}`,
    '',
    mission.summary,
    '',
    ...table(
      ['flag', 'environment, ssc.toml', 'default', 'what it is'],
      params.map(([name, param]) => [
        `\`--${flagOf(name)} ${param.placeholder}\``,
        `\`${variableOfParam(mission.name, name)}\`, \`missions.${mission.name}.${flagOf(name)}\``,
        describeDefault(param),
        param.about,
      ]),
    ),
  ];
}

/** What of the predecessor is not here, each reason with all that it is the reason for. */
function predecessorLines(): string[] {
  const reasons = Map.groupBy(goneOptions, ([, { instead }]) => instead);
  return [
    '',
    '## What the predecessor had',
    '',
    'Names of stellar/supercluster mean the same here where they stand in the column *also* above, or where the flag is the same. The',
    'others are refused by name, with these words:',
    '',
    ...table(
      ['option', 'it …'],
      [...reasons].map(([instead, names]) => [
        names.map(([name]) => `\`${name.length === 1 ? '-' : '--'}${name}\``).join(' '),
        instead,
      ]),
    ),
    '',
    ...table(
      ['command', 'instead'],
      Object.entries(goneCommands).map(([name, instead]) => [`\`${name}\``, instead]),
    ),
  ];
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
