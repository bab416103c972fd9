import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Clock } from '@ssc/clock';
import { identifyProcess } from './process-identity.ts';
import { type ThisSystem, thisSystem } from './this-system.ts';

/** A process that was started here, as a file remembers it. */
export interface BookedProcess {
  readonly pid: number;
  /** See identifyProcess: a process with the same number and another identity is a stranger. */
  readonly identity: string;
  /** What it is, for people. @example "ssc-1a2b3c-core-0 run" */
  readonly what: string;
}

/** The processes of one run, in a folder that outlives whoever started them. */
export interface ProcessBook {
  /** Enters a process that was just started, by its number; gives undefined when it has ended already. */
  enter(pid: number, what: string): BookedProcess | undefined;
  strike(pid: number): void;
  /** Those entered that still run: strangers who got a number of one that has ended are not among them. */
  running(): BookedProcess[];
}

/** Opens the book in a folder, which is made where it is missing. */
export function openProcessBook(folder: string, system: ThisSystem = thisSystem): ProcessBook {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    enter(pid, what) {
      const identity = identifyProcess(pid, system);
      if (identity === undefined) return undefined;
      writeFileSync(join(folder, String(pid)), `${identity}\n${what}\n`);
      return { pid, identity, what };
    },
    strike: (pid) => rmSync(join(folder, String(pid)), { force: true }),
    running: () => readBook(folder, system),
  };
}

function readBook(folder: string, system: ThisSystem): BookedProcess[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const pid = Number(name);
    if (!Number.isSafeInteger(pid) || pid <= 1) return [];
    try {
      const [identity = '', what = ''] = readFileSync(join(folder, name), 'utf8').split('\n');
      const isThere = identity !== '' && identifyProcess(pid, system) === identity;
      return isThere ? [{ pid, identity, what }] : [];
    } catch {
      // Struck meanwhile.
      return [];
    }
  });
}

/**
 * Sends a signal to a process, if it is still the one that was entered. As in a container it alone hears of it, but SIGKILL ends
 * its whole group.
 */
export function signalProcess(
  { pid, identity }: BookedProcess,
  signal: NodeJS.Signals,
  system: ThisSystem = thisSystem,
): void {
  if (identifyProcess(pid, system) !== identity) return;
  for (const target of signal === 'SIGKILL' ? [-pid, pid] : [pid])
    try {
      process.kill(target, signal);
      return;
    } catch {
      // It has no group of its own, or is gone.
    }
}

// The system ends at once what is killed, unless it waits for a device.
const killedWithinMs = 10_000;

/**
 * Ends processes: SIGTERM, and SIGKILL for those that still run after `graceMs`. Gives those that run even ten seconds after
 * that: the system keeps them, or they are not this user's to end.
 */
export async function endProcesses(
  clock: Clock,
  processes: readonly BookedProcess[],
  graceMs: number,
  system: ThisSystem = thisSystem,
): Promise<BookedProcess[]> {
  let left = [...processes];
  for (const [signal, withinMs] of [
    ['SIGTERM', graceMs],
    ['SIGKILL', killedWithinMs],
  ] as const) {
    for (const one of left) signalProcess(one, signal, system);
    const until = clock.now() + withinMs;
    for (;;) {
      left = left.filter((one) => identifyProcess(one.pid, system) === one.identity);
      if (left.length === 0 || clock.now() >= until) break;
      await clock.sleep(20);
    }
  }
  return left;
}
