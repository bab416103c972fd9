import { kinds } from '@ssc/formation';
import { anchorName, fuseName, jobName, toAnchorPatch } from '@ssc/kube-specs';
import { expect, test } from 'vitest';
import { defineMission } from '../../src/index.ts';
import { createPlace, everything } from './drivers.ts';
import { RecordingDispatcher } from './recording-dispatcher.ts';

const namespace = 'default';

/** Waits for ledgers long enough for anything to happen meanwhile. */
const waiting = defineMission('Waiting', {
  summary: 'One validator closes 150 ledgers.',
  expectedDuration: '3m',
  network: { core: { nodes: 1 } },
  async run({ core }, { phase }) {
    await phase('sync', () => core.waitUntilSynced());
    await phase('wait', () => core.waitUntilLedger(150));
  },
});

test('a driver whose run another one takes ends as broken, changes nothing more and removes nothing', async () => {
  const calls: string[] = [];
  const place = createPlace('taken', (line) => {
    const [, verb, resource] = /^\S+ call \d+ (\S+) (\S+)/u.exec(line) ?? [];
    if (verb !== undefined) calls.push(`${verb} ${resource}`);
  });
  const { clock, kube, cluster } = place;
  await clock.run(async () => {
    const driver = place.drive(waiting);
    const going = driver.go();
    await clock.sleep(50_000);
    const ref = { kind: kinds.configMap, namespace, name: anchorName(driver.run) };
    const anchor = await kube.read(ref);
    const version = anchor?.metadata?.resourceVersion ?? '';
    await kube.patch(ref, toAnchorPatch(version, { holder: 'bob@laptop 1234' }));
    const before = [...(await everything(cluster))].map(
      ([name, { metadata }]) => `${name} ${metadata.uid}`,
    );
    const takenAt = clock.now();
    const first = calls.length;

    const result = await going;
    expect(result).toMatchObject({
      verdict: 'broken',
      error: { code: 'SSC_RUN_TAKEN', phase: 'wait' },
    });
    expect(result.error?.message).toContain('is held by bob@laptop 1234 now');
    expect(clock.now() - takenAt).toBeLessThan(31_000);
    // The push of the fuse goes with the look that finds the run taken; nothing else was changed.
    const changes = calls.slice(first).filter((call) => !/^(get|list|watch) /u.test(call));
    expect(changes).toEqual(['patch jobs']);

    // Its fuse has a quarter of an hour.
    place.standStill();
    await clock.sleep(10 * 60_000);
    expect((await everything(cluster)).size).toBe(before.length);
    expect(
      [...(await everything(cluster))].map(([name, { metadata }]) => `${name} ${metadata.uid}`),
    ).toEqual(before);
  });
});

test('a driver whose run is removed under it ends as broken with that reason', async () => {
  const place = createPlace('removed');
  const { clock, kube } = place;
  await clock.run(async () => {
    const driver = place.drive(waiting);
    const going = driver.go();
    await clock.sleep(59_000);
    await kube.delete(
      { kind: kinds.job, namespace, name: fuseName(driver.run) },
      { propagationPolicy: 'Background' },
    );
    const { verdict, error } = await going;
    expect([verdict, ['SSC_RUN_GONE', 'SSC_POD_REPLACED'].includes(error?.code ?? '')]).toEqual([
      'broken',
      true,
    ]);
  });
});

test('every delete names the very object, as it was seen last, and what hangs on it goes in the background', async () => {
  const place = createPlace('deletes');
  const deletes: string[] = [];
  await place.clock.run(async () => {
    const job = { command: ['sleep', '5'], within: '5m' } as const;
    const mission = defineMission('Deleting', {
      summary: 'A network, a job, and another network.',
      expectedDuration: '1m',
      network: { core: { nodes: 1 } },
      async run({ core }, { phase, network, runJob }) {
        await phase('sync', () => core.waitUntilSynced());
        await phase('job', () => runJob({ ...job, name: 'short' }));
        const second = await network('second', { core: { nodes: 1 } });
        await second.remove();
      },
    });
    const driver = place.drive(mission, {
      through: (dispatcher) =>
        new RecordingDispatcher(dispatcher, ({ method, path, body }) => {
          if (method === 'DELETE') deletes.push(`${path.replace(/\?.*/u, '')} ${String(body)}`);
        }),
    });
    expect(await driver.go()).toMatchObject({ verdict: 'rehearsed', afterwards: [] });
    const shown = deletes.map((line) =>
      line
        .replaceAll(driver.run, 'RUN')
        .replaceAll(/"[0-9a-f-]{36}"/gu, '"UID"')
        .replaceAll(/"\d+"/gu, '"VERSION"'),
    );
    expect(shown).toMatchInlineSnapshot(`
      [
        "/apis/batch/v1/namespaces/default/jobs/RUN-job-short {"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background","preconditions":{"uid":"UID","resourceVersion":"VERSION"}}",
        "/api/v1/namespaces/default/configmaps/RUN-n1-anchor {"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background","preconditions":{"uid":"UID","resourceVersion":"VERSION"}}",
        "/apis/batch/v1/namespaces/default/jobs/RUN-fuse {"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background","preconditions":{"uid":"UID","resourceVersion":"VERSION"}}",
      ]
    `);
  });
});

test('a job whose name another Job has is refused, and leaves that Job alone', async () => {
  const place = createPlace('job');
  const { clock, kube, cluster } = place;
  await clock.run(async () => {
    const job = { name: 'short', command: ['sleep', '5'], within: '5m' } as const;
    const driver = place.drive(
      defineMission('OneJob', {
        summary: 'A job whose name is taken.',
        expectedDuration: '1m',
        run: async (_, { phase, runJob }) => {
          await phase('job', () => runJob(job));
        },
      }),
    );
    const name = jobName({ run: driver.run, job: job.name });
    const containers = [{ name: 'theirs', image: 'nginx', command: ['sleep', '9'] }];
    const spec = { template: { spec: { restartPolicy: 'Never', containers } } };
    const theirs = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec };
    await kube.create(namespace, theirs);
    const { verdict, error } = await driver.go();
    expect([verdict, error?.message]).toMatchInlineSnapshot(`
      [
        "broken",
        "the API server refused to create Job default/ssc-62dc67-job-short: AlreadyExists",
      ]
    `);
    expect([...(await everything(cluster)).keys()]).toContain(`Job ${name}`);
  });
});
