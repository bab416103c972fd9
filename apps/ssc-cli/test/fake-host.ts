import { createSystemClock } from '@ssc/clock';
import type { Host } from '../src/host.ts';

/** A host that keeps what is printed and written. */
export interface FakeHost extends Host {
  readonly printed: () => string;
  readonly complained: () => string;
  readonly files: ReadonlyMap<string, string>;
  readonly links: ReadonlyMap<string, string>;
  /** Sends the program a signal, as a terminal or Jenkins does. */
  signal(name: 'SIGINT' | 'SIGTERM'): void;
}

export function createFakeHost(
  env: Readonly<Record<string, string>> = {},
  over: Partial<Host> = {},
): FakeHost {
  let [out, err] = ['', ''];
  const files = new Map<string, string>();
  const links = new Map<string, string>();
  const folders = new Set<string>();
  const handlers = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();
  return {
    env,
    clock: { ...createSystemClock(), now: () => Date.UTC(2026, 10, 23, 12) },
    who: 'ada@build-7',
    nodeVersion: '24.21.0',
    processors: 1,
    exit: (code) => {
      err += `(the process ends with ${code})\n`;
    },
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    self: [],
    randomBytes: (count) => new Uint8Array(count).fill(7),
    read: async (path) => {
      throw new Error(`ENOENT: ${path}`);
    },
    findUp: async () => undefined,
    makeFolder(path) {
      const name = folders.has(path) ? `${path}-${folders.size + 1}` : path;
      folders.add(name);
      return name;
    },
    write: async (path, content) =>
      void files.set(path, typeof content === 'string' ? content : Buffer.from(content).toString()),
    append: (path, content) =>
      void files.set(path, `${files.get(path) ?? ''}${Buffer.from(content).toString()}`),
    link: async (path, target) => void links.set(path, target),
    onSignal(handle) {
      handlers.add(handle);
      return () => handlers.delete(handle);
    },
    printed: () => out,
    complained: () => err,
    files,
    links,
    signal(name) {
      if (handlers.size === 0) err += `(${name} ends the process)\n`;
      for (const handle of [...handlers]) handle(name);
    },
    ...over,
  };
}
