import type { V1StatefulSet } from '@kubernetes/client-node';
import { SscError } from '@ssc/errors';
import { containerNames, parseRequirements, type Resources, stateOf } from '@ssc/kube-specs';
import { type KubeApi, kinds } from '../kube/api.ts';
import { parseSetState, type SetState } from '../plan/set-state.ts';

/** A set as a driver before this one left it. */
export interface FoundSet {
  readonly object: V1StatefulSet;
  /** How many pods it has. */
  readonly running: number;
  /** Whether it ever had any: then it has data. */
  readonly hasRun: boolean;
  /** What it was changed to; undefined where it is as it was planned. */
  readonly state: SetState | undefined;
  /** What its stellar-core has, which may be less than was planned: see fitQuota. */
  readonly resources: Resources;
}

/** Each set as it is now, in the order of the sets as they were planned. One that is gone ends the run: SSC_ATTACH_MISSING. */
export async function findSets(
  kube: KubeApi,
  run: string,
  planned: readonly V1StatefulSet[],
): Promise<readonly FoundSet[]> {
  return Promise.all(
    planned.map(async (set) => {
      const { namespace = '', name = '' } = set.metadata ?? {};
      const object = await kube.read<V1StatefulSet>({ kind: kinds.statefulSet, namespace, name });
      const running = object?.spec?.replicas;
      if (object === undefined || running === undefined)
        throw attachMissing(run, `StatefulSet ${name}`);
      const text = stateOf(object);
      const state = text === undefined ? undefined : parseSetState(text);
      if (text !== undefined && state === undefined) throw changed(name);
      return {
        object,
        running,
        // A set that was never scaled or changed is as it was created.
        hasRun: running > 0 || (object.metadata?.generation ?? 1) > 1,
        state,
        resources: sizesOf(object),
      };
    }),
  );
}

function sizesOf({ spec }: V1StatefulSet): Resources {
  const core = spec?.template.spec?.containers.find(({ name }) => name === containerNames.core);
  return parseRequirements(core?.resources ?? {});
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
    summary: `StatefulSet ${name} is not as its run made it: its image, settings or data are others`,
    hint: 'Somebody changed it. This says nothing about the network; run the mission again.',
  });

/** Ends the run where a set runs something else than its run made it from (SSC_ATTACH_CHANGED): nobody here knows what became of its data. */
export function refuseOther(asked: V1StatefulSet, { object }: FoundSet): void {
  if (whatRuns(asked) !== whatRuns(object)) throw changed(asked.metadata?.name ?? '');
}

/** Images, configurations and data of a set; not what the server fills in. */
function whatRuns(set: V1StatefulSet): string {
  const pod = set.spec?.template.spec;
  const containers = [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
  return JSON.stringify([
    containers.map(({ name, image, env = [] }) => [name, image, env.map((one) => one.value ?? '')]),
    (pod?.volumes ?? []).map(({ configMap }) => configMap?.name ?? ''),
  ]);
}
