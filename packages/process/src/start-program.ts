import type { Clock, ForkedClock, Random } from '@ssc/clock';
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
export const startProgram = (programs: Programs, options: StartOptions): RunningProgram =>
  new Process(programs, options);

/** What a program starts within another is given: the rest is the other's. */
type Child = Pick<StartOptions, 'argv' | 'stdout' | 'stderr'> & {
  readonly env?: StartOptions['env'] | undefined;
  readonly cwd?: string | undefined;
};

class Process implements RunningProgram {
  readonly exited: Promise<number>;
  readonly #programs: Programs;
  readonly #options: StartOptions;
  readonly #clock: ForkedClock;
  readonly #closeNet: () => void;
  readonly #children = new Set<RunningProgram>();
  readonly #atEnd: (() => void)[] = [];
  #handle: ((signal: Signal) => void) | undefined;
  #isOver = false;
  #finish: (code: number) => void = () => {};

  constructor(programs: Programs, options: StartOptions) {
    this.#programs = programs;
    this.#options = options;
    const name = options.argv[0] ?? '';
    this.#clock = options.clock.fork(name);
    const { net, close } = options.openNet();
    this.#closeNet = close;
    this.exited = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#run(name, this.#context(net));
  }

  signal(signal: Signal): void {
    if (this.#isOver) return;
    if (this.#handle === undefined) this.#end(signalExit[signal]);
    else this.#handle(signal);
  }

  kill(code = 137): void {
    this.#end(code);
  }

  #run(name: string, context: ProcessContext): void {
    const program = this.#programs[name.slice(name.lastIndexOf('/') + 1)];
    if (program === undefined) {
      context.stderr(`${name}: not found\n`);
      this.#end(127);
      return;
    }
    program(context).then(
      (code) => this.#end(code),
      (error: unknown) => {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        context.stderr(`${name}: ${text}\n`);
        this.#end(134);
      },
    );
  }

  #end(code: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#clock.kill();
    this.#closeNet();
    for (const child of this.#children) child.kill();
    for (const act of this.#atEnd) act();
    this.#finish(code);
  }

  /** What the program sees and can do: functions of their own, which it may hand on. */
  #context(net: Net): ProcessContext {
    const { argv, env = {}, cwd = '/', files, random, stdout, stderr } = this.#options;
    const write = (text: string, to: ((text: string) => void) | undefined): void => {
      if (!this.#isOver) to?.(text);
    };
    const context: ProcessContext = {
      argv,
      env,
      cwd,
      files,
      net,
      clock: this.#clock,
      random,
      stdout: (text) => write(text, stdout),
      stderr: (text) => write(text, stderr),
      onSignal: (handler) => {
        this.#handle = handler;
      },
      onEnd: (handler) => {
        if (this.#isOver) handler();
        else this.#atEnd.push(handler);
      },
      exec: (argv, more = {}) => this.#exec(argv, more),
      become: (argv, { env } = {}) => {
        const child = this.#start({ argv, env, stdout: context.stdout, stderr: context.stderr });
        this.#handle = (signal) => child.signal(signal);
        return child.exited;
      },
    };
    return context;
  }

  async #exec(
    argv: readonly string[],
    { env, cwd }: Pick<Child, 'env' | 'cwd'>,
  ): Promise<ExecResult> {
    const output = { stdout: '', stderr: '' };
    const child = this.#start({
      argv,
      env,
      cwd,
      stdout: (text) => {
        output.stdout += text;
      },
      stderr: (text) => {
        output.stderr += text;
      },
    });
    const code = await child.exited;
    this.#children.delete(child);
    return { code, ...output };
  }

  /** Starts another program within this one: it goes when this one does. */
  #start({ env = this.#options.env, cwd = this.#options.cwd, ...own }: Child): RunningProgram {
    const child = startProgram(this.#programs, {
      ...this.#options,
      ...own,
      ...(env !== undefined && { env }),
      ...(cwd !== undefined && { cwd }),
      clock: this.#clock,
    });
    this.#children.add(child);
    return child;
  }
}
