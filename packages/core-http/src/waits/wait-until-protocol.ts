import { SscError } from '@ssc/errors';
import type { NodeInfo } from '../commands/info.ts';
import type { CoreClient } from '../core-client.ts';
import { describeInfo } from './describe-info.ts';
import { type NodeWaitOptions, waitForNodes } from './poll.ts';

/**
 * Waits until the ledger of every node is at the protocol, and gives their `info`. Ledgers that close are no progress:
 * an upgrade that was not armed never comes. Throws SSC_PROTOCOL_NOT_REACHED, at once when a ledger is beyond it.
 */
export async function waitUntilProtocol(
  nodes: readonly CoreClient[],
  protocol: number,
  options: NodeWaitOptions,
): Promise<NodeInfo[]> {
  return waitForNodes(nodes, options, {
    code: 'SSC_PROTOCOL_NOT_REACHED',
    verb: `did not reach protocol ${protocol}`,
    there: 'there',
    async look(node, call) {
      const info = await node.info(call);
      if (info.ledger.version > protocol) throw beyond(node.node, info, protocol);
      return info.ledger.version === protocol
        ? { done: true, value: info, saw: `ledger ${info.ledger.num}` }
        : {
            done: false,
            saw: `protocol ${info.ledger.version} (supports up to ${info.protocol_version}), ${describeInfo(info)}`,
          };
    },
  });
}

function beyond(node: string, info: NodeInfo, protocol: number): SscError {
  return new SscError({
    problem: { code: 'SSC_PROTOCOL_NOT_REACHED', nodes: [node] },
    verdict: 'failed',
    summary: `the ledger of ${node} is at protocol ${info.ledger.version}, beyond ${protocol}, and a protocol never goes back`,
    facts: [['Last saw', describeInfo(info)]],
  });
}
