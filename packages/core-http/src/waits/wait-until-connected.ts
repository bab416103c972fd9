import type { NodeInfo } from '../commands/info.ts';
import type { CoreClient } from '../core-client.ts';
import { describeInfo } from './describe-info.ts';
import { type NodeWaitOptions, waitForNodes } from './poll.ts';

/** How to wait for connections. */
export interface ConnectedOptions extends NodeWaitOptions {
  /** How many authenticated peers each node must have, by its name; others need one. @default 1 for each */
  readonly peers?: Readonly<Record<string, number>>;
}

/** Waits until every node has its authenticated peers, and gives their `info`. Throws SSC_NODE_NOT_CONNECTED. */
export async function waitUntilConnected(
  nodes: readonly CoreClient[],
  options: ConnectedOptions,
): Promise<NodeInfo[]> {
  return waitForNodes(nodes, options, {
    code: 'SSC_NODE_NOT_CONNECTED',
    verb: 'did not connect',
    there: 'connected',
    async look(node, call) {
      const info = await node.info(call);
      const { authenticated_count: count, pending_count: pending } = info.peers;
      const wanted = options.peers?.[node.node] ?? 1;
      return count >= wanted
        ? { done: true, value: info, saw: `${count} authenticated` }
        : {
            done: false,
            saw: `${count} of ${wanted} peers authenticated, ${pending} pending, ${describeInfo(info)}`,
            progress: count,
          };
    },
    hint: () =>
      'Look at the names its configuration gives its peers, at its network, and at what it is full of (TARGET_PEER_CONNECTIONS).',
  });
}
