import { randomBytes, randomInt } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, hostname, userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Clock, createSystemClock } from '@ssc/clock';
import { startThread, type Thread } from './thread.ts';

/** The machine as the commands use it. Beside it, only what runs nodes on this machine (native/) touches files and processes. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Who this is, as it stands in the anchors of runs. @example "ada@build-7" */
  readonly who: string;
  /** How this program is called: what a process of its own begins with. */
  readonly self: readonly string[];
  /** The version of Node.js. @example "24.21.0" */
  readonly nodeVersion: string;
  /** How many threads this machine runs at once. */
  readonly processors: number;
  /** Starts this program in a thread, for a command that no user gives. Not there where it is a part of another program. */
  startThread?<Sent, Heard>(command: string): Thread<Sent, Heard>;
  /** Ends the process now, whatever is still under way. */
  exit(code: number): void;
  out(text: string): void;
  err(text: string): void;
  randomBytes(count: number): Uint8Array;
  /** A file's content; `-` is the standard input. */
  read(path: string): Promise<Uint8Array>;
  /** The nearest file of this name, in the working folder or one above; its path is relative to the working folder. */
  findUp(name: string): Promise<{ readonly path: string; readonly text: string } | undefined>;
  /** Makes a folder that was not there, and those above it: one with the next free number after its name where it was. Gives its path. */
  makeFolder(path: string): string;
  /** Writes a file and the folders above it. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Adds to a file; it is with the operating system when this returns, so that no end of this process loses it. */
  append(path: string, content: string | Uint8Array): void;
  /** Makes `path` a link to `target`, in place of one that is there. */
  link(path: string, target: string): Promise<void>;
  /** Calls back for SIGINT and SIGTERM until the returned function is called. */
  onSignal(handle: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
}

/** This machine. */
export function createHost(): Host {
  process.stdout.off('error', endUnread).on('error', endUnread);
  return {
    env: process.env,
    clock: createSystemClock(),
    who: `${userName()}@${hostname()}`,
    self: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
    nodeVersion: process.versions.node,
    processors: availableParallelism(),
    startThread,
    exit: (code) => process.exit(code),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    randomBytes: (bytes) => randomBytes(bytes),
    read: (path) => (path === '-' ? buffer(process.stdin) : readFile(path)),
    findUp,
    makeFolder,
    async write(path, content) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    },
    append(path, content) {
      try {
        appendFileSync(path, content);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        mkdirSync(dirname(path), { recursive: true });
        appendFileSync(path, content);
      }
    },
    async link(path, target) {
      // Two runs may end at once: each makes a link of its own and the last one stays.
      await rm(path, { force: true, recursive: false }).catch(() => {});
      await symlink(target, path).catch(() => {});
    },
    onSignal(handle) {
      const onInt = () => handle('SIGINT');
      const onTerm = () => handle('SIGTERM');
      process.on('SIGINT', onInt);
      process.on('SIGTERM', onTerm);
      return () => {
        process.off('SIGINT', onInt);
        process.off('SIGTERM', onTerm);
      };
    },
  };
}

function makeFolder(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : `${path}-${number}`;
    try {
      mkdirSync(name);
      return name;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Asked of the system: USER and HOSTNAME are variables of shells, which pipelines and pods do not have. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // Images run programs as users that have a number alone.
    return `user-${process.getuid?.() ?? 'unknown'}`;
  }
}

/** Whoever reads our output may have seen enough: `ssc render SimplePayment | head`. */
function endUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? 0);
}

async function findUp(name: string): Promise<{ path: string; text: string } | undefined> {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const path = join(folder, name);
    try {
      return { path: relative(process.cwd(), path), text: await readFile(path, 'utf8') };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    if (folder === dirname(folder)) return undefined;
  }
}

/** A seed that a person can type again. */
export const drawSeed = (): string => String(randomInt(1, 1_000_000_000));

export { join as joinPath };
