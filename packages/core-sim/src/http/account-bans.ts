import { type KeyId, parseKey, renderKey } from '../keys.ts';
import type { CoreNode } from '../node.ts';
import type { Command } from './request.ts';
import { renderStyled } from './styled-json.ts';

function readAccounts(text: string): KeyId[] | string {
  const ids: KeyId[] = [];
  for (const address of text.split(',')) {
    const id = parseKey(address);
    if (id === undefined) return `{"error": "invalid address: '${address}'"}`;
    ids.push(id);
  }
  return ids;
}

export function banAccounts(node: CoreNode, command: Command): string {
  const text = command.args.get('accountids');
  if (text === undefined)
    return command.hasEmpty('accountids')
      ? `{"error": "accountids must not be empty; use 'unbanaccounts' to remove bans"}`
      : renderStyled({ bannedAccounts: [...node.bans.accounts].map(renderKey) });
  const ids = readAccounts(text);
  if (typeof ids === 'string') return ids;
  const added = node.bans.banAccounts(ids);
  return `{"status": "banned accounts updated", "added": ${added}, "total": ${node.bans.accounts.size}}`;
}

export function unbanAccounts(node: CoreNode, command: Command): string {
  const text = command.args.get('accountids');
  if (text === undefined) {
    node.bans.unbanAccounts([...node.bans.accounts]);
    return '{"status": "banned accounts cleared"}';
  }
  const ids = readAccounts(text);
  if (typeof ids === 'string') return ids;
  const removed = node.bans.unbanAccounts(ids);
  return `{"status": "banned accounts updated", "removed": ${removed}, "total": ${node.bans.accounts.size}}`;
}
