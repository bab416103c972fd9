import { createRandom, type Random } from '@ssc/clock';
import { SscError } from '@ssc/errors';
import {
  type Carriers,
  createBudget,
  createKubeApi,
  createPodConnect,
  type KubeApi,
} from '@ssc/formation';
import { openCluster } from '@ssc/formation/cluster';
import { Agent, type Dispatcher } from 'undici';
import type { Host } from './host.ts';
import type { OptionValues } from './options/option-row.ts';
import type { clusterOptions } from './options/where.ts';

/** A cluster as the commands about runs use it. */
export interface OpenKube extends Carriers {
  readonly kube: KubeApi;
  readonly random: Random;
  readonly namespace: string;
  /** The context of the kubeconfig. */
  readonly context: string;
  readonly server: string;
  close(): Promise<void>;
}

/** What names a cluster and a place in it. */
export type ClusterChoice = OptionValues<typeof clusterOptions>;

/** Opens the cluster that the options name. */
export type KubeOpener = (choice: ClusterChoice, host: Host) => Promise<OpenKube>;

/** Opens the cluster of the kubeconfig. */
export const openKube: KubeOpener = async ({ kubeconfig, context, namespace }, host) => {
  const cluster = openCluster({
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
    ...(namespace !== undefined && { namespace }),
  });
  const { clock } = host;
  const random = createRandom(Buffer.from(host.randomBytes(16)).toString('hex'));
  const direct = openDirect();
  return {
    dispatcher: cluster.access.dispatcher,
    random,
    connect: createPodConnect(cluster.access, clock),
    direct,
    kube: createKubeApi({ access: cluster.access, clock, random, budget: createBudget(clock) }),
    namespace: cluster.namespace,
    context: cluster.context,
    server: cluster.access.baseUrl,
    async close() {
      await Promise.all([cluster.close(), direct.destroy()]);
    },
  };
};

/** Carries requests to ingress controllers, Gateways and pods. A connection stays open for as long as HTTP/1.1 has it. */
export const openDirect = (): Dispatcher => new Agent({ allowH2: false, connections: 64 });

/** Opens the cluster; undefined when there is none to open and what was asked for is known of this machine. */
export async function openUnlessNone(
  open: KubeOpener,
  choice: ClusterChoice,
  host: Host,
  foundHere: boolean,
): Promise<OpenKube | undefined> {
  try {
    return await open(choice, host);
  } catch (error) {
    if (foundHere && isNone(error)) return undefined;
    throw error;
  }
}

/** Opens the cluster of a run that this machine has not; where there is no cluster either, both are said. */
export async function openElsewhere(
  open: KubeOpener,
  choice: ClusterChoice,
  host: Host,
  run: string,
): Promise<OpenKube> {
  try {
    return await open(choice, host);
  } catch (error) {
    if (!isNone(error)) throw error;
    throw error.with({ facts: [['This machine', `has no run ${run}`]] });
  }
}

const isNone = (error: unknown): error is SscError =>
  error instanceof SscError && error.problem.code === 'SSC_KUBECONFIG_MISSING';
