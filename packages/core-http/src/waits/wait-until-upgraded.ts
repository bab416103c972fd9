import { isSscError, SscError } from '@ssc/errors';
import type { NodeInfo } from '../commands/info.ts';
import { type SettingsUpgrade, settingsMissing } from '../commands/settings-upgrade.ts';
import {
  type ArmedUpgrades,
  nothingArmed,
  strangersArmed,
  type Upgrades,
} from '../commands/upgrades.ts';
import type { CallOptions, CoreClient } from '../core-client.ts';
import { type CoreUsageProblem, isTransient } from '../problem.ts';
import { describeInfo } from './describe-info.ts';
import { joinNames } from './join-names.ts';
import { expectLoadRunning, type LoadFailedProblem, type LoadRun } from './load-run.ts';
import { type NodeLook, type NodeWaitOptions, waitForNodes } from './poll.ts';

/** The values of an upgrade that a ledger shows. */
export interface UpgradeValues
  extends Pick<
    Upgrades,
    'protocolVersion' | 'baseFee' | 'baseReserve' | 'maxTxSetSize' | 'maxSorobanTxSetSize' | 'flags'
  > {
  /** Those of a `configUpgradeSetKey`: looked for in `sorobaninfo`. */
  readonly settings?: SettingsUpgrade;
}

/** How to wait for an upgrade. */
export interface UpgradedOptions extends NodeWaitOptions {
  /** The load under which it is to come: once it is done before every node has the values, the wait ends with SSC_LOAD_OVER. */
  readonly under?: LoadRun;
}

/**
 * Waits until the ledger of every node has the values, and gives their `info`. The error tells what each node that has not
 * is armed with: a value that is neither applied nor armed was dropped, as core does 15 minutes after its time, or when
 * others are set. Throws SSC_UPGRADE_NOT_APPLIED. Whether all were armed in the first place says expectArmed.
 */
export async function waitUntilUpgraded(
  nodes: readonly CoreClient[],
  values: UpgradeValues,
  options: UpgradedOptions,
): Promise<NodeInfo[]> {
  refuseUnseen(values);
  const saws = new Map<string, string>();
  return waitForNodes(nodes, underLoad(nodes.length, values, options, saws), {
    code: 'SSC_UPGRADE_NOT_APPLIED',
    verb: `did not apply ${describeWanted(values)}`,
    there: 'upgraded',
    async look(node, call) {
      const look = await lookAtUpgrade(node, values, call);
      saws.set(node.node, look.saw);
      return look;
    },
    hint: (pending) =>
      hintOf(
        pending.map(({ look }) => look?.saw ?? ''),
        nodes.length,
      ),
  });
}

const inSync = 'state "Synced!"';

function hintOf(pending: readonly string[], nodes: number): string {
  const saw = (text: string): boolean => pending.some((one) => one.includes(text));
  if (saw('armed with nothing'))
    return 'A node that is armed with nothing and has not applied it was never armed, or lost it: it expired, or was cleared.';
  // One that is its own quorum has no peer, and stays in sync; any other says so for 35 s alone, which is less than is waited.
  if (pending.some((one) => one.includes(' 0 peers authenticated') && !one.includes(inSync)))
    return 'A node without an authenticated peer cannot hear its quorum, whatever it is armed with.';
  const isArmed = (text: string): boolean =>
    text.includes('; armed from ') && text.includes(inSync);
  if (pending.length < nodes && pending.every(isArmed))
    return 'The other nodes have it. One that is armed, and in sync, and has it not does not take the ledger that has it.';
  if (pending.length === nodes && pending.every(isArmed))
    return 'All nodes are armed, and in sync: if ledgers close after its time, a node that the others need votes against it.';
  return 'An upgrade needs a quorum of nodes armed with the same value, and a ledger that closes after its time.';
}

/** The options with a check that ends the wait when the load is over, and tells what the nodes were armed with then. */
function underLoad(
  nodes: number,
  values: UpgradeValues,
  options: UpgradedOptions,
  saws: ReadonlyMap<string, string>,
): UpgradedOptions {
  const { under } = options;
  if (under === undefined) return options;
  return {
    ...options,
    async check(pending, signal) {
      await options.check?.(pending, signal);
      try {
        await expectLoadRunning(under, { signal, readWithin: 0, answerWithin: '5s' });
      } catch (error) {
        // A node under load that does not answer now does so at the next look.
        if (isTransient(error)) return;
        if (!isSscError(error, 'SSC_LOAD_OVER')) throw error;
        const others = [...saws].filter(([node]) => !pending.includes(node));
        const lines = pending.map((node) => [node, saws.get(node) ?? 'no answer yet'] as const);
        throw new SscError<LoadFailedProblem>({
          problem: { code: 'SSC_LOAD_OVER', node: under.node.node },
          verdict: 'failed',
          summary: `${under.load.mode} load on ${under.node.node} was done before ${describeWanted(values)} was applied`,
          facts: [
            ['Last saw', lines.map(([node, saw]) => `${node}: ${saw}`).join('\n')],
            ...(others.length === 0
              ? []
              : ([['Others', `${joinNames(others.map(([node]) => node))} upgraded`]] as const)),
          ],
          hint: hintOf(
            lines.map(([, saw]) => saw),
            nodes,
          ),
        });
      }
    },
  };
}

/** Values that no look could find, or find missing. */
function refuseUnseen(values: UpgradeValues): void {
  const { settings = {} } = values;
  if (Object.keys(settings).length > 0) return;
  if (ledgerShows.some((name) => values[name] !== undefined)) return;
  throw new SscError<CoreUsageProblem>({
    problem: { code: 'SSC_CORE_ARGUMENT' },
    verdict: 'usage',
    summary: 'an upgrade that is waited for must have a value that the ledger shows',
    facts: [['Shown', [...ledgerShows, 'settings'].join(', ')]],
  });
}

const ledgerShows = [
  'protocolVersion',
  'baseFee',
  'baseReserve',
  'maxTxSetSize',
  'maxSorobanTxSetSize',
  'flags',
] as const satisfies readonly (keyof UpgradeValues)[];

async function lookAtUpgrade(
  node: CoreClient,
  values: UpgradeValues,
  call: CallOptions,
): Promise<NodeLook<NodeInfo>> {
  const info = await node.info(call);
  const missing = [
    ...valuesMissing(info, values),
    ...(await lookAtSettings(node, values.settings, call)),
  ];
  if (missing.length === 0)
    return { done: true, value: info, info, saw: `ledger ${info.ledger.num}` };
  const armed = describeArmed(await node.upgrades.get(call));
  return {
    done: false,
    info,
    saw: `not applied: ${missing.join(', ')}; ${armed}; ${describeInfo(info)}`,
  };
}

/** The settings that the node's ledger does not have, with what it has. */
async function lookAtSettings(
  node: CoreClient,
  settings: SettingsUpgrade | undefined,
  call: CallOptions,
): Promise<string[]> {
  if (settings === undefined) return [];
  const info = await node.sorobanInfo(call);
  if (info === undefined) return ['settings (Soroban is not active)'];
  return settingsMissing(info, settings).map(
    ({ name, is, wanted }) => `${name} (is ${is ?? 'not there'}, wanted ${wanted})`,
  );
}

/** The values that the node's ledger does not have, with what it has. */
function valuesMissing(info: NodeInfo, values: UpgradeValues): string[] {
  const { ledger } = info;
  const has: Record<(typeof ledgerShows)[number], number | undefined> = {
    protocolVersion: ledger.version,
    baseFee: ledger.baseFee,
    baseReserve: ledger.baseReserve,
    maxTxSetSize: ledger.maxTxSetSize,
    maxSorobanTxSetSize: ledger.maxSorobanTxSetSize,
    // Core leaves flags of 0 out.
    flags: ledger.flags ?? 0,
  };
  return ledgerShows
    .filter((name) => values[name] !== undefined && values[name] !== has[name])
    .map((name) => `${name} (is ${has[name] ?? 'not there'})`);
}

function describeArmed(armed: ArmedUpgrades): string {
  if (nothingArmed(armed)) return 'armed with nothing';
  const { time, settings: _settings, others: _others, ...values } = armed;
  const all = { ...values, ...Object.fromEntries(strangersArmed(armed)) };
  return `armed from ${new Date(time * 1000).toISOString().replace('.000Z', 'Z')} with ${describeValues(all)}`;
}

// More would make a sentence of them that nobody reads; what each node lacks is said of each.
const mostSettingsNamed = 2;

function describeWanted({ settings = {}, ...values }: UpgradeValues): string {
  const count = Object.keys(settings).length;
  const parts = [
    describeValues(values),
    count > mostSettingsNamed ? `${count} settings` : describeValues(settings),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function describeValues(values: Upgrades | SettingsUpgrade): string {
  return Object.entries(values)
    .map(([name, value]) => {
      const text = String(value);
      return `${name} ${text.length > 24 ? `${text.slice(0, 8)}…${text.slice(-4)}` : text}`;
    })
    .join(', ');
}
