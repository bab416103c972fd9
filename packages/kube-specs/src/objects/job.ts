import type {
  V1ConfigMap,
  V1Container,
  V1EnvVar,
  V1Job,
  V1JobSpec,
  V1PodFailurePolicy,
  V1Secret,
} from '@kubernetes/client-node';
import type { Fact } from '@ssc/errors';
import { checkPreparation, checkRun, checkUser, image, refuse, whole } from '../check-plan.ts';
import { jobLabel, jobSelector, networkLabels } from '../labels.ts';
import { containerNames, podLayout, podNameVariable } from '../layout.ts';
import { anchorName, type JobRef, jobName, toSlug } from '../names.ts';
import type { Database, DataVolume, Preparation, RunPlan } from '../plan.ts';
import { toPostgresSecret } from '../postgres.ts';
import { prepareShell } from '../prepare.ts';
import { type Resources, toRequirements } from '../resources.ts';
import { placementAnnotations, toPlacementFields } from '../scheduling.ts';
import type { Word } from '../shell/ast.ts';
import { eachLine, ifElse, inOrder, run, variable, word } from '../shell/build.ts';
import { toConfigMap } from './configs.ts';
import {
  configMount,
  databaseEnv,
  dataMount,
  dataVolumes,
  imageOf,
  noPrivileges,
  shellCommand,
} from './container.ts';
import { keepDollars } from './expansion.ts';
import { ownedByAnchor } from './owner.ts';
import { podBasics, prepareContainer } from './pod.ts';
import { databasesContainer, postgresContainer, postgresVolume } from './side-containers.ts';

/** A program that runs once, or once for each item of a list, and ends. */
export interface JobPlan extends RunPlan {
  /** Its name in the mission, any text. */
  readonly job: string;
  readonly image: string;
  /**
   * The program and its arguments, never through a shell. A {@link jobItem} among them stands for the item.
   *
   * @example ['stellar-core', 'catchup', jobItem, '--conf', jobConfigFile, '--console']
   */
  readonly command: readonly (string | Word)[];
  /** The configuration file of stellar-core, at {@link jobConfigFile}. */
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is done in its data folder before; needs a configuration. */
  readonly preparation?: Preparation;
  readonly database?: Database;
  /** Further databases that are made in its postgres. @example ['test0', 'test1'] */
  readonly testDatabases?: readonly string[];
  readonly resources: Resources;
  /** @default a folder on the node's disk, gone with the pod */
  readonly data?: Extract<DataVolume, { kind: 'empty-dir' }>;
  /** When all of it is to be over, in seconds from its start; then its pods are ended. */
  readonly deadlineSeconds: number;
  /** How often a pod, or each item's pod, that was killed for want of memory is tried again. @default 2 */
  readonly retries?: number;
  /** The items, each with a pod of its own, and how they are gone through. @default one pod */
  readonly parallel?: {
    readonly items: readonly string[];
    /** So many pods at once. */
    readonly parallelism: number;
    /** So many items may fail before the rest is given up. @default 0 */
    readonly failuresMax?: number;
  };
}

/** The objects of a job below the anchor of its network. */
export interface JobObjects {
  readonly configMaps: readonly V1ConfigMap[];
  /** The password of postgres, if the job uses one. */
  readonly secrets: readonly V1Secret[];
  readonly job: V1Job;
  /** Everything, in an order in which it can be created one by one. */
  readonly all: readonly (V1ConfigMap | V1Secret | V1Job)[];
}

const itemVariable = 'ITEM';
/** Stands for the item in the command of a parallel job. */
export const jobItem: Word = word(variable(itemVariable));

const configName = 'job';
/** Where the configuration of a job is. */
export const jobConfigFile = `${podLayout.config}/${configName}.cfg`;
const itemsFile = 'items';

// Kubernetes' own limit is 100,000 with at most 10,000 failures counted one by one; the list must fit a ConfigMap too.
const itemsMax = 10_000;

/** The objects of a job, owned by the anchor of its network. A plan that cannot become objects: SSC_PLAN_INVALID. */
export function toJobObjects(plan: JobPlan, anchorUid: string): JobObjects {
  checkJob(plan);
  const configMap = toFiles(plan, anchorUid);
  const configMaps = configMap === undefined ? [] : [configMap];
  const secret = plan.database === 'postgres' ? toPostgresSecret(plan, anchorUid) : undefined;
  const secrets = secret === undefined ? [] : [secret];
  const job = toJob(plan, anchorUid, configMap?.metadata?.name);
  return { configMaps, secrets, job, all: [...configMaps, ...secrets, job] };
}

const refOf = (plan: JobPlan): JobRef => ({
  run: plan.run,
  ...(plan.network !== undefined && { network: plan.network }),
  job: plan.job,
});

/** The files of a job: its configuration, and its items with their numbers. */
function toFiles(plan: JobPlan, anchorUid: string): V1ConfigMap | undefined {
  const files = new Map<string, string>();
  if (plan.config !== undefined) files.set(`${configName}.cfg`, plan.config);
  if (plan.parallel !== undefined)
    files.set(itemsFile, plan.parallel.items.map((item, i) => `${i} ${item}\n`).join(''));
  return files.size === 0 ? undefined : toConfigMap(plan, files, anchorUid);
}

function toJob(plan: JobPlan, anchorUid: string, files: string | undefined): V1Job {
  const ref = refOf(plan);
  const labels = {
    ...networkLabels(plan.run, plan.network, plan.mission, 'job'),
    [jobLabel]: toSlug(plan.job),
  };
  const postgres = plan.database === 'postgres' ? plan.postgres : undefined;
  const [firstDatabase, ...otherDatabases] = plan.testDatabases ?? [];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(ref),
      namespace: plan.namespace,
      labels,
      ownerReferences: ownedByAnchor(anchorName(plan.run, plan.network), anchorUid),
    },
    spec: {
      ...retrying(plan),
      podFailurePolicy: failurePolicy(plan),
      activeDeadlineSeconds: plan.deadlineSeconds,
      template: {
        metadata: {
          labels,
          ...(plan.scheduling !== undefined && {
            annotations: placementAnnotations(plan.scheduling),
          }),
        },
        spec: {
          ...podBasics(plan),
          restartPolicy: 'Never',
          ...(plan.scheduling !== undefined && toPlacementFields(plan, jobSelector(ref))),
          initContainers: [
            ...(postgres === undefined ? [] : [postgresContainer(plan, postgres)]),
            ...(postgres === undefined || firstDatabase === undefined
              ? []
              : [databasesContainer(plan, postgres, [firstDatabase, ...otherDatabases])]),
            ...(plan.preparation === undefined
              ? []
              : [
                  prepareContainer(
                    plan,
                    // The folder goes with the pod: its data are those of the job, prepared once.
                    { ...plan, dataId: jobName(ref) },
                    shellCommand(prepareShell(plan.preparation)),
                    configNameEnv,
                  ),
                ]),
          ],
          containers: [jobContainer(plan, files !== undefined)],
          volumes: [
            ...dataVolumes(plan.data ?? { kind: 'empty-dir', medium: 'disk' }),
            ...(files === undefined ? [] : [{ name: 'cfg', configMap: { name: files } }]),
            ...(postgres === undefined ? [] : [postgresVolume(plan)]),
          ],
        },
      },
    },
  };
}

/** All pods of a job find the same file, whatever they are called. */
const configNameEnv: V1EnvVar = { name: podNameVariable, value: configName };

const jobContainer = (plan: JobPlan, hasFiles: boolean): V1Container => ({
  name: containerNames.job,
  ...imageOf(plan, plan.image),
  command: toCommand(plan),
  workingDir: podLayout.data,
  env: [
    ...Object.entries(plan.env ?? {}).map(([name, value]) => ({ name, value: keepDollars(value) })),
    ...databaseEnv(plan, plan.database),
  ],
  resources: toRequirements(plan.resources),
  securityContext: noPrivileges,
  volumeMounts: [dataMount, ...(hasFiles ? [configMount] : [])],
});

function toCommand(plan: JobPlan): string[] {
  if (plan.parallel === undefined)
    return plan.command.map((text) => keepDollars(typeof text === 'string' ? text : ''));
  const [program = '', ...args] = plan.command;
  const index = 'JOB_COMPLETION_INDEX';
  return shellCommand(
    inOrder(
      eachLine(
        `${podLayout.config}/${itemsFile}`,
        ['INDEX', itemVariable],
        ifElse(
          run('test', word(variable('INDEX')), '=', word(variable(index))),
          // In place of the shell: it is process 1, and its exit code is the pod's.
          run('exec', program, ...args),
        ),
      ),
      run('echo', word('ssc: there is no item ', variable(index))),
      run('exit', '1'),
    ),
  );
}

function retrying({ parallel, retries = 2 }: JobPlan): Partial<V1JobSpec> {
  if (parallel === undefined) return { backoffLimit: retries };
  return {
    completionMode: 'Indexed',
    completions: parallel.items.length,
    parallelism: Math.min(parallel.parallelism, parallel.items.length),
    backoffLimitPerIndex: retries,
    maxFailedIndexes: parallel.failuresMax ?? 0,
  };
}

// 128 + SIGKILL: for want of memory, as a rule.
const killed = 137;

/**
 * What a failed pod means: one that was evicted or lost its node counts for nothing and is made again, one that was
 * killed is tried again, and what ends with any other code has failed: trying again would only hide it. The codes of
 * sidecars, which are ended when the program is, say nothing.
 */
const failurePolicy = (plan: JobPlan): V1PodFailurePolicy => ({
  rules: [
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    ...[
      containerNames.job,
      ...(plan.preparation === undefined ? [] : [containerNames.prepare]),
    ].map((containerName) => ({
      action: plan.parallel === undefined ? 'FailJob' : 'FailIndex',
      onExitCodes: { containerName, operator: 'NotIn', values: [killed] },
    })),
  ],
});

function checkJob(plan: JobPlan): void {
  const here = `job ${plan.job}`;
  const { parallel, retries, preparation } = plan;
  const words = plan.command.filter((part) => typeof part !== 'string');
  const unknown = words
    .flat()
    .flatMap((part) => ('variable' in part && part.variable !== itemVariable ? part.variable : []));
  const problems: Fact[] = [
    ...checkRun(plan),
    ...(plan.job === '' ? ([['job', 'needs a name']] as Fact[]) : []),
    ...image(`${here}: image`, plan.image),
    ...(plan.command.length > 0 && plan.command[0] !== ''
      ? []
      : ([[`${here}: command`, 'must begin with a program']] as Fact[])),
    ...(words.length > 0 && parallel === undefined
      ? ([[`${here}: command`, 'names an item, but the job has no list of items']] as Fact[])
      : []),
    ...unknown.map(
      (name): Fact => [`${here}: command`, `names "${name}", and only the item can stand there`],
    ),
    ...whole(`${here}: deadlineSeconds`, plan.deadlineSeconds),
    ...(retries === undefined || (Number.isInteger(retries) && retries >= 0 && retries <= 100)
      ? []
      : ([[`${here}: retries`, `must be 0 to 100, got ${retries}`]] as Fact[])),
    ...(preparation !== undefined && plan.config === undefined
      ? ([[`${here}: preparation`, 'needs a configuration (config)']] as Fact[])
      : []),
    ...(preparation === undefined ? [] : checkPreparation(`${here}: preparation`, preparation)),
    ...checkDatabases(plan, here),
    ...(parallel === undefined ? [] : checkParallel(parallel, here)),
    ...checkUser(plan),
  ];
  refuse(plan.run, problems);
}

function checkDatabases({ database, postgres, testDatabases = [] }: JobPlan, here: string): Fact[] {
  if (database !== 'postgres')
    return testDatabases.length === 0
      ? []
      : [[`${here}: testDatabases`, 'need postgres as database']];
  return [
    ...(postgres === undefined
      ? ([
          [`${here}: database`, 'is postgres, but the plan has no image for it (postgres)'],
        ] as Fact[])
      : []),
    ...testDatabases
      .filter((name) => !/^[a-z][a-z0-9_]*$/u.test(name))
      .map(
        (name): Fact => [`${here}: testDatabases`, `must be of a-z, 0-9 and "_", got "${name}"`],
      ),
  ];
}

function checkParallel(
  { items, parallelism, failuresMax = 0 }: NonNullable<JobPlan['parallel']>,
  here: string,
): Fact[] {
  const bytes = items.reduce((sum, item) => sum + Buffer.byteLength(item) + 8, 0);
  const bad = items.find((item) => item === '' || item !== item.trim() || /[\r\n\0]/u.test(item));
  return [
    ...(items.length > 0 && items.length <= itemsMax && bytes <= 1024 * 1024
      ? []
      : ([
          [
            `${here}: items`,
            `must be 1 to ${itemsMax} in at most 1 MiB, got ${items.length} in ${bytes} bytes`,
          ],
        ] as Fact[])),
    ...(bad === undefined
      ? []
      : ([
          [
            `${here}: items`,
            `must be texts of one line without space around them, got ${JSON.stringify(bad)}`,
          ],
        ] as Fact[])),
    ...whole(`${here}: parallelism`, parallelism),
    ...(Number.isInteger(failuresMax) && failuresMax >= 0
      ? []
      : ([[`${here}: failuresMax`, `must be 0 or above, got ${failuresMax}`]] as Fact[])),
  ];
}
