import { apiVersionOf, findKind, type Kind } from './kinds.ts';
import { type Draft, isRecord } from './object.ts';
import { badRequest } from './status.ts';

/** How unknown fields are taken: see the fieldValidation parameter. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** The JSON of a request's body. Throws a BadRequest Status. */
export function parseJson(body: Uint8Array, kind = 'Object'): unknown {
  const text = Buffer.from(body).toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw unrecognized(kind, 'unexpected end of JSON input', text);
  }
}

/** An object that was sent, of the kind that the path names; apiVersion and kind may be left out. */
export function decodeObject(kind: Kind, value: unknown): Draft {
  if (!isRecord(value))
    throw unrecognized(
      kind.kind,
      `json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
      Buffer.from(JSON.stringify(value)).toString('hex'),
    );
  const apiVersion = String(value['apiVersion'] ?? apiVersionOf(kind));
  const name = String(value['kind'] ?? kind.kind);
  if (apiVersion !== apiVersionOf(kind) || name !== kind.kind)
    throw badRequest(
      `${name} in version "${apiVersion.split('/').at(-1)}" cannot be handled as a ${kind.kind}: ${wrongKind(kind, apiVersion, name)}`,
    );
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {};
  return { ...value, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata } as Draft;
}

const unrecognized = (kind: string, why: string, shown: string): Error =>
  badRequest(
    `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${why} (${shown.slice(0, 300)})`,
  );

function wrongKind(kind: Kind, apiVersion: string, name: string): string {
  if (findKind(apiVersion, name) === undefined)
    return `no kind "${name}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:110"`;
  return `converting (${apiVersion.split('/').at(-1)}.${name}) to (core.${kind.kind}): unknown conversion`;
}
