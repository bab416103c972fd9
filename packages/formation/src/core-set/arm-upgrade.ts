import { type Clock, type Duration, toMs } from '@ssc/clock';
import {
  type CoreClient,
  isTransient,
  type Upgrades,
  type UpgradeValues,
  waitUntilUpgraded,
} from '@ssc/core-http';
import type { ArmedUpgrade } from './core-set.ts';
import type { NodeWork } from './node-work.ts';
import { loadRunOf } from './set-loads.ts';

// 15 s: core drops an upgrade whose time has passed by more than its expiration, and all nodes must hear it first.
const upgradeLead: Duration = '15s';

// Six tries, a quarter of a minute of pauses in all.
const longestArmPauseMs = 8000;

/** What nodes are armed with, and how that shows when it is applied. */
export interface Arming {
  readonly upgrades: Upgrades;
  readonly shows: UpgradeValues;
  /** @default "15s" */
  readonly after?: Duration;
}

/** Arms all nodes, for the first ledger that closes `after` from now. */
export async function armUpgrade(
  clients: readonly CoreClient[],
  { upgrades, shows, after = upgradeLead }: Arming,
  work: NodeWork,
): Promise<ArmedUpgrade> {
  const { clock } = work;
  const time = Math.floor((clock.now() + toMs(after)) / 1000);
  // All nodes hear of it at once: one that refuses leaves the others armed, and the error says so by its name.
  await work.guarded((signal) =>
    Promise.all(clients.map((client) => armNode(client, { time, upgrades, clock, signal }))),
  );
  return {
    waitUntilApplied: async (waiting = {}) => {
      // Before its time no ledger has it.
      const leadMs = Math.max(0, time * 1000 - clock.now());
      const within = leadMs + toMs(waiting.within ?? '2m');
      const under = waiting.under && loadRunOf(waiting.under);
      await work.guarded((signal) =>
        waitUntilUpgraded(clients, shows, {
          ...work.waiting(within, signal),
          ...(under !== undefined && { under }),
        }),
      );
    },
  };
}

/**
 * Arms a node. The same upgrade twice is one upgrade, so a reply that was lost, or that somebody in between gave instead of the
 * node, is asked for again for as long as a read is.
 */
async function armNode(
  client: CoreClient,
  told: {
    readonly time: number;
    readonly upgrades: Upgrades;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { time, upgrades, clock, signal } = told;
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
