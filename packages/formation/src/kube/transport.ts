import type { V1ObjectMeta } from '@kubernetes/client-node';
import { type Clock, formatDuration, type Random } from '@ssc/clock';
import { exchange, type HttpRequest } from '@ssc/core-http';
import { isSscError } from '@ssc/errors';
import type { Dispatcher } from 'undici';
import type { Budget } from './budget.ts';
import type { Call } from './call.ts';
import { refused, statusOf, unreachable } from './refusal.ts';

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
   * Sends until there is a reply to go by. After 429, 503 with a pause, or a collision with another writer, the server has
   * done nothing, so any call is sent again. After a lost connection or a server error only one that can be done twice is;
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

// The API server asks for a pause by 429 and 503; six tries with doubling pauses take about half a minute. A log that is not
// to be had (its machine is gone) is not worth that.
const triesOf = (call: Call): number => (call.verb === 'log' ? 2 : 6);

// Who asks for longer, as a proxy before a server that is down may, is asked again all the same, and is told in the end.
const longestPauseMs = 30_000;

/** The pause that a server asks for. */
function toPause(retryAfter: string | undefined): number | undefined {
  const ms = 1000 * Number(retryAfter);
  return Number.isFinite(ms) ? Math.min(ms, longestPauseMs) : undefined;
}

/** Makes a transport. */
export function createTransport(options: TransportOptions): Transport {
  const { access, clock, random, budget } = options;
  const counts: Record<string, number> = {};
  const count = (verb: string): void => {
    counts[verb] = (counts[verb] ?? 0) + 1;
  };

  const { origin, pathname } = new URL(access.baseUrl);
  const toRequest = (call: Call): HttpRequest => ({
    method: call.method,
    origin,
    path: `${pathname.replace(/\/$/u, '')}${call.path}`,
    headers: {
      accept: 'application/json',
      ...(call.body && { 'content-type': call.contentType ?? 'application/json' }),
    },
    ...(call.body && { body: JSON.stringify(call.body) }),
  });

  async function send(call: Call): Promise<Reply> {
    await budget.take();
    count(call.verb);
    const abort = new AbortController();
    const timer = clock.timer(longestRequestMs, () =>
      abort.abort(new Error(`no reply within ${formatDuration(longestRequestMs)}`)),
    );
    try {
      const { status, headers, body } = await exchange(
        access.dispatcher,
        toRequest(call),
        abort.signal,
      );
      return { status, text: body, retryAfterMs: toPause(headers['retry-after']) };
    } catch (error) {
      // Nobody was asked, since nobody could say who asks.
      if (isSscError(error, 'SSC_KUBE_CREDENTIALS')) throw error;
      throw unreachable(call, access.baseUrl, abort.signal.aborted ? abort.signal.reason : error);
    } finally {
      timer.cancel();
    }
  }

  async function persist(call: Call): Promise<Reply & { lost: boolean }> {
    let lost = false;
    for (let attempt = 1; ; attempt++) {
      const pauseMs = Math.min(8000, 250 * 2 ** attempt) * (0.5 + random.float() / 2);
      try {
        const reply = await send(call);
        const refused =
          reply.status === 429 || (reply.status === 503 && reply.retryAfterMs !== undefined);
        const collided = reply.status === 409 && isCollision(call, reply);
        const again = refused || collided || (reply.status >= 500 && isRepeatable(call));
        if (reply.status === 429) budget.slowDown();
        if (!again || attempt === triesOf(call)) return { ...reply, lost };
        lost ||= !refused && !collided;
        await clock.sleep(reply.retryAfterMs ?? pauseMs);
      } catch (error) {
        if (!isRepeatable(call) || attempt === triesOf(call)) throw error;
        lost = true;
        await clock.sleep(pauseMs);
      }
    }
  }

  async function ask<T>(call: Call): Promise<T> {
    const reply = await persist(call);
    if (reply.status >= 200 && reply.status < 300) return JSON.parse(reply.text) as T;
    throw refused(call, reply);
  }

  async function stream(
    call: Call,
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    count(call.verb);
    const decoder = new TextDecoder();
    const reply = await exchange(access.dispatcher, toRequest(call), signal, (part) =>
      onText(decoder.decode(part, { stream: true })),
    ).catch((error: unknown) => {
      throw unreachable(call, access.baseUrl, error);
    });
    if (reply.status !== 200) throw refused(call, { status: reply.status, text: reply.body });
  }

  return { counts, persist, ask, stream };
}

/** All but JSON patches can be done twice: names are the run's own, so a second create or delete meets only our own first. */
const isRepeatable = (call: Call): boolean => call.method !== 'PATCH' || !Array.isArray(call.body);

/**
 * Another writer was faster, and what is asked does not depend on what it wrote: the server says so of patches without a
 * resourceVersion under load, and of creations that a quota must count. With a condition of ours it is the answer.
 */
function isCollision(call: Call, reply: Reply): boolean {
  if (statusOf(reply.text)?.reason !== 'Conflict') return false;
  const { metadata, preconditions } = (call.body ?? {}) as {
    readonly metadata?: V1ObjectMeta;
    readonly preconditions?: Readonly<Record<string, string>>;
  };
  if (call.method === 'DELETE') return Object.keys(preconditions ?? {}).length === 0;
  return metadata?.resourceVersion === undefined && isRepeatable(call);
}
