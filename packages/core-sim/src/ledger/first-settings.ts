import { XdrWriter } from '../xdr/writer.ts';
import { settingIds } from './setting-ids.ts';
import type { SorobanOptions } from './soroban-options.ts';
import { encodeWindow } from './state-size-window.ts';

/** So many samples of the state's size are kept, one taken every so many ledgers. */
const windowSamples = 30;
const samplePeriod = 64;

/** The settings that the step to protocol 20 writes, with the costs at their place. */
export function firstSettings(
  options: SorobanOptions,
  costs: readonly Buffer[],
  stateBytes: number,
): Buffer[] {
  const { highLimits: high, eviction } = options;
  return [
    uintSetting(settingIds.maxSize, high ? 128_000 : 2000),
    encodeCompute(high),
    encodeLedgerCost(high),
    setting(settingIds.historical).long(100).end(),
    encodeEvents(high),
    encodeBandwidth(high),
    ...costs,
    uintSetting(settingIds.dataKeySize, high ? 200_000 : 200),
    uintSetting(settingIds.dataEntrySize, high ? 2_000_000 : 2000),
    encodeArchival(options),
    encodeLanes(high ? 100 : 1),
    flatWindow(stateBytes),
    encodeEvictionIterator(eviction?.level ?? startingLevel),
  ];
}

/** Begins the XDR of a setting. */
export const setting = (id: number): XdrWriter => new XdrWriter().int(id);

/** The XDR of a setting that is one number. */
export const uintSetting = (id: number, value: number): Buffer => setting(id).uint(value).end();

/** How many Soroban transactions a ledger may have. */
export const encodeLanes = (count: number): Buffer => uintSetting(settingIds.lanes, count);

/** A window of state sizes in which every sample is the same. */
export const flatWindow = (size: number): Buffer =>
  encodeWindow(Array.from({ length: windowSamples }, () => BigInt(size)));

function encodeCompute(high: boolean): Buffer {
  return setting(settingIds.compute)
    .long(high ? 25_000_000_000n : 2_500_000)
    .long(high ? 250_000_000 : 2_500_000)
    .long(100)
    .uint(high ? 200_000_000 : 2_000_000)
    .end();
}

function encodeLedgerCost(high: boolean): Buffer {
  const writer = setting(settingIds.ledgerCost);
  writer.uint(high ? 30_000 : 3).uint(high ? 320_000_000 : 3200);
  writer.uint(high ? 20_000 : 2).uint(high ? 320_000_000 : 3200);
  writer.uint(high ? 300 : 3).uint(high ? 3_200_000 : 3200);
  writer.uint(high ? 200 : 2).uint(high ? 3_200_000 : 3200);
  writer.long(5000).long(20_000).long(1000);
  return writer.long(32_212_254_720n).long(1000).long(10_000).uint(1).end();
}

function encodeEvents(high: boolean): Buffer {
  const writer = setting(settingIds.events);
  return writer
    .uint(high ? 4000 : 200)
    .long(200)
    .end();
}

function encodeBandwidth(high: boolean): Buffer {
  const writer = setting(settingIds.bandwidth);
  writer.uint(high ? 50_000_000 : 10_000).uint(high ? 500_000 : 10_000);
  return writer.long(2000).end();
}

/** The level of the bucket list at which the eviction scan begins. */
const startingLevel = 6;

function encodeArchival({ highLimits, minPersistentTtl, eviction }: SorobanOptions): Buffer {
  const writer = setting(settingIds.archival);
  writer.uint(highLimits ? 6_307_200 : 1_054_080).uint(16);
  writer.uint(minPersistentTtl ?? 4096);
  writer.long(252_480).long(2_524_800);
  writer.uint(eviction?.maxEntries ?? 100).uint(windowSamples);
  writer.uint(samplePeriod).uint(eviction?.scanSize ?? 100_000);
  return writer.uint(eviction?.level ?? startingLevel).end();
}

/** Where the eviction scan is: in the younger half of a level, at its first byte. */
const encodeEvictionIterator = (level: number): Buffer =>
  setting(settingIds.evictionIterator).uint(level).int(1).long(0).end();
