import type { Clock } from '@ssc/clock';
import { type CoreClient, isTransient, type Upgrades } from '@ssc/core-http';

// Six tries, a quarter of a minute of pauses in all.
const longestArmPauseMs = 8000;

/**
 * Arms a node. The same upgrade twice is one upgrade, so a reply that was lost, or that somebody in between gave instead of the
 * node, is asked for again for as long as a read is.
 */
export async function armUpgrade(
  client: CoreClient,
  time: number,
  upgrades: Upgrades,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  for (let pauseMs = 500; ; pauseMs *= 2) {
    try {
      await client.upgrades.set(time, upgrades, { signal });
      return;
    } catch (error) {
      if (!isTransient(error) || pauseMs > longestArmPauseMs) throw error;
      await clock.sleep(pauseMs, signal);
    }
  }
}
