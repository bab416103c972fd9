import type { JobRequest, KubeApi, KubeObject } from '@ssc/formation';
import { jobConfigFile, jobItem } from '@ssc/kube-specs';
import { describe, expect, test } from 'vitest';
import { defineMission, type RunJob } from '../../src/index.ts';
import { told } from './told.ts';
import { type Meddle, rehearse, type World, type WorldOptions } from './world.ts';

const config = [
  'NETWORK_PASSPHRASE = "A network of one job"',
  'NODE_SEED = "SDQVDISRYN2JXBS7ICL7QJAEKB3HWBJFP2QECXG7GZICAHBK4UNJCWK2 self"',
  'NODE_IS_VALIDATOR = true',
  'RUN_STANDALONE = true',
  'UNSAFE_QUORUM = true',
  'FAILURE_SAFETY = 0',
  'DATABASE = "sqlite3:///data/stellar.db"',
  'BUCKET_DIR_PATH = "/data/buckets"',
  '[QUORUM_SET]',
  'THRESHOLD_PERCENT = 100',
  'VALIDATORS = ["$self"]',
  '',
].join('\n');

const info: JobRequest = {
  name: 'offline info',
  command: ['stellar-core', 'offline-info', '--conf', jobConfigFile, '--console'],
  config,
  preparation: { newDb: true, newHist: [] },
  within: '5m',
};

/** A mission of nothing but jobs. */
const ofJobs = (act: (runJob: RunJob) => Promise<unknown>) =>
  defineMission('Jobs', {
    summary: 'Programs that run once.',
    expectedDuration: '1m',
    run: async (_, { phase, runJob }) => {
      await phase('jobs', async () => void (await act(runJob)));
    },
  });

const run = (job: JobRequest, options?: WorldOptions, meddle?: Meddle): Promise<World> =>
  rehearse(
    ofJobs((runJob) => runJob(job)),
    options,
    meddle,
  );

const itemsOf = (name: string, parallel: NonNullable<JobRequest['parallel']>): JobRequest => ({
  ...{ name, parallel, within: '10m' },
  // Fails for what is no file.
  command: ['cat', jobItem],
  config,
});

describe('a job', () => {
  test('runs to its end: its logs are saved, nothing of it is left, and a simulated one is rehearsed', async () => {
    let result: unknown;
    const world = await rehearse(
      ofJobs(async (runJob) => {
        result = await runJob(info);
      }),
    );
    expect(world.errorText).toBe('');
    expect([world.result.verdict, world.result.nodes]).toEqual(['rehearsed', 'simulated']);
    expect(result).toMatchObject({ succeeded: 1, failed: [] });
    const logs = [...world.files].filter(([path]) => path.startsWith('jobs/'));
    expect(logs.map(([path]) => path.slice(path.lastIndexOf('/')))).toEqual(
      expect.arrayContaining(['/job.log', '/prepare.log']),
    );
    expect(logs.map(([, text]) => text).join('')).toContain('"ledger"');
    const deleted = world.log.filter((line) => line.includes('DELETED jobs'));
    expect(deleted.join()).toContain(`${world.run}-job-offline-info`);
  });

  test('goes through items beside each other, some of which may fail', async () => {
    let result: unknown;
    const { errorText } = await rehearse(
      ofJobs(async (runJob) => {
        const parallel = {
          items: [jobConfigFile, '/nope', jobConfigFile],
          parallelism: 2,
          failuresMax: 1,
        };
        result = await runJob(itemsOf('three', parallel));
        await runJob(info);
      }),
    );
    expect(errorText).toBe('');
    expect(result).toMatchObject({ succeeded: 2, failed: ['/nope'] });
  });

  test('whose pod is refused at first waits for the controller to try again', async () => {
    const { errorText, log } = await run(
      info,
      { kube: { controllerMs: 500 } },
      async (cluster, clock) => {
        const call = (method: string, path: string, object?: object) =>
          cluster.handle({
            ...{ method, path, headers: { 'content-type': 'application/json' } },
            body: Buffer.from(object === undefined ? '' : JSON.stringify(object)),
          });
        // Somebody else fills the namespace after it was found to have room, and before the pod is made.
        const names = async (): Promise<string> =>
          String(
            Buffer.from(
              (await call('GET', '/apis/batch/v1/namespaces/default/jobs')).body as Uint8Array,
            ),
          );
        while (!(await names()).includes('-job-offline-info')) await clock.sleep(10);
        const quotas = '/api/v1/namespaces/default/resourcequotas';
        await call('POST', quotas, {
          ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'full' } },
          spec: { hard: { pods: '0' } },
        });
        await clock.sleep(3_000);
        await call('DELETE', `${quotas}/full`);
      },
    );
    expect(errorText).toBe('');
    const made = log.find((line) => /ADDED pods \S+offline-info/u.test(line));
    expect(made).toMatch(/^2026-01-01T00:00:0[3-9]/u);
  });

  test('whose machine is drained is made again', async () => {
    const drained = { ...info, command: ['sleep', '60'] };
    const world = await rehearse(
      ofJobs(async (runJob) => {
        await runJob(drained);
        await runJob({ ...info, name: 'after' });
      }),
      {},
      async (cluster, clock) => {
        await clock.sleep(20_000);
        const pods = await cluster.handle({
          ...{ method: 'GET', path: '/api/v1/namespaces/default/pods', headers: {} },
          body: new Uint8Array(),
        });
        const { items } = JSON.parse(String(Buffer.from(pods.body as Uint8Array)));
        const pod = items[0].metadata.name;
        cluster.faults.evictPod('default', pod, 'The node was low on resource: memory.');
      },
    );
    expect(world.errorText).toBe('');
  });
});

describe('a job that does not do what it should is told', () => {
  const few: NonNullable<JobRequest['parallel']> = {
    items: [jobConfigFile, '/nope', '/neither'],
    parallelism: 3,
    failuresMax: 1,
  };
  const quota = async (kube: KubeApi): Promise<void> => {
    const spec = { hard: { 'requests.cpu': '50m' } };
    await kube.create('default', {
      ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'team' }, spec },
    } as KubeObject);
  };
  const notFound = { unpullable: { 'core-sim': 'docker.io/library/core-sim: not found' } };
  test.each<[string, JobRequest, WorldOptions?]>([
    [
      'its program fails',
      { ...info, command: ['stellar-core', 'new-hist', 'nowhere', '--conf', jobConfigFile] },
    ],
    ['its preparation fails', { ...info, config: 'NODE_SEED = 7\n' }],
    ['it takes too long', { ...info, command: ['sleep', '3600'], within: '2m' }],
    ['its program is missing', { ...info, command: ['no-such-program'] }],
    ['too many of its items fail', itemsOf('three', few)],
    ['its image is missing', info, { faults: notFound }],
    ['the quota has no room for it', info, { before: quota }],
    ['it cannot be', { ...info, command: ['cat', jobItem] }],
  ])('%s', async (_, job, options) => {
    expect(told(await run(job, options))).toMatchSnapshot();
  });
});
