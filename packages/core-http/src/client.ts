import { Channel, type CoreClientOptions } from './channel.ts';
import type { Command } from './command.ts';
import {
  banAccountsCommand,
  bannedAccountsCommand,
  unbanAccountsCommand,
} from './commands/account-bans.ts';
import {
  bansCommand,
  connectCommand,
  dropPeerCommand,
  unbanCommand,
} from './commands/connections.ts';
import { infoCommand, type NodeInfo } from './commands/info.ts';
import { ledgerEntriesCommand, rawLedgerEntriesCommand } from './commands/ledger-entries.ts';
import { generateLoadCommand, stopLoadCommand } from './commands/load.ts';
import {
  clearMetricsCommand,
  logLevelsCommand,
  manualCloseCommand,
  rotateLogCommand,
  selfCheckCommand,
  setLogLevelCommand,
  toggleOverlayOnlyModeCommand,
} from './commands/maintenance.ts';
import { peersCommand } from './commands/peers.ts';
import { quorumCommand, quorumSummaryCommand, transitiveQuorumCommand } from './commands/quorum.ts';
import { scpCommand } from './commands/scp.ts';
import {
  proposedSettingsCommand,
  sorobanInfoCommand,
  sorobanSettingsCommand,
  sorobanUpgradeTemplateCommand,
} from './commands/soroban.ts';
import {
  askSurveyedNodeCommand,
  startSurveyCommand,
  stopCollectingCommand,
  stopSurveyCommand,
  surveyCommand,
} from './commands/survey.ts';
import { submitCommand, testAccountCommand, testPaymentCommand } from './commands/transactions.ts';
import {
  clearUpgradesCommand,
  getUpgradesCommand,
  setUpgradesCommand,
} from './commands/upgrades.ts';
import type { CallOptions, CoreClient } from './core-client.ts';
import { endpointCommand } from './endpoints.ts';
import { metricsCommand, toSnapshot } from './metrics.ts';

/** Makes the client of one node. Nothing is sent yet. Throws SSC_CORE_ARGUMENT for a base URL that is none. */
export function createCoreClient(options: CoreClientOptions): CoreClient {
  const { node } = options;
  const channel = new Channel(options);
  // Arguments are checked where commands are made: inside, so that a refusal rejects as all else does.
  const send = async <T>(make: () => Command<T>, call?: CallOptions): Promise<T> =>
    (await channel.ask(make(), call)).value;

  return {
    node,
    raw: async (endpoint, query, call) =>
      (await channel.ask(endpointCommand(endpoint, query), call)).body,
    get simulated() {
      return channel.simulated;
    },
    get builds() {
      return channel.builds;
    },
    info: (what = {}) => askInfo(channel, what),
    metrics: async (what = {}) => toSnapshot(node, await send(() => metricsCommand(what), what)),
    clearMetrics: (domain, call) => send(() => clearMetricsCommand(domain), call),
    peers: (what) => send(() => peersCommand(what), what),
    quorum: (what) => send(() => quorumCommand(what), what),
    quorumSummary: (what) => send(() => quorumSummaryCommand(what), what),
    transitiveQuorum: (what) => send(() => transitiveQuorumCommand(what), what),
    scp: (what) => send(() => scpCommand(what), what),

    submit: (envelope, what) => send(() => submitCommand(envelope, what), what),
    testAccount: (name, call) => send(() => testAccountCommand(name), call),
    testPayment: (payment, call) => send(() => testPaymentCommand(payment), call),

    upgrades: {
      get: (call) => send(getUpgradesCommand, call),
      set: (time, upgrades, call) => send(() => setUpgradesCommand(time, upgrades), call),
      clear: (call) => send(clearUpgradesCommand, call),
    },
    sorobanInfo: (call) => send(sorobanInfoCommand, call),
    sorobanSettings: (call) => send(sorobanSettingsCommand, call),
    sorobanUpgradeTemplate: (call) => send(sorobanUpgradeTemplateCommand, call),
    proposedSettings: (key, call) => send(() => proposedSettingsCommand(key), call),

    connect: (host, port, call) => send(() => connectCommand(host, port), call),
    dropPeer: (key, what) => send(() => dropPeerCommand(key, what), what),
    bans: (call) => send(bansCommand, call),
    unban: (key, call) => send(() => unbanCommand(key), call),
    bannedAccounts: (call) => send(bannedAccountsCommand, call),
    banAccounts: (accounts, call) => send(() => banAccountsCommand(accounts), call),
    unbanAccounts: (accounts, call) => send(() => unbanAccountsCommand(accounts), call),

    generateLoad: (load, call) => send(() => generateLoadCommand(load), call),
    stopLoad: (call) => send(stopLoadCommand, call),
    toggleOverlayOnlyMode: (call) => send(toggleOverlayOnlyModeCommand, call),
    manualClose: (what) => send(() => manualCloseCommand(what), what),
    selfCheck: (call) => send(selfCheckCommand, call),

    logLevels: (call) => send(logLevelsCommand, call),
    setLogLevel: (level, partition, call) => send(() => setLogLevelCommand(level, partition), call),
    rotateLog: (call) => send(rotateLogCommand, call),

    survey: {
      start: (nonce, call) => send(() => startSurveyCommand(nonce), call),
      stopCollecting: (call) => send(stopCollectingCommand, call),
      askNode: (key, what) => send(() => askSurveyedNodeCommand(key, what), what),
      result: (call) => send(surveyCommand, call),
      stop: (call) => send(stopSurveyCommand, call),
    },

    ledgerEntries: (what) => send(() => ledgerEntriesCommand(what), what),
    rawLedgerEntries: (what) => send(() => rawLedgerEntriesCommand(what), what),
  };
}

/** What a node is; whether it is simulated is known from then on. */
async function askInfo(
  channel: Channel,
  what: { readonly bucketList?: boolean } & CallOptions,
): Promise<NodeInfo> {
  const { value: reply } = await channel.ask(infoCommand(what), what);
  const simulated = channel.noteBuild(reply.build);
  return { ...reply, simulated };
}
