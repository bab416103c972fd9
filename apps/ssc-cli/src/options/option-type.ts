import { type Duration, toMs } from '@ssc/clock';
import { didYouMean } from '@ssc/errors';

/** What the value of an option is: how it is written, what is allowed, and what it becomes. */
export interface OptionType<T> {
  /** What stands behind the flag, for help; undefined for a switch. @example "<count>" */
  readonly value?: string;
  /** How it is written in ssc.toml. Nothing else is taken there, so that no value is guessed into another. */
  readonly toml: 'string' | 'integer' | 'boolean' | 'strings';
  readonly choices?: readonly string[];
  /** A file or folder: `~/` is the home, and in ssc.toml it is relative to that file. */
  readonly isPath?: true;
  /** The value of a text; throws a sentence about what is allowed. */
  parse(text: string): T;
}

/** A text, as it was typed. @example text('<name>') */
export const text = (value: string): OptionType<string> => ({
  value,
  toml: 'string',
  parse: (given) => given,
});

/** A file or folder. */
export const path = (value: '<file>' | '<folder>'): OptionType<string> => ({
  ...text(value),
  isPath: true,
});

/** A whole number within limits. */
export function whole(
  value: string,
  { min, max = 999_999 }: { readonly min: number; readonly max?: number },
): OptionType<number> {
  return {
    value,
    toml: 'integer',
    parse(given) {
      const number = /^\d{1,15}$/u.test(given) ? Number(given) : -1;
      if (number >= min && number <= max) return number;
      throw new Error(`must be a whole number from ${min} to ${max}; got "${given}"`);
    },
  };
}

/** A length of time with its unit, longer than none. */
export const duration: OptionType<Duration> = {
  value: '<duration>',
  toml: 'string',
  parse(given) {
    try {
      if (toMs(given as Duration) > 0) return given as Duration;
    } catch {
      // Told below, with what is allowed.
    }
    throw new Error(
      `must be a number above 0 and a unit, one of ms, s, m, h, such as "30m"; got "${given}"`,
    );
  },
};

/** One of a few words. */
export const oneOf = <const C extends string>(
  value: string,
  ...choices: readonly C[]
): OptionType<C> => ({
  value,
  toml: 'string',
  choices,
  parse(given) {
    const found = choices.find((choice) => choice === given);
    if (found !== undefined) return found;
    throw new Error(
      `must be one of ${choices.join(', ')}; got "${given}"${didYouMean(given, choices)}`,
    );
  },
});

/** Given or not: `--keep`, and `--no-keep` against what the environment or ssc.toml says. */
export const toggle: OptionType<boolean> = {
  toml: 'boolean',
  parse(given) {
    if (given === 'true' || given === 'false') return given === 'true';
    throw new Error(`must be true or false; got "${given}"`);
  },
};

/** Several texts: separated by commas, by words up to the next option, or with the option repeated. */
export const list = <T>(
  value: string,
  parseItem: (text: string) => T,
): OptionType<readonly T[]> => ({
  value,
  toml: 'strings',
  parse: (given) => given.split(',').map((item) => parseItem(item.trim())),
});
