import type { WasmCounts } from '../ledger/contract-entries.ts';
import type { CostsByType } from './config.ts';

/** What a call takes of a computer: instructions, and bytes of memory. */
export interface Cost {
  readonly instructions: number;
  readonly memory: number;
}

/** So many units of what a host's function is given cost its linear term. */
const linearUnits = 128n;

/** What one of the host's functions costs for so many units. */
export function costOf(costs: CostsByType, type: string, units = 0): number {
  const { constant, linear } = costs.get(type) ?? { constant: 0n, linear: 0n };
  return Number(constant + (linear * BigInt(units)) / linearUnits);
}

/** Costs of both kinds. */
interface Costs {
  readonly cpu: CostsByType;
  readonly memory: CostsByType;
}

const sum = (costs: CostsByType, parts: readonly Part[]): number =>
  parts.reduce((total, [type, units]) => total + costOf(costs, type, units), 0);

const bytesIn = (costs: CostsByType, bytes: number): number =>
  costOf(costs, 'ValDeser', bytes) -
  costOf(costs, 'ValDeser') +
  costOf(costs, 'ComputeSha256Hash', bytes);

// Core-sim runs no contract, and counts no instruction. What a call costs is put together from the terms of the network's
// settings for what dominates it, the numbers beside them are what remained of what soroban-env-host 27.0.1 used for the
// three calls that store settings (they hold within 2 % for four sets of inputs).

type Part = readonly [type: string, units: number];

/** What it costs to read a module, but for its instructions. */
const reading = (counts: WasmCounts): Part[] => [
  ['ParseWasmFunctions', counts.functions],
  ['ParseWasmGlobals', counts.globals],
  ['ParseWasmTableEntries', counts.tableEntries],
  ['ParseWasmTypes', counts.types],
  ['ParseWasmDataSegments', counts.dataSegments],
  ['ParseWasmElemSegments', counts.elemSegments],
  ['ParseWasmImports', counts.imports],
  ['ParseWasmExports', counts.exports],
  ['ParseWasmDataSegmentBytes', counts.dataSegmentBytes],
];

const starting = (counts: WasmCounts): Part[] => [
  ['InstantiateWasmFunctions', counts.functions],
  ['InstantiateWasmGlobals', counts.globals],
  ['InstantiateWasmTableEntries', counts.tableEntries],
  ['InstantiateWasmImports', counts.imports],
  ['InstantiateWasmExports', counts.exports],
];

/** What the upload of Wasm costs: it is read, hashed, and a machine made for it twice. */
export function uploadCost({ cpu, memory }: Costs, bytes: number, counts: WasmCounts): Cost {
  const preparation = [...reading(counts), ...starting(counts)];
  return {
    instructions:
      2 * costOf(cpu, 'VmInstantiation', bytes) +
      3 * costOf(cpu, 'ValDeser') +
      bytesIn(cpu, bytes) +
      sum(cpu, preparation) +
      15_800,
    memory: 2 * costOf(memory, 'VmInstantiation', bytes) + sum(memory, preparation) + 139_000,
  };
}

/** What the creation of a contract from Wasm of so many bytes costs. */
export const creationCost = ({ cpu }: Costs, wasmBytes: number): Cost => ({
  instructions:
    6 * costOf(cpu, 'ValDeser') + costOf(cpu, 'VmCachedInstantiation', wasmBytes) + 252_000,
  memory: 182_600,
});

/** What storing so many bytes by the settings contract costs. */
export const storingCost = ({ cpu }: Costs, wasmBytes: number, bytes: number): Cost => ({
  instructions:
    7 * costOf(cpu, 'ValDeser') +
    costOf(cpu, 'VmCachedInstantiation', wasmBytes) +
    bytesIn(cpu, bytes) +
    264_000,
  memory: 187_700 + 8 * bytes,
});

/** The memory in bytes that a prepared module takes: it counts for its rent (stellar-core: ledgerEntrySizeForRent). */
export const moduleMemory = (memory: CostsByType, counts: WasmCounts): number =>
  sum(memory, [['ParseWasmInstructions', counts.instructions], ...reading(counts)]);
