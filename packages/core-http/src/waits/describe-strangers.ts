import { present } from '@ssc/errors';
import type { NodeInfo } from '../commands/info.ts';
import { joinNames } from './join-names.ts';

/** Nodes that cannot belong together, by what they said last: of different networks, or with different hashes for one ledger. */
export function describeStrangers(infos: ReadonlyMap<string, NodeInfo>): string | undefined {
  const networks = group(infos, (info) => info.network);
  if (networks.size > 1) {
    const sides = [...networks].map(([network, names]) => `${joinNames(names)} of "${network}"`);
    return `The nodes are of different networks: ${sides.join(', ')}. Look at NETWORK_PASSPHRASE.`;
  }
  for (const [, [name = '', ...others]] of group(infos, (info) => String(info.ledger.num))) {
    const { ledger } = present(infos.get(name), 'a node of the group');
    const differing = others.filter((other) => infos.get(other)?.ledger.hash !== ledger.hash);
    if (differing.length === 0) continue;
    const why =
      ledger.num === 1 ? 'They began differently: look at GENESIS_TEST_ACCOUNT_COUNT.' : '';
    return `Ledger ${ledger.num} of ${joinNames(differing)} is another one than that of ${name}. ${why}`.trim();
  }
  return undefined;
}

function group(
  infos: ReadonlyMap<string, NodeInfo>,
  by: (info: NodeInfo) => string,
): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, info] of infos) groups.set(by(info), [...(groups.get(by(info)) ?? []), name]);
  return groups;
}
