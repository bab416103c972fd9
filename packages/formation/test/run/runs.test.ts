import type { V1ConfigMap, V1Job } from '@kubernetes/client-node';
import { renderError } from '@ssc/errors';
import { anchorName, fuseName, toAnchor, toFuse } from '@ssc/kube-specs';
import { describe, expect, test } from 'vitest';
import { cleanRuns, type KubeApi, type KubeObject, kinds, listRuns } from '../../src/index.ts';
import { Fuse } from '../../src/run/fuse.ts';
import { createLocalCluster, type LocalCluster } from '../kube/local-cluster.ts';

const namespace = 'default';
const [one, two, three, four] = ['ssc-000001', 'ssc-000002', 'ssc-000003', 'ssc-000004'] as const;

/** The fuse, the anchor and one ConfigMap of a run. */
async function createRun(
  { kube, clock }: LocalCluster,
  run: string,
  over: Partial<{ who: string; holder: string; journal: string }> = {},
): Promise<Fuse> {
  const options = { kube, clock, run, namespace, mission: 'Test', driver: `driver of ${run}` };
  const fuse = await Fuse.light(options);
  const content = {
    mission: 'Test',
    who: 'ada@build-7',
    startedAt: new Date(clock.now()).toISOString(),
    version: '1',
    holder: 'ada@build-7 1234',
    journal: '{"phase":"bring up","value":null}\n{"phase":"pay","value":null}\n',
    asked: '',
    plan: '',
    ...over,
  };
  const anchor = await kube.create(namespace, toAnchor({ run, namespace, content }, fuse.uid));
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: anchorName(run) };
  await kube.create(namespace, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: `${run}-cfg-1`,
      ownerReferences: [{ ...owner, uid: anchor.metadata?.uid ?? '' }],
    },
  });
  return fuse;
}

async function on(act: (world: LocalCluster) => Promise<void>): Promise<void> {
  const world = createLocalCluster();
  await world.clock.run(() => act(world));
}

const namesOf = async (kube: KubeApi): Promise<string[]> => {
  const lists = await Promise.all(
    [kinds.configMap, kinds.job].map((kind) => kube.list<KubeObject>({ kind, namespace })),
  );
  return lists
    .flatMap(({ items }) => items.map((item) => item.metadata?.name ?? ''))
    .filter((name) => name !== 'kube-root-ca.crt')
    .sort();
};

const textOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then((value) => `accepted: ${JSON.stringify(value)}`, renderError);

describe('the runs of a namespace', () => {
  test('are told with how they are, how far they came, and when they burn down', async () => {
    await on(async (world) => {
      const { clock, kube } = world;
      await createRun(world, one);
      await clock.sleep(60_000);
      await createRun(world, two, { holder: '', who: 'bob@laptop', journal: '' });
      await clock.sleep(80_000);
      const [abandoned, kept] = await listRuns({ kube, clock, namespace });
      const { root, ...told } = abandoned ?? {};
      expect(told).toMatchInlineSnapshot(`
        {
          "asked": "",
          "burnsDownAt": "2026-01-01T00:15:00.000Z",
          "heardAt": "2026-01-01T00:00:00.000Z",
          "holder": "ada@build-7 1234",
          "mission": "Test",
          "namespace": "default",
          "phases": [
            "bring up",
            "pay",
          ],
          "plan": "",
          "run": "ssc-000001",
          "startedAt": "2026-01-01T00:00:00.002Z",
          "state": "abandoned",
          "version": "1",
          "who": "ada@build-7",
        }
      `);
      expect(root).toMatchObject({ name: fuseName(one), kind: kinds.job });
      expect(kept).toMatchObject({ run: two, state: 'kept', who: 'bob@laptop', phases: [] });
    });
  });

  test('are driven while their fuse is pushed on, and burnt when the cluster is late', async () => {
    await on(async (world) => {
      const { clock, kube } = world;
      const fuse = await createRun(world, one);
      await clock.sleep(600_000);
      await fuse.pushOn();
      await clock.sleep(60_000);
      const [run] = await listRuns({ kube, clock, namespace });
      expect(run).toMatchObject({ state: 'driven', heardAt: '2026-01-01T00:10:00.006Z' });
      const late = { ...clock, now: () => clock.now() + 3_600_000 };
      expect((await listRuns({ kube, clock: late, namespace }))[0]?.state).toBe('burnt');
    });
  });

  test('show a driver that died before it wrote its anchor, and a run whose fuse was taken away', async () => {
    await on(async (world) => {
      const { clock, kube } = world;
      await Fuse.light({ kube, clock, run: one, namespace, mission: 'Test', driver: 'me' });
      await createRun(world, two);
      await kube.delete(
        { kind: kinds.job, namespace, name: fuseName(two) },
        { propagationPolicy: 'Orphan' },
      );
      await clock.sleep(1000);
      expect((await listRuns({ kube, clock, namespace })).map((r) => [r.run, r.state])).toEqual([
        [one, 'driven'],
        [two, 'fuseless'],
      ]);
      await cleanRuns({ kube, clock, namespace, expired: true });
      await clock.sleep(1000);
      expect(await namesOf(kube)).toEqual([fuseName(one)]);
    });
  });
});

describe('cleaning up', () => {
  test('removes what is named, and nothing else', async () => {
    await on(async (world) => {
      const { clock, kube } = world;
      for (const run of [one, two, three]) await createRun(world, run);
      await clock.sleep(120_000);
      const dry = await cleanRuns({ kube, clock, namespace, runs: [one, two], dryRun: true });
      expect(dry.removed.map(({ run }) => run)).toEqual([one, two]);
      expect(await namesOf(kube)).toHaveLength(9);
      const before = kube.calls['delete'] ?? 0;
      await cleanRuns({ kube, clock, namespace, runs: [one, two] });
      expect((kube.calls['delete'] ?? 0) - before).toBe(2);
      await clock.sleep(1000);
      expect(await namesOf(kube)).toEqual([`${three}-anchor`, `${three}-cfg-1`, `${three}-fuse`]);
    });
  });

  test('removes all that one person started, and leaves those with a living driver', async () => {
    await on(async (world) => {
      const { clock, kube } = world;
      await createRun(world, one, { who: 'bob@laptop' });
      await createRun(world, two);
      await clock.sleep(120_000);
      await createRun(world, three);
      const request = { kube, clock, namespace, startedBy: 'ada@build-7' };
      const { removed, left } = await cleanRuns(request);
      expect([removed, left].map((runs) => runs.map(({ run }) => run))).toEqual([[two], [three]]);
      await cleanRuns({ ...request, force: true });
      await clock.sleep(1000);
      expect((await namesOf(kube)).filter((name) => !name.startsWith(one))).toEqual([]);
    });
  });

  test('refuses unknown names and living drivers, and removes nothing', async () => {
    await on(async (world) => {
      const { clock, kube } = world;
      await createRun(world, one);
      await clock.sleep(120_000);
      await createRun(world, two);
      const before = await namesOf(kube);
      expect(
        await textOf(cleanRuns({ kube, clock, namespace, runs: [one, 'ssc-000020'] })),
      ).toMatchInlineSnapshot(`
        "✖ SSC_RUN_UNKNOWN  namespace default has no run "ssc-000020"; nothing was removed
          Runs            ssc-000001, ssc-000002
          Did you mean    ssc-000002"
      `);
      expect(
        await textOf(cleanRuns({ kube, clock, namespace, runs: [one, two] })),
      ).toMatchInlineSnapshot(`
        "✖ SSC_RUN_DRIVEN  ssc-000002 has a driver that is alive; nothing was removed
          ssc-000002    held by ada@build-7 1234, heard of at 2026-01-01T00:02:00.000Z
          End the driver with Ctrl-C, which removes its run; --force removes the run under it. A driver that died counts as alive for a minute and a half."
      `);
      await clock.sleep(1000);
      expect(await namesOf(kube)).toEqual(before);
      await cleanRuns({ kube, clock, namespace, runs: [two], force: true });
      await clock.sleep(1000);
      expect((await namesOf(kube)).filter((name) => name.startsWith(two))).toEqual([]);
    });
  });

  test('looks again when the run changes while it is being removed', async () => {
    await on(async (world) => {
      const { clock, kube } = world;
      const fuse = await createRun(world, one);
      await clock.sleep(120_000);
      // The driver, silent until now, comes back between the look and the delete.
      const late: KubeApi = {
        ...kube,
        async delete(...args) {
          await fuse.pushOn();
          return kube.delete(...args);
        },
      };
      expect(await textOf(cleanRuns({ kube: late, clock, namespace, runs: [one] }))).toContain(
        'SSC_RUN_DRIVEN  ssc-000001 has a driver that is alive; nothing was removed',
      );
      expect(await namesOf(kube)).toHaveLength(3);
    });
  });

  test('never takes for a run what only looks like one', async () => {
    await on(async (world) => {
      const { clock, kube } = world;
      await createRun(world, one);
      const fuse = toFuse({ run: two, mission: 'Test', namespace, burnSeconds: 3600 });
      const job = (over: Partial<V1Job['metadata']>, spec: object = {}): V1Job => ({
        ...fuse,
        metadata: { ...fuse.metadata, ...over },
        spec: { ...fuse.spec, ...spec } as NonNullable<V1Job['spec']>,
      });
      const labels = fuse.metadata?.labels ?? {};
      const content = {
        mission: 'Test',
        who: 'ada@build-7',
        startedAt: '',
        version: '1',
        holder: '',
        journal: '',
        asked: '',
        plan: '',
      };
      const anchorOf = (run: string, uid: string) =>
        toAnchor({ run, namespace, content }, uid) as V1ConfigMap;
      const other = await kube.create(namespace, job({ name: 'backup', labels: { app: 'other' } }));
      const lookalikes: KubeObject[] = [
        // The name of a fuse without the labels of one.
        job({ labels: { app: 'other' } }),
        // The labels of a fuse with another name.
        job({ name: 'ssc-000002-fuses' }),
        // Labels of another tool's, and a run name that is none.
        job({
          name: fuseName(three),
          labels: { ...labels, 'app.kubernetes.io/managed-by': 'helm' },
        }),
        job({ name: 'ssc-x-fuse', labels: { ...labels, 'ssc.stellar.org/run': 'ssc-x' } }),
        // A Job that really runs something.
        job(
          { name: fuseName(four), labels: { ...labels, 'ssc.stellar.org/run': four } },
          { parallelism: 1 },
        ),
        // An anchor that somebody else owns, and one that says nothing.
        anchorOf(three, other.metadata?.uid ?? ''),
        {
          ...anchorOf(four, ''),
          data: {},
          metadata: { name: anchorName(four), labels },
        } as KubeObject,
        // A ConfigMap with the label of the run, which nothing of the run owns.
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: {
            name: 'notes',
            labels: { 'ssc.stellar.org/run': one, 'app.kubernetes.io/managed-by': 'ssc' },
          },
        },
      ];
      for (const object of lookalikes) await kube.create(namespace, object);
      await clock.sleep(200_000);
      const there = await namesOf(kube);
      expect((await listRuns({ kube, clock, namespace })).map(({ run }) => run)).toEqual([one]);
      await cleanRuns({
        kube,
        clock,
        namespace,
        runs: [one],
        expired: true,
        startedBy: 'ada@build-7',
        force: true,
      });
      await clock.sleep(10_000);
      expect(await namesOf(kube)).toEqual(
        there.filter((name) => ![`${one}-fuse`, `${one}-anchor`, `${one}-cfg-1`].includes(name)),
      );
    });
  });
});
