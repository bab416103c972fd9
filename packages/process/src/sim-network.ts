import type { Clock, Timer } from '@ssc/clock';
import {
  type Connection,
  type HttpHandler,
  type HttpResponse,
  type Listener,
  type Net,
  NetError,
} from './net.ts';

/** How long a caller waits for a host that is cut off, as a kernel does before it gives up. */
const connectTimeoutMs = 10_000;

/** A network of simulated hosts. Messages take time and stay in order; hosts can be cut off from each other. */
export interface SimNetwork {
  /** Adds a host. Others reach it by its address, by its names, and by what `resolve` gives for a name. */
  addHost(address: string, names?: readonly string[]): SimHost;
  /** Cuts two hosts off from each other: connections between them end after 10 s, unless healed before. */
  partition(a: string, b: string): void;
  heal(a: string, b: string): void;
}

/** One host. */
export interface SimHost {
  readonly address: string;
  /** The host's network for one process; `close` is that process's death. */
  open(): { readonly net: Net; close(): void };
  /** Takes the host off the network: all that was open ends. */
  remove(): void;
}

/** How a simulated network behaves. */
export interface SimNetworkOptions {
  readonly clock: Clock;
  /** Milliseconds that a message takes from one host to another; 0 within a host. @default 1 */
  readonly latencyMs?: (from: string, to: string) => number;
  /** Told of every message as it is sent, by the addresses of both ends. */
  readonly observe?: (from: string, to: string, message: Uint8Array) => void;
  /** The address of a name, as seen from a host; asked for names that no host was added with. */
  readonly resolve?: (name: string, from: string) => string | undefined;
}

interface Port<T> {
  readonly serve: T;
  readonly localOnly: boolean;
  /** What to do when the port closes: requests under way and connections end. */
  readonly onClose: Set<() => void>;
}

interface Host {
  readonly address: string;
  readonly http: Map<number, Port<HttpHandler>>;
  readonly sockets: Map<number, Port<(connection: Connection) => void>>;
  readonly processes: Set<() => void>;
}

/** Makes a network without hosts. */
export function createSimNetwork(options: SimNetworkOptions): SimNetwork {
  const { clock } = options;
  const hosts = new Map<string, Host>();
  const names = new Map<string, string>();
  const cuts = new Set<string>();
  const healed = new Set<() => void>();
  let nextPort = 32768;

  const pair = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);
  const isCut = (a: string, b: string): boolean => cuts.has(pair(a, b));
  const latency = (from: string, to: string): number =>
    from === to ? 0 : (options.latencyMs?.(from, to) ?? 1);

  function find(name: string, from: Host): Host {
    if (name === 'localhost' || name === '127.0.0.1') return from;
    const address = hosts.has(name)
      ? name
      : (names.get(name) ?? options.resolve?.(name, from.address));
    const host = address === undefined ? undefined : hosts.get(address);
    if (host !== undefined) return host;
    const isAddress = /^\d+\.\d+\.\d+\.\d+$/u.test(name);
    if (address === undefined && !isAddress)
      throw new NetError('ENOTFOUND', `no address for ${name}`);
    if (isAddress) throw new NetError('ETIMEDOUT', `${name} does not answer`);
    throw new NetError('ETIMEDOUT', `${name} (${address}) does not answer`);
  }

  /** Waits for one way between two hosts; rejects when they are cut off. */
  async function travel(from: Host, to: Host, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (isCut(from.address, to.address)) {
      await clock.sleep(connectTimeoutMs, signal);
      if (isCut(from.address, to.address))
        throw new NetError('ETIMEDOUT', `${to.address} does not answer`);
    }
    const ms = latency(from.address, to.address);
    if (ms > 0) await clock.sleep(ms, signal);
  }

  function portOf<T>(ports: Map<number, Port<T>>, from: Host, to: Host, port: number): Port<T> {
    const found = ports.get(port);
    if (found === undefined || (found.localOnly && from !== to))
      throw new NetError('ECONNREFUSED', `${to.address}:${port} is not open`);
    return found;
  }

  async function request(
    from: Host,
    url: string,
    init: Parameters<Net['request']>[1],
  ): Promise<HttpResponse> {
    const { hostname, port, pathname, search, host } = new URL(url);
    const to = find(hostname, from);
    await travel(from, to, init?.signal);
    const open = portOf(to.http, from, to, Number(port || 80));
    const headers = { host, ...init?.headers };
    let lost = () => {};
    let abort = () => {};
    const reset = new Promise<never>((_, reject) => {
      lost = () => reject(new NetError('ECONNRESET', `${host} closed the connection`));
      abort = () => reject(init?.signal?.reason);
    });
    open.onClose.add(lost);
    init?.signal?.addEventListener('abort', abort, { once: true });
    const answer = open.serve({
      method: init?.method ?? 'GET',
      path: `${pathname}${search}`,
      headers,
      body: init?.body ?? new Uint8Array(),
    });
    const response = await Promise.race([reset, answer]).finally(() => {
      open.onClose.delete(lost);
      init?.signal?.removeEventListener('abort', abort);
    });
    await travel(to, from, init?.signal);
    return response;
  }

  /** The two ends of a connection, each with what its process needs to hear. */
  function connectionPair(
    client: Host,
    server: Host,
    port: number,
    onShut: readonly (() => void)[],
  ): [Connection, Connection] {
    let open = true;
    const ends = [
      createEnd(0, client.address, server.address, port),
      createEnd(1, server.address, client.address, nextPort++),
    ] as const;
    const recheck = () => {
      if (open && !isCut(client.address, server.address)) for (const end of ends) end.flush();
    };
    healed.add(recheck);
    const shut = (reason: string) => {
      if (!open) return;
      open = false;
      healed.delete(recheck);
      for (const act of onShut) act();
      for (const end of ends) end.close(reason);
    };

    function createEnd(index: 0 | 1, local: string, remoteHost: string, remotePort: number) {
      let receive: ((message: Uint8Array) => void) | undefined;
      let closed: ((reason: string) => void) | undefined;
      let closeReason: string | undefined;
      const early: Uint8Array[] = [];
      const waiting: Uint8Array[] = [];
      let lastArrival = 0;
      let giveUp: Timer | undefined;
      const deliver = (message: Uint8Array) => {
        // Never before an earlier message, also when the latency has changed.
        lastArrival = Math.max(lastArrival, clock.now() + latency(local, remoteHost));
        clock.timer(lastArrival - clock.now(), () => {
          if (open) ends[1 - index]?.arrive(message);
        });
      };
      return {
        connection: {
          remoteHost,
          remotePort,
          send(message: Uint8Array) {
            if (!open) return;
            options.observe?.(local, remoteHost, message);
            if (!isCut(local, remoteHost)) {
              deliver(message);
              return;
            }
            waiting.push(message);
            giveUp ??= clock.timer(connectTimeoutMs, () => shut('timed out'));
          },
          onMessage(handler: (message: Uint8Array) => void) {
            receive = handler;
            for (const message of early.splice(0)) handler(message);
          },
          onClose(handler: (reason: string) => void) {
            closed = handler;
            if (closeReason !== undefined) handler(closeReason);
          },
          close: () => shut('closed by the other end'),
        } satisfies Connection,
        arrive(message: Uint8Array) {
          if (receive === undefined) early.push(message);
          else receive(message);
        },
        flush() {
          giveUp?.cancel();
          giveUp = undefined;
          for (const message of waiting.splice(0)) deliver(message);
        },
        close(reason: string) {
          giveUp?.cancel();
          closeReason = reason;
          closed?.(reason);
        },
      };
    }
    return [ends[0].connection, ends[1].connection];
  }

  function openNet(host: Host): { net: Net; close(): void } {
    const mine = new Set<{ close(): void }>();
    const bind = <T>(
      ports: Map<number, Port<T>>,
      port: number,
      serve: T,
      localOnly: boolean,
    ): Listener => {
      if (ports.has(port))
        throw new NetError('EADDRINUSE', `port ${port} of ${host.address} is open already`);
      const entry: Port<T> = { serve, localOnly, onClose: new Set() };
      ports.set(port, entry);
      const listener = {
        port,
        close() {
          mine.delete(listener);
          if (ports.get(port) === entry) ports.delete(port);
          for (const act of [...entry.onClose]) act();
        },
      };
      mine.add(listener);
      return listener;
    };
    const net: Net = {
      address: host.address,
      listenHttp: (port, handler, on = '0.0.0.0') =>
        bind(host.http, port, handler, on === '127.0.0.1'),
      listen: (port, accept) =>
        bind(
          host.sockets,
          port,
          (connection: Connection) => {
            accept(connection);
          },
          false,
        ),
      request: (url, init) => request(host, url, init),
      async connect(name, port) {
        const to = find(name, host);
        await travel(host, to);
        const open = portOf(to.sockets, host, to, port);
        const onShut: (() => void)[] = [() => mine.delete(client)];
        const [client, server] = connectionPair(host, to, port, onShut);
        mine.add(client);
        const close = () => server.close();
        open.onClose.add(close);
        onShut.push(() => open.onClose.delete(close));
        open.serve(server);
        await travel(to, host);
        return client;
      },
    };
    const close = () => {
      host.processes.delete(close);
      for (const thing of [...mine]) thing.close();
    };
    host.processes.add(close);
    return { net, close };
  }

  return {
    addHost(address, hostNames = []) {
      const host: Host = { address, http: new Map(), sockets: new Map(), processes: new Set() };
      hosts.set(address, host);
      for (const name of hostNames) names.set(name, address);
      return {
        address,
        open: () => openNet(host),
        remove() {
          for (const close of [...host.processes]) close();
          if (hosts.get(address) === host) hosts.delete(address);
          for (const name of hostNames) if (names.get(name) === address) names.delete(name);
        },
      };
    },
    partition: (a, b) => void cuts.add(pair(a, b)),
    heal(a, b) {
      cuts.delete(pair(a, b));
      for (const recheck of [...healed]) recheck();
    },
  };
}
