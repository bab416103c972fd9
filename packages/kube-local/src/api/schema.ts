import { decodeObject, withoutUnknownFields } from '@ssc/kube-schema';
import type { FieldValidation } from './decode.ts';
import { apiVersionOf, type Kind } from './kinds.ts';
import type { Draft } from './object.ts';
import { ApiError } from './status.ts';

/** An object as it is kept, and the headers that tell what was dropped from it. */
export interface Checked {
  readonly object: Draft;
  readonly headers: Record<string, string>;
}

/**
 * Refuses what the real server cannot decode, and unknown fields; with `Warn` and `Ignore` those are dropped instead.
 * Throws a BadRequest Status.
 */
export function checkSchema(kind: Kind, object: Draft, validation: FieldValidation): Checked {
  const violations = decodeObject(apiVersionOf(kind), kind.kind, object);
  const [first] = violations;
  if (first === undefined) return { object, headers: {} };
  const head = `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: `;
  if (first.reason === 'CannotDecode')
    throw new ApiError(400, 'BadRequest', `${head}${first.message}`);
  const texts = violations.map((violation) => violation.message);
  if (validation === 'Strict')
    throw new ApiError(400, 'BadRequest', `${head}strict decoding error: ${texts.join(', ')}`);
  const warning = texts.map((text) => `299 - ${JSON.stringify(text)}`).join(', ');
  return {
    object: withoutUnknownFields(apiVersionOf(kind), kind.kind, object),
    headers: validation === 'Ignore' ? {} : { warning },
  };
}
