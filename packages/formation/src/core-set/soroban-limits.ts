import type { SettingsUpgrade, SorobanSettings } from '@ssc/core-http';

const ledgerLimits = [
  'ledgerMaxInstructions',
  'ledgerMaxReadBytes',
  'ledgerMaxWriteBytes',
  'ledgerMaxTxCount',
  'ledgerMaxReadLedgerEntries',
  'ledgerMaxWriteLedgerEntries',
  'ledgerMaxTransactionsSizeBytes',
] as const satisfies readonly (keyof SorobanSettings)[];

const txLimits = [
  'txMaxInstructions',
  'txMaxReadBytes',
  'txMaxWriteBytes',
  'txMaxReadLedgerEntries',
  'txMaxWriteLedgerEntries',
  'txMaxSizeBytes',
  'txMemoryLimit',
  'maxContractSizeBytes',
  'maxContractDataKeySizeBytes',
  'maxContractDataEntrySizeBytes',
  'txMaxContractEventsSizeBytes',
  'txMaxFootprintSize',
] as const satisfies readonly (keyof SorobanSettings)[];

/** All that limits the Soroban transactions of a ledger together, so many times as large. @example ledgerLimitsTimes(100) */
export const ledgerLimitsTimes =
  (factor: number) =>
  (now: SorobanSettings): SettingsUpgrade =>
    times(now, ledgerLimits, factor);

/** All that limits a Soroban transaction, so many times as large. A ledger's limits must have room for it. */
export const txLimitsTimes =
  (factor: number) =>
  (now: SorobanSettings): SettingsUpgrade =>
    times(now, txLimits, factor);

// A ledger whose protocol does not have a limit has nothing to multiply.
const times = (
  now: SorobanSettings,
  names: readonly (keyof SorobanSettings)[],
  factor: number,
): SettingsUpgrade =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = now[name];
      return value === undefined ? [] : [[name, value * factor]];
    }),
  );
