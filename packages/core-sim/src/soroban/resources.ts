import type { TxBody, TxFrame } from '../tx/frame.ts';
import type { SorobanConfig } from './config.ts';
import { nonRefundableFee, type PaidResources } from './fees.ts';
import type { SorobanData } from './host-call.ts';

/** True for a transaction that calls the host of contracts. */
export const isSoroban = (body: Pick<TxBody, 'operations'>): boolean =>
  body.operations.some(({ type }) => type === 'invokeHostFunction');

/** What a ledger has room for, and what a transaction takes of it; the names are those of `/sorobaninfo`. */
export interface LedgerResources {
  readonly tx_count: number;
  readonly instructions: number;
  readonly tx_size_bytes: number;
  readonly read_bytes: number;
  readonly write_bytes: number;
  readonly read_ledger_entries: number;
  readonly write_ledger_entries: number;
}

/** What a transaction takes of a ledger. */
export function resourcesOf(protocol: number, data: SorobanData, txBytes: number): LedgerResources {
  return {
    tx_count: 1,
    instructions: data.instructions,
    tx_size_bytes: txBytes,
    read_bytes: data.diskReadBytes,
    write_bytes: data.writeBytes,
    read_ledger_entries: readEntries(protocol, data),
    write_ledger_entries: data.readWrite.length,
  };
}

/** Entries that are read from disk: from protocol 23 on contracts are in memory. */
function readEntries(protocol: number, { readOnly, readWrite }: SorobanData): number {
  const all = [...readOnly, ...readWrite];
  return protocol < 23
    ? all.length
    : all.filter(({ type }) => type !== 'contractData' && type !== 'contractCode').length;
}

/** What a ledger has room for. */
export function ledgerLimits({
  compute,
  ledgerCost,
  bandwidth,
  ledgerMaxTxCount,
}: SorobanConfig): LedgerResources {
  return {
    tx_count: ledgerMaxTxCount,
    instructions: Number(compute.ledgerMaxInstructions),
    tx_size_bytes: bandwidth.ledgerMaxTxsSizeBytes,
    read_bytes: ledgerCost.ledgerMaxDiskReadBytes,
    write_bytes: ledgerCost.ledgerMaxWriteBytes,
    read_ledger_entries: ledgerCost.ledgerMaxDiskReadEntries,
    write_ledger_entries: ledgerCost.ledgerMaxWriteLedgerEntries,
  };
}

/** What of the resource fee is there for rents and events: what the rest of the resources leave, which may be less than nothing. */
export function refundableFee(
  protocol: number,
  config: SorobanConfig,
  data: SorobanData,
  txBytes: number,
): bigint {
  const paid: PaidResources = {
    instructions: data.instructions,
    // What is written is paid for as read by itself.
    readEntries: protocol < 23 ? data.readOnly.length : readEntries(protocol, data),
    writeEntries: data.readWrite.length,
    readBytes: data.diskReadBytes,
    writeBytes: data.writeBytes,
    txBytes,
  };
  return data.resourceFee - nonRefundableFee(config, paid);
}

/** Why a transaction may not be in a ledger for what it says of contracts; undefined when it may. */
export function checkSoroban(
  view: { readonly protocol: number; readonly soroban: SorobanConfig | undefined },
  frame: Pick<TxFrame, 'bytes' | 'fee'>,
  body: TxBody,
): 'txMalformed' | 'txSorobanInvalid' | undefined {
  const { protocol, soroban: config } = view;
  const data = body.soroban;
  if (!isSoroban(body)) return data === undefined ? undefined : 'txMalformed';
  if (config === undefined || data === undefined || body.operations.length !== 1)
    return 'txMalformed';
  const txBytes = frame.bytes.length;
  const isInvalid =
    (protocol >= 25 && body.isMarked) ||
    !isWithinLimits(protocol, config, data, txBytes) ||
    data.resourceFee < 0n ||
    data.resourceFee > frame.fee ||
    refundableFee(protocol, config, data, txBytes) < 0n;
  return isInvalid ? 'txSorobanInvalid' : undefined;
}

function isWithinLimits(
  protocol: number,
  config: SorobanConfig,
  data: SorobanData,
  txBytes: number,
): boolean {
  const { compute, ledgerCost, bandwidth, ledgerCostExt } = config;
  const footprint = [...data.readOnly, ...data.readWrite];
  return (
    data.instructions <= Number(compute.txMaxInstructions) &&
    data.diskReadBytes <= ledgerCost.txMaxDiskReadBytes &&
    data.writeBytes <= ledgerCost.txMaxWriteBytes &&
    readEntries(protocol, data) <= ledgerCost.txMaxDiskReadEntries &&
    data.readWrite.length <= ledgerCost.txMaxWriteLedgerEntries &&
    footprint.length <= (ledgerCostExt?.txMaxFootprintEntries ?? footprint.length) &&
    txBytes <= bandwidth.txMaxSizeBytes &&
    new Set(footprint.map(({ sortKey }) => sortKey)).size === footprint.length &&
    footprint.every(
      ({ type, bytes }) =>
        (type === 'account' || type === 'contractData' || type === 'contractCode') &&
        bytes.length <= config.maxDataKeySize,
    )
  );
}
