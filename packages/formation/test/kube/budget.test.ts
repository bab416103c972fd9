import { createVirtualClock } from '@ssc/clock';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBudget } from '../../src/kube/budget.ts';

/** The virtual milliseconds at which each of `count` calls may be made, all asked for at once. */
async function instants(
  count: number,
  options: Parameters<typeof createBudget>[1],
): Promise<number[]> {
  const clock = createVirtualClock({ start: 0 });
  const budget = createBudget(clock, options);
  return clock.run(() =>
    Promise.all(Array.from({ length: count }, () => budget.take().then(() => clock.now()))),
  );
}

test('a burst at once, then evenly', async () => {
  expect(await instants(7, { perSecond: 10, burst: 4 })).toEqual([0, 0, 0, 0, 100, 200, 300]);
});

test('a pause fills the bucket again, but never above the burst', async () => {
  const clock = createVirtualClock({ start: 0 });
  const budget = createBudget(clock, { perSecond: 10, burst: 2 });
  await clock.run(async () => {
    await Promise.all([budget.take(), budget.take(), budget.take()]);
    expect(clock.now()).toBe(100);
    await clock.sleep(60_000);
    await Promise.all([budget.take(), budget.take()]);
    expect(clock.now()).toBe(60_100);
    await budget.take();
    expect(clock.now()).toBe(60_200);
  });
});

test('property: no window of a second sees more than burst + rate calls', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 80 }),
      async (perSecond, burst, count) => {
        const times = await instants(count, { perSecond, burst });
        for (const from of times)
          expect(times.filter((t) => t >= from && t < from + 1000).length).toBeLessThanOrEqual(
            burst + perSecond,
          );
      },
    ),
    { seed: 1, numRuns: 40 },
  );
});

test('a server that has too much to do gets half as many calls, and soon all of them again', async () => {
  const clock = createVirtualClock({ start: 0 });
  const budget = createBudget(clock, { perSecond: 10, burst: 4 });
  /** The calls that can be made within ten seconds. */
  const perTenSeconds = async (): Promise<number> => {
    const end = clock.now() + 10_000;
    let count = 0;
    for (; ; count++) {
      await budget.take();
      if (clock.now() >= end) return count;
    }
  };
  await clock.run(async () => {
    const before = await perTenSeconds();
    // A burst of refusals counts once.
    for (let i = 0; i < 10; i++) budget.slowDown();
    const slowed = await perTenSeconds();
    for (let i = 0; i < 8; i++) {
      budget.slowDown();
      await clock.sleep(1500);
    }
    const verySlow = await perTenSeconds();
    await clock.sleep(200_000);
    const after = await perTenSeconds();
    expect([before, slowed, verySlow, after]).toMatchInlineSnapshot(`
      [
        103,
        59,
        8,
        103,
      ]
    `);
  });
});
