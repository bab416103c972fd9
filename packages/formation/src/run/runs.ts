import type { V1ConfigMap, V1Job } from '@kubernetes/client-node';
import type { Clock } from '@ssc/clock';
import {
  anchorName,
  fuseBurnsDownAtMs,
  fuseName,
  isRunName,
  managedByLabel,
  parseAnchor,
  roleLabel,
  roleSelectorText,
  runLabel,
} from '@ssc/kube-specs';
import { type KubeApi, type KubeObject, type KubeRef, kinds } from '../kube/api.ts';
import { pushedAtAnnotation } from './fuse.ts';
import { aliveMs } from './hold.ts';
import { unknownRun } from './unknown-run.ts';

/**
 * How a run is doing: *driven*, a driver holds it and was heard of lately; *abandoned*, a driver holds it and is silent; *kept*,
 * no driver holds it, on purpose; *burnt*, its fuse has burnt down and the cluster is about to collect it; *fuseless*,
 * somebody took its fuse away and left the rest, which nothing collects by itself.
 */
export type RunState = 'driven' | 'abandoned' | 'kept' | 'burnt' | 'fuseless';

/** A run as its fuse and its anchor tell of it. Times are RFC 3339 in UTC, by the server's clock. */
export interface RunInfo {
  readonly run: string;
  readonly namespace: string;
  readonly state: RunState;
  /** Empty where the driver died before it wrote them. */
  readonly mission: string;
  readonly who: string;
  readonly version: string;
  readonly holder: string;
  readonly startedAt: string;
  /** The phases that are done, in order. */
  readonly phases: readonly string[];
  /** When the driver was last heard of. */
  readonly heardAt: string;
  /** When the cluster collects it by itself. Undefined without a fuse. */
  readonly burnsDownAt?: string;
}

/** A run and the object that all of it hangs on. */
export interface FoundRun extends RunInfo {
  /** What it was asked for, as JSON, and a hash of its plan; empty where no driver wrote them. */
  readonly asked: string;
  readonly plan: string;
  /** Its fuse; without one, its anchor. Deleting it deletes the run. */
  readonly root: KubeRef & { readonly uid: string; readonly resourceVersion: string };
}

/** Where to look for runs. */
export interface RunQuery {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly namespace: string;
}

/** All runs of a namespace, the oldest first. What only looks like a part of a run is left out. */
export async function listRuns({ kube, clock, namespace }: RunQuery): Promise<FoundRun[]> {
  const [jobs, configMaps] = await Promise.all([
    kube.list<V1Job>({ kind: kinds.job, namespace, labelSelector: roleSelectorText('fuse') }),
    kube.list<V1ConfigMap>({
      kind: kinds.configMap,
      namespace,
      labelSelector: roleSelectorText('anchor'),
    }),
  ]);
  const fuses = new Map(jobs.items.filter(isFuse).map((fuse) => [runOf(fuse), fuse]));
  const anchors = new Map(
    configMaps.items
      .filter((anchor) => isAnchor(anchor, fuses.get(runOf(anchor))))
      .map((anchor) => [runOf(anchor), anchor]),
  );
  return [...new Set([...fuses.keys(), ...anchors.keys()])]
    .map((run) => describeRun(run, fuses.get(run), anchors.get(run), clock.now()))
    .sort((a, b) => compare(a.startedAt, b.startedAt) || compare(a.run, b.run));
}

/** The run of a name; SSC_RUN_UNKNOWN where there is none that still has its fuse. */
export async function findRun(query: RunQuery & { readonly run: string }): Promise<FoundRun> {
  const all = (await listRuns(query)).filter(
    ({ state }) => state !== 'fuseless' && state !== 'burnt',
  );
  const found = all.find(({ run }) => run === query.run);
  if (found !== undefined) return found;
  throw unknownRun(
    query.namespace,
    [query.run],
    all.map(({ run }) => run),
  );
}

function describeRun(
  run: string,
  fuse: V1Job | undefined,
  anchor: V1ConfigMap | undefined,
  nowMs: number,
): FoundRun {
  const content = anchor === undefined ? undefined : parseAnchor(anchor);
  const root = fuse ?? anchor;
  const createdAt = timeOf(root?.metadata?.creationTimestamp);
  const pushedAt = fuse?.metadata?.annotations?.[pushedAtAnnotation];
  const heardAtMs = pushedAt === undefined ? createdAt : timeOf(pushedAt);
  const burnsDownAtMs =
    fuse === undefined
      ? undefined
      : fuseBurnsDownAtMs({
          startedAtMs: timeOf(fuse.status?.startTime ?? fuse.metadata?.creationTimestamp),
          activeDeadlineSeconds: fuse.spec?.activeDeadlineSeconds ?? 0,
        });
  return {
    run,
    namespace: root?.metadata?.namespace ?? '',
    state: stateOf(burnsDownAtMs, content?.holder, nowMs - heardAtMs, nowMs),
    mission: content?.mission ?? '',
    who: content?.who ?? '',
    version: content?.version ?? '',
    holder: content?.holder ?? '',
    startedAt: content?.startedAt ?? toIso(createdAt),
    phases: phasesOf(content?.journal ?? ''),
    asked: content?.asked ?? '',
    plan: content?.plan ?? '',
    heardAt: toIso(heardAtMs),
    ...(burnsDownAtMs !== undefined && { burnsDownAt: toIso(burnsDownAtMs) }),
    root: {
      kind: fuse === undefined ? kinds.configMap : kinds.job,
      namespace: root?.metadata?.namespace ?? '',
      name: root?.metadata?.name ?? '',
      uid: root?.metadata?.uid ?? '',
      resourceVersion: root?.metadata?.resourceVersion ?? '',
    },
  };
}

function stateOf(
  burnsDownAtMs: number | undefined,
  holder: string | undefined,
  silentMs: number,
  nowMs: number,
): RunState {
  if (burnsDownAtMs === undefined) return 'fuseless';
  if (burnsDownAtMs <= nowMs) return 'burnt';
  if (holder === '') return 'kept';
  return silentMs <= aliveMs ? 'driven' : 'abandoned';
}

/** The names of the phases in a journal; a line that is none is left out. */
function phasesOf(journal: string): string[] {
  return journal.split('\n').flatMap((line) => {
    try {
      const entry = JSON.parse(line) as { readonly phase?: unknown };
      return typeof entry.phase === 'string' ? [entry.phase] : [];
    } catch {
      return [];
    }
  });
}

/** Ours by label, name and shape: a Job that can run no pod. */
const isFuse = (job: V1Job): boolean =>
  isOurs(job, 'fuse') && job.metadata?.name === fuseName(runOf(job)) && job.spec?.parallelism === 0;

/** Ours by label, name, content and owner. */
function isAnchor(anchor: V1ConfigMap, fuse: V1Job | undefined): boolean {
  if (!isOurs(anchor, 'anchor') || anchor.metadata?.name !== anchorName(runOf(anchor)))
    return false;
  const owners = anchor.metadata.ownerReferences ?? [];
  // One whose fuse was taken away with its dependents left has no owner any more; one of another owner is another's.
  if (fuse === undefined ? owners.length > 0 : owners[0]?.uid !== fuse.metadata?.uid) return false;
  try {
    parseAnchor(anchor);
    return true;
  } catch {
    return false;
  }
}

const isOurs = (object: KubeObject, role: string): boolean =>
  object.metadata?.labels?.[managedByLabel] === 'ssc' &&
  object.metadata.labels[roleLabel] === role &&
  isRunName(runOf(object));

const runOf = (object: KubeObject): string => object.metadata?.labels?.[runLabel] ?? '';

const timeOf = (time: Date | string | undefined): number => new Date(time ?? 0).getTime();
const toIso = (ms: number): string => new Date(ms).toISOString();
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
