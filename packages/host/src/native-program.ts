import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import type { ProcessContext, Program } from '@ssc/process';
import { type ProcessBook, signalProcess } from './process-book.ts';

/** A user of this machine. */
export interface ProcessOwner {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** How a program of this machine stands in for a program of a container. */
export interface NativeProgramOptions {
  /** The executable and what always comes first on its command line. */
  readonly command: readonly [string, ...string[]];
  /** The environment that the container's own is put over. */
  readonly env: Readonly<Record<string, string>>;
  readonly book: ProcessBook;
  /** Whom its processes belong to; only root can give them to somebody else. @default who runs this */
  readonly owner?: ProcessOwner;
  /** What is sent in place of SIGTERM, as images can say. @default "SIGTERM" */
  readonly stopSignal?: NodeJS.Signals;
}

/**
 * A program that runs an executable of this machine in a process group of its own. Paths of the command line and the working
 * directory become those that the container's files have on this machine; signals are passed on; output comes as it is
 * written; and when the program is ended, so is the group. Exit codes are those of a container runtime: 128 + the signal's number,
 * 127 when there is no such executable, 126 when it cannot be executed.
 */
export const createNativeProgram =
  (options: NativeProgramOptions): Program =>
  (self) =>
    run(options, self);

function run(options: NativeProgramOptions, self: ProcessContext): Promise<number> {
  const { book, owner, stopSignal = 'SIGTERM' } = options;
  const [file, ...first] = options.command;
  const words = self.argv.slice(1).map((word) => toRealPath(self, word));
  const what = `${self.env['HOSTNAME'] ?? ''} ${self.argv.slice(0, 2).join(' ')}`.trim();
  return new Promise((resolve) => {
    const child = spawn(file, [...first, ...words], {
      cwd: self.files.realPath?.(self.cwd) ?? '/',
      // TZ: the log of a container is in UTC, and so is that of its process here.
      env: { ...options.env, ...self.env, PATH: options.env['PATH'] ?? '', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: what it starts ends with it, and Ctrl-C reaches it only through us.
      detached: true,
      ...(owner !== undefined && { uid: owner.uid, gid: owner.gid }),
    });
    const { pid } = child;
    const booked = pid === undefined ? undefined : book.enter(pid, what);
    const signal = (name: NodeJS.Signals): void => {
      if (booked !== undefined) signalProcess(booked, name);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => self.stdout(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => self.stderr(text));
    self.onSignal((name) => signal(name === 'SIGTERM' ? stopSignal : name));
    self.onEnd(() => {
      if (child.exitCode === null && child.signalCode === null) signal('SIGKILL');
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      self.stderr(`${file}: ${error.message}\n`);
      resolve(error.code === 'EACCES' ? 126 : 127);
    });
    child.on('exit', () => {
      // What it had started ends with it: a number in use by a group is given to nobody else.
      if (pid !== undefined) endGroup(pid);
    });
    child.on('close', (code, name) => {
      if (pid !== undefined) book.strike(pid);
      resolve(code ?? 128 + (name === null ? 0 : constants.signals[name]));
    });
  });
}

/** A word of the command line as the process must see it: a path that the container's files have on this machine, or itself. */
function toRealPath(self: ProcessContext, word: string): string {
  return word.startsWith('/') ? (self.files.realPath?.(word) ?? word) : word;
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody is left of it.
  }
}
