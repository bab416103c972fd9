import { expect, test } from 'vitest';
import { judgeJob } from '../../src/controllers/job-progress.ts';
import { renderJobStatus } from '../../src/controllers/job-status.ts';
import type { Pod } from '../../src/types/pod.ts';
import { jobOf, now, podOf } from './job-objects.ts';

/** The status of a Job with these pods, and whether each condition came just now. */
function statusOf(spec: object, pods: readonly Pod[], before?: object): unknown {
  const job = jobOf(spec, before);
  return renderJobStatus(job, pods, judgeJob(job, pods, now), now);
}
const condition = (type: string, reason: string, message: string): object => ({
  type,
  status: 'True',
  lastProbeTime: '2026-01-01T00:01:00Z',
  lastTransitionTime: '2026-01-01T00:01:00Z',
  reason,
  message,
});
const rest = { startTime: '2026-01-01T00:00:00Z', uncountedTerminatedPods: {} };

test('while pods run', () => {
  const pods = [
    podOf('Running', { condition: 'Ready' }),
    podOf('Pending'),
    podOf('Running', { isTerminating: true }),
    podOf('Failed'),
  ];
  expect(statusOf({ completions: 3 }, pods)).toEqual({
    ...rest,
    active: 2,
    ready: 1,
    failed: 1,
    terminating: 1,
  });
});

test('when enough have done well: complete once the last pod has ended', () => {
  const why = ['CompletionsReached', 'Reached expected number of succeeded pods'] as const;
  const met = condition('SuccessCriteriaMet', ...why);
  const good = podOf('Succeeded', { index: 0 });
  const spec = { completionMode: 'Indexed', completions: 1, backoffLimitPerIndex: 1 };
  expect(statusOf(spec, [good, podOf('Running', { index: 0, isTerminating: true })])).toEqual({
    ...rest,
    conditions: [met],
    succeeded: 1,
    completedIndexes: '0',
    failedIndexes: '',
    ready: 0,
    terminating: 1,
  });
  expect(statusOf(spec, [good])).toMatchObject({
    conditions: [met, condition('Complete', ...why)],
    completionTime: '2026-01-01T00:01:00Z',
  });
});

test('a condition that was there keeps its time', () => {
  const why = ['BackoffLimitExceeded', 'Job has reached the specified backoff limit'] as const;
  const target = { ...condition('FailureTarget', ...why), lastTransitionTime: 'before' };
  const status = statusOf({ backoffLimit: 0 }, [podOf('Failed')], { conditions: [target] });
  expect(status).toMatchObject({ conditions: [target, condition('Failed', ...why)], failed: 1 });
});
