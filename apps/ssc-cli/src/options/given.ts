import { dirname, join } from 'node:path';
import { flagOf } from '@ssc/missions';
import type { OptionType } from './option-type.ts';

/** A value as it was given: its text, and by what. */
export interface GivenText {
  readonly text: string;
  readonly from: 'flag' | 'environment' | 'file';
  /** For people. @example "--image", "SSC_IMAGE", "ssc.toml:3:1" */
  readonly place: string;
}

/** What is wrong, by the place where it stands. */
export type GivenProblem = readonly [place: string, sentence: string];

/** The value of a text; a problem is told, not thrown. */
export function parseGiven<T>(
  name: string,
  type: Pick<OptionType<T>, 'parse' | 'value'>,
  { text, from, place }: GivenText,
  problems: GivenProblem[],
): T | undefined {
  // A flag and a variable say what they are; a line of a file does not.
  const what = from === 'file' ? `${flagOf(name)} ` : '';
  if (text === '') {
    problems.push([place, `${what}needs a value: ${type.value ?? 'true or false'}`]);
    return undefined;
  }
  try {
    return type.parse(text);
  } catch (error) {
    problems.push([place, `${what}${error instanceof Error ? error.message : String(error)}`]);
    return undefined;
  }
}

/** A path as the program opens it: no shell has looked at what stands in a file or behind `=`. */
export function resolveGivenPath(
  given: GivenText,
  env: Readonly<Record<string, string | undefined>>,
): GivenText {
  const { text, from, place } = given;
  const home = env['HOME'];
  if (text.startsWith('~/') && home !== undefined)
    return { ...given, text: join(home, text.slice(2)) };
  if (from !== 'file' || text.startsWith('/')) return given;
  return { ...given, text: join(dirname(place.replace(/:\d+:\d+$/u, '')), text) };
}
