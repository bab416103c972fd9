/** Why a value was refused, in the words of the API server (`details.causes[].reason` of a Status). */
export type FieldReason =
  | 'FieldValueDuplicate'
  | 'FieldValueForbidden'
  | 'FieldValueInvalid'
  | 'FieldValueNotFound'
  | 'FieldValueNotSupported'
  | 'FieldValueRequired'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid';

/**
 * One thing that an API server refuses in an object.
 *
 * `CannotDecode` and `UnknownField` are answered with 400 BadRequest, the others with 422 Invalid.
 */
export interface Violation {
  /** @example "spec.template.spec.containers[0].image"; empty for the object itself */
  readonly field: string;
  readonly reason: 'CannotDecode' | 'UnknownField' | FieldReason;
  /** As the server words it, without the field. @example "Required value" */
  readonly message: string;
}

/** Where a check puts what it finds. */
export type Report = (field: string, reason: FieldReason, message: string) => void;

/** `parent.name`, or `name` at the top. */
export const at = (parent: string, name: string): string =>
  parent === '' ? name : `${parent}.${name}`;

/** A value as the API server prints it: text quoted, the rest as JSON. */
export const show = (value: unknown): string =>
  typeof value === 'string' || value === null || typeof value !== 'object'
    ? JSON.stringify(value)
    : goMap(value);

/** `map[string]string{"a":"b"}` as Go prints it. */
export function goMap(value: object | undefined): string {
  if (value === undefined) return 'map[string]string(nil)';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[string]string{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(', ')}}`;
}

/** The message of an unsupported value; the supported ones in the order given. */
export const unsupported = (value: unknown, supported: readonly string[]): string =>
  `Unsupported value: ${show(value)}: supported values: ${supported.map((s) => JSON.stringify(s)).join(', ')}`;

/** The message of an invalid value. */
export const invalid = (value: unknown, why: string): string =>
  `Invalid value: ${show(value)}: ${why}`;
