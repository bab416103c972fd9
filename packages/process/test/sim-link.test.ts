import { createVirtualClock, type VirtualClock } from '@ssc/clock';
import { expect, test } from 'vitest';
import { SimLink } from '../src/sim-link.ts';
import { SimWays } from '../src/sim-ways.ts';

/** A connection from `a` to port 7 of `b`; what its ends hear is noted with its time. */
async function linked(
  act: (world: {
    readonly link: SimLink;
    readonly ways: SimWays;
    readonly clock: VirtualClock;
    readonly told: string[];
    setLatency(ms: number): void;
    /** Lets an end note all that it hears. */
    listen(end: 'client' | 'server'): void;
  }) => Promise<void>,
): Promise<string[]> {
  const clock = createVirtualClock({ start: 0 });
  const told: string[] = [];
  let latencyMs = 100;
  const ways = new SimWays(clock, () => latencyMs);
  const observe = (from: string, to: string, message: Uint8Array): void =>
    void told.push(`${clock.now()} sent ${from} ${to} ${Buffer.from(message)}`);
  const link = new SimLink(
    { clock, ways, observe },
    { address: 'a', port: 40000 },
    { address: 'b', port: 7 },
  );
  const listen = (name: 'client' | 'server'): void => {
    link[name].onMessage((message) => told.push(`${clock.now()} ${name} ${Buffer.from(message)}`));
    link[name].onClose((reason) => told.push(`${clock.now()} ${name} ${reason}`));
  };
  const setLatency = (ms: number): void => {
    latencyMs = ms;
  };
  await clock.run(() => act({ link, ways, clock, told, setLatency, listen }));
  return told;
}
const bytes = (text: string): Uint8Array => Buffer.from(text);

test('each end knows the other one', async () => {
  await linked(async ({ link: { client, server } }) => {
    expect([client.remoteHost, client.remotePort]).toEqual(['b', 7]);
    expect([server.remoteHost, server.remotePort]).toEqual(['a', 40000]);
  });
});

test('what comes before an end listens waits for it, and so does the close', async () => {
  const told = await linked(async ({ link, clock, listen }) => {
    link.client.send(bytes('one'));
    link.client.send(bytes('two'));
    await clock.sleep(500);
    listen('server');
    link.client.close();
    listen('client');
  });
  expect(told).toEqual([
    '0 sent a b one',
    '0 sent a b two',
    '500 server one',
    '500 server two',
    '500 server closed by the other end',
    '500 client closed by the other end',
  ]);
});

test('a message never overtakes another one, also when the way has become shorter', async () => {
  const told = await linked(async ({ link, clock, listen, setLatency }) => {
    listen('server');
    link.client.send(bytes('slow'));
    setLatency(1);
    link.client.send(bytes('quick'));
    await clock.sleep(500);
  });
  expect(told.slice(2)).toEqual(['100 server slow', '100 server quick']);
});

test('what is under way when the connection ends is lost, and nothing can be sent after', async () => {
  let shut = 0;
  const told = await linked(async ({ link, clock, listen }) => {
    listen('server');
    link.onShut(() => {
      shut += 1;
    });
    link.client.send(bytes('lost'));
    link.shut('gone');
    link.shut('again');
    link.client.send(bytes('after'));
    await clock.sleep(500);
  });
  expect(told).toEqual(['0 sent a b lost', '0 server gone']);
  expect(shut).toBe(1);
});

test('over a way that is cut messages wait, in order, until it is healed; another way does not matter', async () => {
  const told = await linked(async ({ link, ways, clock, listen }) => {
    listen('server');
    ways.cut('b', 'a');
    link.client.send(bytes('one'));
    await clock.sleep(9000);
    ways.heal('a', 'c');
    link.client.send(bytes('two'));
    await clock.sleep(500);
    ways.heal('a', 'b');
    await clock.sleep(10_000);
    expect(link.isOpen).toBe(true);
  });
  expect(told.slice(2)).toEqual(['9600 server one', '9600 server two']);
});

test('it ends ten seconds after the first message that cannot go', async () => {
  const told = await linked(async ({ link, ways, clock, listen }) => {
    listen('client');
    ways.cut('a', 'b');
    await clock.sleep(30_000);
    link.client.send(bytes('one'));
    await clock.sleep(5000);
    link.client.send(bytes('two'));
    await clock.sleep(5000);
  });
  expect(told.at(-1)).toBe('40000 client timed out');
});
