import type { V1Pod } from '@kubernetes/client-node';
import { type Duration, toMs } from '@ssc/clock';
import {
  type JobPlan,
  jobSelector,
  type ResourceProfile,
  renderSelector,
  resourceProfiles,
  toJobObjects,
  withResources,
} from '@ssc/kube-specs';
import { type KubeObject, kinds } from '../kube/api.ts';
import { createReflector } from '../kube/reflector.ts';
import { refusalOf } from '../kube/refusal.ts';
import { admitObjects } from '../plan/admit-network.ts';
import { toClusterFields } from '../plan/cluster-settings.ts';
import { imageOf, type NetworkRequest } from '../plan/plan-network.ts';
import type { Run } from '../run/run.ts';
import { type JobResult, type JobTools, RunningJob } from './running-job.ts';

/** A program of stellar-core's image that runs once, or once for each item of a list. */
export interface JobRequest
  extends Pick<
    JobPlan,
    | 'command'
    | 'config'
    | 'env'
    | 'preparation'
    | 'database'
    | 'testDatabases'
    | 'retries'
    | 'parallel'
  > {
  /** Its name in the mission; each job of a run has another. */
  readonly name: string;
  /** @default "new" */
  readonly image?: 'new' | 'old';
  /** @default "small" */
  readonly resources?: ResourceProfile;
  /** When all of it is to be over, from its creation. */
  readonly within: Duration;
}

// The cluster ends it too, for a driver that does not come back; the driver is first, and reads the logs.
const marginSeconds = 120;

/**
 * Runs a job to its end: *failed* when its program fails or takes too long, *broken* when the cluster does not let it run.
 * Its logs are saved whatever comes of it, and it is removed: namespaces bound how many there may be.
 */
export async function runJob(
  request: JobRequest,
  where: NetworkRequest,
  tools: JobTools,
): Promise<JobResult> {
  const { run, kube, clock, note } = tools;
  const plan = toJobPlan(request, where);
  const { all } = toJobObjects(plan, run.anchorUid);
  const { namespace, clusterSettings: settings = {} } = where;
  await admitObjects(all, namespace, { kube, settings, note });
  const selector = jobSelector({ run: plan.run, job: plan.job });
  const pods = createReflector<V1Pod>(kube, clock, {
    kind: kinds.pod,
    namespace,
    labelSelector: renderSelector(selector),
  });
  const job = new RunningJob(plan, pods, tools);
  try {
    await pods.ready;
    for (const object of all) {
      const made = await createOnce(run, object);
      if (object.kind === 'Job') job.made = made;
    }
    return await job.result(request.within);
  } finally {
    await job.saveLogs();
    pods.stop();
    await job.remove();
  }
}

/** What is named by its content, and the password that a network made already, is there once. */
async function createOnce(run: Run, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await run.create(object);
  } catch (error) {
    if (object.kind === 'Job' || refusalOf(error)?.status !== 409) throw error;
    return undefined;
  }
}

function toJobPlan(request: JobRequest, where: NetworkRequest): JobPlan {
  const { name, image, resources, within, ...rest } = request;
  const { clusterSettings: settings = {} } = where;
  const { exporter: _, ...fields } = toClusterFields(settings);
  return {
    ...fields,
    ...rest,
    run: where.run,
    mission: where.mission,
    namespace: where.namespace,
    job: name,
    image: imageOf(`job ${name}`, image, where.images),
    resources: withResources(
      resourceProfiles[settings.profile ?? resources ?? 'small'],
      settings.resources ?? {},
    ),
    deadlineSeconds: Math.ceil(toMs(within) / 1000) + marginSeconds,
  };
}
