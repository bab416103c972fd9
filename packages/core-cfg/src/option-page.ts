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
    'Marks: **T** exists only in builds with tests, a production build stops at it as unknown · **!** core warns at start that such a',
    'node does not function properly with most networks.',
    ...groups.flatMap(([group, rows]) => [
      '',
      `## ${groupTitles[group]}`,
      '',
      ...renderTable(['Key', 'Type', 'Default', 'Allowed', 'What it does'], rowsOf(rows)),
    ]),
    '',
    '## Inside tables',
    '',
    ...renderTable(
      ['Key', 'Type', 'Default', 'What it does'],
      nestedOptions.map(({ name, type, required, about, default: byDefault = '' }) => [
        `\`${name}\`${required ? ' (required)' : ''}`,
        type,
        byDefault,
        about,
      ]),
    ),
    '',
    '## Unknown today',
    '',
    'Keys of older versions: core stops at them.',
    '',
    ...renderTable(
      ['Key', 'Instead'],
      goneOptions.map(({ name, instead }) => [`\`${name}\``, instead]),
    ),
    '',
  ].join('\n');
}

const rowsOf = (rows: Record<string, Option>): string[][] =>
  Object.entries(rows).map(([name, option]) => {
    const testBuild = option.build === 'test' ? ' **T**' : '';
    const testing = option.testingOnly === undefined ? '' : ' **!**';
    const rules = option.rules === undefined ? '' : ` Rules: ${option.rules.join('; ')}.`;
    const protocol = option.protocol === undefined ? '' : ` From protocol ${option.protocol} on.`;
    return [
      `\`${name}\`${testBuild}${testing}`,
      typeOf(option),
      `\`${defaultOf(option)}\``,
      rangeOf(option),
      `${option.about}${rules}${protocol}`,
    ];
  });

/** Columns are padded, as formatters of Markdown write them. */
function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, i) => Math.max(3, ...cells.map((row) => (row[i] ?? '').length)));
  const lines = cells.map(
    (row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [...lines.slice(0, 1), rule, ...lines.slice(1)];
}
