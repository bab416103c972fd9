import { XdrWriter } from '../xdr/writer.ts';
import { type BucketRecord, entryRecord } from './bucket.ts';
import { type CostColumn, costsAfter, decodeCosts, encodeCosts } from './cost-settings.ts';
import { entryTypes } from './entry-key.ts';
import { type ConfigSettings, settingIds } from './setting-ids.ts';
import { encodeWindow } from './state-size-window.ts';

/** What of a node's configuration the version step to protocol 20 writes into the ledger: all nodes must agree on it. */
export interface SorobanOptions {
  /** TESTING_SOROBAN_HIGH_LIMIT_OVERRIDE */
  readonly highLimits: boolean;
  /** UPDATE_SOROBAN_COSTS_DURING_PROTOCOL_UPGRADE_FOR_TESTING, on a node that generates load. */
  readonly recalibratesCosts: boolean;
  /** TESTING_IGNORE_LEDGER_TIME_UPGRADE_BOUNDS */
  readonly ignoresCloseTimeBounds: boolean;
  /** TESTING_MINIMUM_PERSISTENT_ENTRY_LIFETIME */
  readonly minPersistentTtl: number | undefined;
  /** The three keys that OVERRIDE_EVICTION_PARAMS_FOR_TESTING switches on. */
  readonly eviction:
    | { readonly scanSize: number; readonly level: number; readonly maxEntries: number }
    | undefined;
}

/** So many samples of the state's size are kept, one taken every so many ledgers. */
const windowSamples = 30;
const samplePeriod = 64;

const entry = (id: number): XdrWriter => new XdrWriter().int(id);

function encodeLedgerCost(high: boolean): Buffer {
  const writer = entry(settingIds.ledgerCost);
  writer.uint(high ? 30_000 : 3).uint(high ? 320_000_000 : 3200);
  writer.uint(high ? 20_000 : 2).uint(high ? 320_000_000 : 3200);
  writer.uint(high ? 300 : 3).uint(high ? 3_200_000 : 3200);
  writer.uint(high ? 200 : 2).uint(high ? 3_200_000 : 3200);
  writer.long(5000).long(20_000).long(1000);
  return writer.long(32_212_254_720n).long(1000).long(10_000).uint(1).end();
}

/** A setting with other 64-bit numbers from a place on. */
function patched(setting: Buffer | undefined, at: number, numbers: readonly bigint[]): Buffer {
  const bytes = Buffer.from(setting ?? []);
  for (const [i, number] of numbers.entries()) bytes.writeBigInt64BE(number, at + 8 * i);
  return bytes;
}

/** Where the numbers of rents begin in the cost of ledger entries, and in the settings of archival. */
const rentFeesAt = 60;
const rentRatesAt = 16;
/** Where the cost of ledger entries has `txMaxDiskReadEntries`. */
const txReadEntriesAt = 20;

function encodeArchival(options: SorobanOptions): Buffer {
  const { highLimits, eviction } = options;
  const writer = entry(settingIds.archival)
    .uint(highLimits ? 6_307_200 : 1_054_080)
    .uint(16);
  writer.uint(options.minPersistentTtl ?? 4096);
  writer.long(252_480).long(2_524_800);
  writer
    .uint(eviction?.maxEntries ?? 100)
    .uint(windowSamples)
    .uint(samplePeriod);
  return writer
    .uint(eviction?.scanSize ?? 100_000)
    .uint(eviction?.level ?? 6)
    .end();
}

/** A window of state sizes in which every sample is the same. */
const flatWindow = (size: number): Buffer =>
  encodeWindow(Array.from({ length: windowSamples }, () => BigInt(size)));

/** How large what the ledger keeps is, in bytes: before protocol 23 the whole live list counts for rents, then contracts. */
export interface StateSizes {
  readonly list: number;
  readonly contracts: number;
}

/** The entries that the step to one protocol writes, changed or new. */
function stepTo(
  protocol: number,
  before: ConfigSettings,
  options: SorobanOptions,
  sizes: StateSizes,
): [number, Buffer][] {
  const high = options.highLimits;
  const steps = protocol === 20 && options.recalibratesCosts ? ['20', 'recalibrated'] : [protocol];
  const costsOf = (id: number, column: CostColumn): [number, Buffer] => {
    const setting = before.get(id);
    let terms = setting === undefined ? [] : decodeCosts(setting);
    for (const step of steps) terms = costsAfter(terms, column, String(step));
    return [id, encodeCosts(id, terms)];
  };
  const costs = (): [number, Buffer][] => [
    costsOf(settingIds.cpuCosts, 1),
    costsOf(settingIds.memoryCosts, 2),
  ];
  switch (protocol) {
    case 20:
      return [
        [
          settingIds.maxSize,
          entry(settingIds.maxSize)
            .uint(high ? 128_000 : 2000)
            .end(),
        ],
        [
          settingIds.compute,
          entry(settingIds.compute)
            .long(high ? 25_000_000_000n : 2_500_000)
            .long(high ? 250_000_000 : 2_500_000)
            .long(100)
            .uint(high ? 200_000_000 : 2_000_000)
            .end(),
        ],
        [settingIds.ledgerCost, encodeLedgerCost(high)],
        [settingIds.historical, entry(settingIds.historical).long(100).end()],
        [
          settingIds.events,
          entry(settingIds.events)
            .uint(high ? 4000 : 200)
            .long(200)
            .end(),
        ],
        [
          settingIds.bandwidth,
          entry(settingIds.bandwidth)
            .uint(high ? 50_000_000 : 10_000)
            .uint(high ? 500_000 : 10_000)
            .long(2000)
            .end(),
        ],
        ...costs(),
        [
          settingIds.dataKeySize,
          entry(settingIds.dataKeySize)
            .uint(high ? 200_000 : 200)
            .end(),
        ],
        [
          settingIds.dataEntrySize,
          entry(settingIds.dataEntrySize)
            .uint(high ? 2_000_000 : 2000)
            .end(),
        ],
        [settingIds.archival, encodeArchival(options)],
        [settingIds.lanes, encodeLanes(high ? 100 : 1)],
        [settingIds.sizeWindow, flatWindow(sizes.list)],
        [
          settingIds.evictionIterator,
          entry(settingIds.evictionIterator)
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
    case 23: {
      const ledgerCost = before.get(settingIds.ledgerCost);
      return [
        [
          settingIds.ledgerCost,
          patched(ledgerCost, rentFeesAt, [3_000_000_000n, -17_000n, 10_000n]),
        ],
        [
          settingIds.archival,
          patched(before.get(settingIds.archival), rentRatesAt, [1215n, 2430n]),
        ],
        [settingIds.sizeWindow, flatWindow(sizes.contracts)],
        [settingIds.parallel, entry(settingIds.parallel).uint(1).end()],
        [
          settingIds.ledgerCostExt,
          entry(settingIds.ledgerCostExt)
            .uint(ledgerCost?.readUInt32BE(txReadEntriesAt) ?? 0)
            .long(3500)
            .end(),
        ],
        [
          settingIds.scpTiming,
          entry(settingIds.scpTiming).uint(5000).uint(1000).uint(1000).uint(1000).uint(1000).end(),
        ],
      ];
    }
    case 26:
      return [
        ...costs(),
        [settingIds.frozenKeys, entry(settingIds.frozenKeys).uint(0).end()],
        [settingIds.freezeBypass, entry(settingIds.freezeBypass).uint(0).end()],
      ];
    default:
      return [];
  }
}

const encodeLanes = (count: number): Buffer => entry(settingIds.lanes).uint(count).end();

/** The settings after the version steps from one protocol to another. */
export function upgradeSettings(
  before: ConfigSettings,
  from: number,
  to: number,
  options: SorobanOptions,
  sizes: StateSizes,
): ConfigSettings {
  const after = new Map(before);
  for (let protocol = from + 1; protocol <= to; protocol++)
    for (const [id, bytes] of stepTo(protocol, after, options, sizes)) after.set(id, bytes);
  return after;
}

/** The settings with those of an upgrade in their places; each is the XDR of its ConfigSettingEntry. */
export const withSettings = (before: ConfigSettings, changed: readonly Buffer[]): ConfigSettings =>
  new Map([...before, ...changed.map((bytes) => [bytes.readInt32BE(0), bytes] as const)]);

/** How many Soroban transactions a ledger may have; undefined before protocol 20. */
export const maxSorobanTxs = (settings: ConfigSettings): number | undefined =>
  settings.get(settingIds.lanes)?.readUInt32BE(4);

export const withMaxSorobanTxs = (settings: ConfigSettings, count: number): ConfigSettings =>
  new Map(settings).set(settingIds.lanes, encodeLanes(count));

/** The setting's LedgerKey as text, one character a byte: its kind and number. */
const settingKey = (id: number): string =>
  new XdrWriter().int(entryTypes.configSetting).int(id).end().toString('latin1');

/** The bucket record of a setting. */
export function settingRecord(
  kind: 'live' | 'init',
  id: number,
  bytes: Uint8Array,
  seq: number,
): BucketRecord {
  const body = new XdrWriter().uint(seq).int(entryTypes.configSetting).fixed(bytes).int(0).end();
  return entryRecord(kind, settingKey(id), body);
}

/** The number and XDR of the setting in a LedgerEntry; undefined for an entry of another kind. */
export function decodeSetting(bytes: Buffer): readonly [number, Buffer] | undefined {
  if (bytes.readInt32BE(4) !== entryTypes.configSetting) return undefined;
  const setting = bytes.subarray(8, bytes.length - 4);
  return [setting.readInt32BE(0), setting];
}
