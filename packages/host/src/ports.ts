import { createServer, type Server } from 'node:net';
import { type Fact, usageError } from '@ssc/errors';
import { type ThisSystem, thisSystem } from './this-system.ts';

/** Ports that this process holds against other runs, until they are given back. */
export interface ReservedPorts {
  /** Free ones, in rising order. */
  readonly ports: readonly number[];
  release(): void;
}

/** Where ports are looked for. */
export interface PortSearch {
  readonly count: number;
  /** A number from 0 to 1 that decides where the search begins, so that runs rarely meet. */
  readonly start: number;
  /** The ports to choose from. @default {@link portRange} */
  readonly range?: { readonly first: number; readonly last: number };
}

/** Ports that browsers and fetch refuse to speak HTTP to (fetch.spec.whatwg.org, "bad port"), as far as they are above 1023. */
const refusedPorts = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669,
  6679, 6697, 10_080,
]);

// 16 blocks are more than a thousand ports, and are taken in turn when many runs go on at once.
const blockSize = 64;

/**
 * Ports that no program gets by chance: from 12000, above the usual ports of servers and of stellar-core itself, up to where the
 * system's ephemeral ports begin.
 */
export function portRange(system: ThisSystem = thisSystem): { first: number; last: number } {
  const first = 12_000;
  const ephemeral = firstEphemeral(system) ?? lowestOfCommonSystems;
  // A machine whose ephemeral ports begin below leaves no room: then any port that is free must do.
  const last = ephemeral >= first + 10 * blockSize ? ephemeral - 1 : lowestOfCommonSystems - 1;
  return { first, last };
}

// Linux begins at 32768, macOS and the BSDs at 49152.
const lowestOfCommonSystems = 32_768;

function firstEphemeral({ platform, readText, ask }: ThisSystem): number | undefined {
  const text =
    platform === 'linux'
      ? readText('/proc/sys/net/ipv4/ip_local_port_range')
      : ask('sysctl', ['-n', 'net.inet.ip.portrange.first']);
  const port = Number(/^\s*(\d+)/u.exec(text ?? '')?.[1]);
  return port > 0 ? port : undefined;
}

/**
 * Finds free ports and holds them against other runs on this machine. Ports come in blocks; whoever listens on the first port of a
 * block on loopback has the block, which the system lets go of by itself when the process ends, however it ends. Every port
 * is tried by listening on it, on all interfaces too. Throws SSC_NO_PORTS (usage) when too few are free.
 */
export async function reservePorts(search: PortSearch): Promise<ReservedPorts> {
  const { first, last } = search.range ?? portRange();
  const blocks = Math.max(1, Math.floor((last - first + 1) / blockSize));
  const begin = Math.floor(search.start * blocks) % blocks;
  const guards: Server[] = [];
  const ports: number[] = [];
  const release = (): void => {
    for (const guard of guards.splice(0)) guard.close();
  };
  for (let i = 0; i < blocks && ports.length < search.count; i++) {
    const from = first + ((begin + i) % blocks) * blockSize;
    const guard = await listen(from, '127.0.0.1');
    if (guard === undefined) continue;
    guards.push(guard);
    const to = Math.min(from + blockSize - 1, last);
    for (let port = from + 1; port <= to && ports.length < search.count; port++)
      if (!refusedPorts.has(port) && (await isFree(port))) ports.push(port);
  }
  if (ports.length === search.count) return { ports: ports.toSorted((a, b) => a - b), release };
  release();
  const facts: Fact[] = [['Looked at', `${first} to ${last}`]];
  throw usageError(
    'SSC_NO_PORTS',
    `${search.count} free ports are needed on this machine, and ${ports.length} were found; nothing was started`,
    { facts, hint: 'End other runs (ssc runs lists them), or take fewer nodes.' },
  );
}

/** Free on loopback and on all interfaces: stellar-core listens to its peers on the latter. */
async function isFree(port: number): Promise<boolean> {
  for (const address of ['127.0.0.1', '0.0.0.0']) {
    const server = await listen(port, address);
    if (server === undefined) return false;
    await new Promise((resolve) => server.close(resolve));
  }
  return true;
}

function listen(port: number, address: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: address, exclusive: true }, () => {
      server.unref();
      resolve(server);
    });
  });
}
