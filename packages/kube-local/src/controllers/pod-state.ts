import type { Condition, Pod } from '../types/pod.ts';

/** A condition of a pod, such as `Ready`. */
export const conditionOf = (pod: Pod, type: string): Condition | undefined =>
  pod.status.conditions?.find((condition) => condition.type === type);

export const isReady = (pod: Pod): boolean => conditionOf(pod, 'Ready')?.status === 'True';
export const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;
/** Whether a pod has ended, well or not. */
export const isOver = (pod: Pod): boolean =>
  pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';

/** The owner that controls an object. */
export const controllerOf = (pod: Pod) =>
  pod.metadata.ownerReferences?.find((owner) => owner.controller === true);
