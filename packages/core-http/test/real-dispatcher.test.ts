import { createServer, type Server, type Socket } from 'node:net';
import { createRandom, createSystemClock } from '@ssc/clock';
import type { SscError } from '@ssc/errors';
import { Agent } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { type CoreClient, createCoreClient } from '../src/index.ts';
import { recordedBytes } from './recordings.ts';

/*
 * The one place with sockets: core's server answers HTTP/1.0 and closes the connection, which only a real Agent shows to
 * be read right. Bytes as recorded from a real node.
 */

const bytesOf = (name: string): Buffer => {
  const found = recordedBytes.find(({ file }) => file.endsWith(`/${name}.response.txt`));
  if (found === undefined) throw new Error(`no recording ${name}`);
  return Buffer.from(found.response, 'latin1');
};
const infoBytes = bytesOf('get-http11');

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

/** What each recorded answer is, whatever it was recorded for. */
const answers: Readonly<Record<string, unknown>> = {
  'accept-gzip': [],
  'bad-percent': 'SSC_CORE_BAD_REQUEST',
  delete: 5,
  'double-slash': 'SSC_CORE_COMMAND_MISSING',
  'get-http10': 5,
  'get-http11': 5,
  'get-http11-keepalive': 5,
  head: 5,
  // Nothing came back, and the connection stayed open until it was closed from this side.
  incomplete: 'SSC_CORE_REPLY_LOST',
  'long-uri-100k': 'SSC_CORE_EXCEPTION',
  'no-host': 5,
  'no-slash': 5,
  'not-http': 'SSC_CORE_BAD_REQUEST',
  options: 5,
  // Two requests on one connection: the second is never answered.
  pipelined: [],
  'plus-is-space': null,
  post: 5,
  'trailing-slash': 'SSC_CORE_COMMAND_MISSING',
  uppercase: 'SSC_CORE_COMMAND_MISSING',
};

test('all bytes that a real node answered with are read right', async () => {
  const names = recordedBytes.map(({ file }) => file.split('/')[1]?.replace('.response.txt', ''));
  expect(names.toSorted()).toEqual(Object.keys(answers).toSorted());
  for (const { file, request, response } of recordedBytes) {
    const { client } = await serve((_head, socket) => socket.end(Buffer.from(response, 'latin1')));
    const ask = async (): Promise<unknown> => {
      if (request.includes('/bans')) return client.bans({ readWithin: 0 });
      if (request.includes('/testacc')) return client.testAccount('a b', { readWithin: 0 });
      if (request.includes('/tx')) return client.submit('AAAA');
      return (await client.info({ readWithin: 0 })).ledger.num;
    };
    const name = file.split('/')[1]?.replace('.response.txt', '') ?? '';
    const seen = await ask().catch((error: SscError) => error.code);
    expect.soft(seen, name).toEqual(answers[name]);
    await close?.();
  }
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
