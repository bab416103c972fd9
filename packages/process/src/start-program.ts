import type { Clock, Random } from '@ssc/clock';
import type { Files } from './files.ts';
import type { Net } from './net.ts';
import type { ExecResult, ProcessContext, Programs, Signal } from './program.ts';

/** What a program is started with. */
export interface StartOptions {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** @default "/" */
  readonly cwd?: string;
  readonly files: Files;
  /** Opens the network for one process: see SimHost.open. */
  readonly openNet: () => { readonly net: Net; close(): void };
  readonly clock: Clock;
  readonly random: Random;
  readonly stdout?: (text: string) => void;
  readonly stderr?: (text: string) => void;
}

/** A program that runs. */
export interface RunningProgram {
  /** The exit code, when it has ended: 127 for a program that is not there, 128 + n when signal n ended it. */
  readonly exited: Promise<number>;
  /** Sends a signal that the program may handle. */
  signal(signal: Signal): void;
  /** Ends it at once, as SIGKILL does (137): its timers, ports, connections and children are gone. */
  kill(code?: number): void;
}

const signalExit: Record<Signal, number> = { SIGINT: 130, SIGTERM: 143 };

/** Starts the program that `argv[0]` names (its folder does not matter) with nothing but what is given. */
export function startProgram(programs: Programs, options: StartOptions): RunningProgram {
  const name = options.argv[0] ?? '';
  const clock = options.clock.fork(name);
  const { net, close } = options.openNet();
  const children = new Set<RunningProgram>();
  let handle: ((signal: Signal) => void) | undefined;
  const atEnd: (() => void)[] = [];
  let ended = false;
  let finish: (code: number) => void = () => {};
  const exited = new Promise<number>((resolve) => {
    finish = resolve;
  });
  const end = (code: number): void => {
    if (ended) return;
    ended = true;
    clock.kill();
    close();
    for (const child of children) child.kill();
    for (const act of atEnd) act();
    finish(code);
  };

  const context: ProcessContext = {
    argv: options.argv,
    env: options.env ?? {},
    cwd: options.cwd ?? '/',
    files: options.files,
    net,
    clock,
    random: options.random,
    stdout: (text) => {
      if (!ended) options.stdout?.(text);
    },
    stderr: (text) => {
      if (!ended) options.stderr?.(text);
    },
    onSignal(handler) {
      handle = handler;
    },
    onEnd(handler) {
      if (ended) handler();
      else atEnd.push(handler);
    },
    async exec(argv, more = {}): Promise<ExecResult> {
      const output = { stdout: '', stderr: '' };
      const child = startProgram(programs, {
        ...options,
        argv,
        env: more.env ?? context.env,
        cwd: more.cwd ?? context.cwd,
        clock,
        stdout: (text) => {
          output.stdout += text;
        },
        stderr: (text) => {
          output.stderr += text;
        },
      });
      children.add(child);
      const code = await child.exited;
      children.delete(child);
      return { code, ...output };
    },
    become(argv, more = {}) {
      const child = startProgram(programs, {
        ...options,
        argv,
        env: more.env ?? context.env,
        cwd: context.cwd,
        clock,
        stdout: context.stdout,
        stderr: context.stderr,
      });
      children.add(child);
      handle = (signal) => child.signal(signal);
      return child.exited;
    },
  };

  const program = programs[name.slice(name.lastIndexOf('/') + 1)];
  if (program === undefined) {
    context.stderr(`${name}: not found\n`);
    end(127);
  } else {
    program(context).then(end, (error: unknown) => {
      context.stderr(
        `${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      end(134);
    });
  }
  return {
    exited,
    signal(signal) {
      if (ended) return;
      if (handle === undefined) end(signalExit[signal]);
      else handle(signal);
    },
    kill: (code = 137) => end(code),
  };
}
