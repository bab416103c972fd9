import { kinds } from '@ssc/formation';
import { anchorName, fuseName, toAnchorPatch } from '@ssc/kube-specs';
import { expect, test } from 'vitest';
import { defineMission } from '../../src/index.ts';
import { createPlace, everything } from './drivers.ts';

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
