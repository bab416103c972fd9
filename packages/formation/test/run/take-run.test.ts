import type { V1ConfigMap } from '@kubernetes/client-node';
import { renderError, type SscError } from '@ssc/errors';
import { anchorName } from '@ssc/kube-specs';
import { describe, expect, test } from 'vitest';
import { kinds } from '../../src/index.ts';
import type { Hold } from '../../src/run/hold.ts';
import { takeRun } from '../../src/run/take-run.ts';
import { createLocalCluster, type LocalCluster } from '../kube/local-cluster.ts';
import { holdRun, namespace, run } from './held-run.ts';

/** A run held by "first", whose clock can die alone. */
async function withFirst(
  act: (
    world: LocalCluster & {
      readonly first: Hold;
      readonly ends: readonly string[];
      kill(): void;
      take(driver: string, force?: boolean): ReturnType<typeof takeRun>;
      holder(): Promise<string | undefined>;
    },
  ) => Promise<void>,
): Promise<void> {
  const world = createLocalCluster();
  const { clock, kube } = world;
  await clock.run(async () => {
    const ends: string[] = [];
    const onEnd = (reason: SscError) => void ends.push(reason.code);
    const { hold: first, clock: mine } = await holdRun(
      world,
      'first',
      onEnd,
      '{"phase":"bring up","value":null}\n',
    );
    await act({
      ...world,
      first,
      ends,
      kill: () => mine.kill(),
      take: (driver, force = false) =>
        takeRun({ kube, clock, run, namespace, driver, force, onEnd }),
      holder: async () =>
        (
          await kube.read<V1ConfigMap>({
            kind: kinds.configMap,
            namespace,
            name: anchorName(run),
          })
        )?.data?.['holder'],
    });
  });
}

describe('taking a run over', () => {
  test('from a driver that died, its journal comes along and the fuse is pushed on', async () => {
    await withFirst(async ({ clock, kill, take, holder }) => {
      await clock.sleep(100_000);
      kill();
      await clock.sleep(100_000);
      const { hold, found } = await take('second');
      expect([await holder(), hold.journal, found.holder, found.state]).toEqual([
        'second',
        '{"phase":"bring up","value":null}\n',
        'first',
        'abandoned',
      ]);
      await clock.sleep(3_600_000);
      expect(await holder()).toBe('second');
      await hold.write('{"phase":"next","value":null}\n');
      await hold.remove();
    });
  });

  test('from a driver that is alive is refused, and by force ends that driver before it returns', async () => {
    await withFirst(async ({ clock, take, first, ends }) => {
      await clock.sleep(100_000);
      expect(renderError(await take('second').catch((e: unknown) => e))).toMatchInlineSnapshot(`
        "✖ SSC_RUN_DRIVEN  ssc-1a2b3c has a driver that is alive
          ssc-1a2b3c    held by first, heard of at 2026-01-01T00:01:30.008Z
          Wait until it has ended. A driver that died counts as alive for a minute and a half."
      `);
      expect(ends).toEqual([]);
      const { hold } = await take('second', true);
      expect(ends).toEqual(['SSC_RUN_TAKEN']);
      expect(first.refusal?.code).toBe('SSC_RUN_TAKEN');
      await hold.remove();
    });
  });

  test('by two at once gives it to one', async () => {
    await withFirst(async ({ clock, kill, take, holder }) => {
      kill();
      await clock.sleep(200_000);
      const outcomes = await Promise.allSettled([take('second'), take('third')]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const winner = outcomes[0]?.status === 'fulfilled' ? 'second' : 'third';
      expect(await holder()).toBe(winner);
      for (const outcome of outcomes)
        if (outcome.status === 'fulfilled') await outcome.value.hold.remove();
    });
  });

  test('of a run that is not there is refused', async () => {
    await withFirst(async ({ first, clock, take }) => {
      await first.remove();
      await clock.sleep(1000);
      expect(renderError(await take('second').catch((e: unknown) => e))).toMatchInlineSnapshot(`
        "✖ SSC_RUN_UNKNOWN  namespace default has no run "ssc-1a2b3c"
          Runs    none"
      `);
    });
  });
});
