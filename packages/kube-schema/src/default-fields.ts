import { kindOf, resolveSchema, type Schema } from './schema.ts';

/** Fills in what the schema of a custom resource prescribes for fields that are not given, in place. Others are left alone. */
export function setSchemaDefaults(apiVersion: string, kind: string, object: object): void {
  const resource = kindOf(apiVersion, kind);
  if (resource !== undefined) fill(object, { $ref: resource.schema });
}

function fill(value: unknown, given: Schema): void {
  const schema = resolveSchema(given);
  if (Array.isArray(value)) {
    if (schema.items !== undefined) for (const item of value) fill(item, schema.items);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  const fields = value as Record<string, unknown>;
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const { default: prescribed } = resolveSchema(property);
    if (fields[name] === undefined && prescribed !== undefined)
      fields[name] = structuredClone(prescribed);
    fill(fields[name], property);
  }
}
