import { timestamp } from '../api/object.ts';
import type { Condition, ContainerStatus, Pod, PodPhase, PodStatus } from '../types/pod.ts';
import type { ContainerRunner } from './container-runner.ts';

/** How a pod ended. */
export interface FinalPhase {
  readonly phase: 'Succeeded' | 'Failed';
  readonly reason?: string;
  readonly message?: string;
}

/** What the kubelet knows of a pod. */
export interface PodState {
  readonly inits: readonly ContainerRunner[];
  readonly mains: readonly ContainerRunner[];
  readonly final: FinalPhase | undefined;
  /** All init containers are done, and all sidecars have started. */
  readonly isInitialized: boolean;
  readonly hasSandbox: boolean;
  readonly address: string | undefined;
  readonly hostIp: string;
  readonly startTime: string | undefined;
  /** In milliseconds since the epoch. */
  readonly now: number;
}

/** An init container that goes on beside the others. */
export const isSidecar = (runner: ContainerRunner): boolean =>
  runner.container.restartPolicy === 'Always';

/** The status of a pod as it is written; conditions that have not changed since keep their time. */
export function renderPodStatus(before: Pod['status'], state: PodState): PodStatus {
  const { inits, mains, final, address, startTime } = state;
  const statuses = (list: readonly ContainerRunner[]): ContainerStatus[] =>
    list.map((runner) => runner.status);
  const phase = final?.phase ?? phaseNow(state);
  return {
    phase,
    ...(final?.reason !== undefined && { reason: final.reason }),
    ...(final?.message !== undefined && { message: final.message }),
    conditions: conditions(before, state, phase),
    hostIP: state.hostIp,
    hostIPs: [{ ip: state.hostIp }],
    ...(address !== undefined && { podIP: address, podIPs: [{ ip: address }] }),
    ...(startTime !== undefined && { startTime }),
    ...(inits.length > 0 && { initContainerStatuses: statuses(inits) }),
    containerStatuses: statuses(mains),
    qosClass: before.qosClass ?? 'BestEffort',
  };
}

const phaseNow = ({ isInitialized, mains }: PodState): PodPhase =>
  isInitialized && mains.every((runner) => !neverStarted(runner)) ? 'Running' : 'Pending';

const neverStarted = (runner: ContainerRunner): boolean => {
  const { state, lastState } = runner.status;
  return state.waiting !== undefined && lastState.terminated === undefined;
};

/** What a condition says. */
type Said = readonly [isTrue: boolean, reason?: string, message?: string];

function conditions(before: Pod['status'], state: PodState, phase: PodPhase): Condition[] {
  const scheduled = (before.conditions ?? []).filter((c) => c.type === 'PodScheduled');
  const isFinal = phase === 'Succeeded' || phase === 'Failed';
  const initialized = saysInitialized(state, phase);
  const ready = saysReady(state, phase);
  const render = (type: string, said: Said): Condition =>
    renderCondition(before, type, said, state.now);
  return [
    render('PodReadyToStartContainers', [state.hasSandbox && !isFinal]),
    render('Initialized', initialized),
    render('Ready', ready),
    render('ContainersReady', ready),
    ...scheduled,
  ];
}

function saysInitialized({ inits, isInitialized }: PodState, phase: PodPhase): Said {
  if (phase === 'Succeeded') return [isInitialized, 'PodCompleted'];
  const incomplete = inits.filter((runner) =>
    isSidecar(runner) ? !runner.status.ready : runner.status.state.terminated?.exitCode !== 0,
  );
  const message = `containers with incomplete status: [${namesOf(incomplete)}]`;
  return [isInitialized, 'ContainersNotInitialized', message];
}

function saysReady({ inits, mains, isInitialized }: PodState, phase: PodPhase): Said {
  if (phase === 'Succeeded') return [false, 'PodCompleted'];
  if (phase === 'Failed') return [false, 'PodFailed'];
  const unready = [...inits.filter(isSidecar), ...mains].filter((runner) => !runner.status.ready);
  const message = `containers with unready status: [${namesOf(unready)}]`;
  return [unready.length === 0 && isInitialized, 'ContainersNotReady', message];
}

const namesOf = (runners: readonly ContainerRunner[]): string =>
  runners.map((runner) => runner.container.name).join(' ');

function renderCondition(
  before: Pod['status'],
  type: string,
  [isTrue, reason, message]: Said,
  nowMs: number,
): Condition {
  const status = isTrue ? 'True' : 'False';
  const last = before.conditions?.find((c) => c.type === type);
  // That the init containers of a pod are over stays said of one that has succeeded.
  const keepsReason = !isTrue || reason === 'PodCompleted';
  return {
    type,
    status,
    lastProbeTime: null,
    lastTransitionTime:
      last?.status === status ? (last.lastTransitionTime ?? '') : timestamp(nowMs),
    ...(keepsReason && reason !== undefined && { reason }),
    ...(keepsReason && message !== undefined && { message }),
  };
}
