import type { V1ContainerStateTerminated, V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { formatDuration } from '@ssc/clock';

/** Why a pod will not come up, or is not the pod it was: no statement about the network can be made with it. */
export interface PodTrouble {
  readonly code: TroubleCode;
  /** The container that it is about, where it is about one. */
  readonly container?: string;
  /** Kubernetes' word for it. @example "ImagePullBackOff" */
  readonly reason: string;
  /** The kubelet's or scheduler's own message. */
  readonly message: string;
  readonly exitCode?: number;
  readonly image?: string;
  /** How often the container had been started again when it was seen. */
  readonly restartCount?: number;
  /** True when another run of the container has begun since: the log to read is that of its last run. */
  readonly hasPreviousLog?: boolean;
}

export type TroubleCode =
  | 'SSC_IMAGE_NOT_PULLED'
  | 'SSC_CONTAINER_NOT_CREATED'
  | 'SSC_PREPARATION_FAILED'
  | 'SSC_NODE_ENDED'
  | 'SSC_NODE_OUT_OF_MEMORY'
  | 'SSC_POD_UNSCHEDULABLE'
  | 'SSC_POD_EVICTED'
  | 'SSC_POD_NODE_LOST'
  | 'SSC_POD_REPLACED';

/** What is expected of a pod, so that what nobody asked for is seen. */
export interface PodExpectation {
  readonly now: number;
  /** The pod's uid when it was first seen; another one means that it was replaced. */
  readonly uid?: string;
  /** Restarts that were asked for, by container. @default 0 each */
  readonly restarts?: Readonly<Record<string, number>>;
}

// A scheduler may need a moment to find room, and an autoscaler to say that it makes some.
const unschedulableGraceMs = 30_000;
// The kubelet of a machine may be started again; by now the cluster has missed it for two thirds of a minute already.
const silentMachineGraceMs = 30_000;

const pullReasons = new Set(['ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull']);
// A first failed pull may be a moment's trouble; that there is no such image is not.
const noSuchImage = /\bnot found\b|manifest unknown|repository does not exist|access denied/u;
const createReasons = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PostStartHookError',
]);

/** The first thing that is wrong with a pod for good, or undefined while it may still come up, or is well. */
export function findTrouble(pod: V1Pod, expected: PodExpectation): PodTrouble | undefined {
  const { metadata, status, spec } = pod;
  if (expected.uid !== undefined && metadata?.uid !== expected.uid) {
    return {
      code: 'SSC_POD_REPLACED',
      reason: 'Replaced',
      message: 'the pod was deleted and another one of its name was made',
    };
  }
  const condition = (type: string) => status?.conditions?.find((c) => c.type === type);
  const disruption = condition('DisruptionTarget');
  if (status?.reason === 'NodeLost' || disruption?.reason === 'DeletionByTaintManager') {
    return {
      code: 'SSC_POD_NODE_LOST',
      reason: status?.reason ?? disruption?.reason ?? 'NodeLost',
      message:
        status?.message ??
        disruption?.message ??
        `machine ${spec?.nodeName ?? ''} no longer answers`,
    };
  }
  const silence = findSilence(pod, expected.now);
  if (silence !== undefined) return silence;
  if (status?.phase === 'Failed' || disruption?.status === 'True') {
    const evicted = status?.reason === 'Evicted' || disruption !== undefined;
    if (evicted)
      return {
        code: 'SSC_POD_EVICTED',
        reason: status?.reason ?? disruption?.reason ?? 'Evicted',
        message: status?.message ?? disruption?.message ?? '',
      };
  }
  if (metadata?.deletionTimestamp !== undefined) {
    return {
      code: 'SSC_POD_REPLACED',
      reason: 'Deleted',
      message: 'somebody deleted it, or what it belongs to',
    };
  }
  const scheduled = condition('PodScheduled');
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable') {
    const sinceMs =
      expected.now - timeOf(scheduled.lastTransitionTime ?? metadata?.creationTimestamp);
    if (sinceMs >= unschedulableGraceMs)
      return {
        code: 'SSC_POD_UNSCHEDULABLE',
        reason: 'Unschedulable',
        message: scheduled.message ?? '',
      };
  }
  const restartable = new Set(
    (spec?.initContainers ?? []).filter((c) => c.restartPolicy === 'Always').map((c) => c.name),
  );
  for (const container of status?.initContainerStatuses ?? []) {
    const trouble = restartable.has(container.name)
      ? containerTrouble(container, expected)
      : preparationTrouble(container);
    if (trouble !== undefined) return trouble;
  }
  for (const container of status?.containerStatuses ?? []) {
    const trouble = containerTrouble(container, expected);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

/**
 * A machine that answers its cluster no more: then the cluster says of its pods that they are not ready, whatever their containers
 * are. With `impatient`, from the first moment on.
 */
export function findSilence(
  { status, spec }: V1Pod,
  now: number,
  impatient = false,
): PodTrouble | undefined {
  const condition = (type: string) => status?.conditions?.find((one) => one.type === type);
  const ready = condition('Ready');
  if (ready?.status !== 'False' || condition('ContainersReady')?.status !== 'True')
    return undefined;
  const silentMs = now - timeOf(ready.lastTransitionTime);
  if (silentMs < silentMachineGraceMs && !impatient) return undefined;
  return {
    code: 'SSC_POD_NODE_LOST',
    reason: 'NodeNotReady',
    message: `machine ${spec?.nodeName ?? ''} has not answered the cluster for ${formatDuration(silentMs)}`,
  };
}

function waitingTrouble(container: V1ContainerStatus): PodTrouble | undefined {
  const waiting = container.state?.waiting;
  const reason = waiting?.reason ?? '';
  const base = {
    container: container.name,
    image: container.image,
    reason,
    message: waiting?.message ?? '',
  };
  if (pullReasons.has(reason) || (reason === 'ErrImagePull' && noSuchImage.test(base.message)))
    return { ...base, code: 'SSC_IMAGE_NOT_PULLED' };
  if (createReasons.has(reason)) return { ...base, code: 'SSC_CONTAINER_NOT_CREATED' };
  return undefined;
}

function preparationTrouble(container: V1ContainerStatus): PodTrouble | undefined {
  const ended = failedEnd(container);
  if (ended === undefined) return waitingTrouble(container);
  return troubleOfEnd('SSC_PREPARATION_FAILED', container, ended);
}

function containerTrouble(
  container: V1ContainerStatus,
  expected: PodExpectation,
): PodTrouble | undefined {
  const current = container.state?.terminated;
  const previous = container.lastState?.terminated;
  const ended =
    current ??
    (container.restartCount > (expected.restarts?.[container.name] ?? 0) ? previous : undefined);
  if (ended === undefined) return waitingTrouble(container);
  return troubleOfEnd('SSC_NODE_ENDED', container, ended);
}

function troubleOfEnd(
  code: PodTrouble['code'],
  { name, restartCount, state }: V1ContainerStatus,
  { reason = 'Error', exitCode, message = `exit code ${exitCode}` }: V1ContainerStateTerminated,
): PodTrouble {
  return {
    code: reason === 'OOMKilled' ? 'SSC_NODE_OUT_OF_MEMORY' : code,
    container: name,
    reason,
    message,
    exitCode,
    restartCount,
    hasPreviousLog: state?.terminated === undefined,
  };
}

const failedEnd = (container: V1ContainerStatus) =>
  [container.state?.terminated, container.lastState?.terminated].find(
    (end) => end !== undefined && end.exitCode !== 0,
  );

/** What is known of each container of a pod, in the order in which they start. */
export const statusesOf = (pod: V1Pod | undefined): readonly V1ContainerStatus[] => [
  ...(pod?.status?.initContainerStatuses ?? []),
  ...(pod?.status?.containerStatuses ?? []),
];

/** True when all of the pod's containers run and its readiness probe has succeeded. */
export const isReady = (pod: V1Pod): boolean =>
  pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false;

/** One line about a pod: phase, what each container does, restarts. */
export function describePod(pod: V1Pod | undefined, now: number): string {
  if (pod === undefined) return 'there is no such pod';
  const { status, metadata, spec } = pod;
  const parts = [status?.phase ?? 'Unknown'];
  if (metadata?.deletionTimestamp !== undefined) parts.push('being deleted');
  if (spec?.nodeName === undefined) {
    const scheduled = status?.conditions?.find((c) => c.type === 'PodScheduled');
    parts.push(
      scheduled?.message === undefined
        ? 'not scheduled yet'
        : `not scheduled: ${scheduled.message}`,
    );
  }
  for (const container of statusesOf(pod)) {
    const line = describeContainer(container, now);
    if (line !== undefined) parts.push(line);
  }
  return parts.join('; ');
}

function describeContainer(container: V1ContainerStatus, now: number): string | undefined {
  const { state, name, restartCount } = container;
  const restarts =
    restartCount > 0 ? `, ${restartCount} ${restartCount === 1 ? 'restart' : 'restarts'}` : '';
  if (state?.waiting !== undefined)
    return `${name} waiting: ${state.waiting.reason ?? 'no reason given'}${state.waiting.message === undefined ? '' : ` (${state.waiting.message})`}${restarts}`;
  if (state?.terminated !== undefined) {
    if (state.terminated.exitCode === 0) return undefined; // a preparation that is done
    return `${name} ended: ${state.terminated.reason ?? 'Error'}, exit code ${state.terminated.exitCode}${restarts}`;
  }
  if (state?.running !== undefined) {
    const readiness = container.ready ? '' : ', not ready';
    return `${name} running for ${formatDuration(Math.max(0, now - timeOf(state.running.startedAt)))}${readiness}${restarts}`;
  }
  return `${name} not started`;
}

/** Milliseconds since the epoch of a time in an object: JSON has texts where the types say Date. */
function timeOf(time: Date | string | undefined): number {
  return time === undefined ? 0 : new Date(time).getTime();
}
