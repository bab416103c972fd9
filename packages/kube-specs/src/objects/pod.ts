import type {
  V1Container,
  V1PersistentVolumeClaim,
  V1PodSpec,
  V1Probe,
  V1Volume,
} from '@kubernetes/client-node';
import { networkSelector } from '../labels.ts';
import {
  containerNames,
  corePorts,
  dataIdVariable,
  podLayout,
  podNameVariable,
} from '../layout.ts';
import type { NetworkPlan, Preparation, RunPlan, SetPlan } from '../plan.ts';
import { bootedShell, prepareShell } from '../prepare.ts';
import { type Resources, sideResources, toRequirements } from '../resources.ts';
import { placementAnnotations, toPlacementFields } from '../scheduling.ts';
import {
  configMount,
  databaseEnv,
  dataMount,
  dataVolumes,
  imageOf,
  noPrivileges,
  podNameEnv,
  podSecurity,
  shellCommand,
} from './container.ts';
import { keepDollars } from './expansion.ts';
import {
  delayContainer,
  delayVolume,
  exporterAnnotations,
  exporterContainer,
  postgresContainer,
  postgresVolume,
} from './side-containers.ts';

/** Where the pod's configuration comes from. */
export interface PodSources {
  readonly config: Pick<V1Volume, 'configMap' | 'projected'>;
  /** The ConfigMap with `nginx.conf`. */
  readonly historyConfig: string;
  /** The command of the preparation: sets that are prepared alike share it. */
  readonly prepareCommand: readonly string[];
}

/** What the pods of networks and jobs have alike. */
export const podBasics = (plan: RunPlan): Omit<V1PodSpec, 'containers'> => ({
  enableServiceLinks: false,
  automountServiceAccountToken: false,
  // More than stellar-core needs to stop (0.2 s idle, seconds with large merges); it gets SIGTERM as process 1.
  terminationGracePeriodSeconds: 30,
  securityContext: podSecurity(plan),
  ...(plan.imagePullSecrets !== undefined && {
    imagePullSecrets: plan.imagePullSecrets.map((name) => ({ name })),
  }),
});

/** The pod of a set's nodes: all alike, each finding its own configuration by the pod's name. */
export function toPodSpec(plan: NetworkPlan, set: SetPlan, sources: PodSources): V1PodSpec {
  const servesHistory = set.history ?? true;
  const postgres = set.database === 'postgres' ? plan.postgres : undefined;
  const delay = hasDelays(set) ? plan.delay : undefined;
  return {
    ...podBasics(plan),
    ...(plan.scheduling !== undefined &&
      toPlacementFields(plan, networkSelector(plan.run, plan.network))),
    initContainers: [
      ...(postgres === undefined ? [] : [postgresContainer(plan, postgres)]),
      ...(delay === undefined ? [] : [delayContainer(plan, delay)]),
      prepareContainer(plan, set, sources.prepareCommand),
    ],
    containers: [
      coreContainer(plan, set),
      ...(servesHistory ? [historyContainer(plan)] : []),
      ...(plan.exporter === undefined ? [] : [exporterContainer(plan, plan.exporter)]),
    ],
    volumes: [
      ...dataVolumes(set.data),
      { name: 'cfg', ...sources.config },
      ...(servesHistory
        ? [
            {
              name: 'history-cfg',
              configMap: {
                name: sources.historyConfig,
                items: [{ key: 'nginx.conf', path: 'nginx.conf' }],
              },
            },
            { name: 'history-tmp', emptyDir: { sizeLimit: '16Mi' } },
          ]
        : []),
      ...(postgres === undefined ? [] : [postgresVolume(plan)]),
      ...(delay === undefined ? [] : [delayVolume]),
    ],
  };
}

/** Whether any node of a set has packets that wait. Then all pods of it have the container: they are alike. */
export const hasDelays = (set: SetPlan): boolean =>
  set.nodes.some(({ delays }) => delays !== undefined && delays.length > 0);

/** The annotations of a set's pods. */
export const podAnnotations = (plan: NetworkPlan): Record<string, string> => ({
  ...(plan.exporter !== undefined && exporterAnnotations),
  ...(plan.scheduling !== undefined && placementAnnotations(plan.scheduling)),
});

/** The claim of a set whose data outlive its pods, or none. */
export const toClaims = (set: SetPlan): V1PersistentVolumeClaim[] =>
  set.data.kind === 'empty-dir'
    ? []
    : [
        {
          metadata: { name: 'data' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            ...(set.data.storageClass !== undefined && { storageClassName: set.data.storageClass }),
            resources: { requests: { storage: `${set.data.sizeMiB}Mi` } },
          },
        },
      ];

/** Gives the command of a preparation; the text is printed once for all that are alike. */
export function createPrepareCommands(): (preparation: Preparation) => readonly string[] {
  const commands = new Map<string, readonly string[]>();
  return (preparation) => {
    const key = JSON.stringify([
      preparation.newDb,
      preparation.newHist,
      preparation.catchup,
      preparation.copyOf,
    ]);
    const command = commands.get(key) ?? shellCommand(prepareShell(preparation));
    commands.set(key, command);
    return command;
  };
}

const bootCommand = shellCommand(bootedShell());

/** What {@link prepareContainer} is told of a set or job. */
export type Prepared = Pick<SetPlan, 'image' | 'dataId' | 'database'> & {
  readonly resources: Resources;
};

/** The one init container that ends: it prepares the data, or finds them prepared. */
export const prepareContainer = (
  plan: RunPlan,
  set: Prepared,
  command: readonly string[],
  nameEnv = podNameEnv,
): V1Container => ({
  name: containerNames.prepare,
  ...imageOf(plan, set.image),
  command: [...command],
  workingDir: podLayout.data,
  env: [
    nameEnv,
    { name: dataIdVariable, value: keepDollars(set.dataId) },
    ...databaseEnv(plan, set.database),
  ],
  resources: toRequirements(set.resources),
  securityContext: noPrivileges,
  volumeMounts: [dataMount, configMount],
});

const coreContainer = (plan: NetworkPlan, set: SetPlan): V1Container => ({
  name: containerNames.core,
  ...imageOf(plan, set.image),
  command: [
    'stellar-core',
    'run',
    '--conf',
    `${podLayout.config}/$(${podNameVariable}).cfg`,
    '--console',
    ...(set.waitForConsensus ? ['--wait-for-consensus'] : []),
  ],
  // The image's own folder may not be writable for this user; core writes relative paths there.
  workingDir: podLayout.data,
  env: [podNameEnv, ...databaseEnv(plan, set.database)],
  ports: [
    { name: 'peer', containerPort: corePorts.peer },
    { name: 'http', containerPort: corePorts.http },
  ],
  resources: toRequirements(set.resources),
  securityContext: noPrivileges,
  startupProbe: bootProbe,
  readinessProbe: answersProbe,
  volumeMounts: [dataMount, configMount],
});

/**
 * Until stellar-core has loaded its ledger the container is not started, hence not ready. An HTTP probe can't tell:
 * while booting, core answers 200 to everything. After the first success it never runs again. Its threshold is past all
 * deadlines, for a start-up probe that gives up kills the container.
 */
const bootProbe: V1Probe = {
  exec: { command: bootCommand },
  periodSeconds: 1,
  timeoutSeconds: 5,
  failureThreshold: 1_000_000,
};

/** From then on: the admin port answers. One cheap request each ten seconds; a node under load has four misses. */
const answersProbe: V1Probe = {
  httpGet: { path: '/info', port: corePorts.http },
  periodSeconds: 10,
  timeoutSeconds: 10,
  failureThreshold: 4,
};

const historyContainer = (plan: NetworkPlan): V1Container => ({
  name: containerNames.history,
  ...imageOf(plan, plan.history.image),
  command: ['nginx', '-c', `${podLayout.historyConfig}/nginx.conf`],
  ports: [{ name: 'history', containerPort: plan.history.port }],
  resources: toRequirements(plan.history.resources ?? sideResources.history),
  // The pod's user, which is stellar-core's: what it compresses for its archive, nobody else may read (mode 0600).
  securityContext: { ...noPrivileges, readOnlyRootFilesystem: true },
  volumeMounts: [
    { ...dataMount, readOnly: true },
    { name: 'history-cfg', mountPath: podLayout.historyConfig, readOnly: true },
    // nginx keeps its process id and unfinished uploads here, whatever the image's own /tmp allows.
    { name: 'history-tmp', mountPath: '/tmp' },
  ],
});
