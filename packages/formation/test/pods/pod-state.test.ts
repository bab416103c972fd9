import type {
  V1ContainerStatus,
  V1Pod,
  V1PodCondition,
  V1PodStatus,
} from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { describePod, findTrouble, isReady } from '../../src/pods/pod-state.ts';

const now = Date.UTC(2026, 0, 1, 0, 5);
const at = (seconds: number) => new Date(now - seconds * 1000).toISOString() as unknown as Date;

const pod = (status: V1PodStatus, more: Partial<V1Pod> = {}): V1Pod => ({
  metadata: { name: 'core-0', uid: 'u1', creationTimestamp: at(60) },
  spec: {
    nodeName: 'machine-1',
    containers: [],
    initContainers: [{ name: 'prepare' }, { name: 'delay', restartPolicy: 'Always' }],
  },
  status,
  ...more,
});
const container = (name: string, rest: Partial<V1ContainerStatus>): V1ContainerStatus => ({
  name,
  image: 'stellar/stellar-core:typo',
  imageID: '',
  ready: false,
  restartCount: 0,
  ...rest,
});
const condition = (
  type: string,
  status: string,
  rest: Partial<V1PodCondition> = {},
): V1PodCondition => ({ type, status, ...rest });
const waiting = (reason: string, message = 'm') => ({ state: { waiting: { reason, message } } });
const ended = (exitCode: number, reason = 'Error') => ({ terminated: { exitCode, reason } });

describe('findTrouble', () => {
  test.each<[string, V1PodStatus, string | undefined]>([
    ['nothing yet', {}, undefined],
    [
      'being created',
      { containerStatuses: [container('c', waiting('ContainerCreating'))] },
      undefined,
    ],
    [
      'the first failed pull',
      { containerStatuses: [container('c', waiting('ErrImagePull'))] },
      undefined,
    ],
    [
      'a pull that can never succeed',
      {
        containerStatuses: [
          container('c', waiting('ErrImagePull', 'rpc error: docker.io/library/x:1: not found')),
        ],
      },
      'SSC_IMAGE_NOT_PULLED c ErrImagePull rpc error: docker.io/library/x:1: not found',
    ],
    [
      'repeated failed pulls',
      { containerStatuses: [container('c', waiting('ImagePullBackOff', 'not found'))] },
      'SSC_IMAGE_NOT_PULLED c ImagePullBackOff not found',
    ],
    [
      'the image of a preparation',
      { initContainerStatuses: [container('prepare', waiting('InvalidImageName', 'x'))] },
      'SSC_IMAGE_NOT_PULLED prepare InvalidImageName x',
    ],
    [
      'a missing ConfigMap key',
      { containerStatuses: [container('c', waiting('CreateContainerConfigError', 'no key'))] },
      'SSC_CONTAINER_NOT_CREATED c CreateContainerConfigError no key',
    ],
    [
      'a preparation that is done',
      { initContainerStatuses: [container('prepare', { state: ended(0, 'Completed') })] },
      undefined,
    ],
    [
      'a preparation that failed',
      { initContainerStatuses: [container('prepare', { state: ended(1) })] },
      'SSC_PREPARATION_FAILED prepare Error exit code 1',
    ],
    [
      'one that is tried again',
      {
        initContainerStatuses: [
          container('prepare', { ...waiting('CrashLoopBackOff'), lastState: ended(1) }),
        ],
      },
      'SSC_PREPARATION_FAILED prepare Error exit code 1',
    ],
    [
      'a preparation out of memory',
      { initContainerStatuses: [container('prepare', { state: ended(137, 'OOMKilled') })] },
      'SSC_NODE_OUT_OF_MEMORY prepare OOMKilled exit code 137',
    ],
    [
      'a sidecar that ended',
      {
        initContainerStatuses: [
          container('delay', { restartCount: 1, state: { running: {} }, lastState: ended(2) }),
        ],
      },
      'SSC_NODE_ENDED delay Error exit code 2',
    ],
    [
      'a core that ended',
      { containerStatuses: [container('c', { state: ended(134) })] },
      'SSC_NODE_ENDED c Error exit code 134',
    ],
    [
      'even with exit code 0',
      { containerStatuses: [container('c', { state: ended(0, 'Completed') })] },
      'SSC_NODE_ENDED c Completed exit code 0',
    ],
    [
      'a core that was restarted',
      {
        containerStatuses: [
          container('c', {
            restartCount: 1,
            state: { running: {} },
            lastState: ended(137, 'OOMKilled'),
          }),
        ],
      },
      'SSC_NODE_OUT_OF_MEMORY c OOMKilled exit code 137',
    ],
    [
      'an eviction',
      { phase: 'Failed', reason: 'Evicted', message: 'low on memory' },
      'SSC_POD_EVICTED  Evicted low on memory',
    ],
    [
      'an eviction by the API',
      {
        conditions: [
          condition('DisruptionTarget', 'True', {
            reason: 'EvictionByEvictionAPI',
            message: 'drain',
          }),
        ],
      },
      'SSC_POD_EVICTED  EvictionByEvictionAPI drain',
    ],
    ['a lost machine', { reason: 'NodeLost', message: 'gone' }, 'SSC_POD_NODE_LOST  NodeLost gone'],
    [
      'a lost machine, as taints tell',
      {
        conditions: [
          condition('DisruptionTarget', 'True', {
            reason: 'DeletionByTaintManager',
            message: 'taint',
          }),
        ],
      },
      'SSC_POD_NODE_LOST  DeletionByTaintManager taint',
    ],
    ...([29, 30] as const).map((seconds): [string, V1PodStatus, string | undefined] => [
      `a machine that has been silent for ${seconds} s since the cluster missed it`,
      {
        conditions: [
          condition('ContainersReady', 'True'),
          condition('Ready', 'False', { lastTransitionTime: at(seconds) }),
        ],
      },
      seconds < 30
        ? undefined
        : 'SSC_POD_NODE_LOST  NodeNotReady machine machine-1 has not answered the cluster for 30s',
    ]),
    [
      'a probe that fails',
      {
        conditions: [
          condition('ContainersReady', 'False'),
          condition('Ready', 'False', { lastTransitionTime: at(300) }),
        ],
      },
      undefined,
    ],
    [
      'no room yet',
      {
        conditions: [
          condition('PodScheduled', 'False', {
            reason: 'Unschedulable',
            message: '0/3',
            lastTransitionTime: at(29),
          }),
        ],
      },
      undefined,
    ],
    [
      'no room',
      {
        conditions: [
          condition('PodScheduled', 'False', {
            reason: 'Unschedulable',
            message: '0/3',
            lastTransitionTime: at(30),
          }),
        ],
      },
      'SSC_POD_UNSCHEDULABLE  Unschedulable 0/3',
    ],
  ])('%s', (_title, status, expected) => {
    const trouble = findTrouble(pod(status), { now });
    expect(
      trouble && `${trouble.code} ${trouble.container ?? ''} ${trouble.reason} ${trouble.message}`,
    ).toBe(expected);
  });

  test('a pod that is being deleted is told as that, not by how its containers end', () => {
    const dying = pod({ containerStatuses: [container('c', { state: ended(0, 'Completed') })] });
    const metadata = { ...dying.metadata, deletionTimestamp: at(1) };
    expect(findTrouble({ ...dying, metadata }, { now, uid: 'u1' })).toEqual({
      code: 'SSC_POD_REPLACED',
      reason: 'Deleted',
      message: 'somebody deleted it, or what it belongs to',
    });
    const evicted = condition('DisruptionTarget', 'True', { reason: 'EvictionByEvictionAPI' });
    expect(
      findTrouble({ ...dying, metadata, status: { conditions: [evicted] } }, { now, uid: 'u1' })
        ?.code,
    ).toBe('SSC_POD_EVICTED');
  });

  test('a restart or a uid that was asked for is no trouble', () => {
    const restarted = pod({
      containerStatuses: [
        container('c', { restartCount: 1, state: { running: {} }, lastState: ended(0) }),
      ],
    });
    expect(findTrouble(restarted, { now, uid: 'u1', restarts: { c: 1 } })).toBeUndefined();
    expect(findTrouble(restarted, { now, uid: 'u0', restarts: { c: 1 } })?.code).toBe(
      'SSC_POD_REPLACED',
    );
  });

  test('says whether the log to read is that of the last run', () => {
    const looping = container('c', {
      ...waiting('CrashLoopBackOff'),
      restartCount: 2,
      lastState: ended(1),
    });
    expect(findTrouble(pod({ containerStatuses: [looping] }), { now })?.hasPreviousLog).toBe(true);
    expect(
      findTrouble(pod({ containerStatuses: [container('c', { state: ended(1) })] }), { now })
        ?.hasPreviousLog,
    ).toBe(false);
  });
});

describe('describePod', () => {
  test.each<[V1Pod | undefined, string]>([
    [undefined, 'there is no such pod'],
    [
      pod(
        {
          phase: 'Pending',
          conditions: [condition('PodScheduled', 'False', { message: '0/3 nodes are available' })],
        },
        { spec: { containers: [] } },
      ),
      'Pending; not scheduled: 0/3 nodes are available',
    ],
    [pod({ phase: 'Pending' }, { spec: { containers: [] } }), 'Pending; not scheduled yet'],
    [
      pod({
        phase: 'Running',
        initContainerStatuses: [container('prepare', { state: ended(0) })],
        containerStatuses: [
          container('stellar-core', { state: { running: { startedAt: at(90) } }, ready: true }),
          container('history', { ...waiting('CrashLoopBackOff', 'back-off 10s'), restartCount: 2 }),
          container('other', { state: ended(1), restartCount: 1 }),
          container('new', {}),
        ],
      }),
      'Running; stellar-core running for 1m 30s; history waiting: CrashLoopBackOff (back-off 10s), 2 restarts; other ended: Error, exit code 1, 1 restart; new not started',
    ],
  ])('%#', (value, text) => expect(describePod(value, now)).toBe(text));

  test('ready is what the condition says', () => {
    expect(isReady(pod({ conditions: [condition('Ready', 'True')] }))).toBe(true);
    expect(isReady(pod({ conditions: [condition('Ready', 'False')] }))).toBe(false);
    expect(isReady(pod({}))).toBe(false);
  });
});
