import { type Violation, validateObject } from '@ssc/kube-schema';
import type { FieldValidation } from './decode.ts';
import { apiVersionOf, type Kind } from './kinds.ts';
import { type Draft, isRecord } from './object.ts';
import { ApiError, type FieldError, type FieldErrorReason } from './status.ts';

/**
 * Refuses what the real server cannot decode, and unknown fields; with `Warn` and `Ignore` it takes those out instead.
 * Returns the headers of the answer. Throws a BadRequest Status.
 */
export function checkSchema(
  kind: Kind,
  object: Draft,
  validation: FieldValidation,
): Record<string, string> {
  const violations = validateObject(apiVersionOf(kind), kind.kind, object);
  const undecodable = violations.find((violation) => violation.reason === 'CannotDecode');
  const head = `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: `;
  if (undecodable !== undefined)
    throw new ApiError(400, 'BadRequest', `${head}${undecodable.message}`);
  const unknown = violations.filter((violation) => violation.reason === 'UnknownField');
  if (unknown.length === 0) return {};
  const texts = unknown.map((violation) => violation.message);
  if (validation === 'Strict')
    throw new ApiError(400, 'BadRequest', `${head}strict decoding error: ${texts.join(', ')}`);
  for (const violation of unknown) removeField(object, violation.field);
  if (validation === 'Ignore') return {};
  return { warning: texts.map((text) => `299 - ${JSON.stringify(text)}`).join(', ') };
}

/** What the real server's validation says about the values of a new object. */
export function checkValues(kind: Kind, object: Draft): FieldError[] {
  return validateObject(apiVersionOf(kind), kind.kind, object).filter(isFieldError);
}

const isFieldError = (
  violation: Violation,
): violation is Violation & { reason: FieldErrorReason } =>
  violation.reason !== 'CannotDecode' && violation.reason !== 'UnknownField';

/** Removes the field at a path such as `spec.containers[0].imagee`. */
function removeField(object: unknown, path: string): void {
  const parts = [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/gu)].map(
    (match) => match[1] ?? Number(match[2]),
  );
  const last = parts.pop();
  let holder: unknown = object;
  for (const part of parts) {
    if (Array.isArray(holder)) holder = holder[Number(part)];
    else if (isRecord(holder)) holder = holder[part];
  }
  if (isRecord(holder) && typeof last === 'string') delete holder[last];
}
