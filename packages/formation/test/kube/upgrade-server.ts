import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { Agent } from 'undici';
import { afterEach } from 'vitest';
import type { KubeAccess } from '../../src/index.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** An API server that does with an upgrade as it is told, and a way to open connections through it. */
export async function serve(
  upgrade: (request: IncomingMessage, socket: Duplex) => void,
): Promise<KubeAccess> {
  const server = createServer().on('upgrade', upgrade).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dispatcher = new Agent({ allowH2: false });
  ends.push(
    () => server.close(),
    () => server.closeAllConnections(),
    () => void dispatcher.destroy(),
  );
  const { port } = server.address() as AddressInfo;
  return { dispatcher, baseUrl: `http://127.0.0.1:${port}/behind/a/path` };
}

/** Makes a WebSocket of a connection. */
export function accept({ headers }: IncomingMessage, socket: Duplex): void {
  const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const hash = createHash('sha1').update(key).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${hash}\r\nSec-WebSocket-Protocol: ${headers['sec-websocket-protocol']}\r\n\r\n`,
  );
}

/** A message of a server (RFC 6455) on a channel: whole, binary. */
export function message(channel: number, content: string | Uint8Array): Buffer {
  const length = 1 + Buffer.byteLength(content);
  const head = length < 126 ? [0x82, length] : [0x82, 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([...head, channel]), Buffer.from(content)]);
}
