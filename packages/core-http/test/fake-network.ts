import { createRandom, createVirtualClock, type VirtualClock } from '@ssc/clock';
import { Dispatcher } from 'undici';
import { type CoreClient, type CoreClientOptions, createCoreClient } from '../src/index.ts';

/** A reply as a test writes it; a text is a reply with status 200. Undefined never answers. */
export type FakeReply =
  | string
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | Error
  | undefined;

/** A request as a test sees it. */
export interface FakeRequest {
  readonly method: string;
  readonly origin: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly command: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A dispatcher that answers from a function. */
export class FakeDispatcher extends Dispatcher {
  readonly requests: FakeRequest[] = [];
  aborted = 0;
  readonly #answer: (request: FakeRequest) => FakeReply | Promise<FakeReply>;

  constructor(answer: (request: FakeRequest) => FakeReply | Promise<FakeReply>) {
    super();
    this.#answer = answer;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    let over = false;
    const controller = {
      aborted: false,
      paused: false,
      reason: null as Error | null,
      rawHeaders: [],
      pause() {},
      resume() {},
      abort: (reason: Error) => {
        if (over) return;
        over = true;
        this.aborted += 1;
        controller.aborted = true;
        controller.reason = reason;
        handler.onResponseError?.(controller as never, reason);
      },
    };
    const url = new URL(options.path, String(options.origin));
    const request: FakeRequest = {
      method: options.method,
      origin: String(options.origin),
      path: options.path,
      command: url.pathname.split('/').at(-1) ?? '',
      query: url.searchParams,
      headers: (options.headers ?? {}) as Record<string, string>,
      body: String(options.body ?? ''),
    };
    this.requests.push(request);
    const run = async (): Promise<void> => {
      handler.onRequestStart?.(controller as never, {});
      const reply = await this.#answer(request);
      if (over || reply === undefined) return;
      over = true;
      if (reply instanceof Error) {
        handler.onResponseError?.(controller as never, reply);
        return;
      }
      const {
        status = 200,
        headers = {},
        body,
      } = typeof reply === 'string' ? { body: reply } : reply;
      handler.onResponseStart?.(
        controller as never,
        status,
        { 'content-type': 'application/json', ...headers },
        '',
      );
      if (body !== '') handler.onResponseData?.(controller as never, Buffer.from(body));
      handler.onResponseEnd?.(controller as never, {});
    };
    run().catch((error: Error) => handler.onResponseError?.(controller as never, error));
    return true;
  }
  override async close(): Promise<void> {}
  override async destroy(): Promise<void> {}
}

export const refused = (): Error =>
  Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:11626'), { code: 'ECONNREFUSED' });
export const reset = (): Error =>
  Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

/** One client whose node answers from a function, on a virtual clock. */
export function fakeNode(
  answer: (request: FakeRequest) => FakeReply | Promise<FakeReply>,
  options: Partial<CoreClientOptions> = {},
): { client: CoreClient; dispatcher: FakeDispatcher; clock: VirtualClock } {
  const clock = createVirtualClock({ start: 0 });
  const dispatcher = new FakeDispatcher(answer);
  const client = createCoreClient({
    dispatcher,
    baseUrl: 'http://core-0:11626',
    node: 'core-0',
    clock,
    random: createRandom('1'),
    ...options,
  });
  return { client, dispatcher, clock };
}
