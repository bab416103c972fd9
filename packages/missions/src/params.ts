import { type Duration, toMs } from '@ssc/clock';
import { usageError } from '@ssc/errors';
import { parseAmount } from '@ssc/tx';

/** One parameter of a mission: its default, what it is, and how a text from the command line becomes its value. */
export interface Param<T> {
  readonly default: T;
  /** The default where every node is computed by one process of this machine. @default `default` */
  readonly simulated?: T;
  readonly about: string;
  /** What may stand there, for help and refusals. @example "<whole number>" */
  readonly placeholder: string;
  /** How it is written in a settings file. */
  readonly toml: 'string' | 'integer';
  /** The value of a text; throws a sentence about what is allowed. */
  parse(text: string): T;
  /** Throws a sentence about what is allowed when the value is none. */
  check(value: T): void;
}

export type Params = Readonly<Record<string, Param<unknown>>>;

/** What a mission's `run` gets: a value for each parameter. */
export type ParamValues<P extends Params> = {
  readonly [Name in keyof P]: P[Name] extends Param<infer T> ? T : never;
};

/** stellar-core's counts have 32 bits: a larger one would be refused only when the network stands. */
const largestCount = 2 ** 32 - 1;

/** A whole number. */
export function count(
  preset: number,
  about: string,
  limits: { readonly min?: number; readonly max?: number; readonly simulated?: number } = {},
): Param<number> {
  const { min = 0, max = largestCount, simulated } = limits;
  const allowed = `a whole number from ${min} to ${max}`;
  const check = (value: number): void => {
    if (!Number.isSafeInteger(value) || value < min || value > max) throw new Error(allowed);
  };
  return {
    default: preset,
    ...(simulated !== undefined && { simulated }),
    about,
    placeholder: '<count>',
    toml: 'integer',
    check,
    parse(text) {
      if (!/^\d+$/u.test(text)) throw new Error(allowed);
      return Number(text);
    },
  };
}

/** An amount of XLM with its unit. @example amount('10 XLM', 'what Alice pays Bob') */
export function amount(preset: Xlm, about: string): Param<Xlm> {
  const check = (value: Xlm): void => {
    try {
      parseAmount(value);
    } catch {
      throw new Error('an amount with its unit, at most 7 decimals, such as "10 XLM"');
    }
  };
  return {
    default: preset,
    about,
    placeholder: '<amount>',
    toml: 'string',
    check,
    parse: (text) => text as Xlm,
  };
}

/** A length of time with its unit. */
export function duration(preset: Duration, about: string): Param<Duration> {
  const check = (value: Duration): void => {
    try {
      toMs(value);
    } catch {
      throw new Error('a number and a unit, one of ms, s, m, h, such as "30s"');
    }
  };
  return {
    default: preset,
    about,
    placeholder: '<duration>',
    toml: 'string',
    check,
    parse: (text) => text as Duration,
  };
}

/** An amount of the native asset. @example "10 XLM" */
export type Xlm = `${number} XLM`;

/** The flag of a parameter: `txRate` is `--tx-rate`. */
export const flagOf = (name: string): string =>
  name.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);

/**
 * The values of all parameters: those given as texts, and the defaults, which may be others on simulated nodes. All problems
 * are named at once.
 */
export function readParams<P extends Params>(
  params: P,
  given: Readonly<Record<string, string>>,
  nodes: 'real' | 'simulated' = 'real',
): ParamValues<P> {
  const problems: (readonly [string, string])[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(params)) {
    const text = given[name];
    try {
      values[name] = text === undefined ? defaultOf(param, nodes) : param.parse(text);
      param.check(values[name]);
    } catch (error) {
      const allowed = error instanceof Error ? error.message : String(error);
      problems.push([
        `--${flagOf(name)}`,
        `must be ${allowed}; got "${text ?? String(defaultOf(param, nodes))}"`,
      ]);
    }
  }
  if (problems.length > 0) {
    throw usageError(
      'SSC_PARAM_INVALID',
      problems.length === 1
        ? 'one parameter cannot be used; nothing was started'
        : `${problems.length} parameters cannot be used; nothing was started`,
      { facts: problems },
    );
  }
  return values as ParamValues<P>;
}

const defaultOf = (param: Param<unknown>, nodes: 'real' | 'simulated'): unknown =>
  nodes === 'simulated' ? (param.simulated ?? param.default) : param.default;

/** The default of a parameter, as help shows it. @example "50000; on simulated nodes: 1200" */
export const describeDefault = (param: Param<unknown>): string =>
  param.simulated === undefined
    ? String(param.default)
    : `${String(param.default)}; on simulated nodes: ${String(param.simulated)}`;
