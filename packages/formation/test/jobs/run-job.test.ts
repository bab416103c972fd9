import { createRandom } from '@ssc/clock';
import { renderError } from '@ssc/errors';
import { expect, test } from 'vitest';
import { createFormation, type JobRequest } from '../../src/index.ts';
import { createLocalCluster } from '../kube/local-cluster.ts';

const job: JobRequest = { name: 'replay', command: ['stellar-core', 'version'], within: '1m' };
const nowhere = () => ({ peerHost: '127.0.0.1', dataFolder: '/runs/0' });

test.each([
  ['its first network', { placement: nowhere, sets: { core: { nodes: 1 } } }],
  ['further networks', { place: async () => nowhere, sets: {} }],
])('a job is refused where nodes have no pods of a cluster: %s', async (_, where) => {
  const { clock, kube, cluster } = createLocalCluster();
  const { dispatcher } = cluster;
  await clock.run(async () => {
    const formation = createFormation({
      ...{ run: 'ssc-1a2b3c', mission: 'Test', namespace: 'default', seed: '1', ...where },
      ...{ images: { core: 'core-sim', history: 'nginx' }, kube, dispatcher, clock },
      ...{ who: 'ada@build-7', version: '1', random: createRandom('1'), note: () => {} },
      signal: new AbortController().signal,
    });
    expect(await formation.runJob(job).then(() => 'done', renderError)).toMatchInlineSnapshot(`
      "✖ SSC_JOB_UNAVAILABLE  job "replay" cannot be run here: jobs run in pods of a cluster only
        Take --provider kubernetes, or rehearse the mission with simulated nodes."
    `);
    expect(kube.calls['create']).toBeUndefined();
  });
});
