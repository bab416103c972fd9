import type { Clock, Random } from '@ssc/clock';
import { type CoreClient, createCoreClient } from '@ssc/core-http';
import { usageError } from '@ssc/errors';
import { coreSetAnnotation, type NodeRef, networkLabel, networkPrefix } from '@ssc/kube-specs';
import { type AccessOptions, createAccess } from '../access/access.ts';
import type { RunPod } from './run-pods.ts';

/** A node of a run, and how it is reached. */
export interface ReachOptions extends AccessOptions {
  readonly run: string;
  readonly pod: RunPod;
  readonly clock: Clock;
  readonly random: Random;
}

/** A client of one node of a run that is there, once it answers by the way that is asked for. */
export async function reachNode(options: ReachOptions): Promise<CoreClient> {
  const { run, pod, clock, random } = options;
  if (!pod.isNode)
    throw usageError('SSC_NODE_UNKNOWN', `${pod.node} is the pod of a job, with no admin port`);
  const ref = refOf(run, pod);
  const access = createAccess(options);
  const client = createCoreClient({ ...access.node(ref), node: pod.node, clock, random });
  await access.open({
    nodes: [{ ref, client }],
    routes: [],
    clock,
    signal: new AbortController().signal,
    within: '30s',
    check: async () => {},
    note: () => {},
    networkSize: 1,
  });
  return client;
}

/** What the node is called by those who made it. */
function refOf(run: string, { pod: { metadata } }: RunPod): NodeRef {
  const name = metadata?.name ?? '';
  const prefix = metadata?.labels?.[networkLabel] ?? run;
  const network = Number(prefix.slice(networkPrefix(run, 0).length + 2) || 0);
  return {
    run,
    network,
    set: metadata?.annotations?.[coreSetAnnotation] ?? '',
    ordinal: Number(name.slice(name.lastIndexOf('-') + 1)),
  };
}
