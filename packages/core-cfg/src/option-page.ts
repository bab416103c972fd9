import { defaultOf, rangeOf, typeOf } from './explain.ts';
import { goneOptions } from './options/gone.ts';
import { nestedOptions } from './options/nested.ts';
import type { Option } from './options/option.ts';
import { groupTitles, type OptionGroup, optionGroups } from './options/table.ts';

/** The page of all keys, as Markdown: made from the table, so that it is never behind it. */
export function renderOptionPage(): string {
  const groups = Object.entries(optionGroups) as [OptionGroup, Record<string, Option>][];
  return [
    '# Configuration of stellar-core',
    '',
    'Every key that stellar-core v27.1.0 and its source of 5 August 2026 read, in the words of `@ssc/core-cfg`. This page is made from',
    'its table of options: do not edit it. `ssc config explain KEY` shows one key, `ssc config check FILE` checks a file.',
    '',
    'Marks: **T** exists only in builds with tests, a production build stops at it as unknown · **!** core says at start that the',
    'node will not function properly with most networks.',
    ...groups.flatMap(([group, rows]) => renderGroup(groupTitles[group], rows)),
    '',
    '## Inside tables',
    '',
    '| Key | Type | Default | What it does |',
    '| --- | --- | --- | --- |',
    ...nestedOptions.map(
      ({ name, type, required, about, ...rest }) =>
        `| \`${name}\`${required ? ' (required)' : ''} | ${type} | ${rest.default ?? ''} | ${about} |`,
    ),
    '',
    '## Unknown today',
    '',
    'Keys of older versions: core stops at them.',
    '',
    '| Key | Instead |',
    '| --- | --- |',
    ...goneOptions.map(({ name, instead }) => `| \`${name}\` | ${instead} |`),
    '',
  ].join('\n');
}

function renderGroup(title: string, rows: Record<string, Option>): string[] {
  return [
    '',
    `## ${title}`,
    '',
    '| Key | Type | Default | Allowed | What it does |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries(rows).map(([name, option]) => {
      const marks = `${option.build === 'test' ? ' **T**' : ''}${option.testingOnly === undefined ? '' : ' **!**'}`;
      const rules = option.rules === undefined ? '' : ` Rules: ${option.rules.join('; ')}.`;
      const protocol = option.protocol === undefined ? '' : ` From protocol ${option.protocol} on.`;
      const cells = [
        `\`${name}\`${marks}`,
        typeOf(option),
        `\`${defaultOf(option)}\``,
        rangeOf(option),
        `${option.about}${rules}${protocol}`,
      ];
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
    }),
  ];
}
