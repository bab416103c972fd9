/** Network settings by their number (XDR: ConfigSettingID), each as the XDR of its ConfigSettingEntry. */
export type ConfigSettings = ReadonlyMap<number, Buffer>;

/** Numbers of the settings (XDR: ConfigSettingID). */
export const settingIds = {
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
