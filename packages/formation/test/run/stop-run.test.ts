import { renderError, type SscError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import { listRuns, stopRun } from '../../src/index.ts';
import type { Hold } from '../../src/run/hold.ts';
import { createLocalCluster, type LocalCluster } from '../kube/local-cluster.ts';
import { holdRun, namespace, run } from './held-run.ts';

/** A run held by a driver, whose clock can die alone; what ends it is kept. */
async function withDriver(
  act: (
    world: LocalCluster & {
      readonly hold: Hold;
      readonly ends: readonly SscError[];
      kill(): void;
      stop(): Promise<string>;
      runs(): Promise<string[]>;
    },
  ) => Promise<void>,
): Promise<void> {
  const world = createLocalCluster();
  const { clock, kube } = world;
  await clock.run(async () => {
    const ends: SscError[] = [];
    const { hold, clock: mine } = await holdRun(
      world,
      'ada@build-7 1234',
      (reason) => void ends.push(reason),
    );
    await act({
      ...world,
      hold,
      ends,
      kill: () => mine.kill(),
      stop: async () => {
        const startedAt = clock.now();
        const asked: string[] = [];
        const found = await stopRun({
          kube,
          clock,
          namespace,
          run,
          who: 'bob@laptop',
          onAsked: ({ holder }) => void asked.push(holder),
        });
        return `${found.state}, asked ${asked.join() || 'nobody'}, took ${Math.round((clock.now() - startedAt) / 1000)}s`;
      },
      runs: async () => (await listRuns({ kube, clock, namespace })).map(({ run: name }) => name),
    });
  });
}

describe('stopping a run', () => {
  test('whose driver is alive: it sees who wants it, ends as interrupted, and then the run is removed', async () => {
    await withDriver(async ({ clock, stop, runs, ends, hold }) => {
      await clock.sleep(100_000);
      expect(await stop()).toBe('driven, asked ada@build-7 1234, took 35s');
      expect(ends.map((end) => [end.verdict, renderError(end)])).toMatchInlineSnapshot(`
        [
          [
            "interrupted",
            "✖ SSC_RUN_STOPPED  run ssc-1a2b3c was stopped by bob@laptop
          What there was of it is saved; who stopped it removes its network.",
          ],
        ]
      `);
      expect(hold.refusal?.code).toBe('SSC_RUN_STOPPED');
      await clock.sleep(60_000);
      expect(await runs()).toEqual([]);
    });
  });

  test('whose driver died: it is removed at once', async () => {
    await withDriver(async ({ clock, stop, runs, kill }) => {
      kill();
      await clock.sleep(100_000);
      expect(await stop()).toBe('abandoned, asked nobody, took 0s');
      await clock.sleep(60_000);
      expect(await runs()).toEqual([]);
    });
  });

  test('that is kept: it is removed at once', async () => {
    await withDriver(async ({ clock, stop, hold, runs }) => {
      await hold.release(3600);
      expect(await stop()).toBe('kept, asked nobody, took 0s');
      await clock.sleep(60_000);
      expect(await runs()).toEqual([]);
    });
  });

  test('whose driver comes to its own end meanwhile: it leaves the run to who stops it', async () => {
    await withDriver(async ({ clock, stop, hold, runs }) => {
      const stopping = stop();
      await clock.sleep(1000);
      await expect(hold.remove()).rejects.toMatchObject({ code: 'SSC_RUN_STOPPED' });
      expect(await stopping).toContain('driven');
      await clock.sleep(60_000);
      expect(await runs()).toEqual([]);
    });
  });

  test('whose anchor is changed by somebody else each time: the run stays, and that is told', async () => {
    await withDriver(async ({ cluster, stop, hold, runs }) => {
      cluster.faults.api({
        fault: { kind: 'status', code: 409 },
        verb: 'patch',
        resource: 'configmaps',
      });
      expect(renderError(await stop().catch((e: unknown) => e))).toMatchInlineSnapshot(
        `
        "✖ SSC_RUN_CONTESTED  run ssc-1a2b3c changed 8 times while its driver was to be asked to stop
          The run stays as it is: stop it again."
      `,
      );
      expect(await runs()).toEqual([run]);
      expect(hold.refusal).toBeUndefined();
    });
  });

  test('that is not there is refused', async () => {
    await withDriver(async ({ clock, stop, hold }) => {
      await hold.remove();
      await clock.sleep(60_000);
      expect(renderError(await stop().catch((e: unknown) => e))).toMatchInlineSnapshot(`
        "✖ SSC_RUN_UNKNOWN  namespace default has no run "ssc-1a2b3c"; nothing was stopped
          Runs    none"
      `);
    });
  });
});
