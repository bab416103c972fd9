import { apiVersionOf, type Kind } from './kinds.ts';
import { type Draft, isRecord } from './object.ts';
import { badRequest } from './status.ts';

/** How unknown fields are taken: see the fieldValidation parameter. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** The JSON of a request's body. Throws a BadRequest Status. */
export function parseJson(body: Uint8Array): unknown {
  const text = Buffer.from(body).toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest(
      `error decoding from json: the object provided is unrecognized (must be of type Object): couldn't get version/kind; json parse error: ${text.slice(0, 60)}`,
    );
  }
}

/** An object that was sent, of the kind that the path names; apiVersion and kind may be left out. */
export function decodeObject(kind: Kind, value: unknown): Draft {
  if (!isRecord(value))
    throw badRequest(
      "couldn't get version/kind; json parse error: json: cannot unmarshal into Go value of type struct",
    );
  const apiVersion = value['apiVersion'] ?? apiVersionOf(kind);
  const name = value['kind'] ?? kind.kind;
  if (apiVersion !== apiVersionOf(kind) || name !== kind.kind) {
    const sent = `${String(apiVersion)}, Kind=${String(name)}`;
    throw badRequest(
      `${String(name)} in version "${String(apiVersion).split('/').at(-1)}" cannot be handled as a ${kind.kind}: no kind registered: ${sent}`,
    );
  }
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {};
  return { ...value, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata } as Draft;
}
