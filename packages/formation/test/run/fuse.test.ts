import { renderError } from '@ssc/errors';
import { expect, test } from 'vitest';
import { Fuse } from '../../src/run/fuse.ts';
import { createLocalCluster } from '../kube/local-cluster.ts';

test('a namespace that is not there is the mistake of who names it', async () => {
  const { clock, kube } = createLocalCluster();
  await clock.run(async () => {
    const run = { run: 'ssc-1a2b3c', mission: 'Test', namespace: 'nowhere', driver: 'ada 1' };
    const error = await Fuse.light({ kube, clock, ...run }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ verdict: 'usage' });
    expect(renderError(error)).toMatchInlineSnapshot(`
      "✖ SSC_NAMESPACE_MISSING  the cluster has no namespace "nowhere"; nothing was started
        kubectl create namespace nowhere, or --namespace with one that is there.
        because  SSC_KUBE_REFUSED  the API server refused to create Job nowhere/ssc-1a2b3c-fuse: NotFound"
    `);
  });
});
