import type { HttpRequest } from '@ssc/process';
import type { StatefulSet } from '../types/objects.ts';
import { parseJson } from './decode.ts';
import { type Draft, isRecord, type KubeObject } from './object.ts';
import { patcher } from './patch.ts';
import type { Registry } from './registry.ts';
import { isDryRun } from './request-options.ts';
import type { Route } from './route.ts';
import { ApiError, methodNotAllowed, noSuchResource } from './status.ts';

/** Reads or changes how many replicas there are: the subresource `scale`. */
export function answerScale(
  registry: Registry,
  route: Route,
  request: HttpRequest,
  query: URLSearchParams,
): object {
  const change = scaleChange(request);
  if (change === undefined)
    return renderScale(registry.get(route.kind, route.namespace, route.name));
  const object = scaleUpdate(
    registry,
    route,
    (current) => {
      const wanted = change(renderScale(current as unknown as KubeObject));
      const spec = isRecord(wanted['spec']) ? wanted['spec'] : {};
      const meta = isRecord(wanted['metadata']) ? wanted['metadata'] : {};
      const version = meta['resourceVersion'];
      if (typeof version === 'string') current.metadata.resourceVersion = version;
      current['spec'] = { ...(current['spec'] as object), replicas: spec['replicas'] ?? 0 };
      return current;
    },
    isDryRun(query),
  );
  return renderScale(object);
}

function scaleUpdate(
  registry: Registry,
  route: Route,
  change: (current: Draft) => Draft,
  dryRun: boolean,
): KubeObject {
  const { kind, namespace, name } = route;
  try {
    return registry.update(kind, namespace, name, change, { dryRun, subresource: 'scale' });
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'Invalid') throw error;
    const message = error.message.replace(/^\S+ /u, 'Scale.autoscaling ');
    throw new ApiError(error.code, error.reason, message, {
      ...error.details,
      group: 'autoscaling',
      kind: 'Scale',
    });
  }
}

function scaleChange(
  request: HttpRequest,
): ((scale: Record<string, unknown>) => Record<string, unknown>) | undefined {
  if (request.method === 'GET') return undefined;
  const sent = parseJson(request.body);
  if (request.method === 'PUT') return () => (isRecord(sent) ? sent : {});
  if (request.method !== 'PATCH') throw methodNotAllowed();
  const type = (request.headers['content-type'] ?? '').split(';')[0] ?? '';
  const apply = patcher(type, sent);
  if (apply === undefined) throw noSuchResource();
  return (current) => apply(current) as Record<string, unknown>;
}

function renderScale(object: KubeObject): Record<string, unknown> {
  const set = object as unknown as StatefulSet;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = set.metadata;
  const selector = Object.entries(set.spec.selector.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: set.spec.replicas === 0 ? {} : { replicas: set.spec.replicas },
    status: { replicas: set.status.replicas, selector },
  };
}
