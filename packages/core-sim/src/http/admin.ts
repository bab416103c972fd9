import type { HttpRequest, HttpResponse } from '@ssc/process';
import { xdr } from '@stellar/stellar-sdk/base';
import { findNode } from '../herder/members.ts';
import { createTestKey, type KeyId, parseKey, renderKey } from '../keys.ts';
import { type levels, type Partition, parseLevel, partitions } from '../log.ts';
import type { CoreNode } from '../node.ts';
import { NotSimulatedError } from '../not-simulated.ts';
import { readTransaction } from '../tx/frame.ts';
import { createSimplePayment } from '../tx/simple-payment.ts';
import { generateLoad } from './generate-load.ts';
import { describeInfo } from './info.ts';
import { describePeers } from './peers.ts';
import { type Command, CommandError, flagArgument, readCommand, uintArgument } from './request.ts';
import { dumpProposedSettings, sorobanInfo } from './soroban.ts';
import { type Json, orNull, renderStyled } from './styled-json.ts';
import { upgrades } from './upgrades.ts';

/** Answers a command with the whole text of a reply. */
type Route = (node: CoreNode, command: Command) => string;

const style = (value: Json): string => renderStyled(value);

/** Routes that always exist. */
const routes: Record<string, Route> = {
  info: (node, command) => style(describeInfo(node, command.args.get('compact') !== 'false')),
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
    style(
      describePeers(node, {
        fullKeys: flagArgument(command, 'fullkeys'),
        compact: command.args.get('compact') !== 'false',
      }),
    ),
  quorum: (node, command) => {
    const options = {
      compact: flagArgument(command, 'compact'),
      fullKeys: flagArgument(command, 'fullkeys'),
    };
    if (flagArgument(command, 'transitive')) return style(node.quorum.nodes(options));
    const name = command.args.get('node');
    if (name === undefined) return style(node.quorum.full(options));
    const id = findNode(node.settings, name);
    if (id === undefined) throw new CommandError('unknown name');
    return style(
      id === node.settings.key.id ? node.quorum.full(options) : node.quorum.of(id, options),
    );
  },
  scp: (node, command) =>
    style(node.quorum.scp(uintArgument(command, 'limit') ?? 2, flagArgument(command, 'fullkeys'))),
  bans: (node) => style({ bans: orNull([...node.bans.nodes].map(renderKey)) }),
  unban: (node, command) => {
    const name = command.args.get('node');
    if (name === undefined) return 'Must specify at least peer id: unban?node=NODE_ID';
    const id = findNode(node.settings, name);
    if (id === undefined) return `Peer ${name} not found`;
    node.bans.unban(id);
    return `Unban peer: ${name}`;
  },
  droppeer: (node, command) => {
    const name = command.args.get('node');
    if (name === undefined) return 'Must specify at least peer id: droppeer?node=NODE_ID';
    const id = findNode(node.settings, name);
    const isBan = command.args.get('ban') === '1';
    if (id === undefined || (!isBan && node.overlay.peer(id) === undefined))
      return `Peer ${name} not found`;
    if (isBan) node.bans.ban(id);
    node.overlay.drop(id, isBan ? 'dropped and banned' : 'dropped by user');
    return `${isBan ? 'Drop and ban' : 'Drop'} peer: ${name}`;
  },
  connect: (node, command) => {
    const [peer, port] = [command.args.get('peer'), command.args.get('port')];
    if (peer === undefined || port === undefined)
      return 'Must specify a peer and port: connect&peer=PEER&port=PORT';
    node.overlay.addTarget(`${peer}:${port}`);
    return `Connect to: ${peer}:${port}`;
  },
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

function setLogLevel(node: CoreNode, command: Command): string {
  const level = command.args.get('level');
  const name = command.args.get('partition');
  const partition = partitions.find((one) => one.toLowerCase() === name?.toLowerCase());
  if (name !== undefined && partition === undefined)
    throw new CommandError('not a valid partition');
  const show = (text: (typeof levels)[number]): string => text[0] + text.slice(1).toLowerCase();
  if (level === undefined) {
    const all = partitions.map((one): [Partition, string] => [one, show(node.logger.levelOf(one))]);
    return style(Object.fromEntries(all));
  }
  const parsed = parseLevel(level);
  node.logger.setLevel(parsed, partition);
  return style({ [partition ?? 'Global']: show(parsed) });
}

function submit(node: CoreNode, command: Command): string {
  const blob = command.args.get('blob');
  if (blob === undefined)
    throw new CommandError('Must specify a tx blob: tx?blob=<tx in xdr format>');
  // Characters that are no base64 are passed over, as core's decoder does.
  const bytes = Buffer.from(blob, 'base64');
  if (bytes.length % 4 !== 0)
    throw new CommandError('xdr_generic_get: message size not multiple of 4');
  try {
    const frame = readTransaction(bytes, node.settings.networkId);
    if (flagArgument(command, 'force') || !node.bans.isFiltered(frame)) {
      const submitted = node.submit(frame);
      return submitted.status === 'ERROR'
        ? `${JSON.stringify({ error: submitted.result.toString('base64'), status: 'ERROR' })}\n`
        : `${JSON.stringify({ status: submitted.status })}\n`;
    }
    return `${JSON.stringify({ status: 'FILTERED' })}\n`;
  } catch (error) {
    if (error instanceof xdr.XdrError) throw new CommandError(xdrComplaint(error.message));
    throw error;
  }
}

/** What core's own XDR library says of bad bytes. */
function xdrComplaint(message: string): string {
  if (/incomplete/.test(message)) return 'xdr_generic_get: message too short';
  return /trailing|remaining|unread|consume/.test(message)
    ? 'unmarshaling did not consume whole message'
    : 'xdr_generic_get: bad value';
}

function manualClose(node: CoreNode, command: Command): string {
  const { settings } = node;
  if (!settings.isValidator)
    throw new CommandError(
      'Issuing a manual ledger close requires NODE_IS_VALIDATOR to be set to true.',
    );
  if (command.args.size > 0)
    throw new CommandError(
      settings.runStandalone
        ? 'core-sim does not simulate the parameters of manualclose'
        : "The 'manualclose' command accepts parameters only if the configuration includes RUN_STANDALONE=true.",
    );
  if (!settings.manualClose)
    throw new CommandError(
      'Set MANUAL_CLOSE=true in the stellar-core.cfg if you want to close every ledger manually. Otherwise, run stellar-core with --wait-for-consensus flag to close ledger once and trigger consensus. Ensure NODE_IS_VALIDATOR is set to true for this.',
    );
  const seq = node.ledger.header.ledgerSeq + 1;
  node.herder.triggerNow();
  if (!settings.runStandalone)
    return `Manually triggered a ledger close with sequence number ${seq}`;
  const { ledgerSeq, scpValue } = node.ledger.header;
  return `Manually closed ledger with sequence number ${ledgerSeq} and closeTime ${scpValue.closeTime}`;
}

function readAccounts(text: string): KeyId[] | string {
  const ids: KeyId[] = [];
  for (const address of text.split(',')) {
    const id = parseKey(address);
    if (id === undefined) return `{"error": "invalid address: '${address}'"}`;
    ids.push(id);
  }
  return ids;
}

function banAccounts(node: CoreNode, command: Command): string {
  const text = command.args.get('accountids');
  if (text === undefined)
    return command.hasEmpty('accountids')
      ? `{"error": "accountids must not be empty; use 'unbanaccounts' to remove bans"}`
      : style({ bannedAccounts: [...node.bans.accounts].map(renderKey) });
  const ids = readAccounts(text);
  if (typeof ids === 'string') return ids;
  const added = node.bans.banAccounts(ids);
  return `{"status": "banned accounts updated", "added": ${added}, "total": ${node.bans.accounts.size}}`;
}

function unbanAccounts(node: CoreNode, command: Command): string {
  const text = command.args.get('accountids');
  if (text === undefined) {
    node.bans.unbanAccounts([...node.bans.accounts]);
    return '{"status": "banned accounts cleared"}';
  }
  const ids = readAccounts(text);
  if (typeof ids === 'string') return ids;
  const removed = node.bans.unbanAccounts(ids);
  return `{"status": "banned accounts updated", "removed": ${removed}, "total": ${node.bans.accounts.size}}`;
}

function testKey(node: CoreNode, name: string): ReturnType<typeof createTestKey> {
  try {
    return createTestKey(name, node.settings.networkId);
  } catch {
    throw new CommandError('name too long');
  }
}

function testAccount(node: CoreNode, command: Command): string {
  const name = command.args.get('name');
  if (name === undefined)
    return style({
      detail: 'Bad HTTP GET: try something like: testacc?name=bob',
      status: 'error',
    });
  const { id } = testKey(node, name);
  const account = node.ledger.account(id);
  if (account === undefined) return style(null);
  return style({ balance: account.balance, id: renderKey(id), name, seqnum: account.seqNum });
}

function testTransaction(node: CoreNode, command: Command): string {
  const [from, to, amount] = ['from', 'to', 'amount'].map((name) => command.args.get(name));
  if (from === undefined || to === undefined || amount === undefined)
    return style({
      detail: 'Bad HTTP GET: try something like: testtx?from=root&to=bob&amount=1000000000',
      status: 'error',
    });
  if (!/^\d+$/.test(amount)) throw new CommandError("Failed to parse 'amount' argument");
  const [source, target] = [testKey(node, from), testKey(node, to)];
  const seqNum = (node.ledger.account(source.id)?.seqNum ?? 0n) + 1n;
  const frame = createSimplePayment({
    source,
    destination: target.id,
    amount: BigInt(amount),
    seqNum,
    fee: node.ledger.header.baseFee,
    isCreation: flagArgument(command, 'create'),
    networkId: node.settings.networkId,
    isV0: node.ledger.header.ledgerVersion < 13,
  });
  const submitted = node.submit(frame);
  return style({
    amount: BigInt(amount),
    from_id: renderKey(source.id),
    from_name: from,
    status: submitted.status,
    to_id: renderKey(target.id),
    to_name: to,
    ...(submitted.status === 'ERROR' && {
      detail: xdr.TransactionResult.fromXdr(submitted.result).result.type,
    }),
  });
}
