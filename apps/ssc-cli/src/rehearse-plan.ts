import type { V1StatefulSet } from '@kubernetes/client-node';
import type { ClusterSettings, KubeApi, KubeObject } from '@ssc/formation';
import { networkLabel, roleLabel } from '@ssc/kube-specs';
import type { RunResult } from '@ssc/missions';
import type { Host } from './host.ts';
import type { PlannedRun } from './planned-run.ts';
import { simulatedProvider } from './providers/simulated.ts';
import { runOne } from './run-one.ts';

/** A network that a mission had at some time of its rehearsal. */
export interface RehearsedNetwork {
  /** Its objects, each set with the most nodes that it had. */
  readonly objects: readonly KubeObject[];
}

/** What a mission did in a rehearsal. */
export interface Rehearsal {
  readonly result: RunResult;
  /** In the order in which they were made. */
  readonly networks: readonly RehearsedNetwork[];
}

/**
 * Runs a mission on simulated nodes, in memory alone, to see what it does: which phases it has and which networks it makes is only
 * known by running it.
 */
export async function rehearse(
  planned: PlannedRun,
  clusterSettings: ClusterSettings,
  host: Host,
): Promise<Rehearsal> {
  const provider = simulatedProvider(planned.seed);
  const made = new Map<string, KubeObject>();
  const settings = {
    destination: '',
    parallel: 1,
    repeat: 1,
    retryBroken: 0,
    keep: false,
    json: false,
  };
  const nowhere: Host = { ...host, write: async () => {}, append() {}, link: async () => {} };
  const { result } = await runOne(planned, {
    settings,
    host: nowhere,
    open: async () => ({ ...provider, clusterSettings, kube: watched(provider.kube, made) }),
    onEvent() {},
  });
  const ofNetworks = Map.groupBy(
    made.values(),
    ({ metadata }) => metadata?.labels?.[networkLabel] ?? '',
  );
  return {
    result,
    networks: [...ofNetworks].filter(([name]) => name !== '').map(([, objects]) => ({ objects })),
  };
}

/** The same API, with what is made of networks kept: sets with the most nodes that they have had. */
function watched(kube: KubeApi, made: Map<string, KubeObject>): KubeApi {
  const keep = (object: KubeObject): void => {
    const { kind, metadata } = object;
    if (metadata?.labels?.[roleLabel] === 'anchor') return;
    const name = `${kind} ${metadata?.name}`;
    const before = made.get(name);
    if (before === undefined || replicasOf(object) >= replicasOf(before)) made.set(name, object);
  };
  return {
    ...kube,
    async create(namespace, object, how) {
      const created = await kube.create(namespace, object, how);
      if (how?.dryRun !== true) keep(object);
      return created;
    },
    async patch<T extends KubeObject>(...args: Parameters<KubeApi['patch']>): Promise<T> {
      const patched = await kube.patch<T>(...args);
      if (args[0].kind.kind === 'StatefulSet') keep({ ...patched, kind: 'StatefulSet' });
      return patched;
    },
    get calls() {
      return kube.calls;
    },
  };
}

const replicasOf = (object: KubeObject): number => (object as V1StatefulSet).spec?.replicas ?? 0;
