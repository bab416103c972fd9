import { indexAnnotation } from '../../src/controllers/job-indexes.ts';
import type { Job } from '../../src/types/objects.ts';
import type { Pod, PodPhase } from '../../src/types/pod.ts';

/** 2026-01-01T00:01:00Z: a minute after the Jobs of these tests began. */
export const now = Date.UTC(2026, 0, 1, 0, 1);

/** A Job that began a minute ago. */
export const jobOf = (spec: object, status: object = { startTime: '2026-01-01T00:00:00Z' }): Job =>
  ({ metadata: { name: 'j', namespace: 'n', uid: 'u' }, spec, status }) as unknown as Job;

/** A pod of it; one that failed did so with exit code 1, unless said otherwise. */
export function podOf(
  phase: PodPhase,
  more: {
    readonly index?: number;
    readonly code?: number;
    readonly condition?: string;
    readonly isTerminating?: boolean;
  } = {},
): Pod {
  const { index, condition, isTerminating, code = phase === 'Failed' ? 1 : 0 } = more;
  const isOver = phase === 'Failed' || phase === 'Succeeded';
  return {
    metadata: {
      name: 'p',
      namespace: 'n',
      ...(isTerminating && { deletionTimestamp: '2026-01-01T00:00:30Z' }),
      ...(index !== undefined && { annotations: { [indexAnnotation]: String(index) } }),
    },
    spec: {},
    status: {
      phase,
      ...(condition !== undefined && { conditions: [{ type: condition, status: 'True' }] }),
      ...(isOver && {
        containerStatuses: [{ name: 'main', state: { terminated: { exitCode: code } } }],
      }),
    },
  } as unknown as Pod;
}
