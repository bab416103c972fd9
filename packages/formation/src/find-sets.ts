import type { V1StatefulSet } from '@kubernetes/client-node';
import { SscError } from '@ssc/errors';
import { type KubeApi, kinds } from './kube/api.ts';

/**
 * How many pods each set has now, in the order of the sets as they were planned. A set that is gone (SSC_ATTACH_MISSING), or
 * that was changed since (SSC_ATTACH_CHANGED), ends the run: nobody here knows what became of its data.
 */
export async function findSets(
  kube: KubeApi,
  run: string,
  planned: readonly V1StatefulSet[],
): Promise<readonly number[]> {
  return Promise.all(
    planned.map(async (set) => {
      const { namespace = '', name = '' } = set.metadata ?? {};
      const found = await kube.read<V1StatefulSet>({ kind: kinds.statefulSet, namespace, name });
      const running = found?.spec?.replicas;
      if (running === undefined) throw attachMissing(run, `StatefulSet ${name}`);
      if (whatRuns(set) !== whatRuns(found)) throw changed(name);
      return running;
    }),
  );
}

/** What a driver before this one brought up is not there. */
export const attachMissing = (run: string, what: string): SscError =>
  new SscError({
    problem: { code: 'SSC_ATTACH_MISSING' },
    verdict: 'broken',
    summary: `run ${run} has no ${what}, which the driver before brought up`,
    hint: 'Somebody removed it while nobody watched. This says nothing about the network.',
  });

const changed = (name: string): SscError =>
  new SscError({
    problem: { code: 'SSC_ATTACH_CHANGED' },
    verdict: 'broken',
    summary: `StatefulSet ${name} is not as it was planned: its mission had changed its image, settings or data`,
    hint: 'A run whose sets were changed cannot be taken over; run the mission again.',
  });

/** Images, configurations and data of a set; not what the server fills in. */
function whatRuns(set: V1StatefulSet | undefined): string {
  const pod = set?.spec?.template.spec;
  const containers = [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
  return JSON.stringify([
    containers.map(({ name, image, env = [] }) => [name, image, env.map((one) => one.value ?? '')]),
    (pod?.volumes ?? []).map(({ configMap }) => configMap?.name ?? ''),
  ]);
}
