import type { NodeSettings } from '../config/node-settings.ts';
import { renderKey } from '../keys.ts';
import { decodeValue } from '../ledger/stellar-value.ts';
import { decodeUpgrade } from '../ledger/upgrade.ts';
import type { Value } from '../scp/statement.ts';

/** `[ SIGNED@node txH: 123abc, ct: 1795353717, upgrades: [ ] ]`, as logs and `/scp` show values. */
export function describeValue(
  text: Value,
  settings: Pick<NodeSettings, 'aliases'>,
  full = false,
): string {
  const value = decodeValue(text);
  if (value === undefined) return '[ invalid ]';
  const upgrades = value.upgrades.map((bytes) => {
    const upgrade = decodeUpgrade(bytes);
    return upgrade === undefined ? '<unsupported>, ' : `${upgrade.name}=${upgrade.value}, `;
  });
  const node = value.signedBy?.node;
  const key = node === undefined ? '' : renderKey(node);
  const name = full ? key : (settings.aliases.get(node ?? '') ?? key.slice(0, 5));
  const kind = node === undefined ? 'BASIC' : `SIGNED@${name}`;
  const list = upgrades.length === 0 ? ' ' : `${upgrades.join('')} `;
  return `[ ${kind} txH: ${value.txSetHash.slice(0, 6)}, ct: ${value.closeTime}, upgrades: [${list}] ]`;
}
