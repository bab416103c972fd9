import type { Command } from '../../src/command.ts';
import * as accountBans from '../../src/commands/account-bans.ts';
import * as connections from '../../src/commands/connections.ts';
import { infoCommand } from '../../src/commands/info.ts';
import {
  ledgerEntriesCommand,
  rawLedgerEntriesCommand,
} from '../../src/commands/ledger-entries.ts';
import { generateLoadCommand, type Load, stopLoadCommand } from '../../src/commands/load.ts';
import * as maintenance from '../../src/commands/maintenance.ts';
import { peersCommand } from '../../src/commands/peers.ts';
import {
  quorumCommand,
  quorumSummaryCommand,
  transitiveQuorumCommand,
} from '../../src/commands/quorum.ts';
import { scpCommand } from '../../src/commands/scp.ts';
import * as soroban from '../../src/commands/soroban.ts';
import * as survey from '../../src/commands/survey.ts';
import {
  submitCommand,
  testAccountCommand,
  testPaymentCommand,
} from '../../src/commands/transactions.ts';
import {
  clearUpgradesCommand,
  getUpgradesCommand,
  setUpgradesCommand,
} from '../../src/commands/upgrades.ts';
import { metricsCommand } from '../../src/metrics.ts';
import type { Recorded } from '../recordings.ts';

/**
 * The command that a recorded request corresponds to. Requests that ours cannot make (numbers below 0, no parameters, a
 * mode that does not exist) stand for the nearest one: what is tested is how the reply is read.
 */
export function commandOf(recorded: Recorded): Command<unknown> {
  const url = new URL(recorded.request.replaceAll('+', '%2B'), 'http://x');
  const name = url.pathname.slice(1);
  const query = url.searchParams;
  const make = makers[name] ?? (() => unknownCommand(name));
  return make(query, recorded);
}

const anyKey = 'GDNA2PISYLWVRC7MBOJS57X3UEAORKYU4NAMZ6O6IY35POFHZJTUI3M2';

const makers: Record<string, (query: URLSearchParams, recorded: Recorded) => Command<unknown>> = {
  info: () => infoCommand(),
  metrics: () => metricsCommand(),
  clearmetrics: (query) => maintenance.clearMetricsCommand(query.get('domain') ?? undefined),
  peers: () => peersCommand(),
  quorum: (query) =>
    query.get('transitive') === 'true'
      ? transitiveQuorumCommand()
      : query.get('compact') === 'true'
        ? quorumSummaryCommand()
        : quorumCommand(),
  scp: () => scpCommand(),
  tx: () => submitCommand('AAAA'),
  testacc: () => testAccountCommand('alice'),
  testtx: () => testPaymentCommand({ from: 'a', to: 'b', amount: 1 }),
  upgrades: (query) =>
    query.get('mode') === 'get'
      ? getUpgradesCommand()
      : query.get('mode') === 'clear'
        ? clearUpgradesCommand()
        : setUpgradesCommand(0, {}),
  sorobaninfo: (query) =>
    query.get('format') === 'detailed'
      ? soroban.sorobanSettingsCommand()
      : query.get('format') === 'upgrade_xdr'
        ? soroban.sorobanUpgradeTemplateCommand()
        : soroban.sorobanInfoCommand(),
  dumpproposedsettings: () => soroban.proposedSettingsCommand('AAAA'),
  generateload: (query) =>
    query.get('mode') === 'stop'
      ? stopLoadCommand()
      : generateLoadCommand({
          accounts: 1,
          txs: 1,
          txRate: 1,
          settings: {},
          mode: query.get('mode') ?? 'pay',
        } as unknown as Load),
  connect: (query) =>
    connections.connectCommand(query.get('peer') ?? 'nobody', Number(query.get('port') ?? 1)),
  droppeer: (query) =>
    connections.dropPeerCommand(query.get('node') ?? anyKey, { ban: query.get('ban') === '1' }),
  unban: (query) => connections.unbanCommand(query.get('node') ?? anyKey),
  bans: () => connections.bansCommand(),
  banaccounts: (query) =>
    query.has('accountids')
      ? accountBans.banAccountsCommand([anyKey])
      : accountBans.bannedAccountsCommand(),
  unbanaccounts: () => accountBans.unbanAccountsCommand(),
  ll: (query) =>
    query.has('level')
      ? maintenance.setLogLevelCommand(
          capitalised(query.get('level') ?? '') as maintenance.LogLevel,
          query.get('partition') ?? undefined,
        )
      : maintenance.logLevelsCommand(),
  logrotate: () => maintenance.rotateLogCommand(),
  'self-check': () => maintenance.selfCheckCommand(),
  toggleoverlayonlymode: () => maintenance.toggleOverlayOnlyModeCommand(),
  manualclose: () => maintenance.manualCloseCommand(),
  startsurveycollecting: () => survey.startSurveyCommand(1),
  stopsurveycollecting: () => survey.stopCollectingCommand(),
  surveytopologytimesliced: () => survey.askSurveyedNodeCommand(anyKey),
  getsurveyresult: () => survey.surveyCommand(),
  stopsurvey: () => survey.stopSurveyCommand(),
  getledgerentryraw: (_query, recorded) => rawLedgerEntriesCommand({ keys: keysOf(recorded) }),
  getledgerentry: (_query, recorded) => ledgerEntriesCommand({ keys: keysOf(recorded) }),
};

const keysOf = (recorded: Recorded): string[] =>
  new URLSearchParams(recorded.form ?? '').getAll('key').map(() => 'AAAA');

const capitalised = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

const unknownCommand = (name: string): Command<unknown> => ({
  name,
  kind: 'read',
  availability: 'always',
  success: { kind: 'empty', value: undefined },
  expects: 'an empty body',
});
