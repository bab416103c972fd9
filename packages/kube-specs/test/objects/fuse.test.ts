import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuseBurnsDownAtMs, toFuse, toFusePatch } from '../../src/index.ts';
import { messageOf } from '../message.ts';

const startedAtMs = Date.parse('2026-11-23T08:00:00Z');

test('a fuse runs no pod, ends by its deadline and is then deleted at once', () => {
  const fuse = toFuse({ run: 'ssc-1a2b3c', mission: 'M', namespace: 'sandbox', burnSeconds: 90 });
  expect(fuse.spec).toMatchObject({
    parallelism: 0,
    activeDeadlineSeconds: 90,
    ttlSecondsAfterFinished: 0,
  });
});

test('a pushed fuse burns down so long from now, not from its start', () => {
  const nowMs = startedAtMs + 61_500;
  const patch = toFusePatch({ startedAtMs, nowMs, burnSeconds: 90 });
  expect(patch).toEqual({ spec: { activeDeadlineSeconds: 152 } });
});

test('a pushed fuse never burns down early, and at most a second late', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e10 }),
      fc.integer({ min: 1, max: 1e6 }),
      (agoMs, burnSeconds) => {
        const nowMs = startedAtMs + agoMs;
        const { activeDeadlineSeconds } = toFusePatch({ startedAtMs, nowMs, burnSeconds }).spec;
        const leftMs = fuseBurnsDownAtMs({ startedAtMs, activeDeadlineSeconds }) - nowMs;
        expect(leftMs).toBeGreaterThanOrEqual(burnSeconds * 1000);
        expect(leftMs).toBeLessThan((burnSeconds + 1) * 1000);
      },
    ),
    { seed: 1 },
  );
});

test('a server clock that is behind the start counts as the start', () => {
  expect(toFusePatch({ startedAtMs, nowMs: startedAtMs - 5000, burnSeconds: 90 })).toEqual({
    spec: { activeDeadlineSeconds: 90 },
  });
});

test('a fuse that cannot burn is refused', () => {
  const message = messageOf(() =>
    toFuse({ run: 'ssc-1a2b3c', mission: 'M', namespace: 'sandbox', burnSeconds: 0 }),
  );
  expect(message).toMatchInlineSnapshot(
    `"✖ SSC_PLAN_INVALID  a fuse burns a whole number of seconds above 0, got 0"`,
  );
});
