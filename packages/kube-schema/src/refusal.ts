import { kindOf } from './schema.ts';
import type { Violation } from './violation.ts';

/** A Status as an API server answers with it. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Record<string, never>;
  readonly status: 'Failure';
  readonly message: string;
  readonly reason: 'BadRequest' | 'Invalid';
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind: string;
    readonly causes: readonly {
      readonly reason: string;
      readonly message: string;
      readonly field: string;
    }[];
  };
  readonly code: 400 | 422;
}

/** The answer to a request whose object was refused, word for word as the API server writes it. */
export function toRefusal(
  apiVersion: string,
  kind: string,
  name: string,
  violations: readonly Violation[],
): Status {
  const [first] = violations;
  const head = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' } as const;
  if (first === undefined || first.reason === 'CannotDecode' || first.reason === 'UnknownField')
    return {
      ...head,
      message: `${kind} in version ${JSON.stringify(versionOf(apiVersion))} cannot be handled as a ${kind}: ${decodeSentence(violations)}`,
      reason: 'BadRequest',
      code: 400,
    };
  const group = kindOf(apiVersion, kind)?.group ?? '';
  const texts = unique(violations.map((v) => `${v.field}: ${v.message}`));
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return {
    ...head,
    message: `${group === '' ? kind : `${kind}.${group}`} ${JSON.stringify(name)} is invalid: ${list}`,
    reason: 'Invalid',
    details: {
      ...(name !== '' && { name }),
      ...(group !== '' && { group }),
      kind,
      causes: violations.map(({ reason, message, field }) => ({ reason, message, field })),
    },
    code: 422,
  };
}

const decodeSentence = (violations: readonly Violation[]): string =>
  violations[0]?.reason === 'UnknownField'
    ? `strict decoding error: ${violations.map((v) => v.message).join(', ')}`
    : (violations[0]?.message ?? '');

const versionOf = (apiVersion: string): string => apiVersion.slice(apiVersion.indexOf('/') + 1);
const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
