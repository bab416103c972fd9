import { createRandom, createVirtualClock } from '@ssc/clock';
import { describe, expect, test } from 'vitest';
import {
  bodyOf,
  createSimNetwork,
  createVolume,
  type Net,
  type Programs,
  startProgram,
  textResponse,
} from '../src/index.ts';

const text = async (net: Net, url: string): Promise<string> =>
  Buffer.from(await bodyOf(await net.request(url))).toString();

function world() {
  const clock = createVirtualClock({ start: 0 });
  const network = createSimNetwork({ clock, latencyMs: () => 50 });
  const [a, b] = [network.addHost('10.0.0.1', ['a']), network.addHost('10.0.0.2', ['b.svc'])];
  return { clock, network, a, b };
}

describe('HTTP', () => {
  test('a request takes a way there and a way back', async () => {
    const { clock, a, b } = world();
    b.open().net.listenHttp(80, async (request) =>
      textResponse(200, `${request.method} ${request.path} from ${request.headers['host']}`),
    );
    await clock.run(async () => {
      expect(await text(a.open().net, 'http://b.svc/x?y=1')).toBe('GET /x?y=1 from b.svc');
      expect(clock.now()).toBe(100);
    });
  });

  test('refusals have the codes that a real network gives', async () => {
    const { clock, a, b, network } = world();
    const server = b.open();
    server.net.listenHttp(11626, async () => new Promise(() => {}), '127.0.0.1');
    server.net.listenHttp(80, async () => new Promise(() => {}));
    expect(() => b.open().net.listenHttp(80, async () => textResponse(200, ''))).toThrow(
      'EADDRINUSE: port 80 of 10.0.0.2 is open already',
    );
    expect(() => b.open().net.listen(80, () => {})).toThrow(
      'EADDRINUSE: port 80 of 10.0.0.2 is open already',
    );
    const other = b.open().net.listen(81, () => {});
    expect(() => server.net.listenHttp(81, async () => textResponse(200, ''))).toThrow(
      'EADDRINUSE: port 81 of 10.0.0.2 is open already',
    );
    other.close();
    await clock.run(async () => {
      const { net } = a.open();
      await expect(text(net, 'http://nowhere/')).rejects.toThrow(
        'ENOTFOUND: no address for nowhere',
      );
      await expect(text(net, 'http://10.0.0.9/')).rejects.toThrow(
        'ETIMEDOUT: 10.0.0.9 does not answer',
      );
      await expect(
        net.request('http://b.svc/', { signal: AbortSignal.abort(new Error('given up')) }),
      ).rejects.toThrow('given up');
      const giveUp = new AbortController();
      clock.timer(20, () => giveUp.abort(new Error('given up on the way')));
      await expect(net.request('http://b.svc/', { signal: giveUp.signal })).rejects.toThrow(
        'given up on the way',
      );
      await expect(text(net, 'http://10.0.0.2:81/')).rejects.toThrow(
        'ECONNREFUSED: 10.0.0.2:81 is not open',
      );
      await expect(text(net, 'http://10.0.0.2:11626/')).rejects.toThrow('ECONNREFUSED');
      clock.timer(500, () => server.close());
      await expect(text(net, 'http://b.svc/')).rejects.toThrow(
        'ECONNRESET: b.svc closed the connection',
      );
      network.partition('10.0.0.1', '10.0.0.2');
      await expect(text(net, 'http://b.svc/')).rejects.toThrow(
        'ETIMEDOUT: 10.0.0.2 does not answer',
      );
    });
  });
});

describe('connections', () => {
  test('messages arrive whole, in order, after the latency; a close is heard at both ends', async () => {
    const { clock, a, b } = world();
    const log: string[] = [];
    b.open().net.listen(11625, (connection) => {
      connection.onMessage((message) => {
        log.push(`${clock.now()} b got ${Buffer.from(message)}`);
        connection.send(Buffer.from(`re ${Buffer.from(message)}`));
      });
      connection.onClose((reason) => log.push(`b: ${reason}`));
    });
    await clock.run(async () => {
      const connection = await a.open().net.connect('b.svc', 11625);
      connection.onMessage((message) => log.push(`${clock.now()} a got ${Buffer.from(message)}`));
      connection.onClose((reason) => log.push(`a: ${reason}`));
      connection.send(Buffer.from('1'));
      connection.send(Buffer.from('2'));
      await clock.sleep(200);
      connection.close();
    });
    expect(log).toEqual([
      '150 b got 1',
      '150 b got 2',
      '200 a got re 1',
      '200 a got re 2',
      'a: closed by the other end',
      'b: closed by the other end',
    ]);
  });

  test('a short cut delays messages, a long one ends the connection', async () => {
    const { clock, a, b, network } = world();
    const log: string[] = [];
    b.open().net.listen(1, (connection) =>
      connection.onMessage((message) => log.push(`${clock.now()} ${Buffer.from(message)}`)),
    );
    await clock.run(async () => {
      const connection = await a.open().net.connect('10.0.0.2', 1);
      connection.onClose((reason) => log.push(`${clock.now()} ${reason}`));
      network.partition('10.0.0.2', '10.0.0.1');
      connection.send(Buffer.from('late'));
      await clock.sleep(900);
      network.heal('10.0.0.1', '10.0.0.2');
      await clock.sleep(1000);
      network.partition('10.0.0.1', '10.0.0.2');
      connection.send(Buffer.from('lost'));
      await clock.sleep(20_000);
    });
    expect(log).toEqual(['1050 late', '12000 timed out']);
  });

  test('a host taken away ends what was open', async () => {
    const { clock, a, b } = world();
    const log: string[] = [];
    b.open().net.listen(1, () => {});
    await clock.run(async () => {
      const { net } = a.open();
      (await net.connect('b.svc', 1)).onClose((reason) => log.push(reason));
      b.remove();
      await expect(net.connect('b.svc', 1)).rejects.toThrow('ENOTFOUND');
    });
    expect(log).toEqual(['closed by the other end']);
  });
});

describe('startProgram', () => {
  const programs: Programs = {
    hello: async (self) => {
      self.stdout(`hello ${self.argv[1] ?? ''} ${self.env['X'] ?? ''}\n`);
      return 3;
    },
    wait: async (self) => {
      self.net.listenHttp(80, async () => textResponse(200, 'up'));
      await self.clock.sleep(1e9);
      return 0;
    },
    polite: (self) =>
      new Promise((resolve) => {
        self.onSignal((signal) => {
          self.stderr(`got ${signal}\n`);
          resolve(0);
        });
      }),
    outer: async (self) => {
      const inner = await self.exec(['/usr/bin/hello', 'you'], { env: { X: 'x' } });
      self.stdout(JSON.stringify(inner));
      return (await self.exec(['nothing'])).code;
    },
    broken: async () => {
      throw new Error('assertion');
    },
  };

  function start(...argv: string[]) {
    const { clock, a, b } = world();
    let output = '';
    const add = (chunk: string) => {
      output += chunk;
    };
    const begin = () =>
      startProgram(programs, {
        argv,
        files: createVolume(),
        openNet: a.open,
        clock,
        random: createRandom('1'),
        stdout: add,
        stderr: add,
      });
    return { clock, b, begin, output: () => output };
  }

  test('gives output and exit code', async () => {
    const { clock, begin, output } = start('hello', 'me');
    expect(await clock.run(() => begin().exited)).toBe(3);
    expect(output()).toBe('hello me \n');
  });

  test('runs others within', async () => {
    const { clock, begin, output } = start('outer');
    expect(await clock.run(() => begin().exited)).toBe(127);
    expect(output()).toBe('{"code":3,"stdout":"hello you x\\n","stderr":""}');
  });

  test('a missing program is 127, one that throws 134', async () => {
    expect(await start('nix').begin().exited).toBe(127);
    const { begin, output } = start('broken');
    expect(await begin().exited).toBe(134);
    expect(output()).toContain('broken: Error: assertion');
  });

  test('signals are handled, or end it; a kill takes its ports away', async () => {
    const polite = start('polite');
    const one = polite.begin();
    one.signal('SIGTERM');
    expect([await one.exited, polite.output()]).toEqual([0, 'got SIGTERM\n']);

    const { clock, b, begin } = start('wait');
    await clock.run(async () => {
      const running = begin();
      expect(await text(b.open().net, 'http://a/')).toBe('up');
      running.kill();
      expect(await running.exited).toBe(137);
      await expect(text(b.open().net, 'http://a/')).rejects.toThrow('ECONNREFUSED');
      const second = begin();
      second.signal('SIGINT');
      expect(await second.exited).toBe(130);
    });
  });
});
