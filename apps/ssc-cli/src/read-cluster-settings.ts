import type { ClusterSettings } from '@ssc/formation';
import { type Resources, sideResources, withResources } from '@ssc/kube-specs';
import type { clusterSettingOptions, Range } from './options/cluster.ts';
import type { OptionValues } from './options/option-row.ts';

/** What the options say. */
export type SettingValues = OptionValues<typeof clusterSettingOptions>;

/** How nodes lie in a cluster, by what was given. The password is that of a postgres beside a node, of one run alone. */
export function readClusterSettings(options: SettingValues, password: string): ClusterSettings {
  const { postgresUser, networkDelay } = options;
  return {
    ...given({
      profile: options.resources,
      user: options.coreUser,
      data: options.data,
      dataSizeMiB: options.dataSize,
      storageClass: options.storageClass,
      whenScaledDown: options.claimRetention,
      database: options.database,
      imagePullPolicy: options.imagePullPolicy,
      imagePullSecrets: options.imagePullSecrets,
      exporter: options.exportMetrics ? { image: options.exporterImage } : undefined,
    }),
    resources: {
      ...sizes(options.coreCpu, 'cpuRequestMillis', 'cpuLimitMillis'),
      ...sizes(options.coreMemory, 'memoryRequestMiB', 'memoryLimitMiB'),
      ...sizes(options.coreDisk, 'diskRequestMiB', 'diskLimitMiB'),
    },
    postgres: {
      image: options.postgresImage,
      password,
      ...(postgresUser !== undefined && { user: postgresUser }),
      resources: withResources(sideResources.postgres, {
        ...sizes(options.postgresCpu, 'cpuRequestMillis', 'cpuLimitMillis'),
        ...sizes(options.postgresMemory, 'memoryRequestMiB', 'memoryLimitMiB'),
      }),
    },
    delay: {
      image: options.netdelayImage,
      ...(networkDelay !== undefined && { delayMs: networkDelay }),
    },
    scheduling: {
      spread: !options.unevenSched,
      dedicatedNodes: options.dedicatedNodes,
      ...given({
        requireNodeLabels: options.requireNodeLabels,
        avoidNodeLabels: options.avoidNodeLabels,
        tolerateTaints: options.tolerateNodeTaints,
      }),
    },
    fitQuota: options.fitQuota,
    concurrentMissions: options.concurrentMissions,
  };
}

type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** The values that are there. */
const given = <T extends object>(values: T): Given<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;

const sizes = (
  range: Range | undefined,
  request: keyof Resources,
  limit: keyof Resources,
): Partial<Resources> =>
  range === undefined ? {} : { [request]: range.request, [limit]: range.limit };
