import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createSystemClock, createVirtualClock } from '@ssc/clock';
import { expect, test } from 'vitest';
import { createPodConnect } from '../../src/index.ts';
import { accept, message, serve } from './upgrade-server.ts';

const to = { namespace: 'sandbox', pod: 'ssc-1a2b3c-core-0', port: 11_626 };

const portNumber = new Uint8Array([11_626 & 0xff, 11_626 >> 8]);

test('a stream is the first channel of a WebSocket', async () => {
  const heard: Buffer[] = [];
  let asked: IncomingMessage | undefined;
  const gone = Promise.withResolvers<void>();
  const access = await serve((request, socket) => {
    asked = request;
    accept(request, socket);
    for (const channel of [0, 1]) socket.write(message(channel, portNumber));
    socket.on('data', (part) => {
      heard.push(part);
      socket.write(message(0, 'good '));
      socket.write(message(0, 'day'));
    });
    socket.on('close', gone.resolve).on('error', () => {});
  });
  const stream = await createPodConnect(access, createSystemClock())(to);
  stream.write('GET / HTTP/1.1\r\n\r\n');
  let text = '';
  for await (const part of stream) {
    text += String(part);
    if (text === 'good day') break;
  }
  await gone.promise;
  expect(asked?.url).toBe(
    '/behind/a/path/api/v1/namespaces/sandbox/pods/ssc-1a2b3c-core-0/portforward?ports=11626',
  );
  expect(asked?.headers['sec-websocket-protocol']).toBe('v4.channel.k8s.io');
  // Masked, as all that a client sends: its length is not.
  const [first] = heard;
  expect([first?.[0], (first?.[1] ?? 0) & 0x7f]).toEqual([0x82, 1 + 18]);
});

test('what the kubelet tells on the second channel ends the stream', async () => {
  const tell = async (said: string) => {
    const access = await serve((request, socket) => {
      accept(request, socket);
      for (const channel of [0, 1]) socket.write(message(channel, portNumber));
      socket.write(message(1, said));
      socket.on('error', () => {});
    });
    const stream = await createPodConnect(access, createSystemClock())(to);
    const [error] = await once(
      stream.on('data', () => {}),
      'error',
    ).catch((thrown) => [thrown]);
    return `${error.code} ${error.message}`;
  };
  expect([
    await tell('dial tcp4 127.0.0.1:11626: connect: connection refused'),
    await tell('no sandbox'),
  ]).toMatchInlineSnapshot(`
    [
      "ECONNREFUSED port 11626 of pod ssc-1a2b3c-core-0: connection refused",
      "ECONNRESET port 11626 of pod ssc-1a2b3c-core-0: no sandbox",
    ]
  `);
});

test('a server that does not upgrade says why', async () => {
  const refuse = async (status: string, body: string) => {
    const access = await serve((_, socket) => {
      socket.end(
        `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
    });
    const error = await createPodConnect(access, createSystemClock())(to).catch((e) => e);
    return (error as Error).message;
  };
  const forbidden = { kind: 'Status', message: 'pods "x" is forbidden', code: 403 };
  expect([
    await refuse('403 Forbidden', JSON.stringify(forbidden)),
    await refuse('502 Bad Gateway', '<html>no WebSockets here</html>'),
  ]).toMatchInlineSnapshot(`
    [
      "no connection to port 11626 of pod ssc-1a2b3c-core-0: 403: pods "x" is forbidden",
      "no connection to port 11626 of pod ssc-1a2b3c-core-0: 502: <html>no WebSockets here</html>",
    ]
  `);
  const access = await serve((_, socket) => socket.destroy());
  await expect(createPodConnect(access, createSystemClock())(to)).rejects.toThrow(
    /^no connection to port 11626 of pod ssc-1a2b3c-core-0: /u,
  );
});

test('a server that never answers is waited for by the clock', async () => {
  const access = await serve(() => {});
  const clock = createVirtualClock({ start: 0 });
  const opened = clock.run(() => createPodConnect(access, clock)(to));
  await expect(opened).rejects.toThrowErrorMatchingInlineSnapshot(
    `[Error: no connection to port 11626 of pod ssc-1a2b3c-core-0: the API server did not answer]`,
  );
  expect(clock.now()).toBe(10_000);
});
