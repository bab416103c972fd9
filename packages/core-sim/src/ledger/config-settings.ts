import { XdrWriter } from '../xdr/writer.ts';
import { type BucketRecord, entryRecord } from './bucket.ts';
import { costTable } from './cost-table.ts';

/** What of a node's configuration the version step to protocol 20 writes into the ledger: all nodes must agree on it. */
export interface SorobanOptions {
  /** TESTING_SOROBAN_HIGH_LIMIT_OVERRIDE */
  readonly highLimits: boolean;
  /** TESTING_MINIMUM_PERSISTENT_ENTRY_LIFETIME */
  readonly minPersistentTtl: number | undefined;
  /** The three keys that OVERRIDE_EVICTION_PARAMS_FOR_TESTING switches on. */
  readonly eviction:
    | { readonly scanSize: number; readonly level: number; readonly maxEntries: number }
    | undefined;
}

/** Network settings by their number (XDR: ConfigSettingID), each as the XDR of its ConfigSettingEntry. */
export type ConfigSettings = ReadonlyMap<number, Buffer>;

const ids = {
  maxSize: 0,
  compute: 1,
  ledgerCost: 2,
  historical: 3,
  events: 4,
  bandwidth: 5,
  cpuCosts: 6,
  memoryCosts: 7,
  dataKeySize: 8,
  dataEntrySize: 9,
  archival: 10,
  lanes: 11,
  sizeWindow: 12,
  evictionIterator: 13,
  parallel: 14,
  ledgerCostExt: 15,
  scpTiming: 16,
  frozenKeys: 17,
  freezeBypass: 19,
} as const;

/** So many samples of the state's size are kept, one taken every so many ledgers. */
const windowSamples = 30;
const samplePeriod = 64;

const entry = (id: number): XdrWriter => new XdrWriter().int(id);

interface Terms {
  readonly constant: bigint;
  readonly linear: bigint;
}

/** The newest terms of each type at a protocol. */
function costsAt(protocol: number, column: 1 | 2): Terms[] {
  const terms: Terms[] = [];
  for (const line of costTable.trim().split('\n')) {
    const cells = line.split('|')[column]?.trim().split(' ') ?? [];
    const cell = cells.findLast((text) => Number(text.split(':')[0]) <= protocol);
    const [constant, linear] = cell?.split(':')[1]?.split(',').map(BigInt) ?? [];
    if (constant !== undefined && linear !== undefined) terms.push({ constant, linear });
  }
  return terms;
}

function encodeCosts(id: number, terms: readonly Terms[]): Buffer {
  const writer = entry(id).uint(terms.length);
  for (const { constant, linear } of terms) writer.int(0).long(constant).long(linear);
  return writer.end();
}

function encodeLedgerCost(protocol: number, high: boolean): Buffer {
  const writer = entry(ids.ledgerCost);
  writer.uint(high ? 30_000 : 3).uint(high ? 320_000_000 : 3200);
  writer.uint(high ? 20_000 : 2).uint(high ? 320_000_000 : 3200);
  writer.uint(high ? 300 : 3).uint(high ? 3_200_000 : 3200);
  writer.uint(high ? 200 : 2).uint(high ? 3_200_000 : 3200);
  writer.long(5000).long(20_000).long(1000);
  if (protocol >= 23) writer.long(3_000_000_000n).long(-17_000).long(10_000);
  else writer.long(32_212_254_720n).long(1000).long(10_000);
  return writer.uint(1).end();
}

function encodeArchival(protocol: number, options: SorobanOptions): Buffer {
  const { highLimits, eviction } = options;
  const writer = entry(ids.archival)
    .uint(highLimits ? 6_307_200 : 1_054_080)
    .uint(16);
  writer.uint(options.minPersistentTtl ?? 4096);
  writer.long(protocol >= 23 ? 1215 : 252_480).long(protocol >= 23 ? 2430 : 2_524_800);
  writer
    .uint(eviction?.maxEntries ?? 100)
    .uint(windowSamples)
    .uint(samplePeriod);
  return writer
    .uint(eviction?.scanSize ?? 100_000)
    .uint(eviction?.level ?? 6)
    .end();
}

/** A window in which every sample is the same. */
function encodeWindow(size: number): Buffer {
  const writer = entry(ids.sizeWindow).uint(windowSamples);
  for (let i = 0; i < windowSamples; i++) writer.long(size);
  return writer.end();
}

/** The entries that the step to one protocol writes, changed or new. `listSize` is the live list's size in bytes. */
function stepTo(protocol: number, options: SorobanOptions, listSize: number): [number, Buffer][] {
  const high = options.highLimits;
  const costs = (): [number, Buffer][] => [
    [ids.cpuCosts, encodeCosts(ids.cpuCosts, costsAt(protocol, 1))],
    [ids.memoryCosts, encodeCosts(ids.memoryCosts, costsAt(protocol, 2))],
  ];
  switch (protocol) {
    case 20:
      return [
        [
          ids.maxSize,
          entry(ids.maxSize)
            .uint(high ? 128_000 : 2000)
            .end(),
        ],
        [
          ids.compute,
          entry(ids.compute)
            .long(high ? 25_000_000_000n : 2_500_000)
            .long(high ? 250_000_000 : 2_500_000)
            .long(100)
            .uint(high ? 200_000_000 : 2_000_000)
            .end(),
        ],
        [ids.ledgerCost, encodeLedgerCost(20, high)],
        [ids.historical, entry(ids.historical).long(100).end()],
        [
          ids.events,
          entry(ids.events)
            .uint(high ? 4000 : 200)
            .long(200)
            .end(),
        ],
        [
          ids.bandwidth,
          entry(ids.bandwidth)
            .uint(high ? 50_000_000 : 10_000)
            .uint(high ? 500_000 : 10_000)
            .long(2000)
            .end(),
        ],
        ...costs(),
        [
          ids.dataKeySize,
          entry(ids.dataKeySize)
            .uint(high ? 200_000 : 200)
            .end(),
        ],
        [
          ids.dataEntrySize,
          entry(ids.dataEntrySize)
            .uint(high ? 2_000_000 : 2000)
            .end(),
        ],
        [ids.archival, encodeArchival(20, options)],
        [ids.lanes, encodeLanes(high ? 100 : 1)],
        [ids.sizeWindow, encodeWindow(listSize)],
        [
          ids.evictionIterator,
          entry(ids.evictionIterator)
            .uint(options.eviction?.level ?? 6)
            .int(1)
            .long(0)
            .end(),
        ],
      ];
    case 21:
    case 22:
    case 25:
      return costs();
    case 23:
      return [
        [ids.ledgerCost, encodeLedgerCost(23, high)],
        [ids.archival, encodeArchival(23, options)],
        // From here on the samples are of contract state in memory, of which there is none.
        [ids.sizeWindow, encodeWindow(0)],
        [ids.parallel, entry(ids.parallel).uint(1).end()],
        [
          ids.ledgerCostExt,
          entry(ids.ledgerCostExt)
            .uint(high ? 300 : 3)
            .long(3500)
            .end(),
        ],
        [
          ids.scpTiming,
          entry(ids.scpTiming).uint(5000).uint(1000).uint(1000).uint(1000).uint(1000).end(),
        ],
      ];
    case 26:
      return [
        ...costs(),
        [ids.frozenKeys, entry(ids.frozenKeys).uint(0).end()],
        [ids.freezeBypass, entry(ids.freezeBypass).uint(0).end()],
      ];
    default:
      return [];
  }
}

const encodeLanes = (count: number): Buffer => entry(ids.lanes).uint(count).end();

/** The settings after the version steps from one protocol to another. */
export function upgradeSettings(
  before: ConfigSettings,
  from: number,
  to: number,
  options: SorobanOptions,
  listSize: number,
): ConfigSettings {
  const after = new Map(before);
  for (let protocol = from + 1; protocol <= to; protocol++)
    for (const [id, bytes] of stepTo(protocol, options, listSize)) after.set(id, bytes);
  return after;
}

/** How many Soroban transactions a ledger may have; undefined before protocol 20. */
export const maxSorobanTxs = (settings: ConfigSettings): number | undefined =>
  settings.get(ids.lanes)?.readUInt32BE(4);

export const withMaxSorobanTxs = (settings: ConfigSettings, count: number): ConfigSettings =>
  new Map(settings).set(ids.lanes, encodeLanes(count));

/**
 * The settings that a ledger writes although nobody asked: the place of the eviction scan in every ledger, the window of
 * state sizes whenever a sample is due. The scan stays where it is while the levels that it scans are empty.
 */
export function touchedByLedger(seq: number): number[] {
  return seq % samplePeriod === 0 ? [ids.sizeWindow, ids.evictionIterator] : [ids.evictionIterator];
}

/** The XDR of the setting's LedgerKey: its kind and number. */
export const settingKey = (id: number): Buffer => new XdrWriter().int(8).int(id).end();

/** The bucket record of a setting. */
export function settingRecord(
  kind: 'live' | 'init',
  id: number,
  bytes: Uint8Array,
  seq: number,
): BucketRecord {
  const body = new XdrWriter().uint(seq).int(8).fixed(bytes).int(0).end();
  return entryRecord(kind, settingKey(id), body);
}

/** The number and XDR of the setting in a LedgerEntry; undefined for an entry of another kind. */
export function decodeSetting(bytes: Buffer): readonly [number, Buffer] | undefined {
  if (bytes.readInt32BE(4) !== 8) return undefined;
  const setting = bytes.subarray(8, bytes.length - 4);
  return [setting.readInt32BE(0), setting];
}
