import { XdrWriter } from '../xdr/writer.ts';
import { type BucketRecord, entryRecord } from './bucket.ts';
import { entryTypes } from './entry-key.ts';
import { encodeLanes } from './first-settings.ts';
import { type ConfigSettings, settingIds } from './setting-ids.ts';
import type { SorobanOptions } from './soroban-options.ts';
import { type StateSizes, stepTo } from './version-steps.ts';

/** The settings after the version steps from one protocol to another. */
export function upgradeSettings(
  before: ConfigSettings,
  from: number,
  to: number,
  options: SorobanOptions,
  sizes: StateSizes,
): ConfigSettings {
  let after = before;
  for (let protocol = from + 1; protocol <= to; protocol++)
    after = withSettings(after, stepTo(protocol, { before: after, options, sizes }));
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
