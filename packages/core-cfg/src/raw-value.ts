import type { Report } from './problem.ts';
import { maskSeeds } from './strkey.ts';

/** The build of stellar-core that a configuration is for. A production build does not know the keys marked `test`. */
export type CoreBuild = 'test' | 'production';

/** What reading needs to know besides the values. */
export interface ReadContext {
  /** In TOML an integer is a bigint and a number is a float; in a value either may be an integer. */
  readonly source: 'toml' | 'value';
  readonly build: CoreBuild;
  readonly report: Report;
}

/** The integer as a bigint, or undefined when the value is none. */
export function integerOf(value: unknown, source: ReadContext['source']): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return source === 'value' && Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
}

/** What a value is, in words that never show a seed: `the string "yes"`, `an array`. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return `the string "${maskSeeds(shorten(value))}"`;
  if (typeof value === 'bigint') return `the integer ${value}`;
  if (typeof value === 'number')
    return `the number ${Number.isInteger(value) ? value.toFixed(1) : value}`;
  if (typeof value === 'boolean') return `${value}`;
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Date) return 'a date';
  if (value === null) return 'null';
  return typeof value === 'object' ? 'a table' : `a ${typeof value}`;
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);
