import type { V1Container, V1Job, V1PodSpec } from '@kubernetes/client-node';
import { type Fact, usageError } from '@ssc/errors';
import { image, named, whole } from '../check-plan.ts';
import { managedByLabel, roleLabel } from '../labels.ts';
import { type Resources, sideResources, toRequirements } from '../resources.ts';
import { placementAnnotations, type Scheduling, toPlacementFields } from '../scheduling.ts';
import { noPrivileges } from './container.ts';
import { keepDollars } from './expansion.ts';

/** ssc itself in the cluster. */
export interface DriverPlan {
  readonly namespace: string;
  /** Of the Job: at most 52 characters, since its pods carry it. @example "ssc-nightly" */
  readonly name: string;
  /** An image with `ssc` in its PATH. */
  readonly image: string;
  /** Arguments of ssc. @example ['run', 'SimplePayment', '--provider', 'kubernetes', '--access', 'in-cluster'] */
  readonly args: readonly string[];
  /** The account it works with: see `toPermissionObjects`. @default "ssc" */
  readonly serviceAccount?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** After which it is ended, in seconds. Ending it leaves runs to their fuses. */
  readonly deadlineSeconds: number;
  /** A claim for what runs leave behind. @default a folder on the node's disk, gone with the pod */
  readonly resultsClaim?: string;
  readonly resources?: Resources;
  readonly scheduling?: Pick<
    Scheduling,
    'requireNodeLabels' | 'avoidNodeLabels' | 'tolerateTaints'
  >;
  /** A user id. @default 10001 */
  readonly user?: number;
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  readonly imagePullSecrets?: readonly string[];
}

/** The folder that ssc works in, and where its runs are left. */
export const driverFolder = '/ssc';

/**
 * A Job with one pod that runs ssc with the account's own credentials. It is never started again by itself: a second
 * driver would make a second run. What it cannot be made from: SSC_PLAN_INVALID (usage).
 */
export function toDriverJob(plan: DriverPlan): V1Job {
  checkDriver(plan);
  const labels = {
    [managedByLabel]: 'ssc',
    [roleLabel]: 'driver',
    'app.kubernetes.io/instance': plan.name,
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: plan.name, namespace: plan.namespace, labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: plan.deadlineSeconds,
      template: {
        // A driver that is moved is a driver that is killed.
        metadata: { labels, annotations: placementAnnotations() },
        spec: toPodSpec(plan, labels),
      },
    },
  };
}

function toPodSpec(plan: DriverPlan, labels: Readonly<Record<string, string>>): V1PodSpec {
  const user = plan.user ?? 10_001;
  return {
    restartPolicy: 'Never',
    serviceAccountName: plan.serviceAccount ?? 'ssc',
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    // To dump and delete its run after SIGTERM.
    terminationGracePeriodSeconds: 120,
    securityContext: {
      seccompProfile: { type: 'RuntimeDefault' },
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
    },
    ...(plan.imagePullSecrets !== undefined && {
      imagePullSecrets: plan.imagePullSecrets.map((name) => ({ name })),
    }),
    ...toPlacementFields(
      { run: plan.name, scheduling: { ...plan.scheduling, spread: false } },
      labels,
    ),
    containers: [toContainer(plan)],
    volumes: [
      plan.resultsClaim === undefined
        ? { name: 'results', emptyDir: {} }
        : { name: 'results', persistentVolumeClaim: { claimName: plan.resultsClaim } },
      { name: 'tmp', emptyDir: {} },
    ],
  };
}

const toContainer = (plan: DriverPlan): V1Container => ({
  name: 'ssc',
  image: plan.image,
  imagePullPolicy: plan.imagePullPolicy ?? 'IfNotPresent',
  command: ['ssc', ...plan.args.map(keepDollars)],
  workingDir: driverFolder,
  env: [
    { name: 'HOME', value: driverFolder },
    ...Object.entries(plan.env ?? {}).map(([name, value]) => ({
      name,
      value: keepDollars(value),
    })),
  ],
  resources: toRequirements(plan.resources ?? sideResources.driver),
  securityContext: { ...noPrivileges, readOnlyRootFilesystem: true },
  volumeMounts: [
    { name: 'results', mountPath: driverFolder },
    { name: 'tmp', mountPath: '/tmp' },
  ],
});

function checkDriver(plan: DriverPlan): void {
  const problems: Fact[] = [
    ...named('namespace', plan.namespace),
    ...(plan.name.length <= 52 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/u.test(plan.name)
      ? []
      : ([['name', `must be 1 to 52 of a-z, 0-9 and "-", got "${plan.name}"`]] as Fact[])),
    ...image('image', plan.image),
    ...whole('deadlineSeconds', plan.deadlineSeconds),
  ];
  if (problems.length > 0)
    throw usageError(
      'SSC_PLAN_INVALID',
      'ssc cannot run in the cluster like this; nothing was made',
      {
        facts: problems,
      },
    );
}
