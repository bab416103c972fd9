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
  const reader = new SettingsReader(path, text, rows, missions);
  for (const [key, value] of Object.entries(table))
    if (key === 'missions') reader.takeMissions(isTable(value) ? value : {});
    else reader.takeOption(key, value);
  const { options, params, problems } = reader;
  if (problems.length === 0) return { options, params };
  throw usageError(
    'SSC_USAGE_SETTINGS',
    `${problems.length === 1 ? 'one setting' : `${problems.length} settings`} of ${path} cannot be used; nothing was started`,
    { facts: problems, hint: 'docs/options.md has every key.' },
  );
}

/** How settings of one table are written, by the name of the option or parameter. */
type Types = MissionParams[string];

/** Takes the settings of a file, and what is wrong with them. */
class SettingsReader {
  readonly options = new Map<string, GivenText>();
  readonly params = new Map<string, GivenText>();
  readonly problems: GivenProblem[] = [];
  readonly #path: string;
  readonly #text: string;
  readonly #places: TomlPlaces;
  readonly #types: Types;
  /** Keys that the command line alone has. */
  readonly #flagOnly: readonly string[];
  readonly #missions: MissionParams;

  constructor(path: string, text: string, rows: Options, missions: MissionParams) {
    this.#path = path;
    this.#text = text;
    this.#places = locateToml(text);
    this.#missions = missions;
    const [ofFiles, ofFlags] = [new Map<string, Types[string]>(), [] as string[]];
    for (const [name, { type, flagOnly }] of Object.entries(rows))
      if (flagOnly === true) ofFlags.push(flagOf(name));
      else ofFiles.set(name, type);
    this.#types = Object.fromEntries(ofFiles);
    this.#flagOnly = ofFlags;
  }

  takeOption(key: string, value: unknown): void {
    if (this.#flagOnly.includes(key))
      this.#refuse([key], `${key} is for the command line alone: --${key}`);
    else this.#take([key], value, this.#types, (name, given) => this.options.set(name, given));
  }

  takeMissions(table: Readonly<Record<string, unknown>>): void {
    for (const [mission, own] of Object.entries(table)) {
      const types = Object.hasOwn(this.#missions, mission) ? this.#missions[mission] : undefined;
      if (types === undefined || !isTable(own)) {
        const guess = didYouMean(mission, Object.keys(this.#missions));
        this.#refuse(['missions', mission], `there is no mission "${mission}"${guess}`);
        continue;
      }
      for (const [param, value] of Object.entries(own))
        this.#take(['missions', mission, param], value, types, (name, given) =>
          this.params.set(paramKey(mission, name), given),
        );
    }
  }

  #take(
    keys: readonly string[],
    value: unknown,
    types: Types,
    put: (name: string, given: GivenText) => void,
  ): void {
    const key = keys.at(-1) ?? '';
    const [name, type] = Object.entries(types).find(([one]) => flagOf(one) === key) ?? [];
    if (name === undefined || type === undefined) {
      const known = Object.keys(types).map(flagOf);
      const also = keys.length === 1 ? ['missions'] : [];
      this.#refuse(keys, `there is no key "${key}"${didYouMean(key, [...known, ...also])}`);
      return;
    }
    const got = written(this.#text, this.#places.value(keys));
    const found = toText(type.toml, value, got);
    if ('wrong' in found) this.#refuse(keys, `${key} ${found.wrong}`);
    else put(name, { text: found.text, from: 'file', place: this.#placeOf(keys) });
  }

  #refuse(keys: readonly string[], sentence: string): void {
    this.problems.push([this.#placeOf(keys), sentence]);
  }

  #placeOf(keys: readonly string[]): string {
    const place = this.#places.key(keys);
    return place === undefined ? this.#path : `${this.#path}:${place.line}:${place.column}`;
  }
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
