import fc from 'fast-check';
import { expect, test } from 'vitest';
import { freeIndexes, indexOf, renderIndexes } from '../../src/controllers/job-indexes.ts';
import { jobPodDraft } from '../../src/controllers/job-pod.ts';
import type { Container } from '../../src/types/pod.ts';
import { jobOf, podOf } from './job-objects.ts';

test.each<[number[], string]>([
  [[], ''],
  [[4], '4'],
  [[1, 0], '0,1'],
  [[5, 0, 1, 2], '0-2,5'],
])('%j is shown as %s', (indexes, text) => {
  expect(renderIndexes(indexes)).toBe(text);
});

test('what is shown holds each index once, in order', () => {
  const read = (text: string): number[] =>
    text === ''
      ? []
      : text.split(',').flatMap((part) => {
          const [a = 0, b = a] = part.split('-').map(Number);
          return Array.from({ length: b - a + 1 }, (_, i) => a + i);
        });
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(40)), (indexes) => {
      expect(read(renderIndexes(indexes))).toEqual(indexes.toSorted((a, b) => a - b));
    }),
    { seed: 1 },
  );
});

test('indexes that are free: not done, and no pod at them', () => {
  const pods = [
    podOf('Succeeded', { index: 0 }),
    podOf('Running', { index: 2 }),
    podOf('Failed', { index: 3 }),
  ];
  expect(freeIndexes(jobOf({ completionMode: 'Indexed', completions: 5 }), pods)).toEqual([
    1, 3, 4,
  ]);
  expect(freeIndexes(jobOf({ completions: 5 }), [])).toEqual([]);
});

test('a pod knows its index in four ways, and leaves the template as it is', () => {
  const containers = [{ name: 'c', env: [{ name: 'A', value: '1' }] }];
  const job = jobOf({
    template: { metadata: { labels: { a: 'b' } }, spec: { containers } },
  });
  const draft = jobPodDraft(job, 3);
  expect(draft).toMatchObject({
    metadata: {
      generateName: 'j-3-',
      labels: { a: 'b', 'batch.kubernetes.io/job-completion-index': '3' },
    },
    spec: { hostname: 'j-3' },
  });
  expect(indexOf(draft as never)).toBe(3);
  expect((draft['spec'] as { containers: Container[] }).containers[0]?.env).toEqual([
    { name: 'A', value: '1' },
    {
      name: 'JOB_COMPLETION_INDEX',
      valueFrom: {
        fieldRef: {
          fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']",
        },
      },
    },
  ]);
  const plain = jobPodDraft(job, undefined);
  expect(indexOf(plain as never)).toBe(-1);
  expect(plain.metadata).toMatchObject({ generateName: 'j-', labels: { a: 'b' } });
  expect(plain['spec']).toEqual({ containers });
});
