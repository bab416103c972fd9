import { Dispatcher } from 'undici';
import { unstarted } from './unstarted.ts';

/** What a request needs to say who asks. */
export interface Credentials {
  readonly agent: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
  /** Grows each time credentials were thrown away because the server did not take them. */
  readonly generation: number;
}

/** Where the credentials of requests come from. */
export interface CredentialSource {
  get(): Promise<Credentials>;
  /** Those of this generation were not taken. False when nothing newer can be had. */
  renew(generation: number): boolean;
}

/**
 * Adds who asks to each request. Plugins and tokens renew credentials as they expire; those that the server refuses before
 * their time (401) are thrown away, and the request is sent once more with new ones.
 */
export class Authorized extends Dispatcher {
  readonly #source: CredentialSource;

  constructor(source: CredentialSource) {
    super();
    this.#source = source;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    this.#send(options, handler, (generation) =>
      // Twice is enough: a second refusal is the answer.
      this.#source.renew(generation)
        ? () => this.#send(options, handler, () => undefined)
        : undefined,
    );
    return true;
  }

  #send(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    onRefusal: (generation: number) => (() => void) | undefined,
  ): void {
    this.#source.get().then(
      ({ agent, headers, generation }) =>
        agent.dispatch(
          { ...options, headers: { ...plainHeaders(options.headers), ...headers } },
          unlessRefused(handler, () => onRefusal(generation)),
        ),
      (error: Error) => handler.onResponseError?.(unstarted, error),
    );
  }
}

/** Hands a reply on, but a 401 for which there is another way: that way is gone when the refusal has been read. */
function unlessRefused(
  handler: Dispatcher.DispatchHandler,
  onRefusal: () => (() => void) | undefined,
): Dispatcher.DispatchHandler {
  let instead: (() => void) | undefined;
  return {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
    onResponseStart(controller, status, headers, message) {
      if (status === 401) instead = onRefusal();
      if (instead === undefined) handler.onResponseStart?.(controller, status, headers, message);
    },
    onResponseData(controller, chunk) {
      if (instead === undefined) handler.onResponseData?.(controller, chunk);
    },
    onResponseEnd(controller, trailers) {
      if (instead === undefined) handler.onResponseEnd?.(controller, trailers);
      else instead();
    },
    onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
  };
}

function plainHeaders(headers: Dispatcher.DispatchOptions['headers']): Record<string, string> {
  if (headers === undefined || headers === null) return {};
  if (!Array.isArray(headers))
    return Object.fromEntries(
      Symbol.iterator in headers ? headers : Object.entries(headers),
    ) as Record<string, string>;
  return Object.fromEntries(
    headers.flatMap((name, i) => (i % 2 === 0 ? [[String(name), String(headers[i + 1])]] : [])),
  );
}
