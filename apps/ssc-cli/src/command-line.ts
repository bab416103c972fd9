import { didYouMean, usageError } from '@ssc/errors';
import { flagOf, type Params } from '@ssc/missions';
import type { OptionRow } from './option-table.ts';

/** What was given for the options of a command: texts as typed, switches as booleans. */
export interface GivenOptions {
  /** By flag. */
  readonly options: Readonly<Record<string, string | boolean>>;
  /** By a parameter's name. */
  readonly params: Readonly<Record<string, string>>;
}

const numberLike = (text: string): boolean => text === '' || Number.isFinite(Number(text));

/**
 * cac turns whatever looks like a number into one (`007` into 7), `''` into 0 and `-5` into a flag. A NUL in front stops
 * that; {@link readOptions} takes it off again.
 */
export function protectValues(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  return argv.map((arg, i) => {
    if (end >= 0 && i >= end) return arg;
    const equals = arg.startsWith('--') ? arg.indexOf('=') : -1;
    if (equals > 0 && numberLike(arg.slice(equals + 1)))
      return `${arg.slice(0, equals + 1)}\0${arg.slice(equals + 1)}`;
    return equals < 0 && (arg === '-' || numberLike(arg)) ? `\0${arg}` : arg;
  });
}

/** Checks what cac found against the table and the mission's parameters; names every wrong option at once. */
export function readOptions(
  rows: readonly OptionRow[],
  params: Params,
  found: Readonly<Record<string, unknown>>,
): GivenOptions {
  const problems: (readonly [string, string])[] = [];
  const options: Record<string, string | boolean> = {};
  const values: Record<string, string> = {};
  const paramOf = new Map(Object.keys(params).map((name) => [flagOf(name), name]));
  const known = [...rows.map((row) => row.flag), ...paramOf.keys(), 'help'];

  for (const [key, raw] of Object.entries(found)) {
    if (key === '--') continue;
    const flag = flagOf(key);
    const row = rows.find((r) => r.flag === flag);
    const param = paramOf.get(flag);
    if (row === undefined && param === undefined) {
      if (flag !== 'help')
        problems.push([
          `--${flag}`,
          `unknown option${didYouMean(flag, known).replace('"?', '"?').replaceAll('"', '')}`,
        ]);
      continue;
    }
    const last: unknown = Array.isArray(raw) ? raw.at(-1) : raw;
    const value = typeof last === 'string' && last.startsWith('\0') ? last.slice(1) : last;
    if (row !== undefined && row.value === undefined) {
      if (typeof value === 'boolean') options[flag] = value;
      else problems.push([`--${flag}`, `takes no value, got "${String(value)}"`]);
    } else if (typeof value !== 'string' || value === '') {
      problems.push([
        `--${flag}`,
        `needs a value: ${row?.value ?? (param === undefined ? '' : params[param]?.placeholder)}`,
      ]);
    } else if (row?.choices !== undefined && !row.choices.includes(value)) {
      problems.push([
        `--${flag}`,
        `must be one of ${row.choices.join(', ')}; got "${value}"${didYouMean(value, row.choices)}`,
      ]);
    } else if (row !== undefined) options[flag] = value;
    else if (param !== undefined) values[param] = value;
  }
  if (problems.length === 0) return { options, params: values };
  throw usageError(
    'SSC_USAGE_OPTIONS',
    `${problems.length === 1 ? 'one option' : `${problems.length} options`} cannot be used; nothing was started`,
    { facts: problems },
  );
}
