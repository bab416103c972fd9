import type { ProviderName } from '../provider.ts';
import type { OptionType } from './option-type.ts';

/** The headings of help and documentation. */
export type OptionGroup = 'Where' | 'Access' | 'What' | 'Cluster' | 'Runs' | 'Output';

/**
 * One option. Its flag, its environment variable and its key in ssc.toml are made from its name in the table: `keepFor` is
 * `--keep-for`, `SSC_KEEP_FOR` and `keep-for`.
 */
export interface OptionRow<T = unknown> {
  readonly type: OptionType<NonNullable<T>>;
  readonly about: string;
  readonly group: OptionGroup;
  /** Its value where nothing is given. */
  readonly preset: T;
  /** What is said of the preset where it is no plain value. @example "drawn and printed" */
  readonly presetIs?: string;
  /** The providers that read it; all of them where this is missing. Where simulated does not, the provider must be named. */
  readonly providers?: readonly ProviderName[];
  /** What else the predecessor called it. One letter is a short option: `-k`. */
  readonly aliases?: readonly string[];
  /** It asks for one act, so it stands on the command line or nowhere. */
  readonly flagOnly?: true;
  /** Its value is never shown. */
  readonly secret?: true;
}

/** Options by name. */
export type Options = Readonly<Record<string, OptionRow>>;

/** The values of options: each has the type of its row. */
export type OptionValues<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends OptionRow<infer T> ? T : never;
};

type Columns = Omit<OptionRow, 'type' | 'preset'>;

/** A row whose value may be missing. */
export const option = <T>(type: OptionType<T>, columns: Columns): OptionRow<T | undefined> => ({
  ...columns,
  type: type as OptionType<NonNullable<T>>,
  preset: undefined,
});

/** The same row with a value where nothing is given. */
export const preset = <T>(row: OptionRow<T>, value: NonNullable<T>): OptionRow<NonNullable<T>> => {
  const { presetIs: _gone, ...rest } = row;
  return { ...rest, preset: value };
};

/** A switch, off where nothing is given. */
export const switchOff = (type: OptionType<boolean>, columns: Columns): OptionRow<boolean> => ({
  ...columns,
  type,
  preset: false,
});

/** `keepFor` as an environment variable. */
export const variableOf = (name: string): string => `SSC_${upperCase(name)}`;

/** A parameter of a mission as an environment variable. @example "SSC_MAX_TPS_CLASSIC_TX_RATE" */
export const variableOfParam = (mission: string, param: string): string =>
  `SSC_${upperCase(mission)}_${upperCase(param)}`;

const upperCase = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/gu, '$1_$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/gu, '$1_$2')
    .toUpperCase();
