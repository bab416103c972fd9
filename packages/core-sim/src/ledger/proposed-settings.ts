import { configDoubts } from '@ssc/tx';
import { xdr } from '@stellar/stellar-sdk/base';
import { sha256Hex } from '../keys.ts';
import type { EntryReader } from '../soroban/apply-host-call.ts';
import { bytesOfData, bytesValue, type DataKey, dataKey, liveUntilOf } from './contract-entries.ts';
import { decodeCosts } from './cost-settings.ts';
import { sortKeyOf, ttlKeyOf } from './entry-key.ts';
import { type ConfigSettings, settingIds } from './setting-ids.ts';

/** What ledgers keep by themselves, and nobody can vote on (stellar-core: isNonUpgradeableConfigSettingEntry). */
const kept: ReadonlySet<number> = new Set([
  settingIds.sizeWindow,
  settingIds.evictionIterator,
  settingIds.frozenKeys,
  settingIds.freezeBypass,
]);

/** What a proposal is judged by. */
export interface Proposal extends EntryReader {
  /** The last closed ledger. */
  readonly seq: number;
  readonly settings: ConfigSettings;
  /** TESTING_IGNORE_LEDGER_TIME_UPGRADE_BOUNDS */
  readonly ignoresCloseTimeBounds: boolean;
}

/** True for a setting that upgrades may change. */
export const isUpgradeable = (id: number): boolean => !kept.has(id);

/**
 * The settings that a contract keeps under a key (the XDR of a ConfigUpgradeSetKey in hex), each the XDR of its
 * ConfigSettingEntry. Undefined when there are none, when their time is over, or when they are not such as can be voted on
 * (stellar-core: ConfigUpgradeSetFrame).
 */
export function proposedSettings(proposal: Proposal, key: string): readonly Buffer[] | undefined {
  const contentHash = key.slice(64);
  const data: DataKey = {
    contract: key.slice(0, 64),
    key: bytesValue(Buffer.from(contentHash, 'hex')),
    durability: 'temporary',
  };
  const ledgerKey = dataKey(data);
  const [entry, ttl] = [ledgerKey, ttlKeyOf(ledgerKey)].map((k) => proposal.entry(sortKeyOf(k)));
  if (entry === undefined || ttl === undefined || liveUntilOf(ttl) < proposal.seq) return undefined;
  const bytes = bytesOfData(entry, data);
  if (bytes === undefined || sha256Hex(bytes) !== contentHash) return undefined;
  const set = decodeSet(bytes);
  return set !== undefined && isAllowed(proposal, set)
    ? set.updatedEntry.map((setting) => Buffer.from(setting.toXdr()))
    : undefined;
}

function decodeSet(bytes: Uint8Array): xdr.ConfigUpgradeSet | undefined {
  try {
    return xdr.ConfigUpgradeSet.fromXdr(bytes);
  } catch {
    return undefined;
  }
}

function isAllowed(proposal: Proposal, set: xdr.ConfigUpgradeSet): boolean {
  const entries = set.updatedEntry.map((entry) => Buffer.from(entry.toXdr()));
  const ids = entries.map((bytes) => bytes.readInt32BE(0));
  const isAscending = ids.every((id, i) => i === 0 || id > (ids[i - 1] as number));
  const doubts = configDoubts(set).filter(
    (doubt) =>
      !(proposal.ignoresCloseTimeBounds && doubt.includes('ledgerTargetCloseTimeMilliseconds')),
  );
  return (
    ids.length > 0 &&
    isAscending &&
    doubts.length === 0 &&
    entries.every((bytes, i) => isKnown(proposal.settings, ids[i] as number, bytes))
  );
}

/** A setting that the ledger has, and can be voted on; costs must be as many as there are, and none negative. */
function isKnown(settings: ConfigSettings, id: number, bytes: Buffer): boolean {
  const now = settings.get(id);
  if (now === undefined || !isUpgradeable(id)) return false;
  if (id !== settingIds.cpuCosts && id !== settingIds.memoryCosts) return true;
  const terms = decodeCosts(bytes);
  return (
    terms.length === decodeCosts(now).length &&
    terms.every(({ constant, linear }) => constant >= 0n && linear >= 0n)
  );
}
