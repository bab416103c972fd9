import type { Kind } from './kinds.ts';
import type { Draft } from './object.ts';
import { type FieldError, invalid } from './status.ts';

export function validateCreate(_kind: Kind, object: Draft): FieldError[] {
  const name = object.metadata.name ?? '';
  if (/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/u.test(name)) return [];
  return [invalid('metadata.name', name, 'a lowercase RFC 1123 subdomain')];
}
export function validateUpdate(
  _kind: Kind,
  _object: Draft,
  _before: Draft,
  _subresource: string,
): FieldError[] {
  return [];
}
