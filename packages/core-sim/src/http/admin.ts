import type { HttpRequest, HttpResponse } from '@ssc/process';
import { findNode } from '../herder/members.ts';
import type { CoreNode } from '../node.ts';
import { NotSimulatedError } from '../not-simulated.ts';
import { banAccounts, unbanAccounts } from './account-bans.ts';
import { connect, dropPeer, listBans, unban } from './connections.ts';
import { generateLoad } from './generate-load.ts';
import { describeInfo } from './info.ts';
import { manualClose, setLogLevel } from './maintenance.ts';
import { describePeers } from './peers.ts';
import { type Command, CommandError, flagArgument, readCommand, uintArgument } from './request.ts';
import { dumpProposedSettings, sorobanInfo } from './soroban.ts';
import { renderStyled } from './styled-json.ts';
import { submit, testAccount, testTransaction } from './transactions.ts';
import { upgrades } from './upgrades.ts';

/** Answers a command with the whole text of a reply. */
type Route = (node: CoreNode, command: Command) => string;

/** Routes that always exist. */
const routes: Record<string, Route> = {
  info: (node, command) =>
    renderStyled(describeInfo(node, command.args.get('compact') !== 'false')),
  metrics: (node, command) => {
    node.updateGauges();
    const enable = command.args.get('enable')?.split(',');
    return node.metrics.render(node.hostName, enable);
  },
  clearmetrics: (node, command) => {
    const domain = command.args.get('domain') ?? '';
    node.metrics.clear(domain);
    return `Cleared ${domain} metrics!`;
  },
  ll: setLogLevel,
  logrotate: () => 'Log rotate...',
  tx: submit,
  upgrades,
  'self-check': () => '',
  manualclose: manualClose,
  sorobaninfo: sorobanInfo,
  dumpproposedsettings: dumpProposedSettings,
  banaccounts: banAccounts,
  unbanaccounts: unbanAccounts,
  testacc: testAccount,
  testtx: testTransaction,
  generateload: generateLoad,
};

/** Routes that a node with RUN_STANDALONE does not have. */
const networkRoutes: Record<string, Route> = {
  peers: (node, command) =>
    renderStyled(
      describePeers(node, {
        fullKeys: flagArgument(command, 'fullkeys'),
        compact: command.args.get('compact') !== 'false',
      }),
    ),
  quorum,
  scp: (node, command) =>
    renderStyled(
      node.quorum.scp(uintArgument(command, 'limit') ?? 2, flagArgument(command, 'fullkeys')),
    ),
  bans: listBans,
  unban,
  droppeer: dropPeer,
  connect,
};

/** What runs a command of the admin port; also the text of COMMANDS. Undefined when there is no such command. */
export function runCommand(node: CoreNode, command: Command): string | undefined {
  const route = Object.hasOwn(routes, command.name)
    ? routes[command.name]
    : !node.settings.runStandalone && Object.hasOwn(networkRoutes, command.name)
      ? networkRoutes[command.name]
      : undefined;
  if (route === undefined) return undefined;
  try {
    return route(node, command);
  } catch (error) {
    if (error instanceof CommandError || error instanceof NotSimulatedError)
      return `{"exception": "${error.message}"}`;
    throw error;
  }
}

function quorum(node: CoreNode, command: Command): string {
  const options = {
    compact: flagArgument(command, 'compact'),
    fullKeys: flagArgument(command, 'fullkeys'),
  };
  if (flagArgument(command, 'transitive')) return renderStyled(node.quorum.nodes(options));
  const name = command.args.get('node');
  if (name === undefined) return renderStyled(node.quorum.full(options));
  const id = findNode(node.settings, name);
  if (id === undefined) throw new CommandError('unknown name');
  return renderStyled(
    id === node.settings.key.id ? node.quorum.full(options) : node.quorum.of(id, options),
  );
}

/** Answers requests of the admin port as core's own server does. */
export function createAdminHandler(
  version: string,
  node: () => CoreNode | undefined,
): (request: HttpRequest) => Promise<HttpResponse> {
  return async (request) => {
    const command = readCommand(request.path);
    if (command === undefined) return reply(400, 'text/html', badRequest);
    const running = node();
    if (running === undefined) return reply(200, 'application/json', booting);
    const text = runCommand(running, command);
    if (text === undefined) return reply(404, 'text/html', welcome);
    return reply(200, 'application/json', text);
  };

  function reply(status: number, contentType: string, text: string): HttpResponse {
    const body = Buffer.from(text);
    return {
      status,
      headers: {
        'content-length': String(body.length),
        'content-type': contentType,
        'x-core-sim': version,
      },
      body,
    };
  }
}

const booting = '{"error": "Core is booting, try again later"}';
const badRequest =
  '<html><head><title>Bad Request</title></head><body><h1>400 Bad Request</h1></body></html>';
const welcome =
  '<b>Welcome to core-sim, a simulated stellar-core!</b><p>Supported HTTP commands are listed in the documentation of stellar-core.</p>';
