import { createRandom } from '@ssc/clock';
import { usageError } from '@ssc/errors';
import {
  createBudget,
  createKubeApi,
  createPodConnect,
  type ExecInPod,
  execInPod,
} from '@ssc/formation';
import { openCluster } from '@ssc/formation/cluster';
import { containerNames, postgresDumpCommand } from '@ssc/kube-specs';
import type { Host } from '../host.ts';
import { openDirect } from '../open-kube.ts';
import type { MissionOptions } from '../options/of-commands.ts';
import type { AccessOfRun, Provider } from '../provider.ts';
import { readClusterSettings } from '../read-cluster-settings.ts';

/** A real cluster. */
export async function kubernetesProvider(
  options: MissionOptions,
  host: Host,
  access: AccessOfRun,
): Promise<Provider> {
  const { kubeconfig, context, namespace, image, oldImage, historyImage } = options;
  if (image === undefined)
    throw usageError('SSC_USAGE_IMAGE', 'a run on Kubernetes needs the image of stellar-core', {
      hint: 'Give --image NAME, for example --image stellar/stellar-core:27.1.0.',
    });
  const cluster = openCluster({
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
    ...(namespace !== undefined && { namespace }),
  });
  const random = createRandom(Buffer.from(host.randomBytes(16)).toString('hex'));
  const { clock } = host;
  const direct = openDirect();
  const exec: ExecInPod = (what) =>
    execInPod(cluster.access, clock, { namespace: cluster.namespace, ...what });
  return {
    name: 'kubernetes',
    clock,
    random,
    kube: createKubeApi({ access: cluster.access, clock, random, budget: createBudget(clock) }),
    dispatcher: cluster.access.dispatcher,
    connect: createPodConnect(cluster.access, clock),
    direct,
    accessOf: access,
    namespace: cluster.namespace,
    images: {
      core: image,
      ...(oldImage !== undefined && { old: oldImage }),
      history: historyImage,
    },
    clusterSettings: readClusterSettings(
      options,
      Buffer.from(host.randomBytes(16)).toString('hex'),
    ),
    exec,
    dumpTables: async (pod) => [
      {
        name: 'postgres.sql',
        bytes: await exec({
          pod,
          container: containerNames.postgres,
          command: postgresDumpCommand,
        }),
      },
    ],
    nonce: () => host.randomBytes(3),
    run: (work) => work(),
    async close() {
      await Promise.all([cluster.close(), direct.destroy()]);
    },
  };
}
