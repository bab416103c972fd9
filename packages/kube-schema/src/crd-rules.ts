import { resolveSchema, type Schema } from './schema.ts';
import { at, type FieldReason, invalid, type Report, unsupported } from './violation.ts';

// After one of these the server does not look at the rules written in CEL, and says so.
const blocking: ReadonlySet<FieldReason> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

/** Checks an object of a kind that is a custom resource: by the schema alone (rules in CEL are not known here). */
export function checkCustomResource(value: unknown, schemaName: string, report: Report): void {
  let isBlocked = false;
  checkBySchema(value, { $ref: schemaName }, '', (field, reason, message) => {
    isBlocked ||= blocking.has(reason);
    report(field, reason, message);
  });
  if (isBlocked)
    report(
      '<nil>',
      'FieldValueInvalid',
      invalid(
        'null',
        'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
      ),
    );
}

function checkBySchema(value: unknown, given: Schema, field: string, report: Report): void {
  const schema = resolveSchema(given);
  if (value === undefined) return;
  const type = typeOf(value);
  if (
    schema.type !== undefined &&
    type !== schema.type &&
    !(schema.type === 'number' && type === 'integer')
  ) {
    if (value === null && field === '') return;
    report(
      field,
      'FieldValueTypeInvalid',
      `Invalid value: ${JSON.stringify(type)}: ${field} in body must be of type ${schema.type}: ${JSON.stringify(type)}`,
    );
    return;
  }
  if (typeof value === 'string') checkText(value, schema, field, report);
  if (typeof value === 'number') checkNumber(value, schema, field, report);
  if (Array.isArray(value)) checkItems(value, schema, field, report);
  else if (value !== null && typeof value === 'object')
    checkProperties(value as Record<string, unknown>, schema, field, report);
}

function checkText(value: string, schema: Schema, field: string, report: Report): void {
  if (schema.enum !== undefined && !schema.enum.includes(value))
    report(field, 'FieldValueNotSupported', unsupported(value, schema.enum));
  if (schema.minLength !== undefined && value.length < schema.minLength)
    report(
      field,
      'FieldValueInvalid',
      invalid(value, `${field} in body should be at least ${schema.minLength} chars long`),
    );
  if (schema.maxLength !== undefined && value.length > schema.maxLength)
    report(field, 'FieldValueTooLong', `Too long: may not be more than ${schema.maxLength} bytes`);
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value))
    report(
      field,
      'FieldValueInvalid',
      invalid(value, `${field} in body should match '${schema.pattern}'`),
    );
}

function checkNumber(value: number, schema: Schema, field: string, report: Report): void {
  if (schema.minimum !== undefined && value < schema.minimum)
    report(
      field,
      'FieldValueInvalid',
      invalid(value, `${field} in body should be greater than or equal to ${schema.minimum}`),
    );
  if (schema.maximum !== undefined && value > schema.maximum)
    report(
      field,
      'FieldValueInvalid',
      invalid(value, `${field} in body should be less than or equal to ${schema.maximum}`),
    );
}

function checkItems(value: unknown[], schema: Schema, field: string, report: Report): void {
  if (schema.maxItems !== undefined && value.length > schema.maxItems)
    report(
      field,
      'FieldValueTooMany',
      `Too many: ${value.length}: must have at most ${schema.maxItems} items`,
    );
  if (schema.minItems !== undefined && value.length < schema.minItems)
    report(
      field,
      'FieldValueInvalid',
      `Invalid value: ${value.length}: ${field} in body should have at least ${schema.minItems} items`,
    );
  const { items } = schema;
  if (items !== undefined)
    value.forEach((item, i) => void checkBySchema(item, items, `${field}[${i}]`, report));
}

function checkProperties(
  value: Record<string, unknown>,
  schema: Schema,
  field: string,
  report: Report,
): void {
  for (const name of schema.required ?? [])
    if (value[name] === undefined) report(at(field, name), 'FieldValueRequired', 'Required value');
  for (const [name, item] of Object.entries(value)) {
    const property = schema.properties?.[name] ?? schema.additionalProperties;
    if (property !== undefined && at(field, name) !== 'metadata')
      checkBySchema(item, property, at(field, name), report);
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
