import type { Clock, Random } from '@ssc/clock';
import type { Files } from './files.ts';
import type { Net } from './net.ts';

/** The signals that a container's process can be sent and handle. */
export type Signal = 'SIGTERM' | 'SIGINT';

/** What a program that ran inside another gave. */
export interface ExecResult {
  /** 0 to 255; 127 when there is no such program. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** All that a program can see and do. Nothing else of the world is within its reach. */
export interface ProcessContext {
  /** The program's name first, as in C. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The working directory, an absolute path. */
  readonly cwd: string;
  readonly files: Files;
  readonly net: Net;
  /** Dies with the process. */
  readonly clock: Clock;
  readonly random: Random;
  stdout(text: string): void;
  stderr(text: string): void;
  /** Sets what a signal does. Without a handler it ends the process with 128 + its number (143, 130). */
  onSignal(handler: (signal: Signal) => void): void;
  /** Calls back once, when the process has ended in whatever way: for what the clock and the network do not end by themselves. */
  onEnd(handler: () => void): void;
  /** Runs another program of the same container, with the same files and network, to its end. */
  exec(
    argv: readonly string[],
    options?: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string },
  ): Promise<ExecResult>;
  /**
   * Runs another program in place of this one, as exec(3) does: its output is this process's own, and signals go to it. Gives its
   * exit code, with which this one is to end.
   */
  become(
    argv: readonly string[],
    options?: { readonly env?: Readonly<Record<string, string>> },
  ): Promise<number>;
}

/** A program: what it does until it ends, and its exit code. One that throws dies as by SIGABRT (134). */
export type Program = (self: ProcessContext) => Promise<number>;

/** The programs of an image by name. */
export type Programs = Readonly<Record<string, Program>>;
