import { type Clock, formatDuration, type Random } from '@ssc/clock';
import { exchange, type HttpRequest } from '@ssc/core-http';
import { isSscError } from '@ssc/errors';
import type { Dispatcher } from 'undici';
import type { Budget } from './budget.ts';
import type { Call } from './call.ts';
import { refused, unreachable } from './refusal.ts';
import { isAboutObject, isRepeatable, judgeReply, triesOf } from './retry.ts';

/** Where an API server is, and what carries requests to it and says who asks. */
export interface KubeAccess {
  readonly dispatcher: Dispatcher;
  /** Without a slash at the end. @example "https://10.0.0.1:6443" */
  readonly baseUrl: string;
}

/** What carries calls. */
export interface TransportOptions {
  readonly access: KubeAccess;
  readonly clock: Clock;
  readonly random: Random;
  readonly budget: Budget;
}

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs: number | undefined;
}

/** Carries calls to an API server, within a budget. */
export interface Transport {
  /** How many calls there were so far, by verb. */
  readonly counts: Readonly<Record<string, number>>;
  /**
   * Sends until there is a reply to go by. After 429, 503 with a pause, a collision with another writer, or when rights are lacking
   * that were there before, the server has done nothing, so any call is sent again. After a lost connection or a server error only one that can be done twice is;
   * `lost` then says that an earlier try may have taken effect.
   */
  persist(call: Call): Promise<Reply & { readonly lost: boolean }>;
  /** The same; refuses every answer but one of success, and gives its body. */
  ask<T>(call: Call): Promise<T>;
  /** Sends once, without a limit of time, and hands on what comes as text. Ends with the connection. */
  stream(call: Call, onText: (text: string) => void, signal: AbortSignal): Promise<void>;
}

/** The longest time for one request that is no stream. */
export const longestRequestMs = 30_000;

// Who asks for longer, as a proxy before a server that is down may, is asked again all the same, and is told in the end.
const longestPauseMs = 30_000;

/** The pause that a server asks for. */
function toPause(retryAfter: string | undefined): number | undefined {
  const ms = 1000 * Number(retryAfter);
  return Number.isFinite(ms) ? Math.min(ms, longestPauseMs) : undefined;
}

/** Makes a transport. */
export const createTransport = (options: TransportOptions): Transport => new HttpTransport(options);

class HttpTransport implements Transport {
  readonly counts: Record<string, number> = {};
  readonly #options: TransportOptions;
  readonly #origin: string;
  /** What stands before each path. */
  readonly #prefix: string;
  /** What the server has let through. */
  readonly #allowed = new Set<string>();

  constructor(options: TransportOptions) {
    this.#options = options;
    const { origin, pathname } = new URL(options.access.baseUrl);
    this.#origin = origin;
    this.#prefix = pathname.replace(/\/$/u, '');
  }

  async persist(call: Call): Promise<Reply & { readonly lost: boolean }> {
    const { clock, random, budget } = this.#options;
    let lost = false;
    for (let attempt = 1; ; attempt++) {
      const pauseMs = Math.min(8000, 250 * 2 ** attempt) * (0.5 + random.float() / 2);
      const isLast = attempt === triesOf(call);
      try {
        const reply = await this.#send(call);
        const right = `${call.verb} ${call.resource}`;
        const verdict = judgeReply(call, reply, { allowed: this.#allowed.has(right) });
        if (isAboutObject(reply)) this.#allowed.add(right);
        if (reply.status === 429) budget.slowDown();
        if (verdict === 'final' || isLast) return { ...reply, lost };
        lost ||= verdict === 'perhaps done';
        await clock.sleep(reply.retryAfterMs ?? pauseMs);
      } catch (error) {
        if (!isRepeatable(call) || isLast) throw error;
        lost = true;
        await clock.sleep(pauseMs);
      }
    }
  }

  async ask<T>(call: Call): Promise<T> {
    const reply = await this.persist(call);
    if (reply.status >= 200 && reply.status < 300) return JSON.parse(reply.text) as T;
    throw refused(call, reply);
  }

  async stream(call: Call, onText: (text: string) => void, signal: AbortSignal): Promise<void> {
    const { access } = this.#options;
    this.#count(call.verb);
    const decoder = new TextDecoder();
    const reply = await exchange(access.dispatcher, this.#toRequest(call), signal, (part) =>
      onText(decoder.decode(part, { stream: true })),
    ).catch((error: unknown) => {
      throw unreachable(call, access.baseUrl, error);
    });
    if (reply.status !== 200) throw refused(call, { status: reply.status, text: reply.body });
  }

  /** Sends once, within the budget. */
  async #send(call: Call): Promise<Reply> {
    const { access, clock, budget } = this.#options;
    await budget.take();
    this.#count(call.verb);
    const abort = new AbortController();
    const timer = clock.timer(longestRequestMs, () =>
      abort.abort(new Error(`no reply within ${formatDuration(longestRequestMs)}`)),
    );
    try {
      const request = this.#toRequest(call);
      const { status, headers, body } = await exchange(access.dispatcher, request, abort.signal);
      return { status, text: body, retryAfterMs: toPause(headers['retry-after']) };
    } catch (error) {
      // Nobody was asked, since nobody could say who asks.
      if (isSscError(error, 'SSC_KUBE_CREDENTIALS')) throw error;
      throw unreachable(call, access.baseUrl, abort.signal.aborted ? abort.signal.reason : error);
    } finally {
      timer.cancel();
    }
  }

  #count(verb: string): void {
    this.counts[verb] = (this.counts[verb] ?? 0) + 1;
  }

  #toRequest(call: Call): HttpRequest {
    return {
      method: call.method,
      origin: this.#origin,
      path: `${this.#prefix}${call.path}`,
      headers: {
        accept: 'application/json',
        ...(call.body && { 'content-type': call.contentType ?? 'application/json' }),
      },
      ...(call.body && { body: JSON.stringify(call.body) }),
    };
  }
}
