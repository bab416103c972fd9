import { nearest } from './nearest.ts';
import type {
  HistoryTable,
  HomeDomainTable,
  Quality,
  QuorumSetTable,
  ValidatorTable,
} from './node-config.ts';
import type { PathStep, Report } from './problem.ts';
import { describe, integerOf, type ReadContext } from './raw-value.ts';

/** The deepest level of `[QUORUM_SET.a.b…]` that core reads; the top is 0. Source: stellar-core, src/main/Config.cpp. */
const deepestLevel = 4;

export const qualities: readonly Quality[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];

/** Keeps the place of an array element that could not be read, so that the others keep their index. */
export const unreadable = '';

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** `[QUORUM_SET]` with its groups, as far as it can be read. */
export function readQuorumSet(raw: unknown, context: ReadContext): QuorumSetTable | undefined {
  if (isTable(raw)) return readGroup(raw, ['QUORUM_SET'], context);
  context.report({
    code: 'SSC_CFG_WRONG_TYPE',
    path: ['QUORUM_SET'],
    message: `QUORUM_SET is ${describe(raw)}`,
    allowed: 'a table',
    core: { message: 'invalid quorum set definition' },
  });
  return undefined;
}

function readGroup(
  raw: Record<string, unknown>,
  path: readonly string[],
  context: ReadContext,
): QuorumSetTable {
  const group: [string, QuorumSetTable][] = [];
  let own: Pick<QuorumSetTable, 'THRESHOLD_PERCENT' | 'VALIDATORS'> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined) continue;
    if (name === 'THRESHOLD_PERCENT') {
      const percent = readPercent(value, path, context);
      if (percent !== undefined) own = { ...own, THRESHOLD_PERCENT: percent };
    } else if (name === 'VALIDATORS') {
      const names = readNames(value, path, context.report);
      if (names !== undefined) own = { ...own, VALIDATORS: names };
    } else {
      const inner = readInnerGroup(name, value, path, context);
      if (inner !== undefined) group.push([name, inner]);
    }
  }
  // Not by assignment: a group may be called "__proto__".
  return { ...own, ...Object.fromEntries(group) };
}

/** Core adds the name of each group to what it says about it. */
export const whileParsing = (path: readonly PathStep[]): string =>
  path
    .slice(1)
    .reverse()
    .map((name) => ` while parsing '${name}'`)
    .join('');

function readPercent(
  value: unknown,
  path: readonly string[],
  context: ReadContext,
): number | undefined {
  const percent = integerOf(value, context.source);
  if (percent !== undefined && percent >= 1n && percent <= 100n) return Number(percent);
  context.report({
    code: percent === undefined ? 'SSC_CFG_WRONG_TYPE' : 'SSC_CFG_OUT_OF_RANGE',
    path: [...path, 'THRESHOLD_PERCENT'],
    message: `THRESHOLD_PERCENT is ${describe(percent ?? value)}`,
    allowed: '1 to 100',
    core: { message: `invalid THRESHOLD_PERCENT${whileParsing(path)}` },
  });
  return undefined;
}

function readNames(
  value: unknown,
  path: readonly string[],
  report: Report,
): readonly string[] | undefined {
  if (!Array.isArray(value)) {
    report({
      code: 'SSC_CFG_WRONG_TYPE',
      path: [...path, 'VALIDATORS'],
      message: `VALIDATORS is ${describe(value)}`,
      allowed: 'an array of "G…", "G… alias" or "$alias"',
      core: { message: `'VALIDATORS' must be an array${whileParsing(path)}` },
    });
    return undefined;
  }
  return value.map((element: unknown, index) => {
    if (typeof element === 'string') return element;
    report({
      code: 'SSC_CFG_WRONG_TYPE',
      path: [...path, 'VALIDATORS', index],
      message: `VALIDATORS[${index}] is ${describe(element)}`,
      allowed: '"G…", "G… alias" or "$alias"',
      core: { message: `invalid element of 'VALIDATORS'${whileParsing(path)}` },
    });
    return unreadable;
  });
}

function readInnerGroup(
  name: string,
  value: unknown,
  path: readonly string[],
  context: ReadContext,
): QuorumSetTable | undefined {
  const inner = [...path, name];
  if (!isTable(value)) {
    const near = nearest(name, ['THRESHOLD_PERCENT', 'VALIDATORS']);
    context.report({
      code: near === undefined ? 'SSC_CFG_WRONG_TYPE' : 'SSC_CFG_UNKNOWN_KEY',
      path: inner,
      at: 'key',
      message: `"${name}" is ${describe(value)}, and every key besides THRESHOLD_PERCENT and VALIDATORS is a group of nodes`,
      allowed: 'a table',
      suggestion: near === undefined ? undefined : `did you mean "${near}"?`,
      core: { message: `invalid quorum set, should be a group${whileParsing(inner)}` },
    });
    return undefined;
  }
  if (inner.length - 1 > deepestLevel) {
    context.report({
      code: 'SSC_CFG_QUORUM_TOO_DEEP',
      path: inner,
      at: 'key',
      message: `the group "${name}" lies ${inner.length - 1} levels below QUORUM_SET`,
      allowed: `at most ${deepestLevel} levels`,
      core: { message: `too many levels in quorum set${whileParsing(inner)}` },
    });
    return undefined;
  }
  return readGroup(value, inner, context);
}

/** `[HISTORY.name]` tables, as far as they can be read. */
export function readHistory(
  raw: unknown,
  report: Report,
): Readonly<Record<string, HistoryTable>> | undefined {
  if (!isTable(raw)) {
    report({
      code: 'SSC_CFG_WRONG_TYPE',
      path: ['HISTORY'],
      message: `HISTORY is ${describe(raw)}`,
      allowed: 'tables [HISTORY.name]',
      core: { message: 'incomplete HISTORY block' },
    });
    return undefined;
  }
  const archives: [string, HistoryTable][] = [];
  for (const name of Object.keys(raw)) {
    const value = raw[name];
    if (isTable(value)) archives.push([name, readArchive(name, value, report)]);
    else {
      report({
        code: 'SSC_CFG_WRONG_TYPE',
        path: ['HISTORY', name],
        at: 'key',
        message: `HISTORY.${name} is ${describe(value)}`,
        allowed: 'a table with get, put and mkdir',
        core: { message: 'malformed HISTORY config block' },
      });
    }
  }
  return Object.fromEntries(archives);
}

const commands = ['get', 'put', 'mkdir'] as const;

function readArchive(name: string, raw: Record<string, unknown>, report: Report): HistoryTable {
  const archive: { get?: string; put?: string; mkdir?: string } = {};
  for (const key of Object.keys(raw)) {
    const value = raw[key];
    if (value === undefined) continue;
    const known = key === 'get' || key === 'put' || key === 'mkdir';
    if (known && typeof value === 'string') archive[key] = value;
    else {
      const near = nearest(key, commands);
      report({
        code: known ? 'SSC_CFG_WRONG_TYPE' : 'SSC_CFG_UNKNOWN_KEY',
        path: ['HISTORY', name, key],
        at: known ? 'value' : 'key',
        message: known
          ? `${key} of the archive "${name}" is ${describe(value)}`
          : `an archive has no key "${key}"`,
        allowed: known ? 'a command' : commands.join(', '),
        suggestion: known || near === undefined ? undefined : `did you mean "${near}"?`,
        core: {
          message: known
            ? `invalid '${key}'`
            : `Unknown HISTORY-table entry: '${key}', within [HISTORY.${name}]`,
        },
      });
    }
  }
  return archive;
}

interface Field {
  readonly name: string;
  readonly required: boolean;
}

const validatorFields: readonly Field[] = [
  { name: 'NAME', required: true },
  { name: 'HOME_DOMAIN', required: true },
  { name: 'QUALITY', required: false },
  { name: 'PUBLIC_KEY', required: true },
  { name: 'ADDRESS', required: false },
  { name: 'HISTORY', required: false },
];
const homeDomainFields: readonly Field[] = [
  { name: 'HOME_DOMAIN', required: true },
  { name: 'QUALITY', required: true },
];

/** `[[VALIDATORS]]`; what is wrong or missing in an entry is reported and left out of it. */
export function readValidators(
  raw: unknown,
  report: Report,
): readonly ValidatorTable[] | undefined {
  return readEntries('VALIDATORS', raw, validatorFields, report, {
    unknown: (key) => `malformed VALIDATORS entry, unknown element '${key}'`,
    missing: (key, name) =>
      key === 'NAME'
        ? "malformed VALIDATORS entry: missing 'NAME'"
        : `malformed VALIDATORS entry '${name}'`,
  }) as readonly ValidatorTable[] | undefined;
}

/** `[[HOME_DOMAINS]]`; what is wrong or missing in an entry is reported and left out of it. */
export function readHomeDomains(
  raw: unknown,
  report: Report,
): readonly HomeDomainTable[] | undefined {
  return readEntries('HOME_DOMAINS', raw, homeDomainFields, report, {
    unknown: (key) => `Unknown field '${key}' in HOME_DOMAINS`,
    missing: (_key, name) => `Malformed HOME_DOMAINS '${name}'`,
  }) as readonly HomeDomainTable[] | undefined;
}

interface CoreWords {
  unknown(key: string): string;
  missing(key: string, name: string): string;
}

function readEntries(
  table: string,
  raw: unknown,
  fields: readonly Field[],
  report: Report,
  words: CoreWords,
): readonly object[] | undefined {
  if (!Array.isArray(raw) || raw.length === 0 || !raw.every(isTable)) {
    report({
      code: 'SSC_CFG_WRONG_TYPE',
      path: [table],
      message: `${table} is ${Array.isArray(raw) ? 'an array without tables' : describe(raw)}`,
      allowed: `entries [[${table}]]`,
      core: { message: `malformed ${table}` },
    });
    return undefined;
  }
  return raw.map((entry: Record<string, unknown>, index) =>
    readEntry(table, index, entry, fields, report, words),
  );
}

function readEntry(
  table: string,
  index: number,
  raw: Record<string, unknown>,
  fields: readonly Field[],
  report: Report,
  words: CoreWords,
): object {
  const entry: Record<string, string> = {};
  for (const [key, value] of Object.entries(raw)) {
    if (value === undefined) continue;
    const path = [table, index, key];
    if (!fields.some((field) => field.name === key)) {
      const near = nearest(
        key,
        fields.map((field) => field.name),
      );
      report({
        code: 'SSC_CFG_UNKNOWN_KEY',
        path,
        at: 'key',
        message: `an entry of ${table} has no key "${key}"`,
        allowed: fields.map((field) => field.name).join(', '),
        suggestion: near === undefined ? undefined : `did you mean "${near}"?`,
        core: { message: words.unknown(key) },
      });
    } else if (typeof value !== 'string') {
      report({
        code: 'SSC_CFG_WRONG_TYPE',
        path,
        message: `${key} is ${describe(value)}`,
        allowed: 'a string',
        core: { message: `invalid '${key}'` },
      });
    } else if (key === 'QUALITY' && !(qualities as readonly string[]).includes(value)) {
      const near = nearest(value, qualities);
      report({
        code: 'SSC_CFG_UNKNOWN_VALUE',
        path,
        message: `QUALITY is ${describe(value)}`,
        allowed: qualities.join(', '),
        suggestion: near === undefined ? undefined : `did you mean "${near}"?`,
        core: { message: `Unknown QUALITY '${value}'` },
      });
    } else entry[key] = value;
  }
  const name = typeof raw['NAME'] === 'string' ? raw['NAME'] : String(raw['HOME_DOMAIN'] ?? '');
  for (const field of fields) {
    if (!field.required || raw[field.name] !== undefined) continue;
    report({
      code: 'SSC_CFG_MISSING_KEY',
      path: [table, index],
      at: 'key',
      message: `the entry ${name === '' ? index + 1 : `"${name}"`} of ${table} has no ${field.name}`,
      core: { message: words.missing(field.name, name) },
    });
  }
  return entry;
}
