import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { Clock } from '@ssc/clock';
import { followLog } from '@ssc/data-dump';
import { didYouMean, usageError } from '@ssc/errors';
import { containerNames } from '@ssc/kube-specs';
import { findPod } from '../kube/find-pod.ts';
import { statusesOf } from '../pods/pod-state.ts';
import { containersOf, findRunPod, listRunPods, type RunPod, type RunRef } from './run-pods.ts';

/** Which logs of a run. */
export interface RunLogsOptions extends RunRef {
  readonly clock: Clock;
  /** One node. @default all of them */
  readonly node?: string;
  /** @default stellar-core, and the container of a job */
  readonly container?: string;
  /** The logs of the last run of each container before this one. */
  readonly previous: boolean;
  /** Goes on until the containers have ended. */
  readonly follow: boolean;
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Takes whole lines as they come. */
  readonly onLines: (node: string, lines: string) => void;
}

/** Reads logs of a run's pods as they are, or as they grow. */
export async function readRunLogs(options: RunLogsOptions): Promise<void> {
  const pods = await listRunPods(options);
  const { run, node } = options;
  const chosen = node === undefined ? pods : [findRunPod(pods, run, node)];
  const logs = chosen.map((pod) => ({ pod, container: containerOf(pod, options.container) }));
  if (options.follow) await Promise.all(logs.map((log) => follow(log, options)));
  else for (const log of options.previous ? restarted(logs, run) : logs) await print(log, options);
}

/** Those of containers that have begun again: of the others there is no log from before. */
function restarted(logs: readonly ContainerLog[], run: string): readonly ContainerLog[] {
  const found = logs.filter(
    ({ pod, container }) => (statusOf(pod.pod, container)?.restartCount ?? 0) > 0,
  );
  if (found.length > 0) return found;
  const [only, ...others] = logs;
  throw usageError(
    'SSC_LOG_NO_PREVIOUS',
    `${only === undefined || others.length > 0 ? `no container of run ${run} has` : `container ${only.container} of ${only.pod.node} has not`} begun again, so there is no log from before`,
  );
}

interface ContainerLog {
  readonly pod: RunPod;
  readonly container: string;
}

function containerOf(pod: RunPod, asked: string | undefined): string {
  const names = containersOf(pod);
  const name = asked ?? (pod.isNode ? containerNames.core : (names.at(-1) ?? ''));
  if (names.includes(name)) return name;
  throw usageError(
    'SSC_CONTAINER_UNKNOWN',
    `${pod.node} has no container "${name}"${didYouMean(name, names)}`,
    { facts: [['Containers', names.join(', ')]] },
  );
}

async function print({ pod, container }: ContainerLog, options: RunLogsOptions): Promise<void> {
  const { kube, namespace, previous } = options;
  const name = pod.pod.metadata?.name ?? '';
  const text = await kube.log({ namespace, pod: name, container, previous });
  options.onLines(pod.node, text === '' || text.endsWith('\n') ? text : `${text}\n`);
}

const statusOf = (pod: V1Pod | undefined, container: string): V1ContainerStatus | undefined =>
  statusesOf(pod).find(({ name }) => name === container);

// How often it is looked whether a container has ended.
const lookMs = 2000;
// Lines are shown at once; what comes within this time is shown together.
const showMs = 200;

async function follow({ pod, container }: ContainerLog, options: RunLogsOptions): Promise<void> {
  const { kube, clock, namespace, signal } = options;
  const name = pod.pod.metadata?.name ?? '';
  const first = statusOf(pod.pod, container);
  let isOver = first?.state?.terminated !== undefined;
  let isAnother = false;
  const look = async (): Promise<boolean> => {
    if (isOver) return true;
    const now = await findPod(kube, namespace, name);
    const status = statusOf(now, container);
    isAnother = (status?.restartCount ?? 0) > (first?.restartCount ?? 0);
    isOver =
      now?.metadata?.uid !== pod.pod.metadata?.uid ||
      status?.state?.terminated !== undefined ||
      isAnother;
    return isOver;
  };
  const query = { namespace, pod: name, container, timestamps: true };
  const since = (from: string | undefined) => from !== undefined && { since: from };
  const tail = followLog({
    clock,
    what: `the log of ${container} in ${pod.node}`,
    flushAfterMs: showMs,
    longestBytes: Number.POSITIVE_INFINITY,
    source: {
      follow: (from, onText, stop) => kube.followLog({ ...query, ...since(from) }, onText, stop),
      read: (from) => kube.log({ ...query, ...since(from), previous: isAnother }),
      isOver: look,
    },
    write: async (text) => options.onLines(pod.node, text),
  });
  while (!(await look()) && !signal.aborted) await clock.sleep(lookMs, signal).catch(() => {});
  // What a container wrote last is still to be had as long as its pod is there.
  await (signal.aborted ? tail.stop() : tail.finish());
}
