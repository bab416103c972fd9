import { createServer, type IncomingMessage, STATUS_CODES, request as send } from 'node:http';
import { connect, createServer as createTcpServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import {
  bodyOf,
  type Connection,
  type HttpHandler,
  type HttpResponse,
  type Listener,
  type Net,
  NetError,
  type NetErrorCode,
  type PortRefusal,
} from '@ssc/process';
import { framed, unframed } from './frames.ts';

const known = new Set<string>([
  'ECONNREFUSED',
  'ENOTFOUND',
  'ETIMEDOUT',
  'ECONNRESET',
  'EADDRINUSE',
]);
/** In the words of the C library, which core quotes. */
const bindProblems: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Address already in use',
  EACCES: 'Permission denied',
};
// Transactions travel in URLs of up to 190 KiB, and core takes requests of up to 10 MB.
const maxHeaderSize = 10 * 1024 * 1024;

/** This machine's network. A port that cannot be opened is told to `onRefused`: Node.js says so only later. */
export function createHostNet(onRefused: (refusal: PortRefusal) => void): {
  readonly net: Net;
  close(): void;
} {
  const open = new Set<{ close(): void }>();
  const guarded = (
    served: PortRefusal['served'],
    server: Server,
    port: number,
    host: string,
  ): Listener => {
    server.on('error', ({ code = '', errno = 0, message }: NodeJS.ErrnoException) =>
      onRefused({ served, errno: Math.abs(errno), reason: bindProblems[code] ?? message }),
    );
    server.listen(port, host);
    const opened = new Promise<void>((resolve) => void server.once('listening', resolve));
    const listener = { port, opened, close: () => void server.close() };
    open.add(listener);
    return listener;
  };
  const net: Net = {
    address: hostname(),
    listenHttp: (port, handler, host = '0.0.0.0') =>
      guarded(
        'http',
        createServer(
          { maxHeaderSize, keepAlive: false },
          (request, response) => void serve(handler, request, response.socket),
        ),
        port,
        host,
      ),
    listen: (port, accept) => {
      const server = createTcpServer((socket) => {
        const connection = framed(socket);
        open.add(connection);
        socket.on('close', () => open.delete(connection));
        accept(connection);
      });
      return guarded('messages', server, port, '0.0.0.0');
    },
    request: (url, options) => request(url, options),
    connect: (host, port, framing = 'messages') =>
      new Promise<Connection>((resolve, reject) => {
        const socket = connect({ host, port, timeout: 10_000 });
        socket.once('timeout', () =>
          socket.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })),
        );
        socket.once('error', (error) => reject(toNetError(error, `${host}:${port}`)));
        socket.once('connect', () => {
          socket.setTimeout(0);
          const connection = framing === 'none' ? unframed(socket) : framed(socket);
          open.add(connection);
          socket.on('close', () => open.delete(connection));
          resolve(connection);
        });
      }),
  };
  return {
    net,
    close() {
      for (const thing of open) thing.close();
    },
  };
}

/** Answers as core does: HTTP/1.0, no headers but the handler's, the connection closed after one answer. */
async function serve(
  handler: HttpHandler,
  request: IncomingMessage,
  socket: IncomingMessage['socket'] | null,
): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const response = await handler({
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers,
    body: Buffer.concat(parts),
  });
  const body = await bodyOf(response);
  const lines = [
    `HTTP/1.0 ${response.status} ${STATUS_CODES[response.status] ?? ''}`,
    ...Object.entries(response.headers).map(([name, value]) => `${titled(name)}: ${value}`),
  ];
  socket?.end(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]));
}

/** Core writes `Content-Length`. */
const titled = (name: string): string =>
  name.replaceAll(/(^|-)[a-z]/gu, (letter) => letter.toUpperCase());

function request(url: string, options: Parameters<Net['request']>[1] = {}): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body, signal } = options;
    const asked = send(
      url,
      { method, headers, timeout: 30_000, ...(signal !== undefined && { signal }) },
      (reply) => {
        const parts: Buffer[] = [];
        reply.on('data', (part: Buffer) => parts.push(part));
        reply.on('error', (error) => reject(toNetError(error, url)));
        reply.on('end', () =>
          resolve({
            status: reply.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(reply.headers).map(([name, value]) => [name, String(value)]),
            ),
            body: Buffer.concat(parts),
          }),
        );
      },
    );
    asked.on('timeout', () =>
      asked.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })),
    );
    asked.on('error', (error) => reject(toNetError(error, url)));
    asked.end(body);
  });
}

function toNetError(error: Error, what: string): Error {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'EAI_AGAIN') return new NetError('ENOTFOUND', what);
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return new NetError('ETIMEDOUT', what);
  return known.has(code) ? new NetError(code as NetErrorCode, what) : error;
}
