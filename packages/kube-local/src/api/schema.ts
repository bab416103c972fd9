import type { FieldValidation } from './decode.ts';
import type { Kind } from './kinds.ts';
import type { Draft } from './object.ts';

/** Headers. */
export function checkSchema(
  _kind: Kind,
  _object: Draft,
  _validation: FieldValidation,
): Record<string, string> {
  return {};
}
