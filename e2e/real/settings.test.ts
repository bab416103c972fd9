import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import process from 'node:process';
import { renderError } from '@ssc/errors';
import type { CoreSet, JobRequest } from '@ssc/formation';
import { jobConfigFile } from '@ssc/kube-specs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, openApi, type RealApi } from '../src/api.ts';
import { withNetwork } from '../src/formation.ts';
import { placeOf } from '../src/place.ts';
import { callMission, heldOn, readResult } from '../src/ssc.ts';

let api: RealApi;
const { kubeconfig, kubectl, images } = placeOf();
beforeAll(() => {
  api = openApi(kubeconfig);
});
afterAll(() => api.close());

/** What kubectl prints in a namespace. */
function kubectlIn(namespace: string, ...words: readonly string[]): string {
  const where = ['--kubeconfig', kubeconfig, '--namespace', namespace];
  const { stdout, stderr } = spawnSync(kubectl, [...where, ...words], { encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

/** SimplePayment with further words, and what came of it. */
async function simplePayment(namespace: string, ...words: readonly string[]) {
  const call = callMission('SimplePayment', { kubeconfig, images, namespace }, ...words);
  const { code, output } = await call.ended;
  const result = readResult(call.folder);
  rmSync(call.folder, { recursive: true });
  return { code, output, result };
}

test.skipIf(images.postgres === undefined)(
  'SimplePayment with its tables in a postgres beside each node',
  async () => {
    await api.inNamespace(async (namespace) => {
      const { code, output, result } = await simplePayment(
        namespace,
        ...['--database', 'postgres', '--postgres-image', images.postgres ?? ''],
        ...['--postgres-cpu', '100m:1', '--postgres-memory', '128Mi:512Mi', '--core-cpu', '20m:1'],
      );
      expect([code, result.verdict]).toEqual([0, heldOn(images, output).verdict]);
    });
  },
);

test.skipIf(images.exporter === undefined)(
  'Prometheus finds an exporter in each pod by its annotations, and metrics of its stellar-core there',
  async () => {
    await api.inNamespace(async (namespace) => {
      const sets = { core: { nodes: 2 } };
      const settings = { exporter: { image: images.exporter ?? '' } };
      await withNetwork({ api, namespace, images, sets, settings }, async (formation) => {
        await formation.bringUp();
        await (formation.sets['core'] as CoreSet).waitForLedgers(2);
        const pods = `/api/v1/namespaces/${namespace}/pods`;
        const { body } = await api.send('GET', pods);
        const found: string[] = [];
        for (const { metadata, spec } of body.items) {
          const at = metadata.annotations;
          if (at['prometheus.io/scrape'] !== 'true') continue;
          const port = at['prometheus.io/port'];
          const scraped = await api.send(
            'GET',
            `${pods}/${metadata.name}:${port}/proxy${at['prometheus.io/path']}`,
          );
          const closed = /^stellar_core_ledger_ledger_close_count (\d+)$/mu.exec(
            String(scraped.body),
          )?.[1];
          process.stdout.write(`${metadata.name}: ${scraped.status}, closed ${closed}\n`);
          expect(Number(closed)).toBeGreaterThan(1);
          const exporter = spec.containers.find(({ image }: { image: string }) =>
            image.includes('exporter'),
          );
          expect(exporter.securityContext).toMatchObject({
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
          });
          found.push(metadata.labels['ssc.stellar.org/core-set']);
        }
        expect(found).toEqual(['core', 'core']);
      });
    });
  },
);

describe('a namespace with a quota and a limit range', () => {
  const enough = {
    'requests.cpu': '330m',
    'requests.memory': '864Mi',
    'limits.cpu': '3150m',
    'limits.memory': '864Mi',
    pods: '3',
    'count/jobs.batch': '1',
    'count/statefulsets.apps': '1',
  };
  const limit = async (namespace: string, kind: string, spec: object): Promise<void> => {
    const path = `/api/v1/namespaces/${namespace}/${kind}`;
    const { status } = await api.send('POST', path, { metadata: { name: 'team' }, spec });
    expect(status).toBe(201);
  };
  const inLimits = (hard: object, work: (namespace: string) => Promise<void>): Promise<void> =>
    api.inNamespace(async (namespace) => {
      await limit(namespace, 'resourcequotas', { hard: { ...enough, ...hard } });
      const item = { type: 'Container', min: { cpu: '10m' }, max: { cpu: '1', memory: '256Mi' } };
      await limit(namespace, 'limitranges', { limits: [item] });
      await work(namespace);
    });

  test('that just fits', () =>
    inLimits({}, async (namespace) => {
      const { code, output } = await simplePayment(namespace);
      expect(output).toContain(`SimplePayment: ${heldOn(images, output).verdict}`);
      expect(code).toBe(0);
    }));

  test('that lacks a thousandth of a processor: exit 2, the sums, and nothing is made', () =>
    inLimits({ 'requests.cpu': '329m' }, async (namespace) => {
      const { code, output, result } = await simplePayment(namespace);
      expect(code).toBe(2);
      expect(result.error?.code).toBe('SSC_QUOTA');
      expect(output).toMatch(
        /requests\.cpu +needs 330m = 3 × 110m \(StatefulSet ssc-\w+-core\), left are 329m: quota "team" allows 329m, in use are 0/u,
      );
      expect(result.apiCalls['create']).toBeUndefined();
      expect(await api.objectsIn(namespace)).toEqual([]);
    }));

  test('into which it is fitted', () =>
    inLimits({ 'requests.cpu': '150m' }, async (namespace) => {
      const { code, output } = await simplePayment(namespace, '--fit-quota');
      expect(output).toContain('sets.core.resources.cpuRequestMillis 100 → 40');
      expect(code).toBe(0);
    }));
});

test('a set on claims goes on with its data, and begins anew with fresh ones', async () => {
  await api.inNamespace(async (namespace) => {
    const sets = { core: { nodes: 1, keepsData: true } };
    // The volumes of this cluster are folders of root.
    const settings = { user: 'image', dataSizeMiB: 64 } as const;
    await withNetwork({ api, namespace, images, sets, settings }, async (formation, saved) => {
      await formation.bringUp();
      const core = formation.sets['core'] as CoreSet;
      const height = async (): Promise<number> =>
        (await formation.nodes[0]?.info())?.ledger.num ?? 0;
      await core.waitUntilLedger(20);
      await core.change({ data: 'kept', config: { MAX_SLOTS_TO_REMEMBER: 24 } });
      expect(await height()).toBeGreaterThanOrEqual(20);
      await core.stop();
      await core.start({ data: 'fresh' });
      expect(await height()).toBeLessThan(20);
      await formation.dump(
        async (path, text) => void (saved as Map<string, string>).set(path, String(text)),
      );
      expect(saved.get('nodes/core-0/prepare.2.log')).toContain('nothing to prepare');
      expect(saved.get('nodes/core-0/prepare.3.log')).toContain('preparing data');
    });
  });
});

test('data folders in memory, and of at most so much', async () => {
  await api.inNamespace(async (namespace) => {
    const settings = { data: 'memory', dataSizeMiB: 128 } as const;
    const sets = { core: { nodes: 1 } };
    await withNetwork({ api, namespace, images, sets, settings }, async (formation) => {
      await formation.bringUp();
      await (formation.sets['core'] as CoreSet).waitForLedgers(2);
      const pod = `${formation.run}-core-0`;
      const mounts = kubectlIn(namespace, 'exec', pod, '-c', 'stellar-core', '--', 'df', '/data');
      process.stdout.write(mounts);
      expect(mounts).toMatch(/^tmpfs +131072 /mu);
    });
  });
});

// Other clusters have other classes.
test.skipIf(images.areSimulated !== true)(
  'claims of a storage class, which go with the node that is stopped',
  async () => {
    await api.inNamespace(async (namespace) => {
      const settings = {
        data: 'claim',
        storageClass: 'standard',
        whenScaledDown: 'deleted',
        // The volumes of this cluster are folders of root.
        user: 'image',
        dataSizeMiB: 64,
      } as const;
      const sets = { core: { nodes: 2, quorum: { of: ['core'], thresholdPercent: 50 } } };
      const claims = async (): Promise<string[]> => {
        const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
        const { body } = await api.send('GET', path);
        return body.items.map(
          (one: { metadata: { name: string }; spec: { storageClassName: string } }) =>
            `${one.metadata.name.replace(/ssc-\w{6}/u, 'RUN')} ${one.spec.storageClassName}`,
        );
      };
      await withNetwork({ api, namespace, images, sets, settings }, async (formation) => {
        await formation.bringUp();
        expect(await claims()).toEqual(['data-RUN-core-0 standard', 'data-RUN-core-1 standard']);
        await (formation.sets['core'] as CoreSet).stopAllBut(1);
        await eventually(30_000, claims, (left) => left.join() === 'data-RUN-core-0 standard');
        await (formation.sets['core'] as CoreSet).waitForLedgers(2);
      });
      await eventually(60_000, claims, (left) => left.length === 0);
    });
  },
);

test.skipIf(images.netdelay === undefined)(
  'packets that this kernel cannot delay end the run as broken, with the reason',
  async () => {
    await api.inNamespace(async (namespace) => {
      const sets = { core: { nodes: 2, delayMs: 100 } };
      const settings = { delay: { image: images.netdelay ?? '' } };
      await withNetwork({ api, namespace, images, sets, settings }, async (formation) => {
        const text = await formation.bringUp().then(() => 'up', renderError);
        // A kernel that has netem does what it was asked for.
        if (text === 'up') return;
        expect(text).toContain('container network-delay of core-');
        expect(text).toContain('no network delay: tc could not put netem and htb on eth0');
        expect(text).toContain('The kernel of this machine lacks sch_netem');
      });
    });
  },
);

test('jobs on pods: one that ends well, one that fails, one that takes too long, one of items', async () => {
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
  const job: JobRequest = {
    name: 'info',
    command: ['stellar-core', 'offline-info', '--conf', jobConfigFile, '--console'],
    config,
    preparation: { newDb: true, newHist: [] },
    within: '2m',
  };
  await api.inNamespace(async (namespace) => {
    await withNetwork({ api, namespace, images, sets: {} }, async (formation, saved) => {
      await formation.bringUp();
      expect(await formation.runJob(job)).toMatchObject({ succeeded: 1, failed: [] });
      if (images.areSimulated) expect(formation.nodeKind()).toBe('simulated');
      const log = [...saved].find(([path]) => path.endsWith('/job.log'))?.[1];
      expect(log).toContain('"ledger"');

      const fails = {
        ...job,
        name: 'fails',
        command: ['stellar-core', 'new-hist', 'nowhere', '--conf', jobConfigFile],
      };
      const failed = await formation.runJob(fails).then(() => 'done', renderError);
      expect(failed).toContain(
        '✖ SSC_JOB_FAILED  job "fails" failed: its program ended with exit code 1',
      );
      expect(failed).toContain('PodFailurePolicy');

      const slow = { ...job, name: 'slow', command: ['sleep', '600'], within: '10s' } as const;
      const late = await formation.runJob(slow).then(() => 'done', renderError);
      expect(late).toContain('job "slow" did not end within 10s');

      const items = {
        ...{ ...job, name: 'items', command: ['cat', '/cfg/job.cfg'] },
        parallel: { items: ['a', 'b', 'c'], parallelism: 3 },
      };
      expect(await formation.runJob(items)).toMatchObject({ succeeded: 3 });
      const jobs = (await api.objectsIn(namespace)).filter((name) => name.startsWith('Job/'));
      expect(jobs).toEqual([expect.stringContaining('fuse')]);
    });
  });
});
