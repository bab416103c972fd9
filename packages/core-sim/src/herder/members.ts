import type { NodeSettings } from '../config/node-settings.ts';
import { type KeyId, parseKey, renderKey } from '../keys.ts';
import { type NodeId, nodesOf, type QuorumSet } from '../scp/quorum-set.ts';

/** Nodes that a node depends on, directly or through others, as far as their sets are known. */
export function transitiveQuorum(
  { key, quorumSet }: Pick<NodeSettings, 'key' | 'quorumSet'>,
  latestSetOf: (node: NodeId) => QuorumSet | undefined,
): Map<NodeId, QuorumSet | undefined> {
  const found = new Map<NodeId, QuorumSet | undefined>([[key.id, quorumSet]]);
  for (const [, set] of found) {
    if (set === undefined) continue;
    for (const node of nodesOf(set)) if (!found.has(node)) found.set(node, latestSetOf(node));
  }
  return found;
}

/** A node in replies: the whole text of its key, or its name. */
export function nameOf(
  { aliases }: Pick<NodeSettings, 'aliases'>,
  node: NodeId,
  full: boolean,
): string {
  const key = renderKey(node);
  return full ? key : (aliases.get(node) ?? key.slice(0, 5));
}

/** The node of `G…`, of `$alias` or alias, or of `@PREFIX` among the named ones. */
export function findNode(
  { aliases }: Pick<NodeSettings, 'aliases'>,
  name: string,
): KeyId | undefined {
  const id = parseKey(name);
  if (id !== undefined) return id;
  const isNamed = (key: KeyId, alias: string): boolean =>
    name.startsWith('@')
      ? renderKey(key).startsWith(name.slice(1))
      : `$${alias}` === name || alias === name;
  for (const [key, alias] of aliases) if (isNamed(key, alias)) return key;
  return undefined;
}
