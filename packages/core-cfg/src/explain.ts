import { suggest, usageError } from '@ssc/errors';
import { type NestedOption, nestedOptions } from './options/nested.ts';
import type { Option } from './options/option.ts';
import {
  findGone,
  groupOf,
  groupTitles,
  type OptionName,
  optionNames,
  options,
} from './options/table.ts';
import { allowedNumbers } from './read-config.ts';

/** The type of a key in words: `integer (ms)`, `array of strings`. */
export function typeOf(option: Option): string {
  const words = {
    bool: 'true or false',
    int: 'integer',
    bigint: 'integer',
    float: 'number',
    text: 'string',
    choice: 'string',
    texts: 'array of strings',
    ints: 'array of integers',
    table: 'table',
  } as const;
  const isList = option.kind === 'table' && /validators|domains/u.test(option.shape);
  return `${isList ? 'array of tables' : words[option.kind]}${option.unit === undefined ? '' : ` (${option.unit})`}`;
}

/** What a key takes, in words; empty where its type says all. */
export function rangeOf(option: Option): string {
  if (option.kind === 'choice') return option.choices.join(', ');
  if (option.kind === 'texts' && option.choices !== undefined) {
    return 'names such as PAYMENT';
  }
  return allowedNumbers(option);
}

/** The default as it would stand in the file; `none` where core has none. */
export function defaultOf(option: Option): string {
  if (option.default === undefined) return 'none';
  if (option.kind === 'float')
    return Number.isInteger(option.default) ? option.default.toFixed(1) : `${option.default}`;
  return JSON.stringify(option.default);
}

/**
 * Everything known about a key, as text: `HTTP_PORT`, or a key inside a table as `QUORUM_SET.THRESHOLD_PERCENT`. Case
 * does not matter.
 *
 * @throws SscError SSC_USAGE_UNKNOWN_KEY with the nearest name.
 */
export function explainKey(name: string): string {
  const wanted = name.toUpperCase();
  const own = optionNames.find((one) => one === wanted);
  const nested = nestedOptions.filter((one) => matches(one, wanted));
  if (own !== undefined) {
    const inside = nestedOptions.filter((one) => one.name.startsWith(`${own}.`));
    return [explainOption(own), ...inside.map(explainNested)].join('\n\n');
  }
  if (nested.length > 0) return nested.map(explainNested).join('\n\n');
  const gone = findGone(wanted);
  if (gone !== undefined) {
    return `${wanted}  unknown to stellar-core v27.1.0 and later, which stop at it\n  Instead    ${gone.instead}`;
  }
  const near = suggest(wanted, [...optionNames, ...nestedOptions.map((one) => one.name)]);
  throw usageError('SSC_USAGE_UNKNOWN_KEY', `stellar-core has no key "${name}"`, {
    facts: near === undefined ? [] : [['Did you mean', near]],
  });
}

/** `GET`, `HISTORY.GET` and `HISTORY.LOCAL.GET` all mean `HISTORY.<name>.get`. */
function matches(option: NestedOption, wanted: string): boolean {
  const parts = option.name.toUpperCase().split('.');
  const last = parts.at(-1) ?? '';
  if (last.startsWith('<')) return false;
  const asked = wanted.split('.');
  if (asked.at(-1) !== last) return false;
  return asked.length === 1 || asked[0] === parts[0];
}

function explainOption(name: OptionName): string {
  const option: Option = options[name];
  const range = rangeOf(option);
  const facts: [string, string][] = [
    ['Type', typeOf(option)],
    ['Default', defaultOf(option)],
    ...(range === '' ? [] : [['Allowed', range] as [string, string]]),
    ...(option.rules ?? []).map((rule, i): [string, string] => [i === 0 ? 'Rules' : '', rule]),
    ...(option.build === 'test'
      ? [
          ['Builds', 'only with tests; a production build refuses the key as unknown'] as [
            string,
            string,
          ],
        ]
      : []),
    ...(option.protocol === undefined
      ? []
      : [['Protocol', `has an effect from ${option.protocol} on`] as [string, string]]),
    ...(option.testingOnly === undefined
      ? []
      : [
          [
            'Testing',
            `core says at start that the node ${option.testingOnly} not function properly with most networks`,
          ] as [string, string],
        ]),
    ['Group', groupTitles[groupOf(name)]],
  ];
  return layOut(name, option.about, facts);
}

function explainNested(option: NestedOption): string {
  return layOut(option.name, option.about, [
    ['Type', option.type],
    ...(option.default === undefined ? [] : [['Default', option.default] as [string, string]]),
    ['Required', option.required ? 'yes' : 'no'],
  ]);
}

function layOut(name: string, about: string, facts: readonly [string, string][]): string {
  return [
    name,
    `  ${about}`,
    ...facts.map(([label, value]) => `  ${label.padEnd(10)} ${value}`),
  ].join('\n');
}
