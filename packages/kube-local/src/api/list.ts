import { apiVersionOf, type Kind } from './kinds.ts';
import { isRecord, type KubeObject } from './object.ts';
import type { Route } from './route.ts';
import { matchesAll, parseFieldSelector, parseLabelSelector } from './selector.ts';
import { ApiError, badRequest, expired } from './status.ts';
import type { Store } from './store.ts';

/** The list of what a request asks for: of now, or a further page of a list that was begun before. */
export function listObjects(store: Store, route: Route, query: URLSearchParams): object {
  const matches = matcher(route, query);
  const namespace = route.namespace === '' ? undefined : route.namespace;
  const limit = Number(query.get('limit') ?? 0);
  const token = query.get('continue');
  let objects = store.list(route.kind, namespace).filter(matches);
  let revision = store.revision;
  if (token !== null && token !== '') {
    const from = parseContinue(token);
    revision = from.rv;
    objects = objectsAt(store, route.kind, namespace, from.rv)
      .filter(matches)
      .filter(
        (object) => `${object.metadata.namespace ?? ''}/${object.metadata.name}` > from.after,
      );
  }
  const wanted = query.get('resourceVersion');
  if (limit > 0 && Number(wanted) > store.revision)
    throw new ApiError(500, '', 'etcdserver: mvcc: required revision is a future revision');
  if (wanted !== null && /^\d+$/u.test(wanted) && Number(wanted) > store.revision)
    throw new ApiError(
      504,
      'Timeout',
      `Too large resource version: ${wanted}, current: ${store.revision}`,
      {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        retryAfterSeconds: 1,
      },
    );
  const page = limit > 0 ? objects.slice(0, limit) : objects;
  const last = page.at(-1)?.metadata;
  const left = objects.length - page.length;
  const isFiltered = (query.get('labelSelector') ?? query.get('fieldSelector') ?? '') !== '';
  return {
    kind: `${route.kind.kind}List`,
    apiVersion: apiVersionOf(route.kind),
    metadata: {
      resourceVersion: String(revision),
      ...(left > 0 && {
        continue: renderContinue({
          rv: revision,
          after: `${last?.namespace ?? ''}/${last?.name}`,
        }),
      }),
      ...(left > 0 && !isFiltered && { remainingItemCount: left }),
    },
    items: page.map(({ apiVersion: _a, kind: _k, ...rest }) => rest),
  };
}

/** The objects as they were at a revision: today's, with the changes since taken back. */
function objectsAt(
  store: Store,
  kind: Kind,
  namespace: string | undefined,
  revision: number,
): KubeObject[] {
  if (revision < store.oldestRevision - 1)
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    );
  const keyOf = (object: KubeObject) =>
    `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  const then = new Map(store.list(kind, namespace).map((object) => [keyOf(object), object]));
  for (const change of [...store.changesSince(kind, revision)].reverse()) {
    if (namespace !== undefined && change.object.metadata.namespace !== namespace) continue;
    if (change.previous === undefined) then.delete(keyOf(change.object));
    else then.set(keyOf(change.object), change.previous);
  }
  return [...then].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

/** Whether an object is among those that a request asks for, by name, labels and fields. */
export function matcher(route: Route, query: URLSearchParams): (object: KubeObject) => boolean {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(route.kind, query.get('fieldSelector') ?? '');
  const { name } = route;
  return (object) =>
    (name === '' || object.metadata.name === name) &&
    matchesAll(labels, object.metadata.labels) &&
    fields(object);
}

const renderContinue = (token: { rv: number; after: string }): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', ...token })).toString('base64url');

function parseContinue(text: string): { rv: number; after: string } {
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (isRecord(token) && typeof token['rv'] === 'number' && typeof token['after'] === 'string')
      return { rv: token['rv'], after: token['after'] };
  } catch {
    // Refused below.
  }
  throw badRequest(`continue key is not valid: ${text}`);
}
