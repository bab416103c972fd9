import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ConfigChanges, changeConfig, configDoubts } from '../src/index.ts';

const current = readFileSync(
  new URL('fixtures/sorobaninfo.upgrade_xdr.txt', import.meta.url),
  'utf8',
).trim();

test('the settings of a real network are within all bounds', () => {
  expect(configDoubts(current)).toEqual([]);
});

const bad: readonly (readonly [ConfigChanges, string])[] = [
  [{ contractMaxSizeBytes: 1999 }, 'contractMaxSizeBytes must be at least 2000, got 1999'],
  [
    { contractCompute: { txMaxInstructions: 1n } },
    'contractCompute.txMaxInstructions must be at least 2500000, got 1',
  ],
  [
    { contractCompute: { ledgerMaxInstructions: 2_500_000n } },
    'contractCompute.ledgerMaxInstructions must be at least txMaxInstructions (250000000), got 2500000',
  ],
  [
    { contractBandwidth: { ledgerMaxTxsSizeBytes: 10_000 } },
    'contractBandwidth.ledgerMaxTxsSizeBytes must be at least txMaxSizeBytes (500000), got 10000',
  ],
  [
    { contractLedgerCost: { feeDiskRead1Kb: -1n } },
    'contractLedgerCost.feeDiskRead1Kb must be at least 0, got -1',
  ],
  [
    { stateArchivalSettings: { minPersistentTtl: 6_307_200 } },
    'stateArchivalSettings.maxEntryTtl must be above minPersistentTtl (6307200), got 6307200',
  ],
  [
    { stateArchivalSettings: { startingEvictionScanLevel: 11 } },
    'stateArchivalSettings.startingEvictionScanLevel must be 1 to 10, got 11',
  ],
  [
    { contractScpTiming: { ledgerTargetCloseTimeMilliseconds: 3999 } },
    'contractScpTiming.ledgerTargetCloseTimeMilliseconds must be 4000 to 5000, got 3999',
  ],
  [
    { contractScpTiming: { ballotTimeoutIncrementMilliseconds: 2001 } },
    'contractScpTiming.ballotTimeoutIncrementMilliseconds must be 750 to 2000, got 2001',
  ],
];

test.each(bad)('%o', (changes, sentence) => {
  expect(configDoubts(changeConfig(current, changes))).toEqual([sentence]);
});

test('all that is wrong is told at once', () => {
  const all = Object.assign({}, ...bad.map(([changes]) => changes)) as ConfigChanges;
  expect(configDoubts(changeConfig(current, all)).length).toBeGreaterThan(4);
});
