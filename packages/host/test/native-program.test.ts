import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, createSystemClock } from '@ssc/clock';
import {
  createSimNetwork,
  createVolume,
  mountFiles,
  type RunningProgram,
  startProgram,
} from '@ssc/process';
import { describe, expect, test } from 'vitest';
import {
  createHostFiles,
  createNativeProgram,
  identifyProcess,
  openProcessBook,
} from '../src/index.ts';
import { makeScratch } from './scratch.ts';

const scratch = makeScratch();
const clock = createSystemClock();
const host = createSimNetwork({ clock }).addHost('10.0.0.1');

interface Started extends RunningProgram {
  readonly output: () => string;
  readonly book: ReturnType<typeof openProcessBook>;
}

/** Runs an executable as the program of a container whose /data is a real folder. */
function start(
  name: string,
  command: [string, ...string[]],
  argv: readonly string[] = [],
): Started {
  const data = join(scratch, name);
  mkdirSync(data);
  const book = openProcessBook(join(scratch, `${name}-processes`));
  let output = '';
  const running = startProgram(
    {
      program: createNativeProgram({ command, env: { PATH: '/usr/bin:/bin', FROM: 'host' }, book }),
    },
    {
      argv: ['program', ...argv],
      env: { FROM: 'container', PATH: '/nowhere' },
      cwd: '/data',
      files: mountFiles(createVolume(), [
        { path: '/data', files: createHostFiles(data), readOnly: false },
      ]),
      openNet: host.open,
      clock,
      random: createRandom('1'),
      stdout: (text) => {
        output += text;
      },
      stderr: (text) => {
        output += text;
      },
    },
  );
  return Object.assign(running, { output: () => output, book });
}

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await clock.sleep(10);
  }
}

const sh = (script: string): [string, ...string[]] => ['/bin/sh', '-c', script, 'sh'];

describe('an executable as a program of a container', () => {
  test('gets real paths, the working directory and the environment, and gives output and code', async () => {
    const one = start('paths', sh('echo "$1 $2 $FROM $TZ"; pwd; echo oops >&2; exit 7'), [
      '/data/a.cfg',
      '/etc/passwd',
    ]);
    expect(await one.exited).toBe(7);
    expect(one.output()).toContain(
      `${scratch}/paths/a.cfg /etc/passwd container UTC\n${scratch}/paths\n`,
    );
    expect(one.output()).toContain('oops\n');
    expect(one.book.running()).toEqual([]);
  });

  test('is told of signals, and may take its time', async () => {
    const one = start(
      'signals',
      sh('trap "echo stopping; exit 0" TERM; touch up; while :; do sleep 0.05; done'),
    );
    await until(() => (existsSync(join(scratch, 'signals/up')) ? true : undefined));
    one.signal('SIGTERM');
    expect(await one.exited).toBe(0);
    expect(one.output()).toBe('stopping\n');
  });

  test('that dies by a signal has the code of a container runtime', async () => {
    expect(await start('aborts', sh('kill -ABRT $$')).exited).toBe(134);
  });

  test.each([
    [
      'is not there',
      '/nowhere/stellar-core',
      127,
      '/nowhere/stellar-core: spawn /nowhere/stellar-core ENOENT\n',
    ],
    ['cannot be executed', '/etc/passwd', 126, '/etc/passwd: spawn /etc/passwd EACCES\n'],
  ] as const)('that %s says so', async (_what, file, code, text) => {
    const one = start(`missing-${code}`, [file]);
    expect(await one.exited).toBe(code);
    expect(one.output()).toBe(text);
  });

  test('that is killed takes what it had started with it', async () => {
    const one = start('group', sh('sleep 60 & echo $! >child; echo $$ >leader; wait'));
    const child = await until(() => pidIn(join(scratch, 'group/child')));
    const leader = await until(() => pidIn(join(scratch, 'group/leader')));
    expect(one.book.running().map(({ pid }) => pid)).toEqual([leader]);
    one.kill();
    await until(
      () => (identifyProcess(leader) ?? identifyProcess(child)) === undefined || undefined,
    );
    await until(() => (one.book.running().length === 0 ? true : undefined));
  });

  test('that ends leaves nothing behind that it had started', async () => {
    const one = start('leftover', sh('sleep 60 >/dev/null 2>&1 & echo $! >child; exit 3'));
    expect(await one.exited).toBe(3);
    const child = Number(readFileSync(join(scratch, 'leftover/child'), 'utf8'));
    await until(() => (identifyProcess(child) === undefined ? true : undefined));
  });

  function pidIn(path: string): number | undefined {
    if (!existsSync(path)) return undefined;
    const pid = Number(readFileSync(path, 'utf8'));
    return pid > 0 ? pid : undefined;
  }
});

test('files below a folder say where they are, and cannot leave it', () => {
  const folder = join(scratch, 'below');
  mkdirSync(folder);
  writeFileSync(join(scratch, 'secret'), 'x');
  const files = createHostFiles(folder);
  files.write('/a', 'text');
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('text');
  expect(files.realPath?.('/a')).toBe(join(folder, 'a'));
  expect(files.realPath?.('/../secret')).toBe(join(folder, 'secret'));
  expect(() => files.read('/../secret')).toThrow('ENOENT');
  files.write('/mine', 'text', 0o600);
  expect(statSync(join(folder, 'mine')).mode & 0o777).toBe(0o600);
});
