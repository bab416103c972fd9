import { createSystemClock } from '@ssc/clock';
import { expect, test } from 'vitest';
import { execInPod } from '../../src/index.ts';
import { accept, message, serve } from './upgrade-server.ts';

const clock = createSystemClock();
const what = {
  namespace: 'sandbox',
  pod: 'ssc-1a2b3c-core-0',
  container: 'postgres',
  command: ['pg_dump', '-U', 'ssc & co', 'postgres'],
};

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
