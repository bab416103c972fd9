import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { createRandom, createSystemClock } from '@ssc/clock';
import type { ExecResult, PortRefusal, ProcessContext, Program, Signal } from '@ssc/process';
import { createHostFiles } from './files.ts';
import { createHostNet } from './net.ts';

/** How a program ends that the system refuses a port. */
export type EndByRefusedPort = (
  refusal: PortRefusal,
  atMs: number,
) => { readonly text: string; readonly code: number };

/** Runs a program as this process, with this machine's files, network and time; gives its exit code. */
export async function runOnHost(
  program: Program,
  argv: readonly string[],
  endByRefusedPort: EndByRefusedPort,
): Promise<number> {
  let stop: (code: number) => void = () => {};
  const stopped = new Promise<number>((resolve) => {
    stop = resolve;
  });
  const clock = createSystemClock().fork(argv[0] ?? '');
  const { net, close } = createHostNet((refusal) => {
    const { text, code } = endByRefusedPort(refusal, clock.now());
    process.stderr.write(text);
    stop(code);
  });
  const atEnd: (() => void)[] = [];
  const self: ProcessContext = {
    argv,
    env: environment(),
    cwd: process.cwd(),
    files: createHostFiles(),
    net,
    clock,
    random: createRandom(randomBytes(16).toString('hex')),
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    onSignal(handler) {
      for (const name of ['SIGTERM', 'SIGINT'] satisfies Signal[])
        process.on(name, () => handler(name));
    },
    onEnd: (handler) => void atEnd.push(handler),
    exec: (command, options = {}) => exec(command, options),
    become: (command, options = {}) => become(command, options),
  };
  const code = await Promise.race([program(self).catch(crashed), stopped]);
  clock.kill();
  close();
  for (const act of atEnd) act();
  return code;
}

const environment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );

/** What an uncaught exception of a C++ program comes to: the process aborts. */
function crashed(error: unknown): number {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return 134;
}

function become(
  argv: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>> },
): Promise<number> {
  const [file = '', ...args] = argv;
  const child = spawn(file, args, {
    stdio: 'inherit',
    ...(options.env && { env: { ...options.env } }),
  });
  for (const name of ['SIGTERM', 'SIGINT'] satisfies Signal[])
    process.on(name, () => child.kill(name));
  return new Promise((resolve) => {
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 137));
  });
}

function exec(
  argv: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string },
): Promise<ExecResult> {
  return new Promise((resolve) => {
    const output = { stdout: '', stderr: '' };
    const [file = '', ...args] = argv;
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.env && { env: { ...options.env } }),
      ...(options.cwd !== undefined && { cwd: options.cwd }),
    });
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        output[name] += chunk.toString();
      });
    }
    child.on('error', (error) => resolve({ code: 127, stdout: '', stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 137, ...output }));
  });
}
