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

/** How one call differs from the client's settings. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly answerWithin?: Duration | number;
  /** 0: asks once. Has no effect on what is not a read: that is never repeated. */
  readonly readWithin?: Duration | number;
}

/**
 * Speaks to one node. Each method gives what the node said when that was a success, and throws an SscError (see
 * CoreProblemCode) otherwise, with the request and the reply. Reads are repeated within a deadline; nothing else is, and
 * the error of a lost reply is indefinite.
 */
export type CoreClient = ReturnType<typeof createCoreClient>;

/** Makes the client of one node. Nothing is sent yet. */
export function createCoreClient(options: CoreClientOptions) {
  const { node, clock } = options;
  const random = options.random.fork(`core-http ${node}`);
  let simulated: boolean | undefined;

  /** One request, one reply. */
  async function askOnce<T>(command: Command<T>, call: CallOptions, withinMs: number): Promise<T> {
    const base = baseOf(options, command);
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
    return recognise(node, command, reply);
  }

  async function ask<T>(command: Command<T>, call: CallOptions = {}): Promise<T> {
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
    /** The node's name in errors. */
    node,
    /**
     * True when a reply showed that the node is core-sim, false when its `info` showed that it is not, undefined before.
     */
    get simulated(): boolean | undefined {
      return simulated;
    },
    info,
    metrics,
    /** `clearmetrics`: back to 0, all or one first name part. Counts fall: see MetricsDifference.reset. */
    clearMetrics: (domain?: string) => send(() => clearMetricsCommand(domain)),
    peers: (what: Parameters<typeof peersCommand>[0] & CallOptions = {}) =>
      send(() => peersCommand(what), what),
    quorum: (what: Parameters<typeof quorumCommand>[0] & CallOptions = {}) =>
      send(() => quorumCommand(what), what),
    quorumSummary: (what: Parameters<typeof quorumSummaryCommand>[0] & CallOptions = {}) =>
      send(() => quorumSummaryCommand(what), what),
    transitiveQuorum: (what: Parameters<typeof transitiveQuorumCommand>[0] & CallOptions = {}) =>
      send(() => transitiveQuorumCommand(what), what),
    scp: (what: Parameters<typeof scpCommand>[0] & CallOptions = {}) =>
      send(() => scpCommand(what), what),

    /** `tx`: submits an envelope, XDR in base64. PENDING is queued, not applied. */
    submit: (envelope: string, what: { readonly force?: boolean } & CallOptions = {}) =>
      send(() => submitCommand(envelope, what), what),
    /** `testacc`: the account that core derives from the name, or null. */
    testAccount: (name: string, call?: CallOptions) => send(() => testAccountCommand(name), call),
    /** `testtx`: the node pays by itself. */
    testPayment: (payment: Parameters<typeof testPaymentCommand>[0], call?: CallOptions) =>
      send(() => testPaymentCommand(payment), call),

    upgrades: {
      get: (call?: CallOptions) => send(() => getUpgradesCommand(), call),
      /** Replaces everything armed before. `time` in seconds since the Unix epoch. */
      set: (time: number, upgrades: Parameters<typeof setUpgradesCommand>[1], call?: CallOptions) =>
        send(() => setUpgradesCommand(time, upgrades), call),
      clear: (call?: CallOptions) => send(() => clearUpgradesCommand(), call),
    },
    sorobanInfo: (call?: CallOptions) => send(() => sorobanInfoCommand(), call),
    sorobanSettings: (call?: CallOptions) => send(() => sorobanSettingsCommand(), call),
    sorobanUpgradeTemplate: (call?: CallOptions) =>
      send(() => sorobanUpgradeTemplateCommand(), call),
    proposedSettings: (key: string, call?: CallOptions) =>
      send(() => proposedSettingsCommand(key), call),

    connect: (host: string, port: number, call?: CallOptions) =>
      send(() => connectCommand(host, port), call),
    dropPeer: (key: string, what: { readonly ban?: boolean } & CallOptions = {}) =>
      send(() => dropPeerCommand(key, what), what),
    bans: (call?: CallOptions) => send(() => bansCommand(), call),
    unban: (key: string, call?: CallOptions) => send(() => unbanCommand(key), call),
    bannedAccounts: (call?: CallOptions) => send(() => bannedAccountsCommand(), call),
    banAccounts: (accounts: readonly string[], call?: CallOptions) =>
      send(() => banAccountsCommand(accounts), call),
    unbanAccounts: (accounts?: readonly string[], call?: CallOptions) =>
      send(() => unbanAccountsCommand(accounts), call),

    generateLoad: (load: Parameters<typeof generateLoadCommand>[0], call?: CallOptions) =>
      send(() => generateLoadCommand(load), call),
    stopLoad: (call?: CallOptions) => send(() => stopLoadCommand(), call),
    toggleOverlayOnlyMode: (call?: CallOptions) => send(() => toggleOverlayOnlyModeCommand(), call),
    manualClose: (what: Parameters<typeof manualCloseCommand>[0] & CallOptions = {}) =>
      send(() => manualCloseCommand(what), what),
    selfCheck: (call?: CallOptions) => send(() => selfCheckCommand(), call),

    logLevels: (call?: CallOptions) => send(() => logLevelsCommand(), call),
    setLogLevel: (...level: Parameters<typeof setLogLevelCommand>) =>
      send(() => setLogLevelCommand(...level)),
    rotateLog: (call?: CallOptions) => send(() => rotateLogCommand(), call),

    survey: {
      start: (nonce: number, call?: CallOptions) => send(() => startSurveyCommand(nonce), call),
      stopCollecting: (call?: CallOptions) => send(() => stopCollectingCommand(), call),
      askNode: (
        key: string,
        what: Parameters<typeof askSurveyedNodeCommand>[1] & CallOptions = {},
      ) => send(() => askSurveyedNodeCommand(key, what), what),
      result: (call?: CallOptions) => send(() => surveyCommand(), call),
      stop: (call?: CallOptions) => send(() => stopSurveyCommand(), call),
    },

    ledgerEntries: (what: Parameters<typeof ledgerEntriesCommand>[0] & CallOptions) =>
      send(() => ledgerEntriesCommand(what), what),
    rawLedgerEntries: (what: Parameters<typeof rawLedgerEntriesCommand>[0] & CallOptions) =>
      send(() => rawLedgerEntriesCommand(what), what),
  };
}

function baseOf(options: CoreClientOptions, command: Request): URL {
  if (command.availability !== 'query-port') return new URL(options.baseUrl);
  if (options.queryBaseUrl !== undefined) return new URL(options.queryBaseUrl);
  throw new SscError<CoreUsageProblem>({
    problem: { code: 'SSC_CORE_NO_QUERY_PORT' },
    verdict: 'usage',
    summary: `${options.node} has no query port, which ${command.name} is asked on`,
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
