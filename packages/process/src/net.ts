/** A request as a program sees it. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, as sent. @example "/info?compact=false" */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The reply to a request; a body that is not whole yet comes in parts. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;

/** What the system says when it refuses a port. */
export interface PortRefusal {
  /** What was to be served. */
  readonly served: 'http' | 'messages';
  /** The number of the C library. @example 98 */
  readonly errno: number;
  /** @example "Address already in use" */
  readonly reason: string;
}

/** A port that is open, or is about to be. */
export interface Listener {
  readonly port: number;
  /** Resolves when others reach it; never, where the system refuses it later than at once and ends the program. */
  readonly opened: Promise<void>;
  close(): void;
}

/** One connection between two programs: whole messages, in order, as over TCP with a length before each. */
export interface Connection {
  readonly remoteHost: string;
  readonly remotePort: number;
  send(message: Uint8Array): void;
  onMessage(receive: (message: Uint8Array) => void): void;
  /** Called once, also when the other end died or the network between was cut. */
  onClose(closed: (reason: string) => void): void;
  close(): void;
}

/** The network as a program in a container sees it: its own ports, and others by host name or address. */
export interface Net {
  /** The address under which others reach this program. */
  readonly address: string;
  /** Serves HTTP; on `127.0.0.1` only programs of the same pod reach it. Throws a NetError (EADDRINUSE). */
  listenHttp(port: number, handler: HttpHandler, host?: '0.0.0.0' | '127.0.0.1'): Listener;
  /** Sends a request. Rejects with a NetError when nobody answers; a reply of any status is a reply. */
  request(
    url: string,
    options?: {
      readonly method?: string;
      readonly headers?: Record<string, string>;
      readonly body?: Uint8Array;
      readonly signal?: AbortSignal;
    },
  ): Promise<HttpResponse>;
  /** Accepts message connections. Throws a NetError (EADDRINUSE). */
  listen(port: number, accept: (connection: Connection) => void): Listener;
  /**
   * Opens a message connection. Rejects with a NetError. Of a stream without framing, as servers of other protocols speak it,
   * each message is a piece as it came.
   *
   * @default framing "messages"
   */
  connect(host: string, port: number, framing?: 'messages' | 'none'): Promise<Connection>;
}

/** Why the network refused. */
export type NetErrorCode = 'ECONNREFUSED' | 'ENOTFOUND' | 'ETIMEDOUT' | 'ECONNRESET' | 'EADDRINUSE';

/** A failure of the network, with the code that Node.js and the C library use for it. */
export class NetError extends Error {
  override readonly name = 'NetError';
  readonly code: NetErrorCode;
  constructor(code: NetErrorCode, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** The whole body of a reply as bytes. */
export async function bodyOf(response: HttpResponse): Promise<Uint8Array> {
  if (response.body instanceof Uint8Array) return response.body;
  const parts: Uint8Array[] = [];
  for await (const part of response.body) parts.push(part);
  return Buffer.concat(parts);
}

/** A whole reply with a text body. */
export function textResponse(
  status: number,
  text: string,
  contentType = 'text/plain',
  headers: Record<string, string> = {},
): HttpResponse {
  const body = Buffer.from(text);
  return {
    status,
    headers: { 'content-length': String(body.length), 'content-type': contentType, ...headers },
    body,
  };
}
