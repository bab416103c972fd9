import { type Fact, usageError } from '@ssc/errors';
import {
  type Database,
  type DataVolume,
  type NetworkPlan,
  type PostgresServer,
  type ResourceProfile,
  type Resources,
  type RunPlan,
  resourceProfiles,
  type Scheduling,
  type SetPlan,
  type SideContainer,
  withResources,
} from '@ssc/kube-specs';
import type { CoreSetSpec } from './core-set-spec.ts';

/**
 * How a network lies in its cluster: sizes, storage, database, what runs beside stellar-core, where pods go. It goes over what
 * a mission says of its sets; what is not given is the mission's own, or the default.
 */
export interface ClusterSettings {
  /** The size of stellar-core's container, instead of the sets' own. */
  readonly profile?: ResourceProfile;
  /** Single sizes over the profile. */
  readonly resources?: Partial<Resources>;
  /**
   * Who stellar-core runs as, or `image`: its image's own user. Some storage gives folders that only root may write into.
   *
   * @default 10001
   */
  readonly user?: RunPlan['user'];
  /** Where data folders are. Sets that keep their data are on claims whatever is said here. @default "disk" */
  readonly data?: 'disk' | 'memory' | 'claim';
  /** The most that a data folder holds; the size of a claim. @default no limit, and 1024 of a claim */
  readonly dataSizeMiB?: number;
  /** Of claims. @default the cluster's */
  readonly storageClass?: string;
  /** Whether the claim of a pod that is scaled away stays. @default "kept" */
  readonly whenScaledDown?: 'kept' | 'deleted';
  /** Where tables are, instead of the sets' own choice. */
  readonly database?: Database;
  readonly postgres?: PostgresServer;
  /** Gives the metrics of stellar-core to Prometheus, in every pod. @default none */
  readonly exporter?: SideContainer;
  /** Delays of packets: the image with `tc`, and what every packet to another node waits instead of what its set says. */
  readonly delay?: SideContainer & { readonly delayMs?: number };
  /** Which nodes of the cluster pods go to. @default `{}`: they are spread */
  readonly scheduling?: Scheduling;
  readonly imagePullPolicy?: RunPlan['imagePullPolicy'];
  /** Names of Secrets in the namespace. */
  readonly imagePullSecrets?: readonly string[];
  /** Makes stellar-core smaller until the network fits what the namespace's quotas leave. @default false */
  readonly fitQuota?: boolean;
  /** So many missions share what is left, this one among them. @default 1 */
  readonly concurrentMissions?: number;
  /** What the container that serves archives has. */
  readonly historyResources?: Resources;
}

/** The sets with the database that the settings ask for: it stands in the nodes' configurations too. */
export const withDatabase = (
  sets: Readonly<Record<string, CoreSetSpec>>,
  { database }: ClusterSettings,
): Readonly<Record<string, CoreSetSpec>> =>
  database === undefined
    ? sets
    : Object.fromEntries(Object.entries(sets).map(([name, set]) => [name, { ...set, database }]));

/** What the settings say of all pods of a network. */
export function toClusterFields(
  cluster: ClusterSettings,
): Pick<
  NetworkPlan,
  'user' | 'imagePullPolicy' | 'imagePullSecrets' | 'postgres' | 'scheduling' | 'exporter'
> {
  const { user, imagePullPolicy, imagePullSecrets, postgres, exporter } = cluster;
  return {
    scheduling: cluster.scheduling ?? {},
    ...(user !== undefined && { user }),
    ...(imagePullPolicy !== undefined && { imagePullPolicy }),
    ...(imagePullSecrets !== undefined && { imagePullSecrets }),
    ...(postgres !== undefined && { postgres }),
    ...(exporter !== undefined && { exporter }),
  };
}

/** What the settings make of one set. */
export const toSetFields = (
  set: CoreSetSpec,
  cluster: ClusterSettings,
): Pick<SetPlan, 'resources' | 'data' | 'database'> => ({
  resources: withResources(
    resourceProfiles[cluster.profile ?? set.resources ?? 'small'],
    cluster.resources ?? {},
  ),
  data: toDataVolume(set, cluster),
  ...(set.database !== undefined && { database: set.database }),
});

// Ledgers of test networks are some MiB; a claim of a GiB is the least that many classes make.
const claimSizeMiB = 1024;

const isOnClaims = (set: CoreSetSpec, { data }: ClusterSettings): boolean =>
  set.keepsData === true || data === 'claim';

function toDataVolume(set: CoreSetSpec, cluster: ClusterSettings): DataVolume {
  const { data = 'disk', dataSizeMiB, storageClass, whenScaledDown } = cluster;
  if (isOnClaims(set, cluster))
    return {
      kind: 'claim',
      sizeMiB: dataSizeMiB ?? claimSizeMiB,
      ...(storageClass !== undefined && { storageClass }),
      ...(whenScaledDown !== undefined && { whenScaledDown }),
    };
  return {
    kind: 'empty-dir',
    medium: data === 'memory' ? 'memory' : 'disk',
    ...(dataSizeMiB !== undefined && { sizeLimitMiB: dataSizeMiB }),
  };
}

/**
 * Refuses settings that contradict what the sets need, or that would say nothing (SSC_PLAN_INVALID): who asks for a storage
 * class or a delay and gets none believes to have tested it.
 */
export function checkCluster(
  sets: Readonly<Record<string, CoreSetSpec>>,
  cluster: ClusterSettings,
): void {
  const all = Object.entries(sets);
  const facts: Fact[] = [];
  if (!all.some(([, set]) => isOnClaims(set, cluster)))
    for (const key of ['storageClass', 'whenScaledDown'] as const)
      if (cluster[key] !== undefined)
        facts.push([key, `is "${cluster[key]}", and no set has its data on claims`]);
  const delayMs = cluster.delay?.delayMs;
  if (delayMs !== undefined && !all.some(([, set]) => set.delayMs !== undefined))
    facts.push(['networkDelay', `is ${delayMs} ms, and no set has packets that wait`]);
  for (const [name, set] of all) {
    const here = `sets.${name}`;
    if (set.keepsData !== true) continue;
    if (cluster.data !== undefined && cluster.data !== 'claim')
      facts.push([here, `keeps its data, which needs claims; got data "${cluster.data}"`]);
    if (set.database === 'memory')
      facts.push([here, 'keeps its data, and tables in memory go with the process']);
    if (cluster.whenScaledDown === 'deleted')
      facts.push([here, 'keeps its data, and its claims were to be deleted when it stops']);
  }
  if (facts.length === 0) return;
  throw usageError('SSC_PLAN_INVALID', 'the network cannot lie in the cluster as it is asked to', {
    facts,
  });
}
