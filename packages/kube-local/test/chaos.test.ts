import { createRandom } from '@ssc/clock';
import { textResponse } from '@ssc/process';
import { expect, test } from 'vitest';
import {
  apps,
  configMap,
  type Fields,
  headless,
  inCluster,
  ns,
  statefulSet,
} from './in-cluster.ts';

const seeds = Array.from({ length: 25 }, (_, i) => `chaos ${i}`);

/** Twenty mishaps at random moments; then everything heals, and the cluster must come to rest where it should. */
async function run(seed: string): Promise<{ log: string; mishaps: string[] }> {
  const random = createRandom(seed);
  const mishaps: string[] = [];
  const log = await inCluster(
    async ({ kube, call, post, until, get, clock, lines }) => {
      await post(`${ns}/services`, headless({ publishNotReadyAddresses: true }));
      await post(`${ns}/configmaps`, configMap('cfg', { a: 'b' }));
      const ordered = random.chance(0.5);
      await post(
        `${apps}/statefulsets`,
        statefulSet(
          'web',
          3,
          { command: ['server'], readinessProbe: { httpGet: { port: 80 }, periodSeconds: 3 } },
          {
            initContainers: [
              { name: 'prepare', image: 'app:1', command: ['sleep', '1'] },
              { name: 'side', image: 'app:1', restartPolicy: 'Always' },
            ],
            volumes: [{ name: 'c', configMap: { name: 'cfg' } }],
            terminationGracePeriodSeconds: 5,
          },
          ordered ? { podManagementPolicy: 'OrderedReady' } : {},
        ),
      );
      const acts: Record<string, (pod: string) => unknown> = {
        delete: (pod) => call('DELETE', `${ns}/pods/${pod}`),
        force: (pod) => call('DELETE', `${ns}/pods/${pod}`, { gracePeriodSeconds: 0 }),
        reboot: (pod) => kube.faults.rebootPod('default', pod),
        evict: (pod) => kube.faults.evictPod('default', pod),
        kill: (pod) =>
          kube.faults.killContainer('default', pod, random.pick(['main', 'side', 'prepare'])),
        loseNode: () => kube.faults.loseNode(`node-${1 + random.int(3)}`),
        restoreNodes: () => [1, 2, 3].map((i) => kube.faults.restoreNode(`node-${i}`)),
        scale: () =>
          call(
            'PATCH',
            `${apps}/statefulsets/web/scale`,
            { spec: { replicas: random.int(5) } },
            'application/merge-patch+json',
          ),
        template: () =>
          call(
            'PATCH',
            `${apps}/statefulsets/web`,
            { spec: { template: { metadata: { labels: { v: String(random.int(9)) } } } } },
            'application/merge-patch+json',
          ),
      };
      for (let i = 0; i < 20; i++) {
        await clock.sleep(random.int(20_000));
        const name = random.pick(Object.keys(acts)) ?? '';
        try {
          const answer = await acts[name]?.(`web-${random.int(3)}`);
          if ((answer as Fields)?.status !== 404) mishaps.push(name);
        } catch (error) {
          // A pod that is not there, or does not run, cannot be struck.
          if (!(error instanceof Error) || error.name !== 'ApiError') throw error;
        }
      }
      acts['restoreNodes']?.('');
      await call(
        'PATCH',
        `${apps}/statefulsets/web`,
        { spec: { replicas: 3 } },
        'application/merge-patch+json',
      );
      // A moment for controllers to see what has just happened.
      await clock.sleep(1000);
      const set = await until(
        `${apps}/statefulsets/web`,
        ({ status, metadata }) =>
          status.readyReplicas === 3 &&
          status.replicas === 3 &&
          status.updatedReplicas === 3 &&
          status.observedGeneration === metadata.generation,
        3600,
      );
      expect(set.status.currentRevision).toBe(set.status.updateRevision);
      const pods = (await get(`${ns}/pods`)).items;
      expect(pods.map((p: Fields) => p.metadata.name)).toEqual(['web-0', 'web-1', 'web-2']);
      expect(new Set(pods.map((p: Fields) => p.status.podIP)).size).toBe(3);
      await call('DELETE', `${apps}/statefulsets/web`, { propagationPolicy: 'Foreground' });
      await until(`${apps}/statefulsets`, (list) => list.items.length === 0, 60);
      expect((await get(`${ns}/pods`)).items).toEqual([]);
      return lines.join('\n');
    },
    {
      seed,
      programs: {
        server: async (self) => {
          self.net.listenHttp(80, async () => textResponse(200, 'x'));
          if (self.random.chance(0.3)) {
            await self.clock.sleep(self.random.int(30_000));
            return 1;
          }
          return new Promise((resolve) => self.onSignal(() => resolve(0)));
        },
      },
    },
  );
  return { log, mishaps };
}

test('twenty-five clusters that are ill-treated come to rest where they should', async () => {
  const counts: Record<string, number> = {};
  for (const seed of seeds) {
    const { mishaps } = await run(seed).catch((error: unknown) => {
      throw new Error(`seed "${seed}"`, { cause: error });
    });
    for (const name of mishaps) counts[name] = (counts[name] ?? 0) + 1;
  }
  expect(Object.keys(counts).length).toBe(9);
  expect(Math.min(...Object.values(counts))).toBeGreaterThan(8);
});

test('the same ill treatment twice is the same log', async () => {
  const first = await run('chaos 7');
  expect((await run('chaos 7')).log).toBe(first.log);
});
