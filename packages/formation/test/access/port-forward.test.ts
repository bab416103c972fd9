import { Duplex } from 'node:stream';
import { exchange } from '@ssc/core-http';
import { expect, test } from 'vitest';
import { PortForwardDispatcher, podPortUrl } from '../../src/access/port-forward.ts';
import type { PodConnect } from '../../src/kube/pod-connect.ts';

/** The far end of a connection: gets what is written, and answers as told. */
class Pipe extends Duplex {
  readonly answer: (self: Pipe, said: string) => void;
  constructor(answer: (self: Pipe, said: string) => void) {
    super();
    this.answer = answer;
  }
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.answer(this, chunk.toString());
    done();
  }
}

const reply = (body: string): string =>
  `HTTP/1.0 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const to = { namespace: 'sandbox', pod: 'ssc-1a2b3c-core-0', port: 11_626 };

const ask = (connect: PodConnect, path = '/info', signal = new AbortController().signal) =>
  exchange(
    new PortForwardDispatcher(connect),
    { method: 'GET', origin: podPortUrl(to), path, headers: {} },
    signal,
  );

test('each request has a connection of its own, which is ended with it', async () => {
  const asked: object[] = [];
  const pipes: Pipe[] = [];
  const connect: PodConnect = async (port) => {
    asked.push(port);
    const pipe = new Pipe((self, said) => void self.push(reply(said.split(' ')[1] ?? '')));
    pipes.push(pipe);
    return pipe;
  };
  const dispatcher = new PortForwardDispatcher(connect);
  const get = (path: string) =>
    exchange(
      dispatcher,
      { method: 'GET', origin: podPortUrl(to), path, headers: {} },
      new AbortController().signal,
    );
  expect((await get('/info')).body).toBe('/info');
  const long = `/tx?blob=${'A'.repeat(190 * 1024)}`;
  expect((await get(long)).body).toBe(long);
  expect(asked).toEqual([to, to]);
  expect(pipes.map((pipe) => pipe.destroyed)).toEqual([true, true]);
});

test('not more than 64 connections are open at once; the others follow', async () => {
  let open = 0;
  let most = 0;
  const waiting: (() => void)[] = [];
  const dispatcher = new PortForwardDispatcher(async () => {
    open += 1;
    most = Math.max(most, open);
    const pipe = new Pipe((self) => void waiting.push(() => self.push(reply('x'))));
    return pipe.on('close', () => {
      open -= 1;
    });
  });
  const all = Promise.all(
    Array.from({ length: 200 }, () =>
      exchange(
        dispatcher,
        { method: 'GET', origin: podPortUrl(to), path: '/info', headers: {} },
        new AbortController().signal,
      ),
    ),
  );
  let answered = 0;
  while (answered < 200) {
    await new Promise(setImmediate);
    for (const answer of waiting.splice(0)) {
      answered += 1;
      answer();
    }
  }
  expect(new Set((await all).map(({ body }) => body))).toEqual(new Set(['x']));
  expect(most).toBe(64);
});

test('what goes wrong tells whether the request was sent', async () => {
  const refused = ask(() => Promise.reject(new Error('404: pods "ssc-1a2b3c-core-0" not found')));
  await expect(refused).rejects.toMatchObject({
    syscall: 'connect',
    message: '404: pods "ssc-1a2b3c-core-0" not found',
  });
  const error = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
  await expect(ask(async () => new Pipe((self) => self.destroy(error)))).rejects.toBe(error);
  // Before the Client listens.
  await expect(ask(async () => new Pipe(() => {}).destroy(error))).rejects.toBe(error);
  await expect(ask(async () => new Pipe((self) => void self.push(null)))).rejects.toThrow(
    'other side closed',
  );
});

test('a request that is given up lets go of its connection', async () => {
  const pipe = new Pipe(() => abort.abort(new Error('enough')));
  const abort = new AbortController();
  await expect(ask(async () => pipe, '/info', abort.signal)).rejects.toThrow('enough');
  await new Promise(setImmediate);
  expect(pipe.destroyed).toBe(true);
});
