import { stringify, type TomlTable } from 'smol-toml';
import { checkShape } from './check-shape.ts';
import { configError } from './config-error.ts';
import type { NodeConfig } from './node-config.generated.ts';
import type { HistoryTable, QuorumSetTable } from './node-config.ts';
import type { Option } from './options/option.ts';
import { type OptionName, optionNames, options } from './options/table.ts';

/** How to write a configuration. */
export interface RenderOptions {
  /**
   * `omit` leaves keys out whose value is core's default, `keep` writes exactly the keys given, `all` also writes every
   * other key of all builds that has a default.
   *
   * @default 'omit'
   */
  readonly defaults?: 'omit' | 'keep' | 'all';
}

/**
 * The configuration as TOML: keys in the order of the table, then tables, always the same bytes for the same settings.
 *
 * @throws SscError SSC_CONFIG_INVALID when a key is unknown or a value has the wrong type (possible only past the compiler).
 */
export function renderNodeConfig(
  config: NodeConfig,
  { defaults = 'omit' }: RenderOptions = {},
): string {
  const problems = checkShape(config);
  if (problems.some((problem) => problem.severity === 'refused')) {
    throw configError('the configuration to render', problems);
  }
  const plain: TomlTable = {};
  for (const name of defaults === 'all' ? optionNames : inTableOrder(config)) {
    const option: Option = options[name];
    const value: unknown = config[name] ?? fallback(option, defaults);
    if (value === undefined) continue;
    if (defaults === 'omit' && isDefault(option, value)) continue;
    plain[name] = toToml(option, value);
  }
  return stringify(plain, { numbersAsFloat: true });
}

const placeOf = new Map<string, number>(optionNames.map((name, i) => [name, i]));

/** The keys that are given, as the table lists them: a configuration has a tenth of all keys. */
const inTableOrder = (config: NodeConfig): OptionName[] =>
  (Object.keys(config) as OptionName[]).sort(
    (a, b) => (placeOf.get(a) ?? 0) - (placeOf.get(b) ?? 0),
  );

const fallback = (option: Option, defaults: RenderOptions['defaults']): unknown =>
  defaults === 'all' && option.ignored === undefined ? option.default : undefined;

function isDefault(option: Option, value: unknown): boolean {
  if (Array.isArray(value)) return Array.isArray(option.default) && value.length === 0;
  if (typeof value === 'bigint')
    return option.kind === 'bigint' && value === BigInt(option.default);
  return value === option.default;
}

/** Integers as bigint: smol-toml writes every other number as a float. */
function toToml(option: Option, value: unknown): TomlTable[string] {
  switch (option.kind) {
    case 'int':
    case 'bigint':
      return BigInt(value as number | bigint);
    case 'ints':
      return (value as readonly number[]).map((n) => BigInt(n));
    case 'table':
      return tableToToml(option.shape, value);
    case 'bool':
    case 'float':
    case 'text':
    case 'choice':
    case 'texts':
      return value as TomlTable[string];
  }
}

function tableToToml(shape: string, value: unknown): TomlTable[string] {
  if (shape === 'quorum-set') return quorumSetToToml(value as QuorumSetTable);
  if (shape === 'history') {
    const archives = Object.entries(value as Record<string, HistoryTable>);
    return Object.fromEntries(
      archives.map(([name, archive]) => [name, inOrder(archive, ['get', 'put', 'mkdir'])]),
    );
  }
  const names =
    shape === 'validators'
      ? ['NAME', 'HOME_DOMAIN', 'QUALITY', 'PUBLIC_KEY', 'ADDRESS', 'HISTORY']
      : ['HOME_DOMAIN', 'QUALITY'];
  return (value as readonly object[]).map((entry) => inOrder(entry, names));
}

function inOrder(entry: object, names: readonly string[]): TomlTable {
  const given = entry as Record<string, string | undefined>;
  const ordered: TomlTable = {};
  for (const name of names) {
    const value = given[name];
    if (value !== undefined) ordered[name] = value;
  }
  return ordered;
}

function quorumSetToToml(set: QuorumSetTable): TomlTable {
  const { THRESHOLD_PERCENT, VALIDATORS, ...groups } = set;
  const plain: TomlTable = {};
  if (THRESHOLD_PERCENT !== undefined) plain['THRESHOLD_PERCENT'] = BigInt(THRESHOLD_PERCENT);
  if (VALIDATORS !== undefined) plain['VALIDATORS'] = [...VALIDATORS];
  for (const [name, group] of Object.entries(groups as Record<string, QuorumSetTable>)) {
    plain[name] = quorumSetToToml(group);
  }
  return plain;
}
