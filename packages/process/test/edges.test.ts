import { posix } from 'node:path';
import { createRandom, createVirtualClock } from '@ssc/clock';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bodyOf,
  createSimNetwork,
  createVolume,
  FileError,
  mountFiles,
  type Programs,
  readText,
  resolvePath,
  startProgram,
  textResponse,
} from '../src/index.ts';

function world() {
  const clock = createVirtualClock({ start: 0 });
  const network = createSimNetwork({
    clock,
    latencyMs: () => 10,
    resolve: (name, from) => (name === 'peer' && from === '10.0.0.1' ? '10.0.0.2' : undefined),
  });
  const [a, b] = [network.addHost('10.0.0.1'), network.addHost('10.0.0.2')];
  return { clock, network, a, b };
}

describe('programs within programs', () => {
  const run = async (programs: Programs, argv: readonly string[]) => {
    const { clock, a } = world();
    const lines: string[] = [];
    const running = startProgram(programs, {
      argv,
      env: { A: '1' },
      cwd: '/work',
      files: createVolume(),
      openNet: a.open,
      clock,
      random: createRandom('x'),
      stdout: (text) => lines.push(text),
    });
    return { clock, running, lines, a };
  };

  test('inherit environment and folder unless told otherwise', async () => {
    const { clock, running, lines } = await run(
      {
        outer: async (self) => {
          for (const options of [{}, { env: { B: '2' }, cwd: '/else' }])
            self.stdout((await self.exec(['inner', 'x'], options)).stdout);
          return 0;
        },
        inner: async (self) => {
          self.stdout(`${self.argv.join(' ')} ${JSON.stringify(self.env)} ${self.cwd}`);
          return 0;
        },
      },
      ['/bin/outer'],
    );
    expect(await clock.run(() => running.exited)).toBe(0);
    expect(lines).toEqual(['inner x {"A":"1"} /work', 'inner x {"B":"2"} /else']);
  });

  test('die with the one that started them, with their ports and timers', async () => {
    let ticks = 0;
    const { clock, running, a } = await run(
      {
        outer: async (self) => (await self.exec(['inner'])).code,
        inner: async (self) => {
          self.net.listenHttp(80, async () => textResponse(200, 'x'));
          for (;;) {
            await self.clock.sleep(100);
            ticks += 1;
          }
        },
      },
      ['outer'],
    );
    await clock.run(async () => {
      await clock.sleep(1050);
      expect((await a.open().net.request('http://localhost/')).status).toBe(200);
      running.kill();
      expect(await running.exited).toBe(137);
      await clock.sleep(1000);
      expect(ticks).toBe(10);
      await expect(a.open().net.request('http://localhost/')).rejects.toThrow('ECONNREFUSED');
    });
  });

  test('say nothing any more once they are dead', async () => {
    const { clock, running, lines } = await run(
      {
        late: async (self) => {
          await new Promise<void>((resolve) => {
            self.onSignal(() => resolve());
          });
          self.stdout('too late');
          return 0;
        },
      },
      ['late'],
    );
    await clock.run(async () => {
      running.kill();
      running.signal('SIGTERM');
      await clock.sleep(10);
    });
    expect(lines).toEqual([]);
  });
});

describe('requests', () => {
  test('names may mean different things to different hosts', async () => {
    const { clock, a, b } = world();
    b.open().net.listenHttp(80, async () => textResponse(200, 'here'));
    await clock.run(async () => {
      expect((await a.open().net.request('http://peer/')).status).toBe(200);
      await expect(b.open().net.request('http://peer/')).rejects.toThrow('ENOTFOUND');
    });
  });

  test('that are given up end at once, with the reason', async () => {
    const { clock, a, b } = world();
    b.open().net.listenHttp(80, () => new Promise(() => {}));
    await clock.run(async () => {
      const abort = new AbortController();
      clock.timer(3000, () => abort.abort(new Error('enough')));
      const request = a.open().net.request('http://10.0.0.2/', { signal: abort.signal });
      await expect(request).rejects.toThrow('enough');
      expect(clock.now()).toBe(3000);
    });
  });

  test('a body that comes in parts is read whole', async () => {
    const body = (async function* () {
      yield Buffer.from('one ');
      yield Buffer.from('two');
    })();
    const bytes = await bodyOf({ status: 200, headers: {}, body });
    expect(Buffer.from(bytes).toString()).toBe('one two');
  });
});

describe('files of a container', () => {
  const container = () => {
    const data = createVolume({ content: { '/inner/x': 'deep' } });
    const cfg = createVolume({ content: { '/a.cfg': 'config' } });
    const root = createVolume({ content: { '/etc/hosts': 'h' } });
    return mountFiles(root, [
      { path: '/data', files: data, readOnly: false },
      { path: '/data/cfg', files: cfg, readOnly: true },
      { path: '/sub', files: data, readOnly: false, subPath: 'inner' },
    ]);
  };

  test('a part of a volume stands for its root, and changes are seen through both', () => {
    const files = container();
    expect(readText(files, '/sub/x')).toBe('deep');
    files.write('/sub/y', 'new');
    expect(files.list('/data/inner')).toEqual(['x', 'y']);
  });

  test('mounts show in the folder above them', () => {
    expect(container().list('/')).toEqual(['data', 'etc', 'sub']);
    expect(container().list('/data')).toEqual(['cfg', 'inner']);
  });

  test('a file may be moved from one volume to another, not out of a read-only one', () => {
    const files = container();
    files.rename('/etc/hosts', '/data/hosts');
    expect(files.info('/etc/hosts')).toBeUndefined();
    expect(readText(files, '/data/hosts')).toBe('h');
    expect(() => files.rename('/data/cfg/a.cfg', '/data/b')).toThrow(FileError);
    expect(readText(files, '/data/cfg/a.cfg')).toBe('config');
    expect(files.info('/data/b')).toBeUndefined();
  });

  test('property: a path resolves to what Node.js makes of it, and that to itself', () => {
    const word = fc.constantFrom('a', '..', '.', '', 'b c', '.a', '..b', 'c.');
    fc.assert(
      fc.property(fc.array(word), fc.array(word), (path, cwd) => {
        const resolved = resolvePath(path.join('/'), `/${cwd.join('/')}`);
        expect(resolved).toBe(posix.resolve('/', cwd.join('/'), path.join('/')));
        expect(resolvePath(resolved)).toBe(resolved);
      }),
      { seed: 1 },
    );
  });
});
