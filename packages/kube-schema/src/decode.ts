import { resolveSchema, type Schema } from './schema.ts';
import { at, type Violation } from './violation.ts';

// What the server's JSON decoder does with an object of a kind that is compiled into it: a value of the wrong type ends
// it (only the first is reported), unknown fields are collected. null stands for "not given" everywhere.

interface Place {
  /** In the notation of strict decoding: with indexes. */
  readonly field: string;
  /** In the notation of Go's decoder: without. */
  readonly path: string;
  /** The Go struct that holds the field. */
  readonly struct: string;
}

const quantityPattern = /^[+-]?[0-9.]+(?:[eE][-+]?[0-9]+|[numkKMGTPE]?i?)$/u;

/** Checks types and names of fields; the message of each violation is the server's own. */
export function decode(value: unknown, schemaName: string): Violation[] {
  const unknown: Violation[] = [];
  const wrong: Violation[] = [];
  const walk = (value: unknown, given: Schema, here: Place): void => {
    if (value === null || value === undefined || wrong.length > 0) return;
    const schema = resolveSchema(given);
    const problem = mismatch(value, given, schema, here);
    if (problem !== undefined) {
      wrong.push({ field: here.field, reason: 'CannotDecode', message: problem });
      return;
    }
    if (Array.isArray(value)) {
      const items = schema.items;
      if (items !== undefined)
        value.forEach(
          (item, i) => void walk(item, items, { ...here, field: `${here.field}[${i}]` }),
        );
      return;
    }
    if (typeof value !== 'object') return;
    const { properties, additionalProperties } = schema;
    const struct = structName(given) ?? here.struct;
    for (const [name, item] of Object.entries(value)) {
      const property = properties?.[name] ?? additionalProperties;
      if (property !== undefined)
        walk(item, property, {
          field: at(here.field, name),
          path: properties === undefined ? here.path : at(here.path, name),
          struct: properties === undefined ? here.struct : struct,
        });
      else if (properties !== undefined)
        unknown.push({
          field: at(here.field, name),
          reason: 'UnknownField',
          message: `unknown field ${JSON.stringify(at(here.field, name))}`,
        });
    }
  };
  walk(value, { $ref: schemaName }, { field: '', path: '', struct: '' });
  return wrong.length > 0 ? wrong : unknown;
}

/** The object without the fields that its schema does not know: what a server keeps of it when it does not refuse. */
export function prune<T>(value: T, given: Schema): T {
  const schema = resolveSchema(given);
  const { items, properties, additionalProperties } = schema;
  if (Array.isArray(value))
    return items === undefined ? value : (value.map((item) => prune(item, items) as unknown) as T);
  if (value === null || typeof value !== 'object') return value;
  if (properties === undefined && additionalProperties === undefined) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => {
      const property = properties?.[name] ?? additionalProperties;
      return property === undefined ? [] : [[name, prune(item as unknown, property)]];
    }),
  ) as T;
}

/** What Go's decoder says of a value that the type cannot hold, or undefined. */
function mismatch(value: unknown, given: Schema, schema: Schema, here: Place): string | undefined {
  const name = structName(given);
  if (name === 'Quantity') return quantityProblem(value);
  if (name === 'Time' || name === 'MicroTime') return timeProblem(value);
  if (schema.format === 'int-or-string')
    return typeof value === 'string' || Number.isSafeInteger(value)
      ? undefined
      : unmarshal(value, here, 'int32');
  switch (schema.type) {
    case 'string':
      if (typeof value !== 'string') return unmarshal(value, here, 'string');
      return schema.format === 'byte' ? base64Problem(value) : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : unmarshal(value, here, 'bool');
    case 'integer':
      return integerProblem(value, schema.format ?? 'int64', here);
    case 'number':
      return typeof value === 'number' ? undefined : unmarshal(value, here, 'float64');
    case 'array':
      return Array.isArray(value) ? undefined : unmarshal(value, here, goType(schema));
    case 'object':
      return typeof value === 'object' && !Array.isArray(value)
        ? undefined
        : unmarshal(value, here, goType({ ...schema, ...given }));
    case undefined:
      return undefined;
  }
}

function integerProblem(value: unknown, format: string, here: Place): string | undefined {
  if (typeof value !== 'number') return unmarshal(value, here, format);
  const limit = format === 'int32' ? 2 ** 31 : 2 ** 63;
  return Number.isInteger(value) && value >= -limit && value < limit
    ? undefined
    : unmarshal(value, here, format, ` ${value}`);
}

function quantityProblem(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && quantityPattern.test(text)
    ? undefined
    : "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
}

const timeProblem = (value: unknown): string | undefined =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/u.test(value)
    ? undefined
    : `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(value)} as "2006"`;

function base64Problem(value: string): string | undefined {
  const found = /[^A-Za-z0-9+/=]/u.exec(value);
  const at = found?.index ?? (value.length % 4 === 0 ? -1 : value.length - (value.length % 4));
  return at < 0 ? undefined : `illegal base64 data at input byte ${at}`;
}

const unmarshal = (value: unknown, here: Place, type: string, detail = ''): string =>
  here.path === ''
    ? `json: cannot unmarshal ${jsonType(value)}${detail} into Go value of type ${type}`
    : `json: cannot unmarshal ${jsonType(value)}${detail} into Go struct field ${here.struct}.${here.path} of type ${type}`;

const jsonType = (value: unknown): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;

const structName = (schema: Schema): string | undefined =>
  schema.$ref?.slice(schema.$ref.lastIndexOf('.') + 1);

/** A type as Go writes it; every package of API types is imported under its version's name. */
function goType(schema: Schema): string {
  const name = structName(schema);
  if (name !== undefined) return `v1.${name}`;
  if (schema.type === 'array') return `[]${goType(schema.items ?? {})}`;
  if (schema.type === 'object') return `map[string]${goType(schema.additionalProperties ?? {})}`;
  if (schema.type === 'integer') return schema.format ?? 'int64';
  return schema.type === 'boolean' ? 'bool' : (schema.type ?? 'interface {}');
}
