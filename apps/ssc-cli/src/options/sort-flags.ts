import { didYouMean } from '@ssc/errors';
import { flagOf, type Mission } from '@ssc/missions';
import type { GivenProblem, GivenText } from './given.ts';
import type { Options } from './option-row.ts';
import { goneOptions } from './predecessor.ts';
import type { WordGiven, WordOption } from './split-words.ts';
import { allOptions } from './table.ts';

/** What the parser must know of options. */
export function wordsOf(rows: Options): WordOption[] {
  return Object.entries(rows).flatMap(([name, { type, aliases = [] }]) =>
    [flagOf(name), ...aliases].map((flag) => ({
      flag,
      takes: type.value === undefined ? 'nothing' : type.toml === 'strings' ? 'many' : 'one',
    })),
  );
}

/** What the parser must know of the parameters of missions. */
export const wordsOfParams = (missions: Readonly<Record<string, Mission>>): WordOption[] =>
  Object.values(missions).flatMap(({ params }) =>
    Object.keys(params).map((name) => ({ flag: flagOf(name), takes: 'one' as const })),
  );

/** What the parser must know of options that are refused, so that their values are not taken for arguments. */
export const wordsOfGone: readonly WordOption[] = [...goneOptions].map(([flag, { takes }]) => ({
  flag,
  takes,
}));

/** What stands on the command line. */
export interface Flags {
  /** By name of the option. */
  readonly options: ReadonlyMap<string, GivenText>;
  /** By name of the parameter. */
  readonly params: ReadonlyMap<string, GivenText>;
}

/** Which option or parameter each flag is; what is none is told. */
export function sortFlags(
  command: string,
  rows: Options,
  missions: Readonly<Record<string, Mission>>,
  given: readonly WordGiven[],
  problems: GivenProblem[],
): Flags {
  const options = new Map<string, GivenText>();
  const params = new Map<string, GivenText>();
  const paramNames = new Map(
    Object.values(missions).flatMap((mission) =>
      Object.keys(mission.params).map((name) => [flagOf(name), name] as const),
    ),
  );
  for (const { flag, typed, text } of given) {
    const found = findRow(rows, flag) ?? findSwitch(rows, flag);
    const param = paramNames.get(flag);
    if (found !== undefined) {
      const { name, isOff } = found;
      const isSwitch = rows[name]?.type.value === undefined;
      const value = text ?? (isSwitch ? String(!isOff) : '');
      const before = options.get(name);
      if (before !== undefined && before.place !== typed)
        problems.push([typed, `is given beside ${before.place}, which is the same option`]);
      const isList = rows[name]?.type.toml === 'strings' && before !== undefined;
      options.set(name, {
        text: isList ? `${before.text},${value}` : value,
        from: 'flag',
        place: typed,
      });
    } else if (param !== undefined)
      params.set(param, { text: text ?? '', from: 'flag', place: typed });
    else problems.push([typed, unknownFlag(command, flag, rows, [...paramNames.keys()])]);
  }
  return { options, params };
}

const findRow = (rows: Options, flag: string): { name: string; isOff: boolean } | undefined => {
  const name = Object.keys(rows).find(
    (one) => flagOf(one) === flag || rows[one]?.aliases?.includes(flag) === true,
  );
  return name === undefined ? undefined : { name, isOff: false };
};

/** `--no-keep`. */
const findSwitch = (rows: Options, flag: string): { name: string; isOff: boolean } | undefined => {
  const found = flag.startsWith('no-') ? findRow(rows, flag.slice(3)) : undefined;
  return found === undefined || rows[found.name]?.type.value !== undefined
    ? undefined
    : { ...found, isOff: true };
};

function unknownFlag(
  command: string,
  flag: string,
  rows: Options,
  params: readonly string[],
): string {
  const gone = goneOptions.get(flag);
  if (gone !== undefined) return gone.instead;
  if (findRow(allOptions, flag) !== undefined) return `is not an option of ssc ${command}`;
  const meant = didYouMean(flag, [...Object.keys(rows).map(flagOf), ...params]);
  return `unknown option${meant.replaceAll('"', '')}`;
}
