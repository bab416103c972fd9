import { createBasePrograms } from '@ssc/kube-local';
import { describeContract } from './contract.ts';
import { createLocalCluster } from './local-cluster.ts';

describeContract('kube-local', async (work) => {
  const { clock, kube } = createLocalCluster({
    images: [{ pattern: 'busybox:*', programs: createBasePrograms() }],
    // So that there are versions which nobody remembers.
    historyLimit: 5,
  });
  await clock.run(() => work({ kube, clock, namespace: 'default' }));
});
