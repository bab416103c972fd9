import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { renderError, SscError } from '@ssc/errors';
import { findMission } from '@ssc/missions';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { staged } from '../../../tools/staged.ts';
import { simulatedProvider } from '../src/providers/simulated.ts';
import type { FromRehearsal, ToRehearsal } from '../src/rehearsal-thread.ts';
import { serveRehearsals } from '../src/rehearsal-thread.ts';
import { RehearsalThreads } from '../src/rehearse-in-threads.ts';
import type { Thread } from '../src/thread.ts';
import { createFakeHost, type FakeHost } from './fake-host.ts';

const scratch = mkdtempSync(join(tmpdir(), 'ssc-threads-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The program in a process of its own, interrupted once it has printed what is said. */
async function rehearse(words: readonly string[], interruptAt?: string): Promise<Ended> {
  const program = join(await staged('ssc-cli'), 'bin/ssc.js');
  const child = spawn(process.execPath, [program, 'rehearse', ...words]);
  let [out, err] = ['', ''];
  let isInterrupted = interruptAt === undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (isInterrupted || !out.includes(interruptAt ?? '')) return;
    isInterrupted = child.kill('SIGINT');
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

/** Every file of the runs in a folder, by mission and path; what says when it was is left out. */
function filesOf(destination: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of readdirSync(destination, { recursive: true, encoding: 'utf8' })) {
    const [, path] = /^\d{8}T\d{6}Z-(.+\.\w+)$/u.exec(name) ?? [];
    if (path !== undefined) files.set(path, readFileSync(join(destination, name), 'base64'));
  }
  return files;
}

const destinationOf = (name: string): string[] => ['--destination', join(scratch, name)];
const twoMissions = ['BootAndSync', 'SimplePayment', '--seed', '7'];

describe('rehearsals in threads', () => {
  test('are those of one thread, byte by byte', async () => {
    const alone = await rehearse([...twoMissions, '--parallel', '1', ...destinationOf('alone')]);
    const beside = await rehearse([...twoMissions, '--parallel', '2', ...destinationOf('beside')]);
    const linesOf = ({ out }: Ended): string[] =>
      out
        .replaceAll(/ in \d+\.\ds/gu, '')
        .split('\n')
        .slice(0, 2)
        .sort();
    expect(linesOf(beside)).toEqual([
      'BootAndSync  rehearsed, 24s of simulated time, seed 7',
      'SimplePayment  rehearsed, 27s of simulated time, seed 7',
    ]);
    expect(linesOf(alone)).toEqual(linesOf(beside));
    expect([alone.code, alone.err, beside.code, beside.err]).toEqual([0, '', 0, '']);
    const files = filesOf(join(scratch, 'alone'));
    expect(files.size).toBeGreaterThan(50);
    expect(filesOf(join(scratch, 'beside'))).toEqual(files);
  });

  test('of which one fails: it is told, the others are made, and the exit code is its', async () => {
    const { code, out, err } = await rehearse([
      ...twoMissions,
      '--amount',
      '5000 XLM',
      '--parallel',
      '2',
      ...destinationOf('failed'),
    ]);
    expect(code).toBe(1);
    expect(out).toContain('BootAndSync  rehearsed');
    expect(out).toContain('SimplePayment  failed');
    expect(err).toContain(
      '✖ SSC_TX_RESULT  the payment alice → bob (5000 XLM) was applied and failed',
    );
  });

  test('end on Ctrl-C, with what there is of them', async () => {
    const { code, out } = await rehearse(
      [
        'BootAndSync',
        '--repeat',
        '100',
        '--parallel',
        '2',
        '--json',
        ...destinationOf('interrupted'),
      ],
      '"phase":"sync"',
    );
    expect(code).toBe(130);
    const verdicts = out.split('\n').flatMap((line) => /"verdict":"(\w+)"/u.exec(line)?.[1] ?? []);
    expect(verdicts).toContain('interrupted');
    const junit = readFileSync(join(scratch, 'interrupted/junit.xml'), 'utf8');
    expect(junit.match(/<testsuite /gu)).toHaveLength(100);
    expect(junit).toContain('it was not begun: SIGINT ended the call');
  });

  test('are for threads alone', async () => {
    const child = spawn(process.execPath, [
      join(await staged('ssc-cli'), 'bin/ssc.js'),
      'rehearsal-thread',
    ]);
    onTestFinished(() => void child.kill('SIGKILL'));
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(2);
    expect(err).toBe('✖ SSC_USAGE_COMMAND  this command is for threads of ssc alone\n');
  });
});

/** A thread that is none: `act` answers what it is told. */
function createThread(
  act: (message: ToRehearsal, answer: (message: FromRehearsal) => void) => void,
  broken: Promise<never> = new Promise(() => {}),
): Thread<ToRehearsal, FromRehearsal> {
  let answer: (message: FromRehearsal) => void = () => {};
  return {
    send: (message) => act(structuredClone(message), (reply) => answer(structuredClone(reply))),
    onMessage: (hear) => {
      answer = hear;
    },
    broken,
    end: async () => {},
  };
}

const planned = { mission: findMission('BootAndSync'), params: {}, seed: '7' };
const settings = {
  destination: 'runs',
  parallel: 2,
  repeat: 1,
  retryBroken: 0,
  keep: false,
  json: false,
};
const optionsFor = (host = createFakeHost()) => ({
  settings,
  host,
  open: async (seed: string) => simulatedProvider(seed),
  onEvent: () => {},
});

/** Both ends in this thread, and what is sent copied as between two; the other end has a machine of its own. */
function connectTo(machine: FakeHost): RehearsalThreads {
  return new RehearsalThreads(() => {
    let hear: (message: ToRehearsal) => void = () => {};
    return {
      ...createThread((message) => hear(message)),
      onMessage: (answer) => {
        const send = (reply: FromRehearsal): void => answer(structuredClone(reply));
        const onMessage = (listen: (message: ToRehearsal) => void): void => {
          hear = listen;
        };
        void serveRehearsals({ send, onMessage }, machine);
      },
    };
  });
}

/** A machine on which no run can be written down. */
const failing = (error: unknown): FakeHost => ({
  ...createFakeHost(),
  makeFolder: () => {
    throw error;
  },
});

describe('what a thread tells', () => {
  test('a refusal is the same error here', async () => {
    const refusal = new SscError({
      problem: { code: 'SSC_NO_CLUSTER' },
      verdict: 'broken',
      summary: 'the cluster is away',
      facts: [['Server', 'nowhere']],
      hint: 'Look for it.',
      definite: true,
      cause: new Error('it went'),
    });
    const threads = connectTo(failing(refusal));
    const error = await threads.make(planned, optionsFor()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SscError);
    expect(renderError(error)).toBe(renderError(refusal));
    expect(error).toMatchObject({ verdict: 'broken', definite: true });
  });

  test('a defect is told here, where it is shown with its stack', async () => {
    const threads = connectTo(failing(new TypeError('x is not a function')));
    const told = await threads.make(planned, optionsFor()).catch(renderError);
    expect(told).toMatch(/^✖ SSC_BUG {2}TypeError: x is not a function\n[\s\S]*\n {4}at /u);
  });

  test('what would be printed is printed here, and one that is done makes the next one', async () => {
    let started = 0;
    const told: ToRehearsal[] = [];
    const threads = new RehearsalThreads(() => {
      started += 1;
      return createThread((message, answer) => {
        told.push(message);
        answer({ out: 'out\n' });
        answer({ err: 'err\n' });
        answer({ exit: 3 });
        answer({ ended: { result: {}, folder: 'f', exitCode: 0 } as never });
      });
    });
    const host = createFakeHost();
    for (let i = 0; i < 3; i++)
      expect(await threads.make(planned, optionsFor(host))).toMatchObject({ folder: 'f' });
    expect(started).toBe(1);
    expect(told).toEqual(
      Array(3).fill({ rehearse: { mission: 'BootAndSync', params: {}, seed: '7', settings } }),
    );
    expect(host.printed()).toBe('out\n'.repeat(3));
    expect(host.complained()).toBe('err\n(the process ends with 3)\n'.repeat(3));
    await threads.end();
  });

  test('a thread that breaks ends the rehearsal that it is at', async () => {
    let started = 0;
    const threads = new RehearsalThreads(() => {
      started += 1;
      return createThread(() => {}, Promise.reject(new Error('out of memory')));
    });
    await expect(threads.make(planned, optionsFor())).rejects.toThrow('out of memory');
    // It makes no further one.
    await expect(threads.make(planned, optionsFor())).rejects.toThrow('out of memory');
    expect(started).toBe(2);
  });
});
