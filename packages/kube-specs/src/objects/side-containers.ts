import type { V1Container, V1Volume } from '@kubernetes/client-node';
import { delayReadyFile, delayShell } from '../delay.ts';
import { containerNames, exporterPort, podLayout } from '../layout.ts';
import { postgresSecretName } from '../names.ts';
import type { PostgresServer, RunPlan, SideContainer } from '../plan.ts';
import { passwordKey, postgresAccount, postgresShell } from '../postgres.ts';
import { sideResources, toRequirements } from '../resources.ts';
import { allOf, run } from '../shell/build.ts';
import {
  configMount,
  databaseEnv,
  dataMount,
  imageOf,
  noPrivileges,
  podNameEnv,
  shellCommand,
} from './container.ts';

// Native sidecars (init containers that go on running, from Kubernetes 1.29) are up before what needs them, and end
// after it; in a Job they do not keep the pod from being done.

// Past all deadlines: a startup probe that gives up kills its container.
const patient = { periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 1_000_000 };

// The postgres user of the official images on Debian.
const postgresUser = 999;

/** postgres, up before stellar-core's tables are made. */
export function postgresContainer(plan: RunPlan, server: PostgresServer): V1Container {
  const user = server.user ?? postgresUser;
  return {
    name: containerNames.postgres,
    ...imageOf(plan, server.image),
    restartPolicy: 'Always',
    command: shellCommand(postgresShell(server.settings)),
    // For clients that are run in here: see dumpCommand.
    env: databaseEnv(plan, 'postgres'),
    ports: [{ name: 'postgres', containerPort: 5432 }],
    resources: toRequirements(server.resources ?? sideResources.postgres),
    securityContext: { ...noPrivileges, runAsNonRoot: true, runAsUser: user, runAsGroup: user },
    startupProbe: {
      exec: {
        command: [
          ...['pg_isready', '-h', 'localhost'],
          ...['-d', postgresAccount.database, '-U', postgresAccount.user],
        ],
      },
      ...patient,
    },
    volumeMounts: [
      // Its own folder of the data volume, and not stellar-core's.
      { ...dataMount, mountPath: podLayout.postgres, subPath: 'postgres' },
      { name: 'postgres-secret', mountPath: podLayout.postgresSecret, readOnly: true },
    ],
  };
}

/** The volume with the password, for `initdb`. */
export const postgresVolume = (plan: RunPlan): V1Volume => ({
  name: 'postgres-secret',
  secret: {
    secretName: postgresSecretName(plan.run, plan.network),
    items: [{ key: passwordKey, path: passwordKey }],
  },
});

/** Makes empty databases beside stellar-core's own, before what uses them: its tests want test0, test1, … */
export function databasesContainer(
  plan: RunPlan,
  server: PostgresServer,
  names: readonly [string, ...string[]],
): V1Container {
  const create = (name: string): ReturnType<typeof run> =>
    run('createdb', '-h', 'localhost', '-U', postgresAccount.user, name);
  const [first, second, ...more] = names.map(create);
  const user = server.user ?? postgresUser;
  return {
    name: containerNames.databases,
    ...imageOf(plan, server.image),
    command: shellCommand(
      second === undefined || first === undefined
        ? create(names[0])
        : allOf(first, second, ...more),
    ),
    env: databaseEnv(plan, 'postgres'),
    // It runs when the server is up, and is gone before the program starts.
    resources: toRequirements(sideResources.exporter),
    securityContext: { ...noPrivileges, runAsNonRoot: true, runAsUser: user, runAsGroup: user },
  };
}

/** stellar-core's metrics for Prometheus: asks the admin port of its own pod. */
export const exporterContainer = (plan: RunPlan, exporter: SideContainer): V1Container => ({
  name: containerNames.exporter,
  ...imageOf(plan, exporter.image),
  ports: [{ name: 'prom-exp', containerPort: exporterPort }],
  resources: toRequirements(exporter.resources ?? sideResources.exporter),
  securityContext: noPrivileges,
});

/** What tells Prometheus of a pod with an exporter. Pods are told apart by their labels: core set and pod index. */
export const exporterAnnotations: Readonly<Record<string, string>> = {
  'prometheus.io/scrape': 'true',
  'prometheus.io/port': String(exporterPort),
  'prometheus.io/path': '/metrics',
};

/**
 * Delays what leaves the pod: all containers of a pod share one network. The only container with a privilege: netem needs
 * NET_ADMIN, which works for root alone.
 */
export const delayContainer = (plan: RunPlan, delay: SideContainer): V1Container => ({
  name: containerNames.delay,
  ...imageOf(plan, delay.image),
  restartPolicy: 'Always',
  command: shellCommand(delayShell()),
  env: [podNameEnv],
  resources: toRequirements(delay.resources ?? sideResources.delay),
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] },
    runAsNonRoot: false,
    runAsUser: 0,
    readOnlyRootFilesystem: true,
  },
  startupProbe: { exec: { command: ['cat', delayReadyFile] }, ...patient },
  volumeMounts: [configMount, { name: 'delay-tmp', mountPath: '/tmp' }],
});

/** What the delay container writes down. */
export const delayVolume: V1Volume = { name: 'delay-tmp', emptyDir: { sizeLimit: '16Mi' } };
