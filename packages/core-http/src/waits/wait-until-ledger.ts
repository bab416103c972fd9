import type { NodeInfo } from '../commands/info.ts';
import type { CoreClient } from '../core-client.ts';
import { describeInfo, progressOfInfo } from './describe-info.ts';
import { hintOfLag } from './hint-of-lag.ts';
import { type NodeWaitOptions, waitForNodes } from './poll.ts';

/** Waits until every node has closed the ledger, and gives their `info`. Throws SSC_LEDGER_NOT_REACHED. */
export async function waitUntilLedger(
  nodes: readonly CoreClient[],
  ledger: number,
  options: NodeWaitOptions,
): Promise<NodeInfo[]> {
  return waitForNodes(nodes, options, {
    code: 'SSC_LEDGER_NOT_REACHED',
    verb: `did not reach ledger ${ledger}`,
    there: 'there',
    hint: hintOfLag,
    async look(node, call) {
      const info = await node.info(call);
      return info.ledger.num >= ledger
        ? { done: true, value: info, info, saw: `ledger ${info.ledger.num}` }
        : { done: false, info, saw: describeInfo(info), progress: progressOfInfo(info) };
    },
  });
}
