import { renderError } from '@ssc/errors';
import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/index.ts';
import { PodWatch } from '../../src/pods/pod-watch.ts';
import { createLocalCluster, type LocalCluster } from '../kube/local-cluster.ts';

const namespace = 'default';

/** What the controller says of a set when a pod of it is refused. */
const failedCreate = (set: string, message: string): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${set}.refused` },
    involvedObject: { kind: 'StatefulSet', namespace, name: set },
    ...{ reason: 'FailedCreate', message, type: 'Warning' },
  }) as KubeObject;

/** Watches two pods of two sets, neither of which is there. */
async function watchNone({ kube, clock }: Pick<LocalCluster, 'kube' | 'clock'>): Promise<PodWatch> {
  const watch = new PodWatch({
    kube,
    clock,
    namespace,
    labelSelector: 'a=b',
    pods: new Map([
      ['slow-0', 'run-slow-0'],
      ['core-0', 'run-core-0'],
    ]),
    sets: new Map([
      ['slow-0', 'run-slow'],
      ['core-0', 'run-core'],
    ]),
  });
  await watch.ready;
  return watch;
}

test('a set whose pods are refused is told, also while pods of another one are missing too', async () => {
  const { clock, kube } = createLocalCluster();
  await clock.run(async () => {
    const watch = await watchNone({ kube, clock });
    await kube.create(namespace, failedCreate('run-core', 'exceeded quota: late'));
    await kube.create(namespace, failedCreate('other-run-core', 'not ours'));
    // The controller may not have come to it yet.
    await clock.sleep(3000);
    await watch.check();
    await clock.sleep(3000);
    expect(await watch.check().then(() => 'no trouble', renderError)).toMatchInlineSnapshot(`
      "✖ SSC_POD_NOT_CREATED  the cluster does not create pod run-core-0
        StatefulSet    default/run-core
        Event          FailedCreate: exceeded quota: late
        This says nothing about stellar-core. A quota or a policy of the namespace refuses the pod."
    `);
    watch.stop();
  });
});

test('the cluster is asked every five seconds, however many pods are missing', async () => {
  const { clock, kube } = createLocalCluster();
  await clock.run(async () => {
    const watch = await watchNone({ kube, clock });
    const listed = kube.calls['list'] ?? 0;
    const seconds = async (count: number): Promise<number> => {
      for (let i = 0; i < count; i++) {
        await clock.sleep(1000);
        await watch.check();
      }
      return (kube.calls['list'] ?? 0) - listed;
    };
    expect(await seconds(4)).toBe(0);
    expect(await seconds(12)).toBe(3);
    // Other pods than before are expected: they too need a moment.
    watch.expectSome(['core-0']);
    expect(await seconds(4)).toBe(3);
    watch.expectNone(['slow-0', 'core-0']);
    expect(await seconds(10)).toBe(3);
    watch.stop();
  });
});
