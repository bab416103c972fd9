import type { Clock } from '@ssc/clock';
import type { HttpResponse } from '@ssc/process';
import { Dispatcher } from 'undici';
import type { KubeRequest } from './api/pod-requests.ts';

/**
 * A dispatcher of undici that hands every request, whatever its origin, to a function in this process. It uses no socket
 * and no timer; a request under way is named to the clock, so that a deadlock says who waits for what.
 */
export class InProcessDispatcher extends Dispatcher {
  readonly #clock: Clock;
  readonly #handle: (request: KubeRequest) => Promise<HttpResponse>;

  constructor(clock: Clock, handle: (request: KubeRequest) => Promise<HttpResponse>) {
    super();
    this.#clock = clock;
    this.#handle = handle;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const control = new Control();
    this.#exchange(options, handler, control).catch((error: unknown) => {
      handler.onResponseError?.(control, error instanceof Error ? error : new Error(String(error)));
    });
    return true;
  }

  async #exchange(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    control: Control,
  ): Promise<void> {
    handler.onRequestStart?.(control, {});
    const body = await control.orAbort(readBody(options.body));
    const path = withQuery(options.path, options.query);
    const what = `${options.method} ${shorten(path)}`;
    const name = <T>(promise: Promise<T>): Promise<T> => this.#clock.awaiting(what, promise);
    const origin = String(options.origin ?? '');
    const request: KubeRequest = {
      origin,
      method: options.method,
      path,
      headers: { host: origin.replace(/^\w+:\/\//u, ''), ...readHeaders(options.headers) },
      body,
      signal: control.signal,
    };
    const response = await name(control.orAbort(this.#handle(request)));
    control.rawHeaders = Object.entries(response.headers)
      .flat()
      .map((text) => Buffer.from(text, 'latin1'));
    handler.onResponseStart?.(control, response.status, { ...response.headers }, '');
    await forward(response, handler, control, name);
    handler.onResponseEnd?.(control, {});
  }

  override close(): Promise<void>;
  override close(callback: () => void): void;
  override close(callback?: () => void): Promise<void> | void {
    if (callback === undefined) return Promise.resolve();
    callback();
  }

  override destroy(): Promise<void>;
  override destroy(error: Error | null): Promise<void>;
  override destroy(callback: () => void): void;
  override destroy(error: Error | null, callback: () => void): void;
  override destroy(first?: Error | null | (() => void), second?: () => void): Promise<void> | void {
    const callback = typeof first === 'function' ? first : second;
    if (callback === undefined) return Promise.resolve();
    callback();
  }
}

async function forward(
  response: HttpResponse,
  handler: Dispatcher.DispatchHandler,
  control: Control,
  name: <T>(promise: Promise<T>) => Promise<T>,
): Promise<void> {
  const { body } = response;
  if (body instanceof Uint8Array) {
    if (body.length > 0) handler.onResponseData?.(control, Buffer.from(body));
    await control.whileResumed();
    return;
  }
  const parts = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const part = await name(control.orAbort(parts.next()));
      if (part.done === true) return;
      handler.onResponseData?.(control, Buffer.from(part.value));
      await control.whileResumed();
    }
  } finally {
    if (control.aborted) await parts.return?.();
  }
}

/** What undici's handlers hold on to: they pause, resume and abort through it. */
class Control implements Dispatcher.DispatchController {
  aborted = false;
  paused = false;
  reason: Error | null = null;
  rawHeaders: Buffer[] = [];
  readonly #abort = new AbortController();
  readonly #waiting = new Set<(reason: Error) => void>();
  #wake: () => void = () => {};

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.#wake();
  }

  abort(reason: Error): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const reject of this.#waiting) reject(reason);
    this.#waiting.clear();
    this.#abort.abort(reason);
  }

  /** The promise itself, or the abort's reason as soon as it comes. */
  orAbort<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.reason !== null) {
        reject(this.reason);
        promise.catch(() => {});
        return;
      }
      this.#waiting.add(reject);
      promise.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }

  async whileResumed(): Promise<void> {
    while (this.paused && !this.aborted)
      await this.orAbort(
        new Promise<void>((resolve) => {
          this.#wake = resolve;
        }),
      );
    if (this.aborted) throw this.reason;
  }
}

async function readBody(body: Dispatcher.DispatchOptions['body']): Promise<Uint8Array> {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return body;
  if (!(Symbol.asyncIterator in body))
    throw new TypeError('forms are not taken by this dispatcher');
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(Buffer.from(part as Uint8Array));
  return Buffer.concat(parts);
}

function readHeaders(headers: Dispatcher.DispatchOptions['headers']): Record<string, string> {
  const out: Record<string, string> = {};
  const set = (name: string, value: unknown): void => {
    if (value === undefined || value === null) return;
    out[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  };
  if (headers === undefined || headers === null) return out;
  if (Array.isArray(headers) && !Array.isArray(headers[0])) {
    for (let i = 0; i + 1 < headers.length; i += 2) set(String(headers[i]), headers[i + 1]);
  } else if (Symbol.iterator in headers) {
    for (const [name, value] of headers as Iterable<[string, unknown]>) set(name, value);
  } else for (const [name, value] of Object.entries(headers)) set(name, value);
  return out;
}

function withQuery(path: string, query: Record<string, unknown> | undefined): string {
  if (query === undefined || query === null) return path;
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const item of Array.isArray(value) ? value : [value]) search.append(name, String(item));
  const text = search.toString();
  return text === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${text}`;
}

const shorten = (path: string): string => (path.length > 200 ? `${path.slice(0, 200)}…` : path);
