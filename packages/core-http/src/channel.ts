import { type Clock, type Duration, formatDuration, type Random, toMs, within } from '@ssc/clock';
import { SscError } from '@ssc/errors';
import type { Dispatcher } from 'undici';
import { bodyOf, type Command, type Request, targetOf } from './command.ts';
import type { CallOptions } from './core-client.ts';
import { exchange, type HttpReply, type HttpRequest, wasNeverSent } from './exchange.ts';
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

/** What a node answered. */
export interface Answer<T> {
  readonly value: T;
  /** The reply as it came. */
  readonly body: string;
}

/** Carries commands to one node. Reads are repeated while nobody, or somebody else, answers; acts never are. */
export class Channel {
  readonly #options: CoreClientOptions;
  readonly #adminBase: URL;
  readonly #queryBase: URL | undefined;
  readonly #random: Random;
  #simulated: boolean | undefined;
  readonly #builds = new Set<string>();
  #hasAnswered = false;

  constructor(options: CoreClientOptions) {
    const { baseUrl, queryBaseUrl } = options;
    this.#options = options;
    this.#adminBase = parseBase('baseUrl', baseUrl);
    this.#queryBase =
      queryBaseUrl === undefined ? undefined : parseBase('queryBaseUrl', queryBaseUrl);
    this.#random = options.random.fork(`core-http ${options.node}`);
  }

  /** Whether the node is a simulated one; undefined before it has said so. */
  get simulated(): boolean | undefined {
    return this.#simulated;
  }

  /** The versions that the node has said it is. */
  get builds(): readonly string[] {
    return [...this.#builds];
  }

  /** Takes note of the version that the node says it is; gives whether it is simulated. */
  noteBuild(build: string): boolean {
    this.#builds.add(build);
    if (/\bcore-sim\b/u.test(build)) this.#simulated = true;
    this.#simulated ??= false;
    return this.#simulated;
  }

  async ask<T>(command: Command<T>, call: CallOptions = {}): Promise<Answer<T>> {
    const { clock, answerWithin = '30s', readWithin = '30s' } = this.#options;
    const answerMs = toMs(call.answerWithin ?? answerWithin);
    if (command.kind === 'act') return this.#askOnce(command, call, answerMs);
    const start = clock.now();
    const deadline = start + toMs(call.readWithin ?? readWithin);
    let pauseMs = 200;
    for (let asked = 1; ; asked++) {
      try {
        return await this.#askOnce(command, call, answerMs);
      } catch (error) {
        if (!isTransient(error)) throw error;
        // Half to one and a half of the pause, so that many clients do not come back together.
        const waitMs = pauseMs * (0.5 + this.#random.float());
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

  /** One request, one reply. */
  async #askOnce<T>(command: Command<T>, call: CallOptions, withinMs: number): Promise<Answer<T>> {
    const { dispatcher, node, clock } = this.#options;
    const request = this.#toRequest(command);
    let reply: HttpReply | undefined;
    try {
      reply = await within(clock, withinMs, call.signal, (signal) =>
        clock.awaiting(`${node} to answer ${command.name}`, exchange(dispatcher, request, signal)),
      );
    } catch (error) {
      if (call.signal?.aborted === true) throw call.signal.reason;
      throw lostError(node, command, error);
    }
    if (reply === undefined) throw silenceError(node, command, withinMs);
    if (reply.headers['x-core-sim'] !== undefined) this.#simulated = true;
    const value = recognise(node, command, reply, this.#hasAnswered);
    this.#hasAnswered = true;
    return { value, body: reply.body };
  }

  #toRequest(command: Request): HttpRequest {
    const { node, headers } = this.#options;
    const base = command.availability === 'query-port' ? this.#queryBase : this.#adminBase;
    if (base === undefined) throw noQueryPort(node, command);
    const path = `${base.pathname.replace(/\/$/u, '')}/${targetOf(command)}`;
    refuseLongUrl(this.#options, command, base.origin.length + path.length);
    const body = bodyOf(command);
    const { origin } = base;
    if (body === undefined) return { method: 'GET', origin, path, headers: { ...headers } };
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', origin, path, headers: { ...headers, ...type }, body };
  }
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
