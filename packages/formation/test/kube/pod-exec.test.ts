import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSystemClock } from '@ssc/clock';
import { Agent } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { execInPod } from '../../src/index.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const clock = createSystemClock();
const what = {
  namespace: 'sandbox',
  pod: 'ssc-1a2b3c-core-0',
  container: 'postgres',
  command: ['pg_dump', '-U', 'ssc & co', 'postgres'],
};

/** An API server whose container prints what it is told. */
async function serve(upgrade: (request: IncomingMessage, socket: Duplex) => void) {
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

function accept({ headers }: IncomingMessage, socket: Duplex): void {
  const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const hash = createHash('sha1').update(key).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${hash}\r\nSec-WebSocket-Protocol: ${headers['sec-websocket-protocol']}\r\n\r\n`,
  );
}

/** A message of a server (RFC 6455): whole, binary. */
function message(channel: number, text: string): Buffer {
  const length = 1 + Buffer.byteLength(text);
  const head = length < 126 ? [0x82, length] : [0x82, 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([...head, channel]), Buffer.from(text)]);
}

/** What a program gives that prints these messages, and how it was asked for. */
async function run(messages: readonly Buffer[], limits: Parameters<typeof execInPod>[3] = {}) {
  let asked = '';
  const access = await serve((request, socket) => {
    asked = request.url ?? '';
    accept(request, socket);
    for (const one of messages) socket.write(one);
    if (messages.length > 0) socket.end();
    socket.on('error', () => {});
  });
  const printed = await execInPod(access, clock, what, limits).then(
    (bytes) => Buffer.from(bytes).toString(),
    (error: Error) => error.message,
  );
  return { printed, asked };
}

test('what a program prints, when it says that it has ended well', async () => {
  const { printed, asked } = await run([
    message(1, 'CREATE '),
    message(2, 'a warning\n'),
    message(1, `TABLE ${'x'.repeat(300)};`),
    message(3, '{"status":"Success"}'),
  ]);
  expect(printed).toBe(`CREATE TABLE ${'x'.repeat(300)};`);
  expect(asked).toBe(
    '/behind/a/path/api/v1/namespaces/sandbox/pods/ssc-1a2b3c-core-0/exec?container=postgres&stdout=true&stderr=true&command=pg_dump&command=-U&command=ssc+%26+co&command=postgres',
  );
});

const begin = 'pg_dump in container postgres of pod ssc-1a2b3c-core-0:';

test.each([
  [
    'fails',
    [
      message(2, 'pg_dump: error: no server\n'),
      message(3, '{"status":"Failure","message":"command terminated with exit code 1"}'),
    ],
    {},
    'pg_dump: error: no server',
  ],
  [
    'is not there',
    [message(3, '{"status":"Failure","message":"executable file not found in $PATH"}')],
    {},
    'executable file not found in $PATH',
  ],
  ['never says how it ended', [message(1, 'CREATE TABLE')], {}, 'the connection broke'],
  [
    'prints too much',
    [message(1, 'xxxxxxxxxx')],
    { longestBytes: 9 },
    'it printed more than 9 bytes',
  ],
  ['never ends', [], { within: '50ms' }, 'it took more than 50ms'],
] as const)('a program that %s is an error', async (_what, messages, limits, why) => {
  expect((await run(messages, limits)).printed).toBe(`${begin} ${why}`);
});

test('an API server that does not let it run', async () => {
  const access = await serve((_request, socket) => {
    socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
  });
  await expect(execInPod(access, clock, what)).rejects.toThrow(
    `${begin} the API server does not let it run`,
  );
});
