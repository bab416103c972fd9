// The kinds and their schema.

export { setSchemaDefaults } from './default-fields.ts';
// Documents for clients.
export { openApiDocument, openApiPaths } from './open-api.ts';
// What is refused, and the answer.
export { type Status, toRefusal } from './refusal.ts';
export { quantityOf } from './rules/quantity.ts';
export { selectorMatches } from './rules/selector.ts';
export {
  kindOf,
  kinds,
  type ResourceKind,
  resolveSchema,
  type Schema,
  schemaOf,
  schemaVersion,
} from './schema.ts';
export {
  checkObject,
  checkObjectUpdate,
  decodeObject,
  validateObject,
  withoutUnknownFields,
} from './validate.ts';
export type { FieldReason, Violation } from './violation.ts';
