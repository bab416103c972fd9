import { locateToml, type TomlPlace, type TomlPlaces } from '@ssc/core-cfg';
import { didYouMean, usageError } from '@ssc/errors';
import { flagOf } from '@ssc/missions';
import { parse, TomlError } from 'smol-toml';
import type { GivenProblem, GivenText } from './given.ts';
import type { Options } from './option-row.ts';
import type { OptionType } from './option-type.ts';

/** The settings of a file as texts: each key of its own, and those of missions. */
export interface FileSettings {
  /** By the name of the option. */
  readonly options: ReadonlyMap<string, GivenText>;
  /** By mission and name of the parameter: see {@link paramKey}. */
  readonly params: ReadonlyMap<string, GivenText>;
}

/** Parameters of missions by name: how each is written. */
export type MissionParams = Readonly<
  Record<string, Readonly<Record<string, Pick<OptionType<unknown>, 'toml'>>>>
>;

export const paramKey = (mission: string, param: string): string => `${mission} ${param}`;

/** Reads an ssc.toml. What no option or mission knows, and what is written as another kind of value, is refused with its place. */
export function readSettingsFile(
  path: string,
  text: string,
  rows: Options,
  missions: MissionParams,
): FileSettings {
  const table = parseToml(path, text);
  const places = locateToml(text);
  const problems: GivenProblem[] = [];
  const options = new Map<string, GivenText>();
  const params = new Map<string, GivenText>();
  const read = (
    keys: readonly string[],
    value: unknown,
    types: Readonly<Record<string, Pick<OptionType<unknown>, 'toml'>>>,
    put: (name: string, given: GivenText) => void,
  ): void => {
    const key = keys.at(-1) ?? '';
    const place = placeOf(path, places, keys);
    const name = Object.keys(types).find((one) => flagOf(one) === key);
    const type = name === undefined ? undefined : types[name];
    if (name === undefined || type === undefined) {
      const known = Object.keys(types).map(flagOf);
      const also = keys.length === 1 ? ['missions'] : [];
      problems.push([
        place,
        keys.length === 1 && flagOnly.includes(key)
          ? `${key} is for the command line alone: --${key}`
          : `there is no key "${key}"${didYouMean(key, [...known, ...also])}`,
      ]);
      return;
    }
    const found = toText(type.toml, value, written(text, places.value(keys)));
    if ('wrong' in found) problems.push([place, `${key} ${found.wrong}`]);
    else put(name, { text: found.text, from: 'file', place });
  };
  const flagOnly = Object.keys(rows)
    .filter((name) => rows[name]?.flagOnly === true)
    .map(flagOf);
  const types = Object.fromEntries(
    Object.entries(rows).flatMap(([name, { type, flagOnly }]) =>
      flagOnly === true ? [] : [[name, type] as const],
    ),
  );
  for (const [key, value] of Object.entries(table)) {
    if (key !== 'missions') {
      read([key], value, types, (name, given) => options.set(name, given));
      continue;
    }
    for (const [mission, own] of Object.entries(isTable(value) ? value : {})) {
      const known = Object.hasOwn(missions, mission) ? missions[mission] : undefined;
      if (known === undefined || !isTable(own)) {
        const place = placeOf(path, places, ['missions', mission]);
        problems.push([
          place,
          `there is no mission "${mission}"${didYouMean(mission, Object.keys(missions))}`,
        ]);
        continue;
      }
      for (const [param, setting] of Object.entries(own))
        read(['missions', mission, param], setting, known, (name, given) =>
          params.set(paramKey(mission, name), given),
        );
    }
  }
  if (problems.length === 0) return { options, params };
  throw usageError(
    'SSC_USAGE_SETTINGS',
    `${problems.length === 1 ? 'one setting' : `${problems.length} settings`} of ${path} cannot be used; nothing was started`,
    { facts: problems, hint: 'docs/options.md has every key.' },
  );
}

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

function parseToml(path: string, text: string): Readonly<Record<string, unknown>> {
  try {
    // With integers as bigint, 23.0 is told from 23.
    return parse(text, { integersAsBigInt: true });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [sentence = 'this is no TOML'] = error.message
      .replace(/^Invalid TOML document: /u, '')
      .split('\n');
    throw usageError('SSC_USAGE_SETTINGS', `${path} is no TOML; nothing was started`, {
      facts: [[`${path}:${error.line}:${error.column}`, sentence]],
    });
  }
}

const placeOf = (path: string, places: TomlPlaces, keys: readonly string[]): string => {
  const place = places.key(keys);
  return place === undefined ? path : `${path}:${place.line}:${place.column}`;
};

/** A value as it is written, up to the end of its line. */
function written(text: string, place: TomlPlace | undefined): string {
  const line = text.split('\n')[(place?.line ?? 0) - 1] ?? '';
  return line.slice((place?.column ?? 1) - 1).replace(/\s*(#[^"']*)?$/u, '');
}

/** A value of TOML as the text that stands for it on a command line. */
function toText(
  toml: OptionType<unknown>['toml'],
  value: unknown,
  got: string,
): { readonly text: string } | { readonly wrong: string } {
  switch (toml) {
    case 'string':
      if (typeof value === 'string') return { text: value };
      return {
        wrong: `must be a text: ${Array.isArray(value) || isTable(value) ? `got ${got}` : `put it in quotes, "${got}"`}`,
      };
    case 'integer':
      if (typeof value === 'bigint') return { text: String(value) };
      return { wrong: `must be a whole number without quotes; got ${got}` };
    case 'boolean':
      if (typeof value === 'boolean') return { text: String(value) };
      return { wrong: `must be true or false without quotes; got ${got}` };
    case 'strings':
      if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
        return { text: value.join(',') };
      return { wrong: `must be an array of texts, such as ["a", "b"]; got ${got}` };
  }
}
