import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createSystemClock, createVirtualClock } from '@ssc/clock';
import { afterAll, describe, expect, test } from 'vitest';
import {
  endProcesses,
  identifyProcess,
  openProcessBook,
  setWatchman,
  signalProcess,
  type ThisSystem,
} from '../src/index.ts';
import { thisSystem } from '../src/this-system.ts';
import { makeScratch } from './scratch.ts';

const scratch = makeScratch();
const clock = createSystemClock();
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

// Nobody is to be killed for being late on a busy machine.
const anHourMs = 3_600_000;

async function until(look: () => boolean): Promise<void> {
  while (!look()) await clock.sleep(10);
}

function sleeper(script = 'exec sleep 60'): { pid: number; ended: Promise<string> } {
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: 'ignore' });
  children.push(child);
  return {
    pid: child.pid ?? 0,
    ended: new Promise((resolve) =>
      child.on('exit', (code, signal) => resolve(signal ?? String(code))),
    ),
  };
}

describe('a book of processes', () => {
  test('knows those that run, by number and start', async () => {
    const folder = join(scratch, 'known');
    const book = openProcessBook(folder);
    const { pid, ended } = sleeper();
    expect(book.enter(pid, 'a sleeper')).toEqual({
      pid,
      identity: identifyProcess(pid),
      what: 'a sleeper',
    });
    const again = openProcessBook(folder);
    expect(again.running()).toEqual([{ pid, identity: identifyProcess(pid), what: 'a sleeper' }]);
    await endProcesses(clock, again.running(), anHourMs);
    expect(await ended).toBe('SIGTERM');
    expect(again.running()).toEqual([]);
    again.strike(pid);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('takes nobody who has ended', () => {
    expect(openProcessBook(join(scratch, 'ended')).enter(2 ** 22 + 1, 'nobody')).toBeUndefined();
  });

  test('a stranger with a number that was used before is neither shown nor ended', async () => {
    const folder = join(scratch, 'stranger');
    const book = openProcessBook(folder);
    const { pid } = sleeper();
    writeFileSync(join(folder, String(pid)), 'another life 42\nwhat it was\n');
    writeFileSync(join(folder, '1'), `${identifyProcess(1)}\ninit\n`);
    writeFileSync(join(folder, 'notes'), 'not a process\n');
    expect(book.running()).toEqual([]);
    const stranger = { pid, identity: 'another life 42', what: 'what it was' };
    signalProcess(stranger, 'SIGKILL');
    await endProcesses(clock, [stranger], 0);
    expect(identifyProcess(pid)).toBeDefined();
  });

  test('one that does not hear is killed when the time is over', async () => {
    const isDeaf = join(scratch, 'is-deaf');
    const { pid, ended } = sleeper(`trap "" TERM; : >${isDeaf}; while :; do sleep 0.1; done`);
    const booked = openProcessBook(join(scratch, 'deaf')).enter(pid, 'deaf');
    await until(() => existsSync(isDeaf));
    await endProcesses(clock, booked === undefined ? [] : [booked], 100);
    expect(await ended).toBe('SIGKILL');
  });

  test('one that the system keeps though it is killed is given; nobody waits for it for ever', async () => {
    // No number of a process is as high, so that nobody is sent anything.
    const kept = { pid: 2 ** 22 + 1, identity: 'Mon Nov 23 09:15:42 2026', what: 'kept' };
    const system = { ...bsd, ask: () => 'D    Mon Nov 23 09:15:42 2026' };
    const virtual = createVirtualClock({ start: 0 });
    expect(await virtual.run(() => endProcesses(virtual, [kept], 5000, system))).toEqual([kept]);
    expect(virtual.now()).toBe(15_000);
  });
});

describe('a process', () => {
  test('has one identity, and none when it has ended', async () => {
    const mine = identifyProcess(process.pid);
    expect(mine).toBeDefined();
    expect(identifyProcess(process.pid)).toBe(mine);
    const { pid, ended } = sleeper('exit 0');
    await ended;
    expect(identifyProcess(pid)).toBeUndefined();
  });
});

/** This machine as one that tells by programs, as a Mac does. */
const bsd: ThisSystem = { ...thisSystem, platform: 'darwin', readText: () => undefined };

describe('a process of a machine that tells by ps', () => {
  const mac = (printed: string | undefined): ThisSystem => ({
    platform: 'darwin',
    readText: () => undefined,
    ask: (file, args) =>
      [file, ...args].join(' ') === 'ps -o stat= -o lstart= -p 4242' ? printed : undefined,
  });

  // What ps(1) of macOS prints: the state with its marks, the start as `%c` in the C locale, padded.
  test.each([
    ['sleeps', 'S    Mon Nov 23 09:15:42 2026    \n', 'Mon Nov 23 09:15:42 2026'],
    ['leads a session', 'Ss   Sat Nov  7 01:02:03 2026    \n', 'Sat Nov 7 01:02:03 2026'],
    ['has ended and was not waited for', 'Z    Mon Nov 23 09:15:42 2026    \n', undefined],
    ['is not there', undefined, undefined],
    ['is shown in another way', 'S\n', undefined],
    ['is shown with a heading', ',lstart=\nSs\n', undefined],
  ])('that %s', (_what, printed, identity) => {
    expect(identifyProcess(4242, mac(printed))).toBe(identity);
  });

  test('has one identity by the ps of this machine too', async () => {
    const { pid, ended } = sleeper();
    const identity = identifyProcess(pid, bsd);
    expect(identity).toMatch(/^\w{3} \w{3} \d+ \d\d:\d\d:\d\d \d{4}$/u);
    expect(identifyProcess(pid, bsd)).toBe(identity);
    process.kill(pid, 'SIGKILL');
    await ended;
    expect(identifyProcess(pid, bsd)).toBeUndefined();
  });
});

describe('a watchman', () => {
  /** How many watch over the book in a folder. */
  const watchmenOf = (folder: string): number =>
    execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.endsWith(` ssc-watchman ${folder}`)).length;

  /** Someone who sets a watchman and is then killed. */
  const driver = `
    const { openProcessBook, setWatchman } = await import(process.argv[1]);
    const { thisSystem } = await import(process.argv[4]);
    const platform = process.argv[5];
    const book = openProcessBook(process.argv[2], { ...thisSystem, platform });
    setWatchman(process.argv[2], platform);
    book.enter(Number(process.argv[3]), 'a sleeper');
    console.log('ready');
    setInterval(() => {}, 1000);
  `;

  test.each(['linux', 'darwin'])(
    'ends what was entered when the one who set it is killed, and no stranger (%s)',
    async (platform) => {
      const folder = join(scratch, `watched-${platform}`);
      const mine = sleeper();
      const stranger = sleeper();
      openProcessBook(folder);
      writeFileSync(join(folder, String(stranger.pid)), 'another life 42\nwhat it was\n');
      const index = join(import.meta.dirname, '../src/index.ts');
      const child = spawn(
        process.execPath,
        [
          '--conditions=@ssc/source',
          '--input-type=module',
          '-e',
          driver,
          index,
          folder,
          String(mine.pid),
          join(import.meta.dirname, '../src/this-system.ts'),
          platform,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      children.push(child);
      await new Promise((resolve) => child.stdout.once('data', resolve));
      child.kill('SIGKILL');
      expect(await mine.ended).toBe('SIGTERM');
      expect(identifyProcess(stranger.pid)).toBeDefined();
    },
  );

  test('that is dismissed ends nobody', async () => {
    const folder = join(scratch, 'dismissed');
    const book = openProcessBook(folder);
    const { pid } = sleeper();
    const watchman = setWatchman(folder);
    book.enter(pid, 'a sleeper');
    // For a moment the cat that it starts is shown with its own command line.
    await until(() => watchmenOf(folder) === 1);
    watchman.dismiss();
    await until(() => watchmenOf(folder) === 0);
    expect(identifyProcess(pid)).toBeDefined();
  });
});
