import { digits, onlyKnown, word } from './argument.ts';
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
import { infoCommand } from './commands/info.ts';
import {
  generateLoadCommand,
  type Load,
  loadParameters,
  stopLoadCommand,
} from './commands/load.ts';
import {
  clearMetricsCommand,
  type LogLevel,
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
  upgradeParameters,
} from './commands/upgrades.ts';
import { metricsCommand } from './metrics.ts';

/** Parameters of an endpoint as texts, under core's own names. @example { mode: 'get' } */
export type EndpointQuery = Readonly<Record<string, string>>;

/** One endpoint of the admin port. */
interface Endpoint {
  readonly parameters: readonly string[];
  /** The command of these parameters: how it looks when the node says yes. */
  like(query: EndpointQuery): Command<unknown>;
}

const none: readonly string[] = [];
const simple = (command: () => Command<unknown>): Endpoint => ({ parameters: none, like: command });
const listOf = (text: string | undefined): string[] => (text ?? '').split(',');

const endpoints: Readonly<Record<string, Endpoint>> = {
  info: { parameters: ['compact'], like: () => infoCommand() },
  metrics: { parameters: ['enable'], like: () => metricsCommand() },
  clearmetrics: { parameters: ['domain'], like: ({ domain }) => clearMetricsCommand(domain) },
  peers: { parameters: ['fullkeys', 'compact'], like: () => peersCommand() },
  quorum: {
    parameters: ['node', 'fullkeys', 'compact', 'transitive'],
    like: ({ transitive, compact }) =>
      transitive === 'true'
        ? transitiveQuorumCommand()
        : compact === 'true'
          ? quorumSummaryCommand()
          : quorumCommand(),
  },
  scp: { parameters: ['limit', 'fullkeys'], like: () => scpCommand() },
  tx: { parameters: ['blob', 'force'], like: ({ blob = '' }) => submitCommand(blob) },
  testacc: { parameters: ['name'], like: ({ name = '' }) => testAccountCommand(name) },
  testtx: {
    parameters: ['from', 'to', 'amount', 'create'],
    like: ({ from = '', to = '', amount = '' }) =>
      testPaymentCommand({ from, to, amount: digits('amount', amount) }),
  },
  upgrades: {
    parameters: ['mode', 'upgradetime', 'configupgradesetkey', ...upgradeParameters],
    like: ({ mode = '' }) =>
      oneOf('mode', mode, {
        get: getUpgradesCommand,
        set: () => setUpgradesCommand(0, {}),
        clear: clearUpgradesCommand,
      }),
  },
  sorobaninfo: {
    parameters: ['format'],
    like: ({ format = 'basic' }) =>
      oneOf('format', format, {
        basic: sorobanInfoCommand,
        detailed: sorobanSettingsCommand,
        upgrade_xdr: sorobanUpgradeTemplateCommand,
      }),
  },
  dumpproposedsettings: {
    parameters: ['blob'],
    like: ({ blob = '' }) => proposedSettingsCommand(blob),
  },
  connect: {
    parameters: ['peer', 'port'],
    like: ({ peer = '', port = '' }) => connectCommand(peer, digits('port', port)),
  },
  droppeer: {
    parameters: ['node', 'ban'],
    like: ({ node = '', ban }) => dropPeerCommand(node, { ban: ban === '1' }),
  },
  bans: simple(bansCommand),
  unban: { parameters: ['node'], like: ({ node = '' }) => unbanCommand(node) },
  banaccounts: {
    parameters: ['accountids'],
    like: ({ accountids }) =>
      accountids === undefined ? bannedAccountsCommand() : banAccountsCommand(listOf(accountids)),
  },
  unbanaccounts: {
    parameters: ['accountids'],
    like: ({ accountids }) =>
      unbanAccountsCommand(accountids === undefined ? undefined : listOf(accountids)),
  },
  generateload: {
    parameters: ['mode', 'skiplowfeetxs', ...loadParameters],
    like: ({ mode = '' }) =>
      mode === 'stop'
        ? stopLoadCommand()
        : generateLoadCommand({ mode: word('mode', mode), settings: {} } as unknown as Load),
  },
  toggleoverlayonlymode: simple(toggleOverlayOnlyModeCommand),
  manualclose: { parameters: ['ledgerSeq', 'closeTime'], like: () => manualCloseCommand() },
  'self-check': simple(selfCheckCommand),
  ll: {
    parameters: ['level', 'partition'],
    like: ({ level, partition }) =>
      level === undefined ? logLevelsCommand() : setLogLevelCommand(levelOf(level), partition),
  },
  logrotate: simple(rotateLogCommand),
  startsurveycollecting: {
    parameters: ['nonce'],
    like: ({ nonce = '' }) => startSurveyCommand(digits('nonce', nonce)),
  },
  stopsurveycollecting: simple(stopCollectingCommand),
  surveytopologytimesliced: {
    parameters: ['node', 'inboundpeerindex', 'outboundpeerindex'],
    like: ({ node = '' }) => askSurveyedNodeCommand(node),
  },
  getsurveyresult: simple(surveyCommand),
  stopsurvey: simple(stopSurveyCommand),
};

/** The endpoints of the admin port that can be called by name. */
export const endpointNames: readonly string[] = Object.keys(endpoints);

/**
 * The command of an endpoint and its parameters, both as core names them. Refused before anything is sent (SSC_CORE_ARGUMENT):
 * what there is not, since core passes over a parameter that it does not know, and numbers that are none, since core takes
 * `-1` for 4294967295.
 */
export function endpointCommand(name: string, query: EndpointQuery = {}): Command<unknown> {
  onlyKnown('endpoint', { [name]: true }, endpointNames);
  const { parameters, like } = endpoints[name] as Endpoint;
  onlyKnown(`parameter of ${name}`, query, parameters);
  const checked = Object.entries(query).map(([parameter, value]) => [
    parameter,
    texts.has(parameter) ? word(parameter, value) : String(digits(parameter, value)),
  ]);
  return { ...like(query), query: Object.fromEntries(checked) as EndpointQuery };
}

const texts: ReadonlySet<string> = new Set([
  ...['mode', 'blob', 'name', 'from', 'to', 'node', 'peer', 'accountids', 'domain', 'enable'],
  ...['format', 'level', 'partition', 'fullkeys', 'compact', 'transitive', 'force', 'create'],
  ...['skiplowfeetxs', 'upgradetime', 'configupgradesetkey'],
]);

function oneOf(
  name: string,
  value: string,
  commands: Readonly<Record<string, () => Command<unknown>>>,
): Command<unknown> {
  onlyKnown(name, { [value]: true }, Object.keys(commands));
  return (commands[value] as () => Command<unknown>)();
}

/** Core answers levels with a capital, and reads them in any case. */
const levelOf = (text: string): LogLevel =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1).toLowerCase()}` as LogLevel;
