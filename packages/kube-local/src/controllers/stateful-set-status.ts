import type { StatefulSet } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import { isOver, isReady, isTerminating } from './pod-state.ts';
import { msUntilAvailable } from './stateful-set-plan.ts';
import { revisionOf } from './stateful-set-pod.ts';
import type { Revisions } from './stateful-set-revisions.ts';

/** The status of a StatefulSet as it is written. */
export function renderSetStatus(
  set: StatefulSet,
  pods: readonly Pod[],
  revisions: Revisions,
  nowMs: number,
): object {
  const shown = pods.filter((pod) => !isOver(pod));
  const [current, update] = [revisions.current.metadata.name, revisions.update.metadata.name];
  const countOf = (revision: string): number =>
    shown.filter((pod) => !isTerminating(pod) && revisionOf(pod) === revision).length;
  const ready = shown.filter(isReady).length;
  const updated = countOf(update);
  const isComplete =
    set.spec.updateStrategy.type === 'RollingUpdate' &&
    updated === shown.length &&
    ready === shown.length;
  return {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: shown.length,
    ...unlessZero('readyReplicas', ready),
    availableReplicas: shown.filter((pod) => msUntilAvailable(set, pod, nowMs) === 0).length,
    ...unlessZero('currentReplicas', isComplete ? updated : countOf(current)),
    ...unlessZero('updatedReplicas', updated),
    currentRevision: isComplete ? update : current,
    updateRevision: update,
    collisionCount: 0,
  };
}

const unlessZero = (name: string, value: number): Record<string, number> =>
  value === 0 ? {} : { [name]: value };
