import { Duplex } from 'node:stream';
import { type HttpRequest, type HttpResponse, type Net, NetError } from '@ssc/process';

/**
 * The client's end of a forwarded connection to a port in a pod. It carries HTTP and nothing else: programs here take requests,
 * not bytes. Answers end the connection, as stellar-core's do.
 */
export class Tunnel extends Duplex {
  readonly #net: Net;
  readonly #at: string;
  readonly #gone = new AbortController();
  #received = Buffer.alloc(0);
  #isAsked = false;

  /** `at` is the address and port, as in a URL. */
  constructor(net: Net, at: string) {
    super();
    this.#net = net;
    this.#at = at;
  }

  override _read(): void {}

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    done();
    this.#answerOnce().catch((error: unknown) => {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#gone.abort(new NetError('ECONNRESET', 'the connection was closed'));
    done(error);
  }

  async #answerOnce(): Promise<void> {
    const asked = this.#isAsked ? undefined : parseRequest(this.#received);
    if (asked === undefined) return;
    this.#isAsked = true;
    const { path, ...request } = asked;
    const response = await this.#net.request(`http://${this.#at}${path}`, {
      ...request,
      headers: { ...request.headers },
      signal: this.#gone.signal,
    });
    this.push(renderHead(response));
    if (response.body instanceof Uint8Array) this.push(response.body);
    else for await (const part of response.body) this.push(part);
    this.push(null);
  }
}

/** The request when all of it has come. */
function parseRequest(bytes: Buffer): HttpRequest | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const [method = '', path = ''] = first.split(' ');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  if (headers['transfer-encoding'] !== undefined)
    throw new NetError('ECONNRESET', 'bodies in chunks are not carried by this tunnel');
  const body = bytes.subarray(end + 4);
  const length = Number(headers['content-length'] ?? 0);
  return body.length < length ? undefined : { method, path, headers, body };
}

function renderHead({ status, headers }: HttpResponse): Buffer {
  // The end of the connection is the end of the body.
  const lines = Object.entries(headers).filter(([name]) => name !== 'transfer-encoding');
  return Buffer.from(
    `HTTP/1.0 ${status} \r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    'latin1',
  );
}
