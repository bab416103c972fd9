import { type Clock, type Duration, formatDuration, type Random, toMs, within } from '@ssc/clock';
import { SscError } from '@ssc/errors';
import type { Dispatcher } from 'undici';
import { bodyOf, type Command, type Request, targetOf } from './command.ts';
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
import { exchange, type HttpReply, wasNeverSent } from './exchange.ts';
import { type MetricsSnapshot, metricsCommand, toSnapshot } from './metrics.ts';
import { type CoreUsageProblem, coreError, isTransient } from './problem.ts';
import { quoteCommand, recognise } from './recognise.ts';

/** What a client is made from. */
export interface CoreClientOptions {
  /** Carries every request: an Agent, a pod proxy's, or a network in this process. */
  readonly dispatcher: Dispatcher;
  /** The admin port; a path in it is put before every command's. @example "http://core-0.svc:11626" */
  readonly baseUrl: string;
  /** The query port, where the node has one (HTTP_QUERY_PORT). */
  readonly queryBaseUrl?: string;
  /** The node's name in errors. @example "core-0" */
  readonly node: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Sent with every request, such as `host` for an ingress. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The longest URL that this way of access carries, and what to do about a longer one. @default no limit */
  readonly urlLimit?: { readonly bytes: number; readonly hint: string };
  /** The longest wait for one reply. @default "30s" */
  readonly answerWithin?: Duration | number;
  /** How long a read is repeated while nobody, or somebody else, answers. @default "30s" */
  readonly readWithin?: Duration | number;
}

/** Makes the client of one node. Nothing is sent yet. Throws SSC_CORE_ARGUMENT for a base URL that is none. */
export function createCoreClient(options: CoreClientOptions): CoreClient {
  const adminBase = parseBase('baseUrl', options.baseUrl);
  const queryBase =
    options.queryBaseUrl === undefined
      ? undefined
      : parseBase('queryBaseUrl', options.queryBaseUrl);
  const { node, clock } = options;
  const random = options.random.fork(`core-http ${node}`);
  let simulated: boolean | undefined;

  /** One request, one reply. */
  async function askOnce<T>(
    command: Command<T>,
    call: CallOptions,
    withinMs: number,
  ): Promise<{ readonly value: T; readonly body: string }> {
    const base = command.availability === 'query-port' ? queryBase : adminBase;
    if (base === undefined) throw noQueryPort(node, command);
    const target = targetOf(command);
    const path = `${base.pathname.replace(/\/$/u, '')}/${target}`;
    refuseLongUrl(options, command, base.origin.length + path.length);
    const body = bodyOf(command);
    let reply: HttpReply | undefined;
    try {
      reply = await within(clock, withinMs, call.signal, (signal) =>
        clock.awaiting(
          `${node} to answer ${command.name}`,
          exchange(
            options.dispatcher,
            {
              method: body === undefined ? 'GET' : 'POST',
              origin: base.origin,
              path,
              headers: {
                ...options.headers,
                ...(body !== undefined && {
                  'content-type': 'application/x-www-form-urlencoded',
                }),
              },
              ...(body !== undefined && { body }),
            },
            signal,
          ),
        ),
      );
    } catch (error) {
      if (call.signal?.aborted === true) throw call.signal.reason;
      throw lostError(node, command, error);
    }
    if (reply === undefined) throw silenceError(node, command, withinMs);
    if (reply.headers['x-core-sim'] !== undefined) simulated = true;
    return { value: recognise(node, command, reply), body: reply.body };
  }

  const ask = async <T>(command: Command<T>, call: CallOptions = {}): Promise<T> =>
    (await askWhole(command, call)).value;

  async function askWhole<T>(
    command: Command<T>,
    call: CallOptions,
  ): Promise<{ readonly value: T; readonly body: string }> {
    const answerMs = toMs(call.answerWithin ?? options.answerWithin ?? '30s');
    if (command.kind === 'act') return askOnce(command, call, answerMs);
    const start = clock.now();
    const deadline = start + toMs(call.readWithin ?? options.readWithin ?? '30s');
    let pauseMs = 200;
    for (let asked = 1; ; asked++) {
      try {
        return await askOnce(command, call, answerMs);
      } catch (error) {
        if (!isTransient(error)) throw error;
        // Half to one and a half of the pause, so that many clients do not come back together.
        const waitMs = pauseMs * (0.5 + random.float());
        if (clock.now() + waitMs >= deadline) {
          if (asked === 1) throw error;
          const elapsed = formatDuration(clock.now() - start);
          throw error.with({ facts: [['Asked', `${asked} times in ${elapsed}`]] });
        }
        await clock.sleep(waitMs, call.signal);
        pauseMs = Math.min(pauseMs * 2, 3000);
      }
    }
  }

  async function info(
    what: { readonly bucketList?: boolean } & CallOptions = {},
  ): Promise<NodeInfo> {
    const reply = await ask(infoCommand(what), what);
    if (/\bcore-sim\b/u.test(reply.build)) simulated = true;
    simulated ??= false;
    return { ...reply, simulated };
  }

  async function metrics(
    what: { readonly only?: readonly string[] } & CallOptions = {},
  ): Promise<MetricsSnapshot> {
    return toSnapshot(node, await ask(metricsCommand(what), what));
  }

  // Arguments are checked where commands are made: inside, so that a refusal rejects as all else does.
  const send = async <T>(make: () => Command<T>, call?: CallOptions): Promise<T> =>
    ask(make(), call);

  return {
    node,
    raw: async (endpoint, query, call) =>
      (await askWhole(endpointCommand(endpoint, query), call ?? {})).body,
    get simulated() {
      return simulated;
    },
    info,
    metrics,
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

function parseBase(name: string, text: string): URL {
  if (/^https?:\/\//u.test(text) && URL.canParse(text)) {
    const url = new URL(text);
    if (url.search === '' && url.hash === '') return url;
  }
  throw new SscError<CoreUsageProblem>({
    problem: { code: 'SSC_CORE_ARGUMENT' },
    verdict: 'usage',
    summary: `${name} must be a URL that begins with http:// or https:// and has no query, got "${text}"`,
  });
}

function noQueryPort(node: string, command: Request): SscError<CoreUsageProblem> {
  return new SscError<CoreUsageProblem>({
    problem: { code: 'SSC_CORE_NO_QUERY_PORT' },
    verdict: 'usage',
    summary: `${node} has no query port, which ${command.name} is asked on`,
    hint: 'Set HTTP_QUERY_PORT in its configuration (core allows it on watchers and with RUN_STANDALONE=true) and give its URL.',
  });
}

function refuseLongUrl(options: CoreClientOptions, command: Request, bytes: number): void {
  const limit = options.urlLimit;
  if (limit === undefined || bytes <= limit.bytes) return;
  throw new SscError<CoreUsageProblem>({
    problem: { code: 'SSC_CORE_URL_TOO_LONG' },
    verdict: 'usage',
    summary: `the request ${command.name} to ${options.node} needs a URL of ${bytes} bytes, and this way of access carries ${limit.bytes}`,
    facts: [['Request', quoteCommand(command)]],
    hint: limit.hint,
    definite: true,
  });
}

function lostError(node: string, command: Request, cause: unknown): SscError {
  const unsent = wasNeverSent(cause);
  return coreError({
    code: unsent ? 'SSC_CORE_UNREACHABLE' : 'SSC_CORE_REPLY_LOST',
    node,
    command: command.name,
    summary: unsent
      ? `${node} cannot be reached (${command.name})`
      : `${node} gave no whole reply (${command.name})`,
    facts: [['Sent', quoteCommand(command)]],
    hint: unsent || command.kind === 'read' ? undefined : lookHint,
    ...(command.kind === 'act' && { definite: unsent }),
    cause,
  });
}

function silenceError(node: string, command: Request, withinMs: number): SscError {
  return coreError({
    code: 'SSC_CORE_REPLY_LOST',
    node,
    command: command.name,
    summary: `${node} did not answer within ${formatDuration(withinMs)} (${command.name})`,
    facts: [['Sent', quoteCommand(command)]],
    hint: command.kind === 'read' ? undefined : lookHint,
    ...(command.kind === 'act' && { definite: false }),
  });
}

const lookHint = 'The node may have acted on it. Look at its state before sending it again.';
