import { type KubeKind, type KubeQuery, type KubeRef, kinds, type LogQuery } from './api.ts';

/** One request to the API. */
export interface Call {
  readonly verb: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly what: string;
  readonly body?: object;
  readonly contentType?: string;
}

/** The path of all objects of a kind. */
export function pathOf(kind: KubeKind, namespace: string): string {
  const root = kind.apiVersion.includes('/')
    ? `/apis/${kind.apiVersion}`
    : `/api/${kind.apiVersion}`;
  return `${root}/namespaces/${namespace}/${kind.plural}`;
}

/** An object in an error. */
export const nameOf = (ref: KubeRef): string => `${ref.kind.kind} ${ref.namespace}/${ref.name}`;

/** What of the objects is asked for. */
export const selectors = (query: KubeQuery): Record<string, string> => ({
  ...(query.labelSelector !== undefined && { labelSelector: query.labelSelector }),
  ...(query.fieldSelector !== undefined && { fieldSelector: query.fieldSelector }),
});

/** The log of a container. */
export const logCall = (query: LogQuery, more: Record<string, string> = {}): Call => ({
  verb: 'log',
  method: 'GET',
  path: `${pathOf(kinds.pod, query.namespace)}/${query.pod}/log?${params({
    container: query.container,
    ...(query.previous === true && { previous: 'true' }),
    ...(query.tailLines !== undefined && { tailLines: String(query.tailLines) }),
    ...(query.since !== undefined && { sinceTime: query.since }),
    ...(query.timestamps === true && { timestamps: 'true' }),
    ...more,
  })}`,
  what: `log of ${query.container} in Pod ${query.namespace}/${query.pod}`,
});

/** A query without its question mark. */
export const params = (values: Record<string, string>): string =>
  new URLSearchParams(values).toString();
