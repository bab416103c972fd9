import type { Ledger } from '../ledger/ledger.ts';
import { sorobanConfig } from '../soroban/config.ts';
import { rentFeePerKb } from '../soroban/fees.ts';
import { ledgerLimits } from '../soroban/resources.ts';
import type { Metrics } from './metrics.ts';
import { sorobanCatalogue } from './soroban-catalogue.ts';

/** Brings up to date what tells the settings of contracts, and what contracts there are, in a ledger of protocol 20 or later. */
export function gaugeSoroban(metrics: Metrics, ledger: Ledger): void {
  metrics.create(sorobanCatalogue);
  const config = sorobanConfig(ledger.settings);
  const { compute, ledgerCost, bandwidth, events } = config;
  const limits = ledgerLimits(config);
  const { codeEntries, codeSize, dataEntries, dataSize } = ledger.contractsInMemory();
  const gauges: Readonly<Record<string, number | bigint>> = {
    'config.bucket-list-target-size-byte': ledgerCost.sorobanStateTargetSizeBytes,
    'config.contract-max-rw-code-byte': config.maxContractSize,
    'config.contract-max-rw-data-byte': config.maxDataEntrySize,
    'config.contract-max-rw-key-byte': config.maxDataKeySize,
    'config.fee-write-1kb': rentFeePerKb(config),
    'config.ledger-max-cpu-insn': limits.instructions,
    'config.ledger-max-read-entry': limits.read_ledger_entries,
    'config.ledger-max-read-ledger-byte': limits.read_bytes,
    'config.ledger-max-tx-count': limits.tx_count,
    'config.ledger-max-txs-size-byte': limits.tx_size_bytes,
    'config.ledger-max-write-entry': limits.write_ledger_entries,
    'config.ledger-max-write-ledger-byte': limits.write_bytes,
    'config.tx-max-cpu-insn': compute.txMaxInstructions,
    'config.tx-max-emit-event-byte': events.txMaxContractEventsSizeBytes,
    'config.tx-max-mem-byte': compute.txMemoryLimit,
    'config.tx-max-read-entry': ledgerCost.txMaxDiskReadEntries,
    'config.tx-max-read-ledger-byte': ledgerCost.txMaxDiskReadBytes,
    'config.tx-max-size-byte': bandwidth.txMaxSizeBytes,
    'config.tx-max-write-entry': ledgerCost.txMaxWriteLedgerEntries,
    'config.tx-max-write-ledger-byte': ledgerCost.txMaxWriteBytes,
    'in-memory-state.contract-code-entries': codeEntries,
    'in-memory-state.contract-code-size': codeSize,
    'in-memory-state.contract-data-entries': dataEntries,
    'in-memory-state.contract-data-size': dataSize,
    'module-cache.num-entries': codeEntries,
  };
  for (const [name, value] of Object.entries(gauges)) metrics.set(`soroban.${name}`, Number(value));
}
