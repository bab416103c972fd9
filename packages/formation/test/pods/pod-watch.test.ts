import type { V1Pod } from '@kubernetes/client-node';
import { renderError } from '@ssc/errors';
import { createBasePrograms } from '@ssc/kube-local';
import type { Program } from '@ssc/process';
import { expect, test } from 'vitest';
import { type KubeObject, kinds } from '../../src/index.ts';
import { createLocalCluster } from '../kube/local-cluster.ts';
import { namespace, podWith, watchPod } from './one-pod.ts';

const pod = podWith();

/** Dies three seconds after its first start; then it lives. */
function dyingOnce(): Program {
  let starts = 0;
  return async (self) => {
    starts += 1;
    self.stdout(`start ${starts}\n`);
    await self.clock.sleep(starts === 1 ? 3000 : 3_600_000);
    self.stderr('what(): disk I/O error\n');
    return 134;
  };
}

test('a crash is told with the last lines of the run that ended, also when the next one has begun', async () => {
  const programs = { ...createBasePrograms(), 'stellar-core': dyingOnce() };
  const { clock, kube, cluster } = createLocalCluster({
    images: [{ pattern: 'core:*', programs }],
  });
  await clock.run(async () => {
    const watch = await watchPod({ kube, clock });
    await kube.create(namespace, pod);
    const ended = () =>
      watch.podOf('core-0')?.status?.containerStatuses?.[0]?.state?.terminated !== undefined;
    while (!ended()) await clock.sleep(50);
    // The kubelet starts the container again while the log is on its way.
    cluster.faults.api({ fault: { kind: 'latency', ms: 20_000 }, resource: 'pods/log', times: 1 });
    const text = await watch.check().then(() => 'no trouble', renderError);
    expect(text).toMatchInlineSnapshot(`
      "✖ SSC_NODE_ENDED  container stellar-core of core-0 ended with exit code 134, which nobody asked for
        Pod          default/run-core-0: Running; stellar-core ended: Error, exit code 134
        Container    stellar-core
        Reason       Error
        Message      exit code 134
        Last log     start 1
                     what(): disk I/O error
        A node that ends comes back with its data, and the run would go on with a gap that nobody sees: so it ends here."
    `);
    const now = await kube.read<V1Pod>({ kind: kinds.pod, namespace, name: 'run-core-0' });
    expect(now?.status?.containerStatuses?.[0]?.restartCount).toBe(1);
    watch.stop();
  });
});

test('a pod that somebody deletes is told as that', async () => {
  const programs = { ...createBasePrograms(), 'stellar-core': dyingOnce() };
  const { clock, kube } = createLocalCluster({ images: [{ pattern: 'core:*', programs }] });
  await clock.run(async () => {
    const watch = await watchPod({ kube, clock });
    await kube.create(namespace, pod);
    await clock.sleep(2000);
    await watch.check();
    const ref = { kind: kinds.pod, namespace, name: 'run-core-0' };
    await kube.delete(ref, { propagationPolicy: 'Background' });
    await clock.sleep(100);
    expect(await watch.check().then(() => 'no trouble', renderError)).toMatchInlineSnapshot(`
      "✖ SSC_POD_REPLACED  pod run-core-0 of core-0 is being deleted, which nobody asked for
        Pod        default/run-core-0: Pending; being deleted; stellar-core waiting: ContainerCreating
        Reason     Deleted
        Message    somebody deleted it, or what it belongs to
        Its data may be gone, so nothing that follows could be trusted."
    `);
    watch.stop();
  });
});

test('events of what is over are left out of a diagnosis', async () => {
  const programs = { ...createBasePrograms(), 'stellar-core': dyingOnce() };
  const { clock, kube } = createLocalCluster({ images: [{ pattern: 'core:*', programs }] });
  await clock.run(async () => {
    const watch = await watchPod({ kube, clock });
    await kube.create(namespace, pod);
    await clock.sleep(3000);
    const involvedObject = { kind: 'Pod', namespace, name: 'run-core-0' };
    for (const reason of ['FailedScheduling', 'Unhealthy', 'FailedMount'])
      await kube.create(namespace, {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: `run-core-0.${reason.toLowerCase()}` },
        ...{ involvedObject, reason, message: 'no', type: 'Warning' },
      } as KubeObject);
    // It runs on a machine, and is ready.
    expect((await watch.diagnose('core-0')).filter(([name]) => name === 'Event')).toEqual([
      ['Event', 'FailedMount: no'],
    ]);
    watch.stop();
  });
});
