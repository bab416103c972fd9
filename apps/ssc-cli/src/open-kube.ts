import { createRandom } from '@ssc/clock';
import { SscError } from '@ssc/errors';
import { createBudget, createKubeApi, type KubeApi } from '@ssc/formation';
import { openCluster } from '@ssc/formation/cluster';
import type { GivenOptions } from './command-line.ts';
import type { Host } from './host.ts';

/** A cluster as the commands about runs use it. */
export interface OpenKube {
  readonly kube: KubeApi;
  readonly namespace: string;
  /** The context of the kubeconfig. */
  readonly context: string;
  readonly server: string;
  close(): Promise<void>;
}

/** Opens the cluster that the options name. */
export type KubeOpener = (given: GivenOptions['options'], host: Host) => Promise<OpenKube>;

/** Opens the cluster of the kubeconfig. */
export const openKube: KubeOpener = async (given, host) => {
  const [kubeconfig, context, namespace] = ['kubeconfig', 'context', 'namespace'].map((flag) => {
    const value = given[flag];
    return typeof value === 'string' ? value : undefined;
  });
  const cluster = openCluster({
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
    ...(namespace !== undefined && { namespace }),
  });
  const { clock } = host;
  const random = createRandom(Buffer.from(host.randomBytes(16)).toString('hex'));
  return {
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
  given: GivenOptions['options'],
  host: Host,
  foundHere: boolean,
): Promise<OpenKube | undefined> {
  try {
    return await open(given, host);
  } catch (error) {
    if (foundHere && error instanceof SscError && error.problem.code === 'SSC_KUBECONFIG_MISSING')
      return undefined;
    throw error;
  }
}

/** Who this is, as it stands in the anchors of runs. @example "ada@build-7" */
export const whoIs = ({ env }: Host): string =>
  `${env['USER'] ?? 'somebody'}@${env['HOSTNAME'] ?? 'somewhere'}`;
