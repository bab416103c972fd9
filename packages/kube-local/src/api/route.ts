import { apiVersionOf, type Kind, kindList, kinds } from './kinds.ts';
import { noSuchResource } from './status.ts';

/** A path of the API, taken apart. */
export interface Route {
  readonly kind: Kind;
  /** "" for all namespaces and for kinds that have none. */
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  /** What follows `proxy`, with its slash. */
  readonly rest: string;
}

/** Whether a path is below an API group and version that there is. */
export function isKnownPath(path: string): boolean {
  const parts = path.split('/').slice(1);
  if (parts[0] === 'api') return parts[1] === 'v1';
  return parts[0] === 'apis' && kindList.some((k) => apiVersionOf(k) === `${parts[1]}/${parts[2]}`);
}

/** The object or list that a path names. Throws a NotFound Status. */
export function parseRoute(path: string): Route {
  const parts = path.split('/').slice(1);
  const isCore = parts[0] === 'api' && parts[1] === 'v1';
  const isGroup = parts[0] === 'apis' && parts.length > 3;
  if (!isCore && !isGroup) throw noSuchResource();
  const version = isCore ? 'v1' : `${parts[1]}/${parts[2]}`;
  let rest = parts.slice(isCore ? 2 : 3);
  let namespace = '';
  // namespaces/NS/pods is a list in a namespace; namespaces/NS and namespaces/NS/status are the namespace itself.
  if (
    rest[0] === 'namespaces' &&
    rest.length > 2 &&
    !['status', 'finalize'].includes(rest[2] ?? '')
  ) {
    namespace = decodeURIComponent(rest[1] ?? '');
    rest = rest.slice(2);
  }
  const kind = kindList.find((k) => k.plural === rest[0] && apiVersionOf(k) === version);
  if (kind === undefined || (namespace !== '' && !kind.namespaced)) throw noSuchResource();
  const [, name = '', subresource = '', ...after] = rest;
  if (name !== '' && kind.namespaced && namespace === '') throw noSuchResource();
  if (subresource !== '' && !(subresource in kind.subresources)) throw noSuchResource();
  if (after.length > 0 && !(kind === kinds.pod && subresource === 'proxy')) throw noSuchResource();
  return {
    kind,
    namespace,
    name: decodeURIComponent(name),
    subresource,
    rest: after.length === 0 ? '/' : `/${after.join('/')}`,
  };
}
