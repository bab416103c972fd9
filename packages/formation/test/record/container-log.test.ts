import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import type { KubeApi } from '../../src/index.ts';
import { containerLog } from '../../src/record/container-log.ts';

/** A pod whose container `c` has begun again so often, and runs or has ended. */
const podWith = (restartCount: number, state: 'running' | 'terminated', uid = 'u'): V1Pod =>
  ({
    metadata: { name: 'p', uid },
    status: { containerStatuses: [{ name: 'c', restartCount, state: { [state]: {} } }] },
  }) as unknown as V1Pod;

/** The log of the second run, of a pod that was heard to be so and is so now; an error when that cannot be asked. */
function logOf(heard: V1Pod | undefined, now: V1Pod | undefined | Error) {
  const asked: unknown[] = [];
  const kube = {
    list: async () => {
      if (now instanceof Error) throw now;
      return { items: now === undefined ? [] : [now], resourceVersion: '1' };
    },
    log: async (query: unknown) => {
      asked.push(query);
      return 'text';
    },
  } as unknown as KubeApi;
  const pod = podWith(1, 'running');
  const status = pod.status?.containerStatuses?.[0] as V1ContainerStatus;
  const log = containerLog({ kube, namespace: 'n', pod, status, heard: () => heard });
  return { log, asked };
}
const mine = podWith(1, 'running');

test.each<[string, V1Pod | undefined, V1Pod | undefined | Error, boolean]>([
  ['it runs', mine, mine, false],
  ['it was heard to have ended', podWith(1, 'terminated'), mine, true],
  ['it has ended, which was not heard so far', mine, podWith(1, 'terminated'), true],
  ['the next run has begun', mine, podWith(2, 'running'), true],
  ['another pod has its place', mine, podWith(1, 'running', 'other'), true],
  ['its pod is gone', mine, undefined, true],
  ['that cannot be asked, and it was heard to run', mine, new Error('no reply'), false],
])('whether a run is over: %s', async (_, heard, now, expected) => {
  expect(await logOf(heard, now).log.isOver()).toBe(expected);
});

test.each<[string, V1Pod | undefined, boolean | undefined]>([
  ['the log of the container', mine, false],
  ['its log from before, once the next run has begun', podWith(2, 'running'), true],
  ['nothing, when that is the log of another run already', podWith(3, 'running'), undefined],
  ['nothing, when its pod is gone', undefined, undefined],
])('its rest is %s', async (_, now, previous) => {
  const { log, asked } = logOf(mine, now);
  const text = await log.read('2026-01-01T00:00:00Z');
  expect(text).toBe(previous === undefined ? '' : 'text');
  expect(asked).toEqual(
    previous === undefined
      ? []
      : [
          {
            namespace: 'n',
            pod: 'p',
            container: 'c',
            timestamps: true,
            since: '2026-01-01T00:00:00Z',
            previous,
          },
        ],
  );
});
