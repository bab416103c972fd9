import type { Fact } from '@ssc/errors';
import type { NodeInfo } from '../commands/info.ts';
import type { NodeSight } from './poll.ts';

// stellar-core logs it when its own last ledger is not in the chain of ledgers that it trusts (src/catchup/LedgerApplyManagerImpl.cpp).
const wrongState = 'incompatible core version or invalid local state';

/** Why nodes are behind the network, by what was seen of them and around them. */
export function hintOfLag(
  pending: readonly NodeSight<NodeInfo>[],
  around: readonly Fact[],
): string | undefined {
  if (around.some(([, text]) => text.includes(wrongState))) {
    return `A node that logs this cannot catch up: its own last ledger is another one than the network's. It computed another state than the others, or its data were damaged.`;
  }
  const saws = pending.map((sight) => (sight.silence === undefined ? (sight.look?.saw ?? '') : ''));
  if (saws.some((saw) => / 0 peers authenticated/u.test(saw))) {
    return 'A node without an authenticated peer cannot hear its quorum. Look first at name resolution and the network from its pod.';
  }
  if (saws.some((saw) => saw.startsWith('state "Synced!"'))) {
    return 'A validator says "Synced!" for 35 s without a quorum. Look at the quorum sets, and at the nodes they name.';
  }
  if (saws.some((saw) => saw.startsWith('state "Catching up"'))) {
    return 'The node waits for a checkpoint to be published and read. Look at the archives it reads from.';
  }
  return undefined;
}
