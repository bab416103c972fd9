import { describe, expect, test } from 'vitest';
import { finishedAt, judgeJob, wantedPods } from '../../src/controllers/job-progress.ts';
import type { Pod } from '../../src/types/pod.ts';
import { jobOf, now, podOf } from './job-objects.ts';

const indexed = { completionMode: 'Indexed' };
const [running, good, bad] = [podOf('Running'), podOf('Succeeded'), podOf('Failed')];
const times = (count: number, pod: Pod): Pod[] => Array.from({ length: count }, () => pod);

/** What a Job has come to, in a word or the reason and message of its failure. */
function fateOf(spec: object, pods: readonly Pod[], status?: object): string {
  const progress = judgeJob(jobOf(spec, status), pods, now);
  const { failure } = progress.failures;
  if (failure !== undefined) return `${failure.reason}: ${failure.message}`;
  return progress.isComplete ? 'complete' : progress.goesOn ? 'goes on' : 'suspended';
}

describe('what a Job has come to', () => {
  test.each<[string, object, Pod[], string]>([
    ['as many successes as asked for', { completions: 2 }, [good, good], 'complete'],
    ['fewer', { completions: 2 }, [good, running], 'goes on'],
    ['a success without a number, and nothing runs', {}, [good, bad], 'complete'],
    ['a success without a number, and another runs', {}, [good, running], 'goes on'],
    ['no pod at all', {}, [], 'goes on'],
    [
      'one index twice is not two',
      { ...indexed, completions: 2 },
      times(2, podOf('Succeeded', { index: 0 })),
      'goes on',
    ],
    [
      'every index',
      { ...indexed, completions: 2 },
      [0, 1].map((index) => podOf('Succeeded', { index })),
      'complete',
    ],
    ['suspended', { suspend: true, completions: 1 }, [running], 'suspended'],
    ['as many failures as may be', { backoffLimit: 2 }, times(2, bad), 'goes on'],
    [
      'one more',
      { backoffLimit: 2 },
      times(3, bad),
      'BackoffLimitExceeded: Job has reached the specified backoff limit',
    ],
    [
      'the deadline to the second',
      { activeDeadlineSeconds: 60 },
      [running],
      'DeadlineExceeded: Job was active longer than specified deadline',
    ],
    ['a second before', { activeDeadlineSeconds: 61 }, [running], 'goes on'],
    [
      'pods speak louder than the deadline',
      { activeDeadlineSeconds: 1, backoffLimit: 0 },
      [bad],
      'BackoffLimitExceeded: Job has reached the specified backoff limit',
    ],
    [
      'an index that failed too often, and the others done',
      { ...indexed, completions: 2, backoffLimitPerIndex: 0 },
      [podOf('Failed', { index: 0 }), podOf('Succeeded', { index: 1 })],
      'FailedIndexes: Job has failed indexes',
    ],
    [
      'more failed indexes than may be',
      { ...indexed, completions: 9, backoffLimitPerIndex: 0, maxFailedIndexes: 1 },
      [0, 1].map((index) => podOf('Failed', { index })),
      'MaxFailedIndexesExceeded: Job has exceeded the specified maximal number of failed indexes',
    ],
  ])('%s', (_, spec, pods, expected) => {
    expect(fateOf(spec, pods)).toBe(expected);
  });

  const policy = (...rules: object[]): object => ({ backoffLimit: 0, podFailurePolicy: { rules } });
  const onExitCodes = { operator: 'In', values: [42] };
  const evicted = [{ type: 'DisruptionTarget', status: 'True' }];
  test.each<[string, object, Pod, string]>([
    [
      'a code that fails the Job',
      policy({ action: 'FailJob', onExitCodes }),
      podOf('Failed', { code: 42 }),
      'PodFailurePolicy: Container main for pod n/p failed with exit code 42 matching FailJob rule at index 0',
    ],
    [
      'a condition, by the second rule',
      policy({ action: 'Ignore', onExitCodes }, { action: 'FailJob', onPodConditions: evicted }),
      podOf('Failed', { condition: 'DisruptionTarget' }),
      'PodFailurePolicy: Pod n/p has condition DisruptionTarget matching FailJob rule at index 1',
    ],
    [
      'one that does not count',
      policy({ action: 'Ignore', onExitCodes }),
      podOf('Failed', { code: 42 }),
      'goes on',
    ],
    [
      'any code but these',
      policy({ action: 'Ignore', onExitCodes: { operator: 'NotIn', values: [42] } }),
      podOf('Failed', { code: 42 }),
      'BackoffLimitExceeded: Job has reached the specified backoff limit',
    ],
    [
      'a container that the rule does not mean',
      policy({ action: 'Ignore', onExitCodes: { ...onExitCodes, containerName: 'other' } }),
      podOf('Failed', { code: 42 }),
      'BackoffLimitExceeded: Job has reached the specified backoff limit',
    ],
    [
      'an index that is given up at once',
      {
        ...indexed,
        completions: 1,
        backoffLimitPerIndex: 5,
        podFailurePolicy: { rules: [{ action: 'FailIndex', onExitCodes }] },
      },
      podOf('Failed', { code: 42, index: 0 }),
      'FailedIndexes: Job has failed indexes',
    ],
  ])('the policy for failures: %s', (_, spec, pod, expected) => {
    expect(fateOf(spec, [pod])).toBe(expected);
  });

  test('it begins when it is first seen, and not while it is suspended', () => {
    expect(judgeJob(jobOf({}, {}), [], now).startTime).toBe('2026-01-01T00:01:00Z');
    expect(judgeJob(jobOf({ suspend: true }), [], now).startTime).toBe(undefined);
    const { leftMs } = judgeJob(jobOf({ activeDeadlineSeconds: 90 }), [], now);
    expect(leftMs).toBe(30_000);
  });
});

describe('how many pods are to run', () => {
  test.each<[string, object, Pod[], number]>([
    ['one, where nothing is said', {}, [], 1],
    ['as many as may at once', { parallelism: 3, completions: 9 }, [good], 3],
    ['no more than are missing', { parallelism: 3, completions: 3 }, [good, good], 1],
    ['those that run, after a success without a number', { parallelism: 3 }, [good, running], 1],
    ['none, of a fuse', { parallelism: 0 }, [], 0],
    [
      'none for an index that is given up',
      { ...indexed, completions: 2, parallelism: 2, backoffLimitPerIndex: 0 },
      [podOf('Failed', { index: 0 })],
      1,
    ],
  ])('%s', (_, spec, pods, expected) => {
    const job = jobOf(spec);
    expect(wantedPods(job, pods, judgeJob(job, pods, now).failures)).toBe(expected);
  });
});

test('when a Job ended', () => {
  const at = '2026-01-01T00:00:59Z';
  const ended = (type: string, status: string): number | undefined =>
    finishedAt(jobOf({}, { conditions: [{ type, status, lastTransitionTime: at }] }));
  expect(ended('Complete', 'True')).toBe(Date.parse(at));
  expect(ended('Failed', 'True')).toBe(Date.parse(at));
  expect(ended('Failed', 'False')).toBe(undefined);
  expect(ended('FailureTarget', 'True')).toBe(undefined);
  expect(finishedAt(jobOf({}))).toBe(undefined);
});
