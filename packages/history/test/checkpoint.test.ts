import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CheckpointFrequency,
  checkpointOf,
  checkpointsBetween,
  firstLedgerOf,
  isCheckpoint,
} from '../src/index.ts';

describe('checkpoints', () => {
  test.each([
    // stellar-core: docs/history.md and src/history/test/HistoryTests.cpp.
    { frequency: 64, ledger: 1, checkpoint: 63, first: 1 },
    { frequency: 64, ledger: 63, checkpoint: 63, first: 1 },
    { frequency: 64, ledger: 64, checkpoint: 127, first: 64 },
    { frequency: 64, ledger: 127, checkpoint: 127, first: 64 },
    { frequency: 64, ledger: 128, checkpoint: 191, first: 128 },
    { frequency: 8, ledger: 1, checkpoint: 7, first: 1 },
    { frequency: 8, ledger: 7, checkpoint: 7, first: 1 },
    { frequency: 8, ledger: 8, checkpoint: 15, first: 8 },
    { frequency: 8, ledger: 263, checkpoint: 263, first: 256 },
  ] as const)('of $frequency: ledger $ledger is in $checkpoint', (row) => {
    expect(checkpointOf(row.ledger, row.frequency)).toBe(row.checkpoint);
    expect(firstLedgerOf(row.checkpoint, row.frequency)).toBe(row.first);
  });

  test('every ledger is in exactly one checkpoint, between its first ledger and its last', () => {
    const frequencies = fc.constantFrom<CheckpointFrequency>(8, 64);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffffff00 }), frequencies, (ledger, frequency) => {
        const checkpoint = checkpointOf(ledger, frequency);
        const first = firstLedgerOf(checkpoint, frequency);
        expect(first <= ledger && ledger <= checkpoint).toBe(true);
        expect(isCheckpoint(checkpoint, frequency)).toBe(true);
        expect(checkpointOf(first, frequency)).toBe(checkpoint);
        expect(checkpointOf(checkpoint + 1, frequency)).toBe(checkpoint + frequency);
        expect(isCheckpoint(ledger, frequency)).toBe(ledger === checkpoint);
      }),
      { seed: 1 },
    );
  });

  test('a range of them', () => {
    expect([...checkpointsBetween(7, 31, 8)]).toEqual([7, 15, 23, 31]);
    expect([...checkpointsBetween(63, 63, 64)]).toEqual([63]);
  });

  test('refuses what is no ledger and no checkpoint', () => {
    expect(() => checkpointOf(0, 64)).toThrowErrorMatchingInlineSnapshot(
      `[SscError: ledger must be a whole number from 1 to 4294967295, got 0]`,
    );
    expect(() => checkpointOf(1.5, 64)).toThrowErrorMatchingInlineSnapshot(
      `[SscError: ledger must be a whole number from 1 to 4294967295, got 1.5]`,
    );
    expect(() => firstLedgerOf(64, 64)).toThrowErrorMatchingInlineSnapshot(
      `[SscError: a checkpoint of 64 ledgers ends with a number that is one below a multiple of 64; 64 is not, it belongs to checkpoint 127]`,
    );
    expect(isCheckpoint(0, 8)).toBe(false);
  });
});
