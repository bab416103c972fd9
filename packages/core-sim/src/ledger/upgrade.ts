import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';

/** The steps by which a network changes its own parameters, under core's argument names, with their XDR numbers. */
export const upgradeTypes = {
  protocolversion: 1,
  basefee: 2,
  maxtxsetsize: 3,
  basereserve: 4,
  flags: 5,
  maxsorobantxsetsize: 7,
} as const;

export type UpgradeName = keyof typeof upgradeTypes;

/** One step, as agreed on with a ledger. */
export interface Upgrade {
  readonly name: UpgradeName;
  readonly value: number;
}

const names = Object.keys(upgradeTypes) as UpgradeName[];

/** The XDR of a `LedgerUpgrade`. */
export const encodeUpgrade = ({ name, value }: Upgrade): Buffer =>
  new XdrWriter().int(upgradeTypes[name]).uint(value).end();

/** The upgrade of a `LedgerUpgrade` in XDR; undefined for one that core-sim does not know (configuration settings). */
export function decodeUpgrade(bytes: Uint8Array): Upgrade | undefined {
  try {
    const reader = new XdrReader(bytes);
    const type = reader.int();
    const name = names.find((candidate) => upgradeTypes[candidate] === type);
    if (name === undefined) return undefined;
    const upgrade = { name, value: reader.uint() };
    reader.end();
    return upgrade;
  } catch {
    return undefined;
  }
}

/** What of the ledger upgrades change. */
export interface UpgradableState {
  readonly ledgerVersion: number;
  readonly baseFee: number;
  readonly maxTxSetSize: number;
  readonly baseReserve: number;
  readonly flags: number;
  readonly maxSorobanTxSetSize: number | undefined;
}

/** The value that the ledger has now for an upgrade; undefined before the protocol that brings it. */
export function currentValue(state: UpgradableState, name: UpgradeName): number | undefined {
  switch (name) {
    case 'protocolversion':
      return state.ledgerVersion;
    case 'basefee':
      return state.baseFee;
    case 'maxtxsetsize':
      return state.maxTxSetSize;
    case 'basereserve':
      return state.baseReserve;
    case 'flags':
      return state.flags;
    case 'maxsorobantxsetsize':
      return state.maxSorobanTxSetSize;
  }
}

/** True when a ledger may take the step, whoever wants it (stellar-core: Upgrades::isValidForApply). */
export function isValidUpgrade(
  state: Pick<UpgradableState, 'ledgerVersion'>,
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
  }
}
