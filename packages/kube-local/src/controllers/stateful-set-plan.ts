import type { StatefulSet } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import { conditionOf, isOver, isReady, isTerminating } from './pod-state.ts';
import { revisionOf } from './stateful-set-pod.ts';

/** One thing to do for a StatefulSet. */
export type PodStep =
  | { readonly act: 'create'; readonly ordinal: number }
  /** A pod that has ended is deleted, so that its successor can be made. */
  | { readonly act: 'recreate'; readonly pod: Pod }
  /** A pod that the set has no place for any more. */
  | { readonly act: 'remove'; readonly pod: Pod }
  /** A pod of an older revision is deleted, so that its successor is of the new one. */
  | { readonly act: 'update'; readonly pod: Pod };

/**
 * What is to be done now for the pods of a set, in this order. A set whose pods come one after the other takes one step at a time,
 * and none while a pod is on its way.
 */
export function planPods(
  set: StatefulSet,
  pods: readonly Pod[],
  updateRevision: string,
  nowMs: number,
): PodStep[] {
  const start = set.spec.ordinals?.start ?? 0;
  const end = start + set.spec.replicas;
  const isParallel = set.spec.podManagementPolicy === 'Parallel';
  const at = new Map(pods.map((pod) => [ordinalOf(set, pod) ?? -1, pod]));
  const steps: PodStep[] = [];
  for (let ordinal = start; ordinal < end; ordinal++) {
    const pod = at.get(ordinal);
    if (pod === undefined) steps.push({ act: 'create', ordinal });
    else if (isOver(pod) && !isTerminating(pod)) steps.push({ act: 'recreate', pod });
    else if (isParallel || (!isTerminating(pod) && msUntilAvailable(set, pod, nowMs) === 0))
      continue;
    if (!isParallel) return steps;
  }
  const condemned = [...at]
    .filter(([ordinal]) => ordinal < start || ordinal >= end)
    .sort(([a], [b]) => b - a)
    .map(([, pod]) => pod);
  steps.push(...removals(condemned, isParallel));
  if (isParallel || condemned.length === 0)
    steps.push(...rollUpdate(set, at, updateRevision, start, end));
  return steps;
}

/** Pods that are too many, from the highest on: all at once, or one after the other. */
function removals(condemned: readonly Pod[], isParallel: boolean): PodStep[] {
  const remove = (pod: Pod): PodStep => ({ act: 'remove', pod });
  if (isParallel) return condemned.filter((pod) => !isTerminating(pod)).map(remove);
  const [highest, ...below] = condemned;
  if (highest === undefined || condemned.some(isTerminating)) return [];
  // In order, an unready pod below stops the removal of a ready one above.
  return isReady(highest) && !below.every(isReady) ? [] : [remove(highest)];
}

/** The highest pod of an older revision, when all above it are ready. */
function rollUpdate(
  set: StatefulSet,
  at: ReadonlyMap<number, Pod>,
  updateRevision: string,
  start: number,
  end: number,
): PodStep[] {
  if (set.spec.updateStrategy.type === 'OnDelete') return [];
  const lowest = Math.max(start, set.spec.updateStrategy.rollingUpdate?.partition ?? 0);
  for (let ordinal = end - 1; ordinal >= lowest; ordinal--) {
    const pod = at.get(ordinal);
    if (pod === undefined || isTerminating(pod)) return [];
    if (revisionOf(pod) !== updateRevision) return [{ act: 'update', pod }];
    if (!isReady(pod)) return [];
  }
  return [];
}

/** Milliseconds until a pod counts as available: 0 when it does, infinite while it is not ready. */
export function msUntilAvailable(set: StatefulSet, pod: Pod, nowMs: number): number {
  if (!isReady(pod)) return Number.POSITIVE_INFINITY;
  const least = (set.spec.minReadySeconds ?? 0) * 1000;
  if (least === 0) return 0;
  const since = Date.parse(conditionOf(pod, 'Ready')?.lastTransitionTime ?? '');
  return Math.max(0, since + least - nowMs);
}

/** The ordinal in the name of a pod; undefined for a name that the set gives to none. */
export function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const prefix = `${set.metadata.name}-`;
  const rest = pod.metadata.name.slice(prefix.length);
  return pod.metadata.name.startsWith(prefix) && /^\d+$/u.test(rest) ? Number(rest) : undefined;
}
