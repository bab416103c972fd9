import { renderError, SscError } from '@ssc/errors';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkpointOf, waitUntilPublished } from '../../src/index.ts';
import { type Model, modelNetwork } from '../model.ts';

/** Waits for ledger 9 of one node whose archive is as `archived` says of the seconds. */
async function published(model: Model, archived: (seconds: number) => number | string) {
  const { clock, nodes } = modelNetwork(model);
  return clock.run(async () => {
    const result = await waitUntilPublished(nodes, 9, {
      clock,
      within: '20s',
      frequency: 8,
      currentLedger: async () => archived(clock.now() / 1000),
    }).catch((error: unknown) => (error instanceof SscError ? renderError(error) : String(error)));
    return { result, seconds: clock.now() / 1000 };
  });
}

const closes: Model = (s) => ({ 'core-0': { ledger: Math.floor(s) } });

describe('waitUntilPublished', () => {
  test('is over when the archive has the ledger, not when the node has closed it', async () => {
    expect(await published(closes, (s) => (s < 17 ? 7 : 15))).toEqual({
      result: [15],
      seconds: 17,
    });
  });

  test('fails when the node goes on and its archive does not', async () => {
    const { result, seconds } = await published(
      (s) => ({
        'core-0': {
          ledger: Math.floor(s),
          ...(s > 15 && {
            status: ['Publishing 1 queued checkpoints [15-15]: Waiting: put-files'],
          }),
        },
      }),
      () => 7,
    );
    // The last progress is ledger 15, which is the checkpoint.
    expect(seconds).toBe(35);
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_CHECKPOINT_NOT_PUBLISHED  core-0 did not publish checkpoint 15 within 20s of the last progress
        Asked       36 times in 35s; the last answer is 0ms old
        Last saw    core-0: archive at ledger 7, "Publishing 1 queued checkpoints [15-15]: Waiting: put-files"; state "Synced!", ledger 35, 2 peers authenticated
        Progress    none for 20s
        Publishing is retried for ever. Look at the \`put\` and \`mkdir\` of the archive, at new-hist, and at what core logs of "History"."
    `);
  });

  test('says why an archive cannot be read', async () => {
    const { result } = await published(
      () => ({ 'core-0': { ledger: 3 } }),
      () => 'status 404',
    );
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_CHECKPOINT_NOT_PUBLISHED  core-0 did not publish checkpoint 15 within 20s
        Asked       21 times in 20s; the last answer is 0ms old
        Last saw    core-0: archive not read: status 404; state "Synced!", ledger 3, 2 peers authenticated
        Progress    none for 20s"
    `);
  });
});

test('a checkpoint is the last ledger before a multiple of the frequency', () => {
  expect([0, 7, 8, 15, 16].map((ledger) => checkpointOf(ledger, 8))).toEqual([7, 7, 15, 15, 23]);
  void fc.assert(
    fc.property(fc.nat(), fc.constantFrom(8, 64), (ledger, frequency) => {
      const checkpoint = checkpointOf(ledger, frequency);
      expect((checkpoint + 1) % frequency).toBe(0);
      expect(checkpoint - ledger).toBeGreaterThanOrEqual(0);
      expect(checkpoint - ledger).toBeLessThan(frequency);
    }),
    { seed: 1 },
  );
});
