import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';

/** Of the steps by which a network changes its own parameters, those that are one number, under core's argument names, with their XDR numbers. */
export const numberUpgrades = {
  protocolversion: 1,
  basefee: 2,
  maxtxsetsize: 3,
  basereserve: 4,
  flags: 5,
  maxsorobantxsetsize: 7,
} as const;

/** The step that takes settings out of a contract, under core's argument name. */
export const settingsUpgrade = 'configupgradesetkey';
const settingsType = 6;

export type UpgradeName = keyof typeof numberUpgrades;

/** One step, as agreed on with a ledger. */
export type Upgrade =
  | { readonly name: UpgradeName; readonly value: number }
  /** The XDR of a ConfigUpgradeSetKey in hex: the contract's id, then the hash of the set. */
  | { readonly name: typeof settingsUpgrade; readonly value: string };

const names = Object.keys(numberUpgrades) as UpgradeName[];

/** The XDR number of a step's kind, by which steps are ordered. */
export const typeOf = ({ name }: Upgrade): number =>
  name === settingsUpgrade ? settingsType : numberUpgrades[name];

/** The XDR of a `LedgerUpgrade`. */
export function encodeUpgrade(upgrade: Upgrade): Buffer {
  const writer = new XdrWriter().int(typeOf(upgrade));
  return upgrade.name === settingsUpgrade
    ? writer.hex(upgrade.value).end()
    : writer.uint(upgrade.value).end();
}

/** The upgrade of a `LedgerUpgrade` in XDR; undefined for bytes that are none. */
export function decodeUpgrade(bytes: Uint8Array): Upgrade | undefined {
  try {
    const reader = new XdrReader(bytes);
    const type = reader.int();
    const name = names.find((candidate) => numberUpgrades[candidate] === type);
    if (name === undefined && type !== settingsType) return undefined;
    const upgrade: Upgrade =
      name === undefined
        ? { name: settingsUpgrade, value: reader.hex(64) }
        : { name, value: reader.uint() };
    reader.end();
    return upgrade;
  } catch {
    return undefined;
  }
}

/** True when the first of two steps of one kind goes before the other: the higher one, also of keys. */
export const isHigher = (a: Upgrade, b: Upgrade): boolean => a.value > b.value;

/** What of the ledger upgrades change. */
export interface UpgradableState {
  readonly ledgerVersion: number;
  readonly baseFee: number;
  readonly maxTxSetSize: number;
  readonly baseReserve: number;
  readonly flags: number;
  readonly maxSorobanTxSetSize: number | undefined;
  /** The settings that a contract keeps under a key, each the XDR of its ConfigSettingEntry; undefined unless all may be voted on. */
  proposedSettings(key: string): readonly Buffer[] | undefined;
}

/** True when the ledger has already what the step would bring. */
export function isThere(state: UpgradableState, { name, value }: Upgrade): boolean {
  switch (name) {
    case 'protocolversion':
      return state.ledgerVersion === value;
    case 'basefee':
      return state.baseFee === value;
    case 'maxtxsetsize':
      return state.maxTxSetSize === value;
    case 'basereserve':
      return state.baseReserve === value;
    case 'flags':
      return state.flags === value;
    case 'maxsorobantxsetsize':
      return state.maxSorobanTxSetSize === value;
    case settingsUpgrade:
      return false;
  }
}

/** True when a ledger may take the step, whoever wants it (stellar-core: Upgrades::isValidForApply). `state` is that before the ledger. */
export function isValidUpgrade(
  state: UpgradableState,
  { name, value }: Upgrade,
  supported: number,
): boolean {
  switch (name) {
    case 'protocolversion':
      return value > state.ledgerVersion && value <= supported;
    case 'basefee':
    case 'basereserve':
      return value !== 0;
    case 'maxtxsetsize':
      return true;
    case 'flags':
      return state.ledgerVersion >= 18 && (value & ~0x7) === 0;
    case 'maxsorobantxsetsize':
      return state.ledgerVersion >= 20;
    case settingsUpgrade:
      return state.ledgerVersion >= 20 && state.proposedSettings(value) !== undefined;
  }
}
