import { createRandom, type Random } from '@ssc/clock';
import { SscError } from '@ssc/errors';
import { createBudget, createKubeApi, type KubeApi } from '@ssc/formation';
import { openCluster } from '@ssc/formation/cluster';
import type { Dispatcher } from 'undici';
import type { Host } from './host.ts';
import type { OptionValues } from './options/option-row.ts';
import type { clusterOptions } from './options/where.ts';

/** A cluster as the commands about runs use it. */
export interface OpenKube {
  readonly kube: KubeApi;
  /** Carries requests to the API server, and through it to nodes. */
  readonly dispatcher: Dispatcher;
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
  return {
    dispatcher: cluster.access.dispatcher,
    random,
    kube: createKubeApi({ access: cluster.access, clock, random, budget: createBudget(clock) }),
    namespace: cluster.namespace,
    context: cluster.context,
    server: cluster.access.baseUrl,
    close: () => cluster.close(),
  };
};

/** Opens the cluster; undefined when there is none to open and what was asked for was found on this machine already. */
export async function openUnlessNone(
  open: KubeOpener,
  choice: ClusterChoice,
  host: Host,
  foundHere: boolean,
): Promise<OpenKube | undefined> {
  try {
    return await open(choice, host);
  } catch (error) {
    if (foundHere && error instanceof SscError && error.problem.code === 'SSC_KUBECONFIG_MISSING')
      return undefined;
    throw error;
  }
}

/** Who this is, as it stands in the anchors of runs. @example "ada@build-7" */
export const whoIs = ({ env }: Host): string =>
  `${env['USER'] ?? 'somebody'}@${env['HOSTNAME'] ?? 'somewhere'}`;
