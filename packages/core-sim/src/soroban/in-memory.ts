import { decodeCode } from '../ledger/contract-entries.ts';
import { entryTypes } from '../ledger/entry-key.ts';
import type { ConfigSettings } from '../ledger/setting-ids.ts';
import { sorobanConfig } from './config.ts';
import { moduleMemory } from './cost-model.ts';

/** What nodes keep in memory of contracts (stellar-core: src/ledger/InMemorySorobanState.cpp). Sizes in bytes. */
export interface ContractsInMemory {
  readonly codeEntries: number;
  /** Of entries, and of their modules, prepared. */
  readonly codeSize: number;
  readonly dataEntries: number;
  readonly dataSize: number;
}

export const sizeInMemory = ({ codeSize, dataSize }: ContractsInMemory): number =>
  codeSize + dataSize;

/** Measures entries of contracts, each the XDR of its LedgerEntry. */
export function measureContracts(
  entries: Iterable<Buffer>,
  settings: ConfigSettings,
): ContractsInMemory {
  const sum = { codeEntries: 0, codeSize: 0, dataEntries: 0, dataSize: 0 };
  for (const entry of entries) {
    const type = entry.readInt32BE(4);
    if (type === entryTypes.contractData) {
      sum.dataEntries += 1;
      sum.dataSize += entry.length;
    } else if (type === entryTypes.contractCode) {
      const { counts } = decodeCode(entry);
      const memory = counts && moduleMemory(sorobanConfig(settings).costs.memory, counts);
      sum.codeEntries += 1;
      sum.codeSize += entry.length + (memory ?? 0);
    }
  }
  return sum;
}
