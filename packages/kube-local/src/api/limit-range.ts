import type { LimitRange } from '../types/objects.ts';
import type { Container, Pod, ResourceList } from '../types/pod.ts';
import { type Kind, kinds } from './kinds.ts';
import type { Draft } from './object.ts';
import { renderLike, toMilli } from './quantity.ts';
import { forbidden } from './status.ts';
import type { Store } from './store.ts';
import { podResources } from './usage.ts';

/* What a LimitRange prescribes, as plugin/pkg/admission/limitranger of the real server. */

type Limit = LimitRange['spec']['limits'][number];

/** What is compared with a limit. */
interface Amounts {
  readonly requests: ResourceList;
  readonly limits: ResourceList;
}

/** Fills in the defaults of a pod's containers, then refuses it where it keeps not to a limit. Throws a Forbidden Status. */
export function limitPod(object: Draft, store: Store): void {
  const pod = object as unknown as Pod;
  const items = rangesOf(object, store).flatMap(({ spec }) => spec.limits);
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const notes = containers.flatMap((container) => {
    const isInit = pod.spec.initContainers?.includes(container) === true;
    return items
      .filter(({ type }) => type === 'Container')
      .flatMap((item) => setDefaults(container, item, isInit ? 'init container' : 'container'));
  });
  if (notes.length > 0)
    object.metadata.annotations = {
      ...object.metadata.annotations,
      'kubernetes.io/limit-ranger': `LimitRanger plugin set: ${notes.join('; ')}`,
    };
  const ofContainers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map(amountsOf);
  const ofPod: Amounts = { requests: sumOf(pod, 'requests'), limits: sumOf(pod, 'limits') };
  refuse(kinds.pod, object, store, (item) => {
    if (item.type === 'Pod') return problemsOf(item, ofPod);
    return item.type === 'Container'
      ? ofContainers.flatMap((amounts) => problemsOf(item, amounts))
      : [];
  });
}

/** Refuses a claim of more or less storage than a limit lets it have. Throws a Forbidden Status. */
export function limitClaim(object: Draft, store: Store): void {
  const { resources = {} } = object['spec'] as { readonly resources?: Partial<Amounts> };
  const { requests = {} } = resources;
  refuse(kinds.persistentVolumeClaim, object, store, ({ type, min, max }) =>
    type === 'PersistentVolumeClaim'
      ? [
          ...Object.entries(min ?? {}).flatMap((one) =>
            tooLittle(type, one, { requests, limits: {} }),
          ),
          ...Object.entries(max ?? {}).flatMap((one) => asksTooMuch(type, one, requests)),
        ]
      : [],
  );
}

const rangesOf = ({ metadata }: Draft, store: Store): readonly LimitRange[] =>
  store.list(kinds.limitRange, metadata.namespace ?? '') as unknown as LimitRange[];

const amountsOf = ({ resources }: Container): Amounts => ({
  requests: resources?.requests ?? {},
  limits: resources?.limits ?? {},
});

/** What a pod's containers have together, written in the form of the first. */
function sumOf({ spec }: Pod, part: 'requests' | 'limits'): ResourceList {
  const all = [...spec.containers, ...(spec.initContainers ?? [])];
  const like = (resource: string): string | undefined =>
    all.map(({ resources }) => resources?.[part]?.[resource]).find((text) => text !== undefined);
  return Object.fromEntries(
    Object.entries(podResources(spec, part)).map(([resource, milli]) => [
      resource,
      renderLike(milli, like(resource)),
    ]),
  );
}

/** The first range that is not kept to is told of, with all that is against it. */
function refuse(
  kind: Kind,
  object: Draft,
  store: Store,
  problemsWith: (item: Limit) => readonly string[],
): void {
  for (const { spec } of rangesOf(object, store)) {
    const [first, ...more] = [...new Set(spec.limits.flatMap(problemsWith))];
    if (first === undefined) continue;
    const text = more.length === 0 ? first : `[${[first, ...more].join(', ')}]`;
    throw forbidden(kind, object.metadata.name ?? '', text);
  }
}

function setDefaults(container: Container, item: Limit, word: string): string[] {
  const fields = container as { resources?: Record<string, ResourceList> };
  fields.resources ??= {};
  const notes: string[] = [];
  for (const [target, source, name] of [
    ['requests', item.defaultRequest, 'request'],
    ['limits', item.default, 'limit'],
  ] as const) {
    const amounts: Record<string, string> = { ...fields.resources[target] };
    const added: string[] = [];
    for (const [resource, amount] of Object.entries(source ?? {}))
      if (amounts[resource] === undefined) {
        amounts[resource] = amount;
        added.push(resource);
      }
    if (added.length === 0) continue;
    fields.resources[target] = amounts;
    notes.push(`${added.sort().join(', ')} ${name} for ${word} ${container.name}`);
  }
  return notes;
}

const problemsOf = (item: Limit, amounts: Amounts): string[] => [
  ...Object.entries(item.min ?? {}).flatMap((one) => tooLittle(item.type, one, amounts)),
  ...Object.entries(item.max ?? {}).flatMap((one) => tooMuch(item.type, one, amounts)),
  ...Object.entries(item.maxLimitRequestRatio ?? {}).flatMap((one) =>
    tooWide(item.type, one, amounts),
  ),
];

type Bound = readonly [resource: string, amount: string];

function tooLittle(type: string, [resource, min]: Bound, { requests, limits }: Amounts): string[] {
  const [request, limit] = [requests[resource], limits[resource]];
  const said = `minimum ${resource} usage per ${type} is ${min}`;
  if (request === undefined) return [`${said}.  No request is specified`];
  if (toMilli(request) < toMilli(min)) return [`${said}, but request is ${request}`];
  return limit !== undefined && toMilli(limit) < toMilli(min)
    ? [`${said}, but limit is ${limit}`]
    : [];
}

function tooMuch(type: string, [resource, max]: Bound, { requests, limits }: Amounts): string[] {
  const [request, limit] = [requests[resource], limits[resource]];
  const said = `maximum ${resource} usage per ${type} is ${max}`;
  if (limit === undefined) return [`${said}.  No limit is specified`];
  if (toMilli(limit) > toMilli(max)) return [`${said}, but limit is ${limit}`];
  return request !== undefined && toMilli(request) > toMilli(max)
    ? [`${said}, but request is ${request}`]
    : [];
}

function asksTooMuch(type: string, [resource, max]: Bound, requests: ResourceList): string[] {
  const request = requests[resource];
  const said = `maximum ${resource} usage per ${type} is ${max}`;
  if (request === undefined) return [`${said}.  No request is specified`];
  return toMilli(request) > toMilli(max) ? [`${said}, but request is ${request}`] : [];
}

function tooWide(type: string, [resource, most]: Bound, { requests, limits }: Amounts): string[] {
  const [request, limit] = [toMilli(requests[resource]), toMilli(limits[resource])];
  const said = `${resource} max limit to request ratio per ${type} is ${most}`;
  if (request === 0n) return [`${said}, but no request is specified or request is 0`];
  if (limit === 0n) return [`${said}, but no limit is specified or limit is 0`];
  if (limit * 1000n <= request * toMilli(most)) return [];
  return [`${said}, but provided ratio is ${(Number(limit) / Number(request)).toFixed(6)}`];
}
