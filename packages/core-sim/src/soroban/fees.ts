import type { SorobanConfig } from './config.ts';

/** What a transaction says that it needs, as far as it is paid for before anything is known to be used. */
export interface PaidResources {
  readonly instructions: number;
  /** Entries that only read from disk, and entries that are written. */
  readonly readEntries: number;
  readonly writeEntries: number;
  readonly readBytes: number;
  readonly writeBytes: number;
  /** The size of the envelope. */
  readonly txBytes: number;
}

/** One change of an entry, or of how long it lives, that a rent is paid for. */
export interface RentChange {
  readonly isPersistent: boolean;
  readonly isCode: boolean;
  readonly oldBytes: number;
  readonly newBytes: number;
  /** The last ledgers in which it lived and will live; 0 for an entry that was not there. */
  readonly oldLiveUntil: number;
  readonly newLiveUntil: number;
}

// stellar/rs-soroban-env: soroban-env-host/src/fees.rs.
const instructionsIncrement = 10_000n;
const kilobyte = 1024n;
const resultBytes = 300n;
const ttlEntryBytes = 48n;
const leastRentFeePerKb = 1000n;
const codeDiscount = 3n;

const rounded = (number: bigint, by: bigint): bigint => number / by + (number % by > 0n ? 1n : 0n);

const perKb = (bytes: number | bigint, fee: bigint): bigint =>
  rounded(BigInt(bytes) * fee, kilobyte);

/** The fee for writing a kilobyte: before protocol 23 what a rent costs. */
const writeFee = (config: SorobanConfig): bigint =>
  config.ledgerCostExt?.feeWrite1Kb ?? rentFeePerKb(config);

/** The part of a resource fee in stroops that is never given back. */
export function nonRefundableFee(config: SorobanConfig, paid: PaidResources): bigint {
  const { compute, ledgerCost, bandwidth } = config;
  const [reads, writes] = [BigInt(paid.readEntries), BigInt(paid.writeEntries)];
  return (
    rounded(
      BigInt(paid.instructions) * compute.feeRatePerInstructionsIncrement,
      instructionsIncrement,
    ) +
    ledgerCost.feeDiskReadLedgerEntry * (reads + writes) +
    ledgerCost.feeWriteLedgerEntry * writes +
    perKb(paid.readBytes, ledgerCost.feeDiskRead1Kb) +
    perKb(paid.writeBytes, writeFee(config)) +
    perKb(BigInt(paid.txBytes) + resultBytes, config.feeHistorical1Kb) +
    perKb(paid.txBytes, bandwidth.feeTxSize1Kb)
  );
}

/** The fee in stroops for what is emitted: events, and what the call returns. */
export const eventsFee = (config: SorobanConfig, bytes: number): bigint =>
  perKb(bytes, config.events.feeContractEvents1Kb);

/** What the rent of a kilobyte costs in stroops, before its time: the more, the larger the state. `fee_write_1kb` of `/sorobaninfo`. */
export function rentFeePerKb({ ledgerCost, averageStateSize: size }: SorobanConfig): bigint {
  const {
    sorobanStateTargetSizeBytes: target,
    rentFee1KbSorobanStateSizeLow: low,
    rentFee1KbSorobanStateSizeHigh: high,
  } = ledgerCost;
  const slope = high > low ? high - low : 0n;
  const growth = BigInt(ledgerCost.sorobanStateRentFeeGrowthFactor);
  const fee =
    size < target
      ? low + rounded(slope * size, target)
      : high + rounded(slope * (size - target) * growth, target);
  return fee > leastRentFeePerKb ? fee : leastRentFeePerKb;
}

/** The rent in stroops for changes in a ledger. */
export function rentFee(
  config: SorobanConfig,
  changes: readonly RentChange[],
  seq: number,
): bigint {
  const { ledgerCost } = config;
  const fees = changes.map((change) => rentOf(config, change, seq));
  const extended = BigInt(changes.filter((c) => c.newLiveUntil > c.oldLiveUntil).length);
  // How long an entry lives is an entry of its own, which is written.
  return fees.reduce(
    (sum, fee) => sum + fee,
    extended * ledgerCost.feeWriteLedgerEntry + perKb(extended * ttlEntryBytes, writeFee(config)),
  );
}

function rentOf(config: SorobanConfig, change: RentChange, seq: number): bigint {
  const { oldBytes, newBytes, oldLiveUntil, newLiveUntil, isPersistent, isCode } = change;
  const { persistentRentRateDenominator, tempRentRateDenominator } = config.archival;
  const rate = isPersistent ? persistentRentRateDenominator : tempRentRateDenominator;
  const divisor =
    kilobyte * rate * (isCode && config.ledgerCostExt !== undefined ? codeDiscount : 1n);
  const rent = (bytes: number, ledgers: number): bigint =>
    rounded(BigInt(bytes) * rentFeePerKb(config) * BigInt(ledgers), divisor);
  const isNew = oldLiveUntil === 0;
  const longer = Math.max(0, newLiveUntil - (isNew ? seq - 1 : oldLiveUntil));
  // What an entry grows by is paid for the time that was paid before.
  const larger = isNew || newBytes <= oldBytes ? 0 : newBytes - oldBytes;
  return rent(newBytes, longer) + rent(larger, Math.max(0, oldLiveUntil - seq + 1));
}
