import { type NodeInfo, quorumVote } from '../commands/info.ts';
import type { CoreClient } from '../core-client.ts';
import { describeInfo, describeQuorum, progressOfInfo } from './describe-info.ts';
import { hintOfLag } from './hint-of-lag.ts';
import { type NodeWaitOptions, waitForNodes } from './poll.ts';

/** How to wait for sync. */
export interface SyncOptions extends NodeWaitOptions {
  /**
   * How many ledgers a node must close after it was first asked. 0 for sets that close by hand or wait for consensus:
   * then the state alone counts.
   * @default 2
   */
  readonly ledgers?: number;
}

/**
 * Waits until every node is in sync, and gives their last `info`. In sync means: state `Synced!`, *and* two ledgers closed
 * since this wait first heard of the node, *and* its quorum agrees on a slot after that. The state alone does not do: a
 * validator says `Synced!` as soon as it has started, and for 35 s after it lost its quorum (stellar-core:
 * CONSENSUS_STUCK_TIMEOUT_SECONDS). Throws SSC_NODE_NOT_SYNCED.
 */
export async function waitUntilSynced(
  nodes: readonly CoreClient[],
  options: SyncOptions,
): Promise<NodeInfo[]> {
  const wanted = options.ledgers ?? 2;
  const first = new Map<CoreClient, { readonly num: number; readonly startedOn: string }>();
  return waitForNodes(nodes, options, {
    code: 'SSC_NODE_NOT_SYNCED',
    verb: 'did not sync',
    there: 'in sync',
    async look(node, call) {
      const info = await node.info(call);
      const known = first.get(node);
      // A restarted node begins anew: what its former process closed proves nothing.
      const from =
        known === undefined || known.startedOn !== info.startedOn || info.ledger.num < known.num
          ? { num: info.ledger.num, startedOn: info.startedOn }
          : known;
      first.set(node, from);
      const closed = info.ledger.num - from.num;
      if (wanted === 0 && info.state === 'Synced!') {
        return { done: true, value: info, info, saw: `ledger ${info.ledger.num}` };
      }
      if (info.state === 'Synced!' && closed >= wanted && quorumAgrees(info, from.num)) {
        return { done: true, value: info, info, saw: `ledger ${info.ledger.num}` };
      }
      const saw = `${describeInfo(info)}; ${closed === 0 ? 'no ledger' : closed} closed since asked; ${describeQuorum(info, from.num)}`;
      // Ledgers that close beyond those wanted bring a node no nearer to a quorum that agrees.
      const progress =
        closed >= wanted && info.state === 'Synced!' ? from.num + wanted : progressOfInfo(info);
      return { done: false, saw, info, progress };
    },
    hint: hintOfLag,
  });
}

/**
 * True when the node's summary shows a slot after `ledger` on which a quorum agreed and nobody disagrees. Counts of an
 * older slot are what the node remembers: with its quorum gone it goes on showing the last one.
 */
export function quorumAgrees(info: Pick<NodeInfo, 'quorum'>, ledger: number): boolean {
  const vote = quorumVote(info);
  return (
    vote !== undefined &&
    vote.ledger > ledger &&
    vote.phase === 'EXTERNALIZE' &&
    vote.agree > 0 &&
    vote.disagree === 0
  );
}
