import type { Job } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import { isOver } from './pod-state.ts';

export const indexAnnotation = 'batch.kubernetes.io/job-completion-index';

/** The index of a pod of an indexed Job; -1 for a pod of another one. */
export const indexOf = (pod: Pod): number =>
  Number(pod.metadata.annotations?.[indexAnnotation] ?? -1);

/** The indexes of which a pod has done well. */
export const doneIndexes = (pods: readonly Pod[]): Set<number> =>
  new Set(
    pods
      .filter((pod) => pod.status.phase === 'Succeeded')
      .map(indexOf)
      .filter((index) => index >= 0),
  );

/** The indexes of an indexed Job that are not done and that no pod is at, from the lowest on. */
export function freeIndexes(job: Job, pods: readonly Pod[]): number[] {
  if (job.spec.completionMode !== 'Indexed') return [];
  const done = doneIndexes(pods);
  const busy = new Set(pods.filter((pod) => !isOver(pod)).map(indexOf));
  return Array.from({ length: job.spec.completions ?? 0 }, (_, index) => index).filter(
    (index) => !done.has(index) && !busy.has(index),
  );
}

/** `0-2,5`: how a Job shows indexes. */
export function renderIndexes(indexes: Iterable<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end += 1;
    const [a, b] = [sorted[i] ?? 0, sorted[end] ?? 0];
    parts.push(a === b ? `${a}` : b === a + 1 ? `${a},${b}` : `${a}-${b}`);
    i = end + 1;
  }
  return parts.join(',');
}
