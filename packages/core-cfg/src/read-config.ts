import { nearest } from './nearest.ts';
import type { NodeConfig } from './node-config.generated.ts';
import type { FloatOption, IntOption, Option } from './options/option.ts';
import { findGone, findOption, optionNames } from './options/table.ts';
import type { Finding, PathStep, Report } from './problem.ts';
import { describe, integerOf, type ReadContext } from './raw-value.ts';
import {
  readHistory,
  readHomeDomains,
  readQuorumSet,
  readValidators,
  unreadable,
} from './read-tables.ts';

/**
 * Keys, types and ranges: the settings that are right, everything else reported. What several keys mean together is
 * checked afterwards, on the result.
 */
export function readConfig(raw: object, context: ReadContext): NodeConfig {
  const config: Record<string, unknown> = {};
  let unknown = 0;
  for (const name of Object.keys(raw)) {
    const value = (raw as Readonly<Record<string, unknown>>)[name];
    if (value === undefined && context.source === 'value') continue;
    const option = findOption(name);
    if (option === undefined || (option.build === 'test' && context.build === 'production')) {
      unknown++;
      reportUnknown(name, option !== undefined, unknown <= mostSuggestions, context.report);
      continue;
    }
    const read = readValue(name, option, value, context);
    if (read !== undefined) config[name] = read;
  }
  return config;
}

/** A text with more unknown keys is no configuration of core. */
const mostSuggestions = 100;

function reportUnknown(
  name: string,
  isTestKey: boolean,
  mayBeMisspelt: boolean,
  report: Report,
): void {
  const gone = findGone(name);
  const isMisspelt = gone === undefined && !isTestKey && mayBeMisspelt;
  const near = isMisspelt ? nearest(name, optionNames) : undefined;
  report({
    code: isTestKey ? 'SSC_CFG_TEST_BUILD_KEY' : 'SSC_CFG_UNKNOWN_KEY',
    path: [name],
    at: 'key',
    meant: near,
    message: isTestKey
      ? `"${name}" exists only in builds of stellar-core with tests`
      : gone === undefined
        ? `stellar-core has no key "${name}"`
        : `stellar-core has no key "${name}" any more`,
    suggestion:
      gone !== undefined
        ? gone.instead
        : near === undefined
          ? undefined
          : `did you mean "${near}"?`,
    core: { message: `Unknown configuration entry: '${name}'` },
  });
}

function readValue(name: string, option: Option, value: unknown, context: ReadContext): unknown {
  const path = [name];
  switch (option.kind) {
    case 'bool':
      return typeof value === 'boolean'
        ? value
        : wrongType(path, option, value, 'true or false', context);
    case 'int':
    case 'bigint':
      return readInt(name, option, value, context);
    case 'float':
      return readFloat(name, option, value, context);
    case 'text':
      return typeof value === 'string'
        ? value
        : wrongType(path, option, value, 'a string', context);
    case 'choice': {
      if (typeof value === 'string' && option.choices.includes(value)) return value;
      return wrongChoice(path, value, option.choices, `invalid '${name}'`, context);
    }
    case 'texts':
      return readArray(name, option, value, context, (element, index) => {
        const allowed = option.choices ?? [];
        if (typeof element === 'string' && (allowed.length === 0 || allowed.includes(element))) {
          return element;
        }
        const message = `invalid element of '${name}'`;
        if (allowed.length > 0)
          return wrongChoice([name, index], element, allowed, message, context);
        return wrongElement(name, index, element, 'a string', context);
      });
    case 'ints':
      return readArray(name, option, value, context, (element, index) =>
        readElement(name, index, element, context),
      );
    case 'table':
      return readTable(option.shape, value, context);
  }
}

function readTable(shape: string, value: unknown, context: ReadContext): unknown {
  switch (shape) {
    case 'quorum-set':
      return readQuorumSet(value, context);
    case 'history':
      return readHistory(value, context.report);
    case 'validators':
      return readValidators(value, context.report);
    default:
      return readHomeDomains(value, context.report);
  }
}

function readInt(
  name: string,
  option: Extract<Option, { kind: 'int' | 'bigint' }>,
  value: unknown,
  context: ReadContext,
): unknown {
  const integer = integerOf(value, context.source);
  if (integer === undefined) return wrongType([name], option, value, 'an integer', context);
  const range: Omit<IntOption, 'kind' | 'default'> = option;
  const exact = option.kind === 'bigint' || isExact(integer);
  if (range.also !== undefined && integer === BigInt(range.also)) return range.also;
  const low = integer < BigInt(range.min);
  const high =
    !exact || (range.max !== undefined && integer > BigInt(range.max)) || integer > maxInt64;
  if (!low && !high) return isExact(integer) ? Number(integer) : integer;
  const wraps = high && !low && range.wraps === true && exact;
  context.report({
    code: 'SSC_CFG_OUT_OF_RANGE',
    path: [name],
    message: wraps
      ? `${name} is ${integer}, of which stellar-core uses only the lower 16 bits: ${integer & 0xffffn}`
      : `${name} is ${integer}`,
    allowed: allowedNumbers(option),
    ...(!wraps && {
      core: refusalOf(name, integer < 0n ? undefined : range.refusedAs?.[low ? 'low' : 'high']),
    }),
  });
  return wraps ? Number(integer) : undefined;
}

const refusalOf = (name: string, words: string | undefined): NonNullable<Finding['core']> =>
  words === undefined ? { message: `bad '${name}'` } : { stage: 'create', message: words };

const maxInt64 = 2n ** 63n - 1n;
const isExact = (integer: bigint): boolean =>
  integer <= BigInt(Number.MAX_SAFE_INTEGER) && integer >= BigInt(Number.MIN_SAFE_INTEGER);

/** The numbers a key takes, in words: `1 to 65535`, `0, or at least 102`, `above 0, at most 1`. */
export function allowedNumbers(option: Option): string {
  if (option.kind === 'float') {
    return `above ${option.above}${option.max === undefined ? '' : `, at most ${option.max}`}`;
  }
  if (option.kind === 'bigint') return `at least ${option.min}`;
  if (option.kind !== 'int') return '';
  const { min, max, also } = option;
  const range = max === undefined ? `at least ${min}` : `${min} to ${max}`;
  return also === undefined ? range : `${also}, or ${range}`;
}

function readFloat(
  name: string,
  option: FloatOption,
  value: unknown,
  context: ReadContext,
): unknown {
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    return wrongType([name], option, value, 'a number', context);
  }
  const number = Number(value);
  if (number > option.above && number <= (option.max ?? Number.MAX_VALUE)) return number;
  context.report({
    code: 'SSC_CFG_OUT_OF_RANGE',
    path: [name],
    message: `${name} is ${number}`,
    allowed: allowedNumbers(option),
    core: { message: `bad value for ${name}` },
  });
  return undefined;
}

function readArray(
  name: string,
  option: Option,
  value: unknown,
  context: ReadContext,
  readOne: (element: unknown, index: number) => unknown,
): unknown {
  if (!Array.isArray(value)) {
    context.report({
      code: 'SSC_CFG_WRONG_TYPE',
      path: [name],
      message: `${name} is ${describe(value)}`,
      allowed: option.kind === 'ints' ? 'an array of integers' : 'an array of strings',
      ...(option.ignored === undefined && { core: { message: `'${name}' must be an array` } }),
    });
    return undefined;
  }
  const missing = option.kind === 'ints' ? 1 : unreadable;
  return value.map((element, index) => readOne(element, index) ?? missing);
}

function readElement(name: string, index: number, element: unknown, context: ReadContext): unknown {
  const integer = integerOf(element, context.source);
  if (integer === undefined) return wrongElement(name, index, element, 'an integer', context);
  if (integer >= 0n && integer <= 0xffff_ffffn) return Number(integer);
  context.report({
    code: 'SSC_CFG_OUT_OF_RANGE',
    path: [name, index],
    message: `${name}[${index}] is ${integer}`,
    allowed: '0 to 4294967295',
    core: { message: `bad '${name}'` },
  });
  return undefined;
}

function wrongElement(
  name: string,
  index: number,
  element: unknown,
  allowed: string,
  context: ReadContext,
): undefined {
  context.report({
    code: 'SSC_CFG_WRONG_TYPE',
    path: [name, index],
    message: `${name}[${index}] is ${describe(element)}`,
    allowed,
    core: { message: `invalid element of '${name}'` },
  });
}

function wrongType(
  path: readonly PathStep[],
  option: Option,
  value: unknown,
  allowed: string,
  context: ReadContext,
): undefined {
  const name = String(path[0]);
  context.report({
    code: 'SSC_CFG_WRONG_TYPE',
    path,
    message: `${name} is ${describe(value)}`,
    allowed,
    suggestion: withoutQuotes(option, value),
    ...(option.ignored === undefined && { core: { message: `invalid '${name}'` } }),
  });
}

/** For `"true"` and `"11626"`: what the author most likely meant. */
function withoutQuotes(option: Option, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const looksRight =
    option.kind === 'bool'
      ? /^(?:true|false)$/iu.test(value)
      : ['int', 'bigint', 'float'].includes(option.kind) && /^-?\d+(?:\.\d+)?$/u.test(value);
  return looksRight ? `write ${value.toLowerCase()} without quotes` : undefined;
}

function wrongChoice(
  path: readonly PathStep[],
  value: unknown,
  choices: readonly string[],
  message: string,
  context: ReadContext,
): undefined {
  const near = typeof value === 'string' ? nearest(value, choices) : undefined;
  context.report({
    code: typeof value === 'string' ? 'SSC_CFG_UNKNOWN_VALUE' : 'SSC_CFG_WRONG_TYPE',
    path,
    message: `${String(path[0])} is ${describe(value)}`,
    allowed: choices.length > 10 ? 'an XDR name such as PAYMENT' : choices.join(', '),
    suggestion: near === undefined ? undefined : `did you mean "${near}"?`,
    core: { message },
  });
}
