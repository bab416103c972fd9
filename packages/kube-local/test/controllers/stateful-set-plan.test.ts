import { describe, expect, test } from 'vitest';
import { msUntilAvailable, ordinalOf, planPods } from '../../src/controllers/stateful-set-plan.ts';
import { renderSetStatus } from '../../src/controllers/stateful-set-status.ts';
import type { ControllerRevision, StatefulSet } from '../../src/types/objects.ts';
import type { Pod } from '../../src/types/pod.ts';

const now = Date.UTC(2026, 0, 1, 0, 1);

const setOf = (replicas: number, spec: object = {}): StatefulSet =>
  ({
    metadata: { name: 'web', namespace: 'n', uid: 'u', generation: 4 },
    spec: { replicas, updateStrategy: { type: 'RollingUpdate' }, ...spec },
  }) as unknown as StatefulSet;

/** `2 ready old going`: a pod of the ordinal 2, ready for ten seconds, of the old revision, in deletion. `failed`, `done`: over. */
function podOf(text: string): Pod {
  const [ordinal, ...words] = text.split(' ');
  const [is, isReady] = [(word: string) => words.includes(word), words.includes('ready')];
  return {
    metadata: {
      name: `web-${ordinal}`,
      labels: { 'controller-revision-hash': is('old') ? 'web-old' : 'web-new' },
      ...(is('going') && { deletionTimestamp: '2026-01-01T00:00:55Z' }),
    },
    status: {
      phase: is('failed') ? 'Failed' : is('done') ? 'Succeeded' : 'Running',
      conditions: [
        {
          type: 'Ready',
          status: isReady ? 'True' : 'False',
          lastTransitionTime: '2026-01-01T00:00:50Z',
        },
      ],
    },
  } as unknown as Pod;
}

const stepsOf = (set: StatefulSet, pods: readonly string[]): string[] =>
  planPods(set, pods.map(podOf), 'web-new', now).map((step) =>
    step.act === 'create' ? `create ${step.ordinal}` : `${step.act} ${ordinalOf(set, step.pod)}`,
  );

describe('the next steps', () => {
  test.each<[string, StatefulSet, string[], string[]]>([
    ['in order: the first that is missing', setOf(3), [], ['create 0']],
    ['in order: none while one is on its way', setOf(3), ['0'], []],
    ['in order: none while one goes', setOf(2), ['0 ready going'], []],
    ['in order: the next once it is ready', setOf(3), ['0 ready'], ['create 1']],
    ['in order: one that has ended', setOf(3), ['0 failed', '1 done'], ['recreate 0']],
    [
      'in order: none before one was ready for long enough',
      setOf(2, { minReadySeconds: 11 }),
      ['0 ready'],
      [],
    ],
    ['in order: away with the highest', setOf(1), ['0 ready', '1 ready', '2 ready'], ['remove 2']],
    ['in order: not while another goes', setOf(1), ['0 ready', '1 ready going', '2 ready'], []],
    ['in order: not a ready one above an unready one', setOf(1), ['0 ready', '1', '2 ready'], []],
    ['in order: but an unready one', setOf(1), ['0 ready', '1', '2'], ['remove 2']],
    [
      'in order: no update before what is too many has gone',
      setOf(1),
      ['0 ready old', '1 ready going'],
      [],
    ],
    ['ordinals may begin elsewhere', setOf(1, { ordinals: { start: 5 } }), [], ['create 5']],
  ])('%s', (_, set, pods, expected) => {
    expect(stepsOf(set, pods)).toEqual(expected);
  });

  const parallel = { podManagementPolicy: 'Parallel' };
  test.each<[string, StatefulSet, string[], string[]]>([
    ['all that are missing', setOf(3, parallel), ['1'], ['create 0', 'create 2']],
    [
      'all that have ended, not what goes already',
      setOf(3, parallel),
      ['0 done', '1 failed', '2 done going'],
      ['recreate 0', 'recreate 1'],
    ],
    [
      'all that are too many, from the highest on',
      setOf(0, parallel),
      ['0 ready', '1', '2 going', '10'],
      ['remove 10', 'remove 1', 'remove 0'],
    ],
  ])('in parallel: %s', (_, set, pods, expected) => {
    expect(stepsOf(set, pods)).toEqual(expected);
  });

  const old = ['0 ready old', '1 ready old', '2 ready old'];
  test.each<[string, object, string[], string[]]>([
    ['the highest first', {}, old, ['update 2']],
    ['none while its successor is not ready', {}, ['0 ready old', '1 ready old', '2'], []],
    ['none while it goes', {}, ['0 ready old', '1 ready old', '2 ready old going'], []],
    ['then the next', {}, ['0 ready old', '1 ready old', '2 ready'], ['update 1']],
    [
      'down to the partition',
      { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } },
      ['0 ready old', '1 ready old', '2 ready'],
      [],
    ],
    ['none where pods are only deleted by hand', { updateStrategy: { type: 'OnDelete' } }, old, []],
  ])('an update: %s', (_, spec, pods, expected) => {
    expect(stepsOf(setOf(3, spec), pods)).toEqual(expected);
  });
});

test('when a pod is available', () => {
  const ms = (text: string, minReadySeconds?: number): number =>
    msUntilAvailable(
      setOf(1, minReadySeconds === undefined ? {} : { minReadySeconds }),
      podOf(text),
      now,
    );
  expect(ms('0')).toBe(Number.POSITIVE_INFINITY);
  expect(ms('0 ready')).toBe(0);
  expect(ms('0 ready', 10)).toBe(0);
  expect(ms('0 ready', 11)).toBe(1000);
});

test('only names of the set have an ordinal', () => {
  const of = (name: string): number | undefined =>
    ordinalOf(setOf(1), { metadata: { name } } as unknown as Pod);
  expect([of('web-7'), of('web-x'), of('other-1'), of('web-'), of('webs-1')]).toEqual([
    7,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

describe('the status', () => {
  const revision = (name: string): ControllerRevision =>
    ({ metadata: { name } }) as unknown as ControllerRevision;
  const revisions = { current: revision('web-old'), update: revision('web-new') };

  test('in the middle of an update', () => {
    const pods = ['0 ready old', '1 old', '2 ready', '3 failed', '4 ready going'].map(podOf);
    expect(renderSetStatus(setOf(3, { minReadySeconds: 11 }), pods, revisions, now)).toEqual({
      observedGeneration: 4,
      replicas: 4,
      readyReplicas: 3,
      availableReplicas: 0,
      currentReplicas: 2,
      updatedReplicas: 1,
      currentRevision: 'web-old',
      updateRevision: 'web-new',
      collisionCount: 0,
    });
  });

  test('when all pods are new and ready, the set is at the new revision', () => {
    const pods = ['0 ready', '1 ready'].map(podOf);
    expect(renderSetStatus(setOf(2), pods, revisions, now)).toMatchObject({
      availableReplicas: 2,
      currentReplicas: 2,
      currentRevision: 'web-new',
    });
    const byHand = setOf(2, { updateStrategy: { type: 'OnDelete' } });
    const status = renderSetStatus(byHand, pods, revisions, now);
    expect(status).toMatchObject({ currentRevision: 'web-old' });
    expect(status).not.toHaveProperty('currentReplicas');
  });
});
