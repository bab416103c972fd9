import { xdr } from '@stellar/stellar-sdk/base';
import { decodeAs, type XdrInput } from './xdr-input.ts';

/** From and, where there is one, up to. */
type Bounds = readonly [least: bigint, most?: bigint];

// stellar-core: src/ledger/NetworkConfig.h (MinimumSorobanNetworkConfig) and NetworkConfig.cpp
// (isValidConfigSettingEntry), the same for protocols 20 to 28. A setting that is one number has the field "".
const bounds: Readonly<Record<string, Readonly<Record<string, Bounds>>>> = {
  contractMaxSizeBytes: { '': [2000n] },
  contractCompute: {
    txMaxInstructions: [2_500_000n],
    feeRatePerInstructionsIncrement: [0n],
    txMemoryLimit: [2_000_000n],
  },
  contractLedgerCost: {
    txMaxDiskReadEntries: [3n],
    txMaxDiskReadBytes: [3200n],
    txMaxWriteLedgerEntries: [2n],
    txMaxWriteBytes: [3200n],
    feeDiskReadLedgerEntry: [0n],
    feeWriteLedgerEntry: [0n],
    feeDiskRead1Kb: [0n],
    sorobanStateTargetSizeBytes: [1n],
    rentFee1KbSorobanStateSizeHigh: [0n],
  },
  contractHistoricalData: { feeHistorical1Kb: [0n] },
  contractEvents: { txMaxContractEventsSizeBytes: [200n], feeContractEvents1Kb: [0n] },
  contractBandwidth: { txMaxSizeBytes: [10_000n], feeTxSize1Kb: [0n] },
  contractDataKeySizeBytes: { '': [200n] },
  contractDataEntrySizeBytes: { '': [2000n] },
  stateArchivalSettings: {
    maxEntryTtl: [1_054_080n],
    minTemporaryTtl: [16n],
    minPersistentTtl: [10n],
    persistentRentRateDenominator: [1n],
    tempRentRateDenominator: [1n],
    liveSorobanStateSizeWindowSampleSize: [1n],
    liveSorobanStateSizeWindowSamplePeriod: [1n],
    startingEvictionScanLevel: [1n, 10n],
  },
  contractParallelCompute: { ledgerMaxDependentTxClusters: [1n, 127n] },
  contractLedgerCostExt: { txMaxFootprintEntries: [3n], feeWrite1Kb: [0n] },
  contractScpTiming: {
    ledgerTargetCloseTimeMilliseconds: [4000n, 5000n],
    nominationTimeoutInitialMilliseconds: [750n, 2500n],
    nominationTimeoutIncrementMilliseconds: [750n, 2000n],
    ballotTimeoutInitialMilliseconds: [750n, 2500n],
    ballotTimeoutIncrementMilliseconds: [750n, 2000n],
  },
};

// A whole ledger must have room for one transaction; no entry may be born older than it can get.
const atLeast: readonly (readonly [setting: string, more: string, less: string])[] = [
  ['contractCompute', 'ledgerMaxInstructions', 'txMaxInstructions'],
  ['contractLedgerCost', 'ledgerMaxDiskReadEntries', 'txMaxDiskReadEntries'],
  ['contractLedgerCost', 'ledgerMaxDiskReadBytes', 'txMaxDiskReadBytes'],
  ['contractLedgerCost', 'ledgerMaxWriteLedgerEntries', 'txMaxWriteLedgerEntries'],
  ['contractLedgerCost', 'ledgerMaxWriteBytes', 'txMaxWriteBytes'],
  ['contractBandwidth', 'ledgerMaxTxsSizeBytes', 'txMaxSizeBytes'],
];
const above: typeof atLeast = [
  ['stateArchivalSettings', 'maxEntryTtl', 'minTemporaryTtl'],
  ['stateArchivalSettings', 'maxEntryTtl', 'minPersistentTtl'],
];

/**
 * Why a node will refuse to arm a set, a sentence for each value out of bounds; none when all are within. A node says
 * only "Error setting configUpgradeSet". The target close time may be any on nodes that run with
 * TESTING_IGNORE_LEDGER_TIME_UPGRADE_BOUNDS; the lists of cost parameters are not looked at.
 */
export function configDoubts(set: XdrInput<xdr.ConfigUpgradeSet>): readonly string[] {
  return decodeAs(xdr.ConfigUpgradeSet, set).updatedEntry.flatMap((entry) => {
    const wire = entry.toXdrObject() as unknown as Readonly<Record<string, unknown>>;
    return Object.entries(wire).flatMap(([setting, value]) => doubtsOf(setting, value));
  });
}

function doubtsOf(setting: string, value: unknown): string[] {
  const number = (field: string): bigint =>
    BigInt((field === '' ? value : Reflect.get(value as object, field)) as bigint | number);
  const path = (field: string): string => (field === '' ? setting : `${setting}.${field}`);
  const own = Object.entries(bounds[setting] ?? {}).flatMap(([field, [least, most]]) => {
    const seen = number(field);
    if (seen >= least && (most === undefined || seen <= most)) return [];
    const allowed = most === undefined ? `at least ${least}` : `${least} to ${most}`;
    return [`${path(field)} must be ${allowed}, got ${seen}`];
  });
  const pairs = (
    list: typeof atLeast,
    holds: (more: bigint, less: bigint) => boolean,
    words: string,
  ): string[] =>
    list
      .filter(([of, more, less]) => of === setting && !holds(number(more), number(less)))
      .map(
        ([, more, less]) =>
          `${path(more)} must be ${words} ${less} (${number(less)}), got ${number(more)}`,
      );
  return [
    ...own,
    ...pairs(atLeast, (more, less) => more >= less, 'at least'),
    ...pairs(above, (more, less) => more > less, 'above'),
  ];
}
