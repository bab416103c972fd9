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

function conditions(
  before: Pod['status'],
  { inits, mains, isInitialized, hasSandbox, now }: PodState,
  phase: PodPhase,
): Condition[] {
  const isFinal = phase === 'Succeeded' || phase === 'Failed';
  const unready = [
    ...inits.filter(isSidecar).filter((runner) => !runner.status.ready),
    ...mains.filter((runner) => !runner.status.ready),
  ].map((runner) => runner.container.name);
  const incomplete = inits
    .filter((runner) =>
      isSidecar(runner) ? !runner.status.ready : runner.status.state.terminated?.exitCode !== 0,
    )
    .map((runner) => runner.container.name);
  const containers: [boolean, string, string] =
    phase === 'Succeeded'
      ? [false, 'PodCompleted', '']
      : phase === 'Failed'
        ? [false, 'PodFailed', '']
        : [
            unready.length === 0 && isInitialized,
            'ContainersNotReady',
            `containers with unready status: [${unready.join(' ')}]`,
          ];
  const list: [string, boolean, string?, string?][] = [
    ['PodReadyToStartContainers', hasSandbox && !isFinal],
    [
      'Initialized',
      isInitialized,
      ...(phase === 'Succeeded'
        ? (['PodCompleted'] as const)
        : ([
            'ContainersNotInitialized',
            `containers with incomplete status: [${incomplete.join(' ')}]`,
          ] as const)),
    ],
    ['Ready', ...containers],
    ['ContainersReady', ...containers],
  ];
  const scheduled = (before.conditions ?? []).filter((c) => c.type === 'PodScheduled');
  return [
    ...list.map(([type, isTrue, reason, message]) => {
      const status = isTrue ? ('True' as const) : ('False' as const);
      const last = before.conditions?.find((c) => c.type === type);
      const keepsReason = !isTrue || (type === 'Initialized' && phase === 'Succeeded');
      return {
        type,
        status,
        lastProbeTime: null,
        lastTransitionTime:
          last?.status === status ? (last.lastTransitionTime ?? '') : timestamp(now),
        ...(keepsReason && reason !== undefined && { reason }),
        ...(keepsReason && message !== undefined && message !== '' && { message }),
      };
    }),
    ...scheduled,
  ];
}
