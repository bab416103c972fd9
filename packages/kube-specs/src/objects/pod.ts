import type {
  V1Container,
  V1EnvVar,
  V1PersistentVolumeClaim,
  V1PodSpec,
  V1Probe,
  V1SecurityContext,
  V1Volume,
  V1VolumeMount,
} from '@kubernetes/client-node';
import type { NetworkPlan, Preparation, SetPlan } from '../plan.ts';
import { containerNames, corePorts, podLayout } from '../plan.ts';
import { bootedShell, dataIdVariable, podNameVariable, prepareShell } from '../prepare.ts';
import { sideResources, toRequirements } from '../resources.ts';
import type { Shell } from '../shell/ast.ts';
import { printShell } from '../shell/print.ts';
import { keepDollars } from './expansion.ts';

// Every pod here satisfies the "restricted" Pod Security standard unless the plan says that stellar-core runs as its
// image's user.

const defaultUser = 10_001;
// nginx's own user in the official images.
const nginxUser = 101;

/** Where the pod's configuration comes from. */
export interface PodSources {
  readonly config: Pick<V1Volume, 'configMap' | 'projected'>;
  /** The ConfigMap with `nginx.conf`. */
  readonly historyConfig: string;
  /** The command of the preparation: sets that are prepared alike share it. */
  readonly prepareCommand: readonly string[];
}

/** The pod of a set's nodes: all alike, each finding its own configuration by the pod's name. */
export function toPodSpec(plan: NetworkPlan, set: SetPlan, sources: PodSources): V1PodSpec {
  const user = plan.user ?? defaultUser;
  const servesHistory = set.history ?? true;
  return {
    enableServiceLinks: false,
    automountServiceAccountToken: false,
    // More than stellar-core needs to stop (0.2 s idle, seconds with large merges); it gets SIGTERM as process 1.
    terminationGracePeriodSeconds: 30,
    securityContext: {
      seccompProfile: { type: 'RuntimeDefault' },
      ...(user !== 'image' && {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        fsGroup: user,
      }),
    },
    ...(plan.imagePullSecrets !== undefined && {
      imagePullSecrets: plan.imagePullSecrets.map((name) => ({ name })),
    }),
    initContainers: [prepareContainer(plan, set, sources.prepareCommand)],
    containers: [coreContainer(plan, set), ...(servesHistory ? [historyContainer(plan)] : [])],
    volumes: [
      ...(set.data.kind === 'empty-dir' ? [{ name: 'data', emptyDir: emptyDirOf(set.data) }] : []),
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
    ],
  };
}

const emptyDirOf = (
  data: Extract<SetPlan['data'], { kind: 'empty-dir' }>,
): V1Volume['emptyDir'] & {} => ({
  ...(data.medium === 'memory' && { medium: 'Memory' }),
  ...(data.sizeLimitMiB !== undefined && { sizeLimit: `${data.sizeLimitMiB}Mi` }),
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

const podNameEnv: V1EnvVar = {
  name: podNameVariable,
  valueFrom: { fieldRef: { fieldPath: 'metadata.name' } },
};

const dataMount: V1VolumeMount = { name: 'data', mountPath: podLayout.data };
const configMount: V1VolumeMount = { name: 'cfg', mountPath: podLayout.config, readOnly: true };

const noPrivileges: V1SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
};

const shellCommand = (shell: Shell): string[] => ['/bin/sh', '-c', keepDollars(printShell(shell))];

/** Gives the command of a preparation; the text is printed once for all that are alike. */
export function createPrepareCommands(): (preparation: Preparation) => readonly string[] {
  const commands = new Map<string, readonly string[]>();
  return (preparation) => {
    const key = JSON.stringify([preparation.newDb, preparation.newHist, preparation.catchup]);
    const command = commands.get(key) ?? shellCommand(prepareShell(preparation));
    commands.set(key, command);
    return command;
  };
}

const bootCommand = shellCommand(bootedShell());

const imageOf = (
  plan: NetworkPlan,
  image: string,
): Pick<V1Container, 'image' | 'imagePullPolicy'> => ({
  image,
  imagePullPolicy: plan.imagePullPolicy ?? 'IfNotPresent',
});

const prepareContainer = (
  plan: NetworkPlan,
  set: SetPlan,
  command: readonly string[],
): V1Container => ({
  name: containerNames.prepare,
  ...imageOf(plan, set.image),
  command: [...command],
  workingDir: podLayout.data,
  env: [podNameEnv, { name: dataIdVariable, value: keepDollars(set.dataId) }],
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
  env: [podNameEnv],
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
  securityContext: {
    ...noPrivileges,
    runAsNonRoot: true,
    runAsUser: nginxUser,
    runAsGroup: nginxUser,
    readOnlyRootFilesystem: true,
  },
  volumeMounts: [
    { ...dataMount, readOnly: true },
    { name: 'history-cfg', mountPath: podLayout.historyConfig, readOnly: true },
    // nginx keeps its process id and unfinished uploads here, whatever the image's own /tmp allows.
    { name: 'history-tmp', mountPath: '/tmp' },
  ],
});
