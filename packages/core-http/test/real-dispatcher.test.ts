import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createRandom, createSystemClock } from '@ssc/clock';
import type { SscError } from '@ssc/errors';
import { Agent } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { type CoreClient, createCoreClient } from '../src/index.ts';

/*
 * The one place with sockets: core's server answers HTTP/1.0 and closes the connection, which only a real Agent shows to
 * be read right. Bytes as recorded from a real node.
 */

const infoBytes = readFileSync(new URL('fixtures/info.http10.txt', import.meta.url));

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
});

/** A client of a server that answers each request with what the function gives, and then closes. */
async function serve(
  answer: (head: string, socket: Socket) => void,
): Promise<{ client: CoreClient; port: number; server: Server }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let head = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (head.includes('\r\n\r\n')) answer(head, socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const dispatcher = new Agent({ allowH2: false });
  close = async () => {
    for (const socket of sockets) socket.destroy();
    await dispatcher.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const client = createCoreClient({
    dispatcher,
    baseUrl: `http://127.0.0.1:${port}`,
    node: 'core-0',
    clock: createSystemClock(),
    random: createRandom('1'),
  });
  return { client, port, server };
}

test('an HTTP/1.0 reply of a real node, and one connection for each request', async () => {
  let connections = 0;
  const { client, server } = await serve((_head, socket) => socket.end(infoBytes));
  server.on('connection', () => {
    connections += 1;
  });
  expect((await client.info()).state).toBe('Synced!');
  expect((await client.info()).ledger.num).toBeGreaterThan(1);
  expect(connections).toBe(2);
});

test('a URL of 190 KiB arrives whole', async () => {
  const blob = 'A+/z'.repeat(33_000);
  const { client } = await serve((head, socket) => {
    const target = /^GET (\S+) HTTP/u.exec(head)?.[1] ?? '';
    const whole = target === `/tx?blob=${'A%2B%2Fz'.repeat(33_000)}`;
    const body = `{"status":"${whole ? 'PENDING' : 'DUPLICATE'}"}\n`;
    socket.end(
      `HTTP/1.0 200 OK\r\nContent-Length: ${body.length}\r\nContent-Type: application/json\r\n\r\n${body}`,
    );
  });
  expect(await client.submit(blob)).toEqual({ status: 'PENDING' });
});

test('a reply that is cut off, a connection that is closed, and nobody there', async () => {
  const cut = await serve((_head, socket) => socket.end(infoBytes.subarray(0, 400)));
  const error = (thrown: SscError) => ({ code: thrown.code, definite: thrown.definite });
  expect(await cut.client.info({ readWithin: 0 }).catch(error)).toEqual({
    code: 'SSC_CORE_REPLY_LOST',
    definite: undefined,
  });
  await close?.();
  const closed = await serve((_head, socket) => socket.destroy());
  expect(await closed.client.submit('AAAA').catch(error)).toEqual({
    code: 'SSC_CORE_REPLY_LOST',
    definite: false,
  });
  await close?.();
  close = undefined;
  const nobody = createCoreClient({
    dispatcher: new Agent({ allowH2: false }),
    baseUrl: `http://127.0.0.1:${closed.port}`,
    node: 'core-0',
    clock: createSystemClock(),
    random: createRandom('1'),
  });
  expect(await nobody.submit('AAAA').catch(error)).toEqual({
    code: 'SSC_CORE_UNREACHABLE',
    definite: true,
  });
});
