import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { LogSource } from '@ssc/data-dump';
import type { KubeApi } from '../kube/api.ts';
import { findPod } from '../kube/find-pod.ts';
import { statusesOf } from '../pods/pod-state.ts';

/** One run of a container, by the pod and the status in which it was seen to run. */
export interface ContainerRun {
  readonly kube: KubeApi;
  readonly namespace: string;
  readonly pod: V1Pod;
  readonly status: V1ContainerStatus;
  /** The pod of this name as it was heard last, which may be another one. */
  heard(): V1Pod | undefined;
}

/** The log of one run of a container, with the time of each line. It is over when the cluster shows the run as ended, or another one. */
export function containerLog({ kube, namespace, pod, status, heard }: ContainerRun): LogSource {
  const name = pod.metadata?.name ?? '';
  const query = { namespace, pod: name, container: status.name, timestamps: true };
  const from = (since: string | undefined) => ({ ...query, ...(since !== undefined && { since }) });
  const statusIn = (there: V1Pod | undefined): V1ContainerStatus | undefined =>
    there?.metadata?.uid === pod.metadata?.uid
      ? statusesOf(there).find((one) => one.name === status.name)
      : undefined;
  /** As the cluster says now: a watch tells a moment later, when the next run may have begun. */
  const now = async (): Promise<V1ContainerStatus | undefined> =>
    statusIn(await findPod(kube, namespace, name).catch(heard));
  const isOver = (current: V1ContainerStatus | undefined): boolean =>
    current === undefined ||
    current.restartCount !== status.restartCount ||
    current.state?.terminated !== undefined;
  return {
    follow: (since, onText, signal) => kube.followLog(from(since), onText, signal),
    async read(since) {
      const current = await now();
      // Its pod is gone, and its log with it; the server ended the stream when the container had ended.
      if (current === undefined) return '';
      const runsSince = current.restartCount - status.restartCount;
      if (runsSince !== 0 && runsSince !== 1) return '';
      return kube.log({ ...from(since), previous: runsSince === 1 });
    },
    isOver: async () => isOver(statusIn(heard())) || isOver(await now()),
  };
}
