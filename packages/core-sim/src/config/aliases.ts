import type { NodeConfig, QuorumSetTable } from '@ssc/core-cfg';
import { type KeyId, parseKey } from '../keys.ts';

/** Names given to keys in the file, where they stand behind a key. */
export function readAliases(config: NodeConfig, self: KeyId): Map<KeyId, string> {
  const aliases = new Map<KeyId, string>();
  const add = (text: string): void => {
    const [key = '', alias] = text.trim().split(/\s+/);
    const id = parseKey(key);
    if (id !== undefined && alias !== undefined) aliases.set(id, alias);
  };
  const [, own] = config.NODE_SEED?.trim().split(/\s+/) ?? [];
  if (own !== undefined) aliases.set(self, own);
  for (const validator of config.VALIDATORS ?? [])
    add(`${validator.PUBLIC_KEY.split(/\s+/)[0]} ${validator.NAME}`);
  for (const list of [config.NODE_NAMES, config.PREFERRED_PEER_KEYS, config.SURVEYOR_KEYS])
    list?.forEach(add);
  const walk = (table: QuorumSetTable): void => {
    const { THRESHOLD_PERCENT: _threshold, VALIDATORS = [], ...groups } = table;
    VALIDATORS.forEach(add);
    for (const group of Object.values(groups)) walk(group as QuorumSetTable);
  };
  if (config.QUORUM_SET !== undefined) walk(config.QUORUM_SET);
  // A validator that listens to [[VALIDATORS]] adds itself under this name.
  if (config.VALIDATORS !== undefined && config.NODE_IS_VALIDATOR === true && !aliases.has(self))
    aliases.set(self, 'self');
  return aliases;
}
