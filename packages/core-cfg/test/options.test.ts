import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  findGone,
  findOption,
  groupOf,
  nestedOptions,
  type Option,
  type OptionName,
  optionNames,
  options,
  parseNodeConfig,
} from '../src/index.ts';

/**
 * The keys of stellar-core, taken from src/main/Config.cpp (5 August 2026) independently of the table: name, type,
 * default, range (`0|8..31` = 0 or 8 to 31) and whether only builds with tests have it (`test-build`) or core lists it as
 * testing-only (`testing`). Empty where that list says nothing.
 */
const [, ...rows] = readFileSync(new URL('fixtures/keys.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => line.split('\t'));

test('every key of core is in the table, and nothing else', () => {
  expect(optionNames.toSorted()).toEqual(rows.map(([, name]) => name).toSorted());
});

describe.each(rows)('%s %s', (group, name, kind, byDefault, range, flags) => {
  const option = findOption(name ?? '') as Option;
  const facts = (flags ?? '').split(',');

  test('has the group, type, default, range and marks of core', () => {
    expect(groupOf(name as OptionName)).toBe(group);
    if (kind !== '') expect(option.kind).toBe(kind);
    if (byDefault !== '') expect(defaultText(option)).toBe(byDefault);
    if (range !== '') expect(rangeText(option)).toBe(range);
    if (group !== 'ignored') {
      expect(option.build === 'test').toBe(facts.includes('test-build'));
      expect(option.testingOnly === 'will').toBe(facts.includes('testing'));
    }
  });

  test('is explained in one sentence', () => {
    expect(option.about).toMatch(/^[A-Z].{15,}\.$/u);
  });
});

function defaultText(option: Option): string {
  if (option.default === undefined) return option.kind === 'table' ? 'none' : 'random';
  if (option.kind === 'float') return option.default.toFixed(1);
  if (Array.isArray(option.default)) return '[]';
  return option.default === '' ? '""' : `${option.default}`;
}

function rangeText(option: Option): string {
  if (option.kind !== 'int') return '';
  const also = option.also === undefined ? '' : `${option.also}|`;
  return `${also}${option.min}..${option.max ?? ''}`;
}

test('the README counts them', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(`${optionNames.length} keys`);
});

test('every default lies in its own range', () => {
  const lines = optionNames.flatMap((name) => {
    const { kind, default: value }: Option = options[name];
    return typeof value === 'number'
      ? [`${name} = ${kind === 'float' ? value.toFixed(1) : value}`]
      : [];
  });
  expect(lines.length).toBeGreaterThan(80);
  const { problems } = parseNodeConfig(lines.join('\n'));
  expect(problems.filter((problem) => problem.code === 'SSC_CFG_OUT_OF_RANGE')).toEqual([]);
});

test('a family of keys that are gone is known by its beginning', () => {
  expect(findGone('TESTING_UPGRADE_RESERVE')?.instead).toContain('upgrades?mode=set');
  expect(findGone('EXPERIMENTAL_BUCKETLIST_DB_PERSIST_INDEX')?.instead).toContain('BUCKETLIST_DB');
  expect(findGone('HTTP_PORT')).toBeUndefined();
});

test('keys inside tables are explained', () => {
  expect(nestedOptions.map(({ name }) => name)).toMatchInlineSnapshot(`
    [
      "QUORUM_SET.THRESHOLD_PERCENT",
      "QUORUM_SET.VALIDATORS",
      "QUORUM_SET.<group>",
      "HISTORY.<name>.get",
      "HISTORY.<name>.put",
      "HISTORY.<name>.mkdir",
      "VALIDATORS.NAME",
      "VALIDATORS.HOME_DOMAIN",
      "VALIDATORS.PUBLIC_KEY",
      "VALIDATORS.QUALITY",
      "VALIDATORS.ADDRESS",
      "VALIDATORS.HISTORY",
      "HOME_DOMAINS.HOME_DOMAIN",
      "HOME_DOMAINS.QUALITY",
    ]
  `);
});
