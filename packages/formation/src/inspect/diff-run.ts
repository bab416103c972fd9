import type { V1ConfigMap } from '@kubernetes/client-node';
import {
  type NetworkPlan,
  networkLabel,
  networkPrefix,
  redactObject,
  roleLabel,
  runSelectorText,
  toStandaloneObjects,
} from '@ssc/kube-specs';
import { type KubeApi, type KubeKind, type KubeObject, kinds } from '../kube/api.ts';
import { refusalOf } from '../kube/refusal.ts';

/** An object of a run, or a file of its nodes, that is not as it would be made now. */
export interface RunDifference {
  /** @example "StatefulSet ssc-1a2b3c-core", "file ssc-1a2b3c-core-0.cfg" */
  readonly what: string;
  /** As it is: an object without what the server keeps of it, or a text. Undefined where there is none. */
  readonly before: object | string | undefined;
  /** As it would be made now. Undefined where none would be. */
  readonly after: object | string | undefined;
}

/** What was compared, and what could not be. */
export interface RunComparison {
  readonly differences: readonly RunDifference[];
  /** How many objects and files were compared. */
  readonly compared: number;
  /** Kinds that may not be listed: what there is of them beside the planned objects is not known. */
  readonly unseen: readonly string[];
}

/** A run, and the network that it is compared with. */
export interface DiffOptions {
  readonly kube: KubeApi;
  readonly plan: NetworkPlan;
}

/**
 * Compares the objects of a run with those that a plan would make now, Secrets without their values. The server itself says what it would make of each,
 * defaults included, by a dry run of its creation: nothing is stored. Configurations are compared file by file, since the names
 * of their ConfigMaps are made from what is in them.
 */
export async function diffRun(options: DiffOptions): Promise<RunComparison> {
  const planned = toStandaloneObjects(options.plan);
  const { objects: live, unseen } = await readLive(options, planned);
  const after = new Map<string, KubeObject>();
  for (const object of planned)
    after.set(nameOf(object), isFiles(object) ? object : await dryRun(object, options.kube));
  const before = new Map(live.map((object) => [nameOf(object), object]));
  const objects = [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => !name.startsWith('ConfigMap '))
    .map((name) => compareObjects(name, before.get(name), after.get(name)));
  const files = compareFiles(filesOf(before.values()), filesOf(after.values()));
  return {
    differences: [...objects.flat(), ...files.flatMap(({ difference }) => difference)],
    compared: objects.length + files.length,
    unseen,
  };
}

const nameOf = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata?.name}`;
const isFiles = ({ kind }: KubeObject): boolean => kind === 'ConfigMap';

/** Objects of a network, as far as they may be looked at: all of them, or those that are planned. */
async function readLive(
  { kube, plan }: DiffOptions,
  planned: readonly KubeObject[],
): Promise<{ readonly objects: readonly KubeObject[]; readonly unseen: readonly string[] }> {
  const { run, network, namespace } = plan;
  const unseen: string[] = [];
  const ofKind = async (kind: KubeKind): Promise<readonly KubeObject[]> => {
    try {
      const query = { kind, namespace, labelSelector: runSelectorText(run) };
      return (await kube.list<KubeObject>(query)).items;
    } catch (error) {
      if (refusalOf(error)?.status !== 403) throw error;
      unseen.push(kind.plural);
      const mine = planned.filter((object) => object.kind === kind.kind);
      const read = mine.map(({ metadata }) =>
        kube.read<KubeObject>({ kind, namespace, name: metadata?.name ?? '' }),
      );
      return (await Promise.all(read)).filter((object) => object !== undefined);
    }
  };
  const lists = await Promise.all(
    Object.values(kinds)
      .filter(({ kind }) => isCompared(kind, planned))
      .map(async (kind) =>
        (await ofKind(kind)).map(
          (object): KubeObject => ({ ...object, apiVersion: kind.apiVersion, kind: kind.kind }),
        ),
      ),
  );
  const isOfNetwork = ({ metadata }: KubeObject): boolean =>
    metadata?.labels?.[networkLabel] === networkPrefix(run, network) &&
    metadata.labels[roleLabel] !== 'anchor';
  return { objects: lists.flat().filter(isOfNetwork), unseen };
}

/** What the runs of this network may consist of: what is planned, and what every network has. */
const isCompared = (kind: string, planned: readonly KubeObject[]): boolean =>
  ['Service', 'ConfigMap', 'StatefulSet'].includes(kind) ||
  planned.some((object) => object.kind === kind);

/** The object as the server would keep it. It is named otherwise meanwhile: one of its name is there. */
async function dryRun(object: KubeObject, kube: KubeApi): Promise<KubeObject> {
  const { metadata = {} } = object;
  const made = await kube.create(
    metadata.namespace ?? '',
    { ...object, metadata: { ...metadata, name: 'ssc-diff' } },
    { dryRun: true },
  );
  return { ...made, ...kindOf(object), metadata: { ...made.metadata, ...named(metadata.name) } };
}

const named = (name: string | undefined) => (name === undefined ? {} : { name });
const kindOf = ({ apiVersion = '', kind = '' }: KubeObject) => ({ apiVersion, kind });

function compareObjects(
  what: string,
  live: KubeObject | undefined,
  planned: KubeObject | undefined,
): RunDifference[] {
  // The values of Secrets are left out: they are drawn for each run.
  const [before, after] = [live, planned].map(
    (object) => object && redactObject(withoutServerFields(object)),
  );
  return toText(before) === toText(after) ? [] : [{ what, before, after }];
}

/** What a person wrote of an object, defaults included: without identity, history and state. */
function withoutServerFields(object: KubeObject): KubeObject {
  const {
    metadata,
    status: _status,
    ...rest
  } = object as KubeObject & { readonly status?: unknown };
  const { name, namespace, labels, annotations } = metadata ?? {};
  const kept = Object.entries({ name, namespace, labels, annotations }).filter(
    ([, value]) => value !== undefined,
  );
  return sorted({
    ...rest,
    metadata: Object.fromEntries(kept),
    ...('spec' in rest && { spec: withoutAllocated(rest.spec) }),
  }) as KubeObject;
}

/** Without addresses that the server gave, and without the times and states in what an object is a pattern of. */
function withoutAllocated(spec: unknown): unknown {
  if (typeof spec !== 'object' || spec === null) return spec;
  if (Array.isArray(spec)) return spec.map(withoutAllocated);
  const isAllocated = 'clusterIP' in spec && spec.clusterIP !== 'None';
  const left = isAllocated
    ? ['clusterIP', 'clusterIPs', 'creationTimestamp', 'status']
    : ['creationTimestamp', 'status'];
  return Object.fromEntries(
    Object.entries(spec)
      .filter(([key]) => !left.includes(key))
      .map(([key, value]) => [key, withoutAllocated(value)]),
  );
}

/** With keys in the order of their names, so that two of the same content are the same text. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}

const toText = (value: unknown): string => JSON.stringify(value) ?? '';

/** Files by name. Of several generations of a file, those that are there of a network that changed, the newest. */
function filesOf(objects: Iterable<KubeObject>): ReadonlyMap<string, string> {
  const maps = [...objects].filter(isFiles) as V1ConfigMap[];
  const madeAt = ({ metadata }: V1ConfigMap): number =>
    new Date(metadata?.creationTimestamp ?? 0).getTime();
  return new Map(
    maps.sort((a, b) => madeAt(a) - madeAt(b)).flatMap(({ data }) => Object.entries(data ?? {})),
  );
}

const compareFiles = (
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly { readonly difference: readonly RunDifference[] }[] =>
  [...new Set([...before.keys(), ...after.keys()])].sort().map((name) => ({
    difference:
      before.get(name) === after.get(name)
        ? []
        : [{ what: `file ${name}`, before: before.get(name), after: after.get(name) }],
  }));
