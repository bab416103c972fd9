import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';

/** What this machine tells of itself. Linux tells in /proc, macOS by programs. */
export interface ThisSystem {
  readonly platform: NodeJS.Platform;
  /** Undefined when there is no such file. */
  readonly readText: (path: string) => string | undefined;
  /** What a program prints; undefined when it is not there or ends with another code than 0. */
  readonly ask: (file: string, args: readonly string[]) => string | undefined;
}

export const thisSystem: ThisSystem = {
  platform: process.platform,
  readText(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  ask(file, args) {
    try {
      return execFileSync(file, [...args], {
        encoding: 'utf8',
        // Times and words as in every other call, whoever calls.
        env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    } catch {
      return undefined;
    }
  },
};
