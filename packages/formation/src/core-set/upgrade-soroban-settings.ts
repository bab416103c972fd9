import type { Duration } from '@ssc/clock';
import {
  type CoreClient,
  checkSettings,
  type Load,
  type LoadRun,
  type SettingsUpgrade,
  type SorobanInfo,
  type SorobanSettings,
  sorobanSettings,
  startLoad,
  waitUntilLedger,
  waitUntilLoadDone,
} from '@ssc/core-http';
import { isSscError, present, usageError } from '@ssc/errors';
import { armUpgrade } from './arm-upgrade.ts';
import type { SettingsChange } from './core-set.ts';
import type { NodeWork } from './node-work.ts';
import { sorobanInfosOf } from './soroban-infos.ts';

/** Whose ledger is changed, and how long each step may stand still. */
export interface SettingsPlace {
  /** The nodes that are armed; the first one generates the loads. */
  readonly clients: readonly CoreClient[];
  readonly work: NodeWork;
  readonly within: Duration;
  /** The clients of all nodes of the network that run. */
  running(): readonly CoreClient[];
}

/**
 * Changes Soroban settings in the way that test builds have for it: a contract stores the settings in the ledger, every node is armed
 * with the key under which they stand there, and every node must show all of them. Gives what was set.
 */
export async function upgradeSorobanSettings(
  change: SettingsChange,
  place: SettingsPlace,
): Promise<SettingsUpgrade> {
  const { clients, work, within } = place;
  const infos = await work.guarded((signal) => sorobanInfosOf(clients, signal));
  const settings = settingsOf(change, clients, infos);
  const configUpgradeSetKey = await storeSettings(settings, place);
  const arming = { upgrades: { configUpgradeSetKey }, shows: { settings } };
  const armed = await armUpgrade(clients, arming, work).catch(explainRefusal);
  await armed.waitUntilApplied({ within });
  return settings;
}

/** What is to be set, once it is sure that nodes can be told so and will show it. */
function settingsOf(
  change: SettingsChange,
  clients: readonly CoreClient[],
  infos: readonly SorobanInfo[],
): SettingsUpgrade {
  const now = infos.map(sorobanSettings);
  const settings =
    typeof change === 'function' ? change(present(now[0], 'a set that runs has a node')) : change;
  checkSettings(settings);
  for (const [i, has] of now.entries()) {
    const strangers = (Object.keys(settings) as (keyof SorobanSettings)[]).filter(
      (name) => has[name] === undefined,
    );
    if (strangers.length === 0) continue;
    throw usageError(
      'SSC_SETTING_NOT_THERE',
      `the ledger of ${clients[i]?.node} is before the protocols that have ${strangers.join(', ')}`,
      { hint: "Upgrade it first: upgrade({ protocol: 'latest' })." },
    );
  }
  return settings;
}

/** Stores the settings in the ledger, and gives the key under which every node finds them there. */
async function storeSettings(settings: SettingsUpgrade, place: SettingsPlace): Promise<string> {
  const { clients, work, within } = place;
  const [first] = clients as readonly [CoreClient];
  // Core draws who pays from the root account and one test account less than these: with one, no test account has to exist.
  const each = { accounts: 1, minPercentSuccess: 100 } as const;
  await runToEnd(first, { mode: 'upgrade_setup', ...each }, place).catch(explainSetUp);
  const { accepted } = await runToEnd(first, { mode: 'create_upgrade', settings, ...each }, place);
  // A node refuses a key whose entry its ledger does not have, and others may close that ledger a moment later than the first.
  await work.guarded(async (signal) => {
    const { ledger } = await first.info({ signal });
    await waitUntilLedger(clients, ledger.num, work.waiting(within, signal)).catch(explainLag);
  });
  return present(accepted?.configUpgradeSetKey, 'a reply to create_upgrade is a key');
}

async function runToEnd(
  client: CoreClient,
  load: Load,
  { work, within, running }: SettingsPlace,
): Promise<LoadRun> {
  return work.guarded(async (signal) => {
    const run = await startLoad(client, load, { signal });
    await waitUntilLoadDone([run], { ...work.waiting(within, signal), others: running() });
    return run;
  });
}

function explainSetUp(error: unknown): never {
  if (!isSscError(error, 'SSC_LOAD_FAILED')) throw error;
  throw error.with({
    facts: [
      [
        'Costs',
        'without updateSorobanCosts a new network keeps those that Soroban began with, by which no contract can be stored',
      ],
    ],
  });
}

function explainLag(error: unknown): never {
  if (!isSscError(error, 'SSC_LEDGER_NOT_REACHED')) throw error;
  throw error.with({
    facts: [
      ['Awaited', 'the ledger that has the new settings: a node is armed with what its own has'],
    ],
  });
}

function explainRefusal(error: unknown): never {
  if (!isSscError(error, 'SSC_CORE_TEXT')) throw error;
  throw error.with({
    hint: 'Its ledger has the settings, and one of them is out of the bounds of the protocol: each has a least value, some a greatest, and a ledger must have room for one transaction.',
  });
}
