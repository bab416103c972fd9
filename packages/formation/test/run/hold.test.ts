import type { V1ConfigMap, V1Job } from '@kubernetes/client-node';
import { formatDuration } from '@ssc/clock';
import { renderError } from '@ssc/errors';
import { anchorName, fuseName, toAnchorPatch } from '@ssc/kube-specs';
import { describe, expect, test } from 'vitest';
import { kinds } from '../../src/index.ts';
import { Fuse } from '../../src/run/fuse.ts';
import { type Hold, leaseMs } from '../../src/run/hold.ts';
import { createLocalCluster, type LocalCluster } from '../kube/local-cluster.ts';
import { holdRun, namespace, run } from './held-run.ts';

const anchorRef = { kind: kinds.configMap, namespace, name: anchorName(run) };
const fuseRef = { kind: kinds.job, namespace, name: fuseName(run) };

interface Held extends LocalCluster {
  readonly fuse: Fuse;
  readonly hold: Hold;
  /** Why the driver was told to end, with the virtual time since the start. */
  readonly ends: readonly string[];
  anchor(): Promise<V1ConfigMap | undefined>;
  /** The seconds for which the fuse burns on. */
  burns(): Promise<number>;
  /** Another driver takes the run. */
  take(): Promise<void>;
}

/** A run whose driver is "me", with nothing in it but its fuse and its anchor. */
async function holding(
  act: (held: Held) => Promise<void>,
  options: Parameters<typeof createLocalCluster>[0] = {},
): Promise<void> {
  const world = createLocalCluster(options);
  const { clock, kube } = world;
  const start = clock.now();
  await clock.run(async () => {
    const ends: string[] = [];
    const { fuse, hold } = await holdRun(
      world,
      'me',
      (reason) => void ends.push(`${formatDuration(clock.now() - start)} ${reason.code}`),
    );
    const anchor = () => kube.read<V1ConfigMap>(anchorRef);
    await act({
      ...world,
      fuse,
      hold,
      ends,
      anchor,
      async burns() {
        const job = await kube.read<V1Job>(fuseRef);
        const startedAt = new Date(job?.status?.startTime ?? 0).getTime();
        return Math.round(
          (startedAt - clock.now()) / 1000 + (job?.spec?.activeDeadlineSeconds ?? 0),
        );
      },
      async take() {
        const version = (await anchor())?.metadata?.resourceVersion ?? '';
        await kube.patch(anchorRef, toAnchorPatch(version, { holder: 'you' }));
      },
    });
    await hold.remove().catch(() => {});
  });
}

const textOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then((value) => `accepted: ${JSON.stringify(value)}`, renderError);

describe('a run with a driver', () => {
  test('has a fuse that is pushed on for as long as the driver lives', async () => {
    await holding(async ({ clock, burns, ends }) => {
      for (let hours = 0; hours < 3; hours++) {
        await clock.sleep(3_600_000);
        expect(await burns()).toBeGreaterThan(860);
      }
      expect(ends).toEqual([]);
    });
  });

  test('is removed by one call, with what it owns', async () => {
    await holding(async ({ clock, kube, hold, anchor }) => {
      await hold.beat();
      const before = { ...kube.calls };
      await hold.remove();
      expect(kube.calls).toEqual({ ...before, delete: 1 });
      await clock.sleep(1000);
      expect(await anchor()).toBeUndefined();
    });
  });

  test('is removed although somebody wrote to its fuse and its anchor', async () => {
    await holding(async ({ clock, kube, hold, anchor }) => {
      for (const ref of [fuseRef, anchorRef])
        await kube.patch(ref, { metadata: { annotations: { note: 'mine' } } });
      await hold.remove();
      await clock.sleep(1000);
      expect(await anchor()).toBeUndefined();
    });
  });

  test('keeps a journal, also when answers are lost and others write to the anchor', async () => {
    await holding(async ({ kube, cluster, hold, anchor }) => {
      await hold.write('one\n');
      cluster.faults.api({ fault: { kind: 'reset', when: 'after' }, verb: 'patch', times: 1 });
      await hold.write('one\ntwo\n');
      await kube.patch(anchorRef, { metadata: { labels: { note: 'mine' } } });
      await hold.write('one\ntwo\nthree\n');
      expect((await anchor())?.data).toMatchObject({ holder: 'me', journal: 'one\ntwo\nthree\n' });
    });
  });

  test('stays with no driver when it is released, and burns down when told', async () => {
    await holding(async ({ clock, cluster, hold, anchor, burns }) => {
      cluster.faults.api({ fault: { kind: 'reset', when: 'after' }, verb: 'patch', times: 2 });
      await hold.release(7200);
      expect((await anchor())?.data?.['holder']).toBe('');
      expect(Math.abs((await burns()) - 7200)).toBeLessThan(5);
      await clock.sleep(7_100_000);
      expect(await anchor()).toBeDefined();
      await clock.sleep(200_000);
      expect(await anchor()).toBeUndefined();
    });
  });
});

describe('a driver that holds its run no longer', () => {
  test('ends at the next look, writes nothing and removes nothing', async () => {
    await holding(async ({ clock, kube, hold, take, ends, anchor }) => {
      await clock.sleep(100_000);
      await take();
      expect(hold.refusal).toBeUndefined();
      await clock.sleep(30_000);
      expect(ends).toEqual(['2m SSC_RUN_TAKEN']);
      expect(hold.refusal?.code).toBe('SSC_RUN_TAKEN');
      const { patch = 0, ...before } = kube.calls;
      expect(await textOf(hold.write('mine'))).toMatchInlineSnapshot(`
        "✖ SSC_RUN_TAKEN  run ssc-1a2b3c is held by you now, so this driver does nothing more
          Everything was left as it is, for the driver that holds it."
      `);
      expect(await textOf(hold.remove())).toContain('SSC_RUN_TAKEN');
      expect(await textOf(hold.release(60))).toContain('SSC_RUN_TAKEN');
      await clock.sleep(60_000);
      expect(kube.calls).toEqual({ ...before, patch });
      expect((await anchor())?.data).toMatchObject({ holder: 'you', journal: '' });
    });
  });

  test('learns it by what it writes as well', async () => {
    await holding(async ({ hold, take, ends, anchor }) => {
      await take();
      expect(await textOf(hold.write('mine'))).toContain('SSC_RUN_TAKEN');
      expect(ends).toEqual(['12ms SSC_RUN_TAKEN']);
      expect((await anchor())?.data?.['journal']).toBe('');
    });
  });

  test('does not remove a run that was taken a moment ago', async () => {
    await holding(async ({ clock, kube, hold, take, anchor }) => {
      await hold.beat();
      // Who takes a run pushes its fuse on first.
      await kube.patch(fuseRef, { spec: { activeDeadlineSeconds: 905 } });
      await take();
      expect(await textOf(hold.remove())).toContain('SSC_RUN_TAKEN');
      await clock.sleep(60_000);
      expect((await anchor())?.data?.['holder']).toBe('you');
    });
  });

  test('ends when its run is removed under it', async () => {
    await holding(async ({ clock, kube, ends, hold }) => {
      await kube.delete(fuseRef, { propagationPolicy: 'Background' });
      await clock.sleep(31_000);
      expect(ends).toEqual(['30s SSC_RUN_GONE']);
      expect(renderError(hold.refusal)).toMatchInlineSnapshot(`
        "✖ SSC_RUN_GONE  run ssc-1a2b3c is gone: its anchor is not there
          Somebody removed it, or its fuse burnt down while this driver could not reach the cluster."
      `);
    });
  });
});

describe('a driver that cannot reach the API server', () => {
  test('acts no more after the lease, and goes on when it has looked again', async () => {
    await holding(async ({ clock, cluster, hold, ends }) => {
      cluster.faults.api({ fault: { kind: 'status', code: 500 } });
      await clock.sleep(leaseMs - 1000);
      expect(hold.refusal).toBeUndefined();
      await clock.sleep(10_000);
      expect(renderError(hold.refusal)).toMatchInlineSnapshot(
        `"✖ SSC_RUN_NOT_CONFIRMED  nobody could tell for 1m 39s whether this driver still holds run ssc-1a2b3c   (definite: nothing was changed)"`,
      );
      cluster.faults.clearApi();
      await clock.sleep(60_000);
      expect(hold.refusal).toBeUndefined();
      expect(ends).toEqual([]);
    });
  });

  test('ends a minute before its fuse burns down: nothing may be concluded from nodes that are being removed', async () => {
    await holding(async ({ clock, cluster, hold, ends }) => {
      cluster.faults.api({ fault: { kind: 'silence', when: 'before' } });
      await clock.sleep(20 * 60_000);
      expect(ends).toEqual(['14m SSC_FUSE_NOT_PUSHED']);
      expect(renderError(hold.refusal)).toMatchInlineSnapshot(`
        "✖ SSC_FUSE_NOT_PUSHED  the fuse of run ssc-1a2b3c could not be pushed on, and burns down in 1m
          The cluster then collects the run. This says nothing about the network: the API server did not answer for long."
      `);
    });
  });
});

describe('lighting a fuse', () => {
  test('whose answer is lost gives that fuse, and not somebody else’s', async () => {
    const { clock, cluster, kube } = createLocalCluster();
    const options = { kube, clock, run, namespace, mission: 'Test' };
    await clock.run(async () => {
      cluster.faults.api({ fault: { kind: 'reset', when: 'after' }, verb: 'create', times: 1 });
      const mine = await Fuse.light({ ...options, driver: 'me' });
      expect((await kube.read(fuseRef))?.metadata?.uid).toBe(mine.uid);
      cluster.faults.api({ fault: { kind: 'reset', when: 'before' }, verb: 'create', times: 1 });
      expect(await textOf(Fuse.light({ ...options, driver: 'you' }))).toContain('AlreadyExists');
      expect(await Fuse.find({ ...options, driver: 'you' })).toBeUndefined();
      expect((await Fuse.find({ ...options, driver: 'me' }))?.uid).toBe(mine.uid);
    });
  });
});
