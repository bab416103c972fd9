import { type Kind, qualifiedKind, resourceName } from './kinds.ts';

/** One field that is wrong, as in `details.causes` of a Status. */
export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

/** What a Status is about. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

/** A refusal of the API server: rendered as an object of kind Status. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

/** The Status object of a refusal. */
export function renderStatus(error: ApiError): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: error.message,
    ...(error.reason !== '' && { reason: error.reason }),
    ...(error.details !== undefined && { details: error.details }),
    code: error.code,
  };
}

const about = (kind: Kind, name: string, more: object = {}): StatusDetails => ({
  ...(name !== '' && { name }),
  ...(kind.group !== '' && { group: kind.group }),
  kind: kind.plural,
  ...more,
});

/** Messages as in apimachinery: pkg/api/errors/errors.go. */
export const notFound = (kind: Kind, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${resourceName(kind)} "${name}" not found`, about(kind, name));

export const alreadyExists = (kind: Kind, name: string): ApiError =>
  new ApiError(
    409,
    'AlreadyExists',
    `${resourceName(kind)} "${name}" already exists`,
    about(kind, name),
  );

export const conflict = (kind: Kind, name: string, why: string): ApiError =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${resourceName(kind)} "${name}": ${why}`,
    about(kind, name),
  );

export const staleVersion = (kind: Kind, name: string): ApiError =>
  conflict(
    kind,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );

export const forbidden = (kind: Kind, name: string, why: string): ApiError =>
  new ApiError(
    403,
    'Forbidden',
    name === ''
      ? `${resourceName(kind)} is forbidden: ${why}`
      : `${resourceName(kind)} "${name}" is forbidden: ${why}`,
    about(kind, name),
  );

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);

export const methodNotAllowed = (): ApiError =>
  new ApiError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );

export const noSuchResource = (): ApiError =>
  new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});

export const expired = (message: string): ApiError => new ApiError(410, 'Expired', message);

/** One problem of an object that was sent, before it is rendered. */
export interface FieldError {
  /** @example "spec.template.spec.containers[0].name" */
  readonly field: string;
  readonly reason: FieldErrorReason;
  /** The text after the field's name. @example `Required value: must be set` */
  readonly message: string;
}

/** Why a field is wrong, as in `details.causes[].reason`. */
export type FieldErrorReason =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueDuplicate'
  | 'FieldValueForbidden'
  | 'FieldValueNotSupported'
  | 'FieldValueNotFound'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid';

/** `Required value`, with why. */
export const required = (field: string, why = ''): FieldError => ({
  field,
  reason: 'FieldValueRequired',
  message: why === '' ? 'Required value' : `Required value: ${why}`,
});

export const forbiddenField = (field: string, why: string): FieldError => ({
  field,
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${why}`,
});

/** The refusal of an object with wrong fields. */
export function invalidObject(kind: Kind, name: string, errors: readonly FieldError[]): ApiError {
  const texts = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${qualifiedKind(kind)} "${name}" is invalid: ${list}`, {
    ...(name !== '' && { name }),
    ...(kind.group !== '' && { group: kind.group }),
    kind: kind.kind,
    causes: errors.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}
