import type { Dispatcher } from 'undici';
import { expect, test } from 'vitest';
import { exchange, type HttpRequest } from '../src/index.ts';
import { FakeDispatcher, type FakeReply } from './fake-network.ts';

const request: HttpRequest = { method: 'GET', origin: 'http://x', path: '/y', headers: {} };

/** Sends one request to a dispatcher that answers so; gives the reply and the parts handed out on the way. */
async function send(reply: FakeReply, signal = new AbortController().signal) {
  const parts: string[] = [];
  const dispatcher = new FakeDispatcher(() => reply);
  const whole = await exchange(dispatcher, request, signal, (part) =>
    parts.push(Buffer.from(part).toString()),
  );
  return { status: whole.status, body: whole.body, parts };
}

test('a good reply is handed out in parts, a refusal is kept whole', async () => {
  expect(await send({ status: 200, body: 'line' })).toEqual({
    status: 200,
    body: '',
    parts: ['line'],
  });
  expect(await send({ status: 410, body: 'too old' })).toEqual({
    status: 410,
    body: 'too old',
    parts: [],
  });
});

test('header names come in lower case', async () => {
  const dispatcher = new FakeDispatcher(() => ({ headers: { 'X-Some-Thing': '1' }, body: '' }));
  const { headers } = await exchange(dispatcher, request, new AbortController().signal);
  expect(headers['x-some-thing']).toBe('1');
});

test('a request given up before or after it began is rejected with the reason', async () => {
  await expect(send('', AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  const stop = new AbortController();
  const running = send(undefined, stop.signal);
  stop.abort(new Error('after'));
  await expect(running).rejects.toThrow('after');
});

test('a reply that does not end is cut off', async () => {
  const chunk = Buffer.alloc(2 ** 20);
  let sent = 0;
  const endless = new FakeDispatcher(() => undefined);
  endless.dispatch = (_options, handler) => {
    const controller = {
      abort: (reason: Error) => handler.onResponseError?.(controller, reason),
    } as Dispatcher.DispatchController;
    handler.onRequestStart?.(controller, {});
    handler.onResponseStart?.(controller, 200, {});
    for (; sent < 65; sent++) handler.onResponseData?.(controller, chunk);
    return true;
  };
  await expect(exchange(endless, request, new AbortController().signal)).rejects.toThrow(
    'more than 67108864 bytes',
  );
});
