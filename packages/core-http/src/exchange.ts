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
    const chunks: Buffer[] = [];
    let [status, length] = [0, 0];
    let headers: Record<string, string> = {};
    let stop: ((reason: Error) => void) | undefined;
    const abort = () => {
      const reason =
        signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
      stop?.(reason);
      reject(reason);
    };
    const ended = () => signal.removeEventListener('abort', abort);
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });

    dispatcher.dispatch(
      {
        origin: request.origin,
        path: request.path,
        method: request.method,
        headers: request.headers,
        // A reply that comes in parts, such as a watch, may pause for long: who asks keeps the time.
        ...(onPart !== undefined && { headersTimeout: 0, bodyTimeout: 0 }),
        ...(request.body !== undefined && { body: request.body }),
      },
      {
        onRequestStart(controller) {
          stop = (reason) => controller.abort(reason);
          if (signal.aborted) abort();
        },
        onResponseStart(_controller, statusCode, responseHeaders) {
          // Informational replies such as 103 come before the real one.
          if (statusCode < 200) return;
          status = statusCode;
          headers = Object.fromEntries(
            Object.entries(responseHeaders).map(([name, value]) => [
              name.toLowerCase(),
              Array.isArray(value) ? value.join(', ') : (value ?? ''),
            ]),
          );
        },
        onResponseData(controller, chunk) {
          if (onPart !== undefined && status < 300) {
            onPart(chunk);
            return;
          }
          chunks.push(chunk);
          length += chunk.length;
          if (length > longestBody) controller.abort(new Error(`more than ${longestBody} bytes`));
        },
        onResponseEnd() {
          ended();
          resolve({ status, headers, body: Buffer.concat(chunks).toString('utf8') });
        },
        onResponseError(_controller, error) {
          ended();
          reject(error);
        },
      },
    );
  });
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
