import type { Dispatcher } from 'undici';

/** One request as it goes to a dispatcher. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly origin: string;
  /** Path and query, percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A whole reply. */
export interface HttpReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

// The largest replies recorded are 71 kB of metrics; a survey of a thousand nodes may reach a few megabytes.
const longestBody = 64 * 2 ** 20;

/**
 * Sends a request and reads the whole reply. Speaks the handler protocol itself: `undici.request` makes an asynchronous
 * resource for every call, which the virtual clock would take for real work.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: HttpRequest,
  signal: AbortSignal,
  /** Takes the parts of a good reply (status 2xx) as they come; the body given at the end is then empty. */
  onPart?: (part: Uint8Array) => void,
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const reader = new ReplyReader(signal, { resolve, reject, onPart });
    if (signal.aborted) return;
    const { origin, path, method, headers, body } = request;
    dispatcher.dispatch(
      {
        ...{ origin, path, method, headers },
        // A reply that comes in parts, such as a watch, may pause for long: who asks keeps the time.
        ...(onPart !== undefined && { headersTimeout: 0, bodyTimeout: 0 }),
        ...(body !== undefined && { body }),
      },
      reader,
    );
  });
}

/** Who waits for a reply. */
interface Listener {
  resolve(reply: HttpReply): void;
  reject(error: unknown): void;
  readonly onPart: ((part: Uint8Array) => void) | undefined;
}

/** Reads one reply to its end, or until a signal ends that. */
class ReplyReader implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #listener: Listener;
  readonly #chunks: Buffer[] = [];
  #status = 0;
  #length = 0;
  #headers: Record<string, string> = {};
  #controller: Dispatcher.DispatchController | undefined;

  constructor(signal: AbortSignal, listener: Listener) {
    this.#signal = signal;
    this.#listener = listener;
    if (signal.aborted) this.#abort();
    else signal.addEventListener('abort', this.#abort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) this.#abort();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // Informational replies such as 103 come before the real one.
    if (status < 200) return;
    this.#status = status;
    this.#headers = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name.toLowerCase(),
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    );
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { onPart } = this.#listener;
    if (onPart !== undefined && this.#status < 300) {
      onPart(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length > longestBody) controller.abort(new Error(`more than ${longestBody} bytes`));
  }

  onResponseEnd(): void {
    this.#signal.removeEventListener('abort', this.#abort);
    const body = Buffer.concat(this.#chunks).toString('utf8');
    this.#listener.resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#signal.removeEventListener('abort', this.#abort);
    this.#listener.reject(error);
  }

  readonly #abort = (): void => {
    const { reason } = this.#signal;
    const error = reason instanceof Error ? reason : new Error(String(reason));
    this.#controller?.abort(error);
    this.#listener.reject(error);
  };
}

const unsentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]);

/** True when the error shows that no connection was made, so the request reached nobody. */
export function wasNeverSent(error: unknown): boolean {
  for (
    let current = error;
    current instanceof Error;
    current = (current as { cause?: unknown }).cause
  ) {
    const { code, syscall } = current as { code?: unknown; syscall?: unknown };
    if (typeof code === 'string' && unsentCodes.has(code)) return true;
    if (syscall === 'connect') return true;
  }
  return false;
}
