import type { CallOptions, CoreClient } from '../core-client.ts';
import { describeInfo, progressOfInfo } from './describe-info.ts';
import { type NodeWaitOptions, waitForNodes } from './poll.ts';

/** How to wait for a publication. */
export interface PublishedOptions extends NodeWaitOptions {
  /** Ledgers between two checkpoints: 64, and 8 when time is accelerated. */
  readonly frequency: number;
  /** The last ledger of a node's archive, `currentLedger` of its `stellar-history.json`, or why it cannot be told. */
  currentLedger(node: CoreClient, call: CallOptions): Promise<number | string>;
}

/** The checkpoint that holds a ledger. @example checkpointOf(9, 8) is 15 */
export const checkpointOf = (ledger: number, frequency: number): number =>
  Math.ceil((ledger + 1) / frequency) * frequency - 1;

/**
 * Waits until the archive of every node has the checkpoint that holds a ledger, and gives what each archive's last ledger is.
 * Only the archive counts: a node closes ledgers, and says so, whether they are published or not. Throws
 * SSC_CHECKPOINT_NOT_PUBLISHED.
 */
export async function waitUntilPublished(
  nodes: readonly CoreClient[],
  ledger: number,
  options: PublishedOptions,
): Promise<number[]> {
  const checkpoint = checkpointOf(ledger, options.frequency);
  return waitForNodes(nodes, options, {
    code: 'SSC_CHECKPOINT_NOT_PUBLISHED',
    verb: `did not publish checkpoint ${checkpoint}`,
    there: 'done',
    async look(node, call) {
      const archived = await options.currentLedger(node, call);
      const archive =
        typeof archived === 'number'
          ? `archive at ledger ${archived}`
          : `archive not read: ${archived}`;
      if (typeof archived === 'number' && archived >= ledger)
        return { done: true, value: archived, saw: archive };
      const info = await node.info(call);
      const publishing = info.status?.find((text) => /publish/iu.test(text));
      return {
        done: false,
        info,
        saw: `${archive}${publishing === undefined ? '' : `, "${publishing}"`}; ${describeInfo(info)}`,
        // Ledgers beyond the checkpoint bring it no nearer to its archive.
        progress: Math.min(progressOfInfo(info), checkpoint),
      };
    },
    hint: (pending) =>
      pending.some((sight) => sight.look?.saw.includes('"Publishing ') === true)
        ? 'Publishing is retried for ever. Look at the `put` and `mkdir` of the archive, at new-hist, and at what core logs of "History".'
        : undefined,
  });
}
