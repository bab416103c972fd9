import type { Clock } from '@ssc/clock';
import {
  type Connection,
  type HttpHandler,
  type HttpResponse,
  type Listener,
  type Net,
  NetError,
} from './net.ts';
import { type LinkOptions, SimLink } from './sim-link.ts';
import { SimPorts } from './sim-ports.ts';
import { SimWays } from './sim-ways.ts';

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

/** Makes a network without hosts. */
export const createSimNetwork = (options: SimNetworkOptions): SimNetwork => new Hosts(options);

/** A host with what its programs have open. */
interface Host {
  readonly address: string;
  readonly http: SimPorts<HttpHandler>;
  readonly sockets: SimPorts<(connection: Connection) => void>;
  /** Ends each of its programs' networks. */
  readonly processes: Set<() => void>;
}

class Hosts implements SimNetwork {
  readonly #resolve: NonNullable<SimNetworkOptions['resolve']>;
  readonly #link: LinkOptions;
  readonly #hosts = new Map<string, Host>();
  readonly #names = new Map<string, string>();
  #nextPort = 32768;
  readonly ways: SimWays;

  constructor({
    clock,
    latencyMs = () => 1,
    observe,
    resolve = () => undefined,
  }: SimNetworkOptions) {
    this.#resolve = resolve;
    this.ways = new SimWays(clock, latencyMs);
    this.#link = { clock, ways: this.ways, ...(observe !== undefined && { observe }) };
  }

  addHost(address: string, names: readonly string[] = []): SimHost {
    const taken = new Set<number>();
    const host: Host = {
      address,
      http: new SimPorts(address, taken),
      sockets: new SimPorts(address, taken),
      processes: new Set(),
    };
    this.#hosts.set(address, host);
    for (const name of names) this.#names.set(name, address);
    return {
      address,
      open: () => {
        const net = new ProcessNet(this, host);
        return { net, close: () => net.close() };
      },
      remove: () => {
        for (const close of [...host.processes]) close();
        if (this.#hosts.get(address) === host) this.#hosts.delete(address);
        for (const name of names) if (this.#names.get(name) === address) this.#names.delete(name);
      },
    };
  }

  partition(a: string, b: string): void {
    this.ways.cut(a, b);
  }

  heal(a: string, b: string): void {
    this.ways.heal(a, b);
  }

  /** The host of a name or address, as seen from another one. Throws a NetError. */
  find(name: string, from: Host): Host {
    if (name === 'localhost' || name === '127.0.0.1') return from;
    const address = this.#hosts.has(name)
      ? name
      : (this.#names.get(name) ?? this.#resolve(name, from.address));
    const host = address === undefined ? undefined : this.#hosts.get(address);
    if (host !== undefined) return host;
    if (/^\d+\.\d+\.\d+\.\d+$/u.test(name))
      throw new NetError('ETIMEDOUT', `${name} does not answer`);
    if (address === undefined) throw new NetError('ENOTFOUND', `no address for ${name}`);
    throw new NetError('ETIMEDOUT', `${name} (${address}) does not answer`);
  }

  /** Makes a connection to a port, from one that nobody has had. */
  link(from: Host, to: Host, port: number): SimLink {
    const client = { address: from.address, port: this.#nextPort };
    this.#nextPort += 1;
    return new SimLink(this.#link, client, { address: to.address, port });
  }
}

/** The network as one program of a host has it. What the program opened goes with it. */
class ProcessNet implements Net {
  readonly address: string;
  readonly #hosts: Hosts;
  readonly #host: Host;
  readonly #open = new Set<{ close(): void }>();
  readonly #end = (): void => this.close();

  constructor(hosts: Hosts, host: Host) {
    this.address = host.address;
    this.#hosts = hosts;
    this.#host = host;
    host.processes.add(this.#end);
  }

  close(): void {
    this.#host.processes.delete(this.#end);
    for (const thing of [...this.#open]) thing.close();
  }

  listenHttp(port: number, handler: HttpHandler, on = '0.0.0.0'): Listener {
    return this.#keep(this.#host.http.bind(port, handler, on === '127.0.0.1'));
  }

  listen(port: number, accept: (connection: Connection) => void): Listener {
    return this.#keep(this.#host.sockets.bind(port, accept, false));
  }

  async request(url: string, init: Parameters<Net['request']>[1] = {}): Promise<HttpResponse> {
    const { hostname, port, pathname, search, host } = new URL(url);
    const { method = 'GET', body = new Uint8Array(), signal } = init;
    const to = this.#hosts.find(hostname, this.#host);
    await this.#hosts.ways.travel(this.address, to.address, signal);
    const open = to.http.reach(Number(port || 80), to === this.#host);
    let lost = () => {};
    let abort = () => {};
    const reset = new Promise<never>((_, reject) => {
      lost = () => reject(new NetError('ECONNRESET', `${host} closed the connection`));
      abort = () => reject(signal?.reason);
    });
    open.onClose.add(lost);
    signal?.addEventListener('abort', abort, { once: true });
    const path = `${pathname}${search}`;
    const answer = open.serve({ method, path, headers: { host, ...init.headers }, body });
    const response = await Promise.race([reset, answer]).finally(() => {
      open.onClose.delete(lost);
      signal?.removeEventListener('abort', abort);
    });
    await this.#hosts.ways.travel(to.address, this.address, signal);
    return response;
  }

  async connect(name: string, port: number): Promise<Connection> {
    const to = this.#hosts.find(name, this.#host);
    await this.#hosts.ways.travel(this.address, to.address);
    const open = to.sockets.reach(port, to === this.#host);
    const link = this.#hosts.link(this.#host, to, port);
    const { client, server } = link;
    this.#open.add(client);
    link.onShut(() => this.#open.delete(client));
    const close = (): void => server.close();
    open.onClose.add(close);
    link.onShut(() => open.onClose.delete(close));
    open.serve(server);
    await this.#hosts.ways.travel(to.address, this.address);
    return client;
  }

  /** Closes a port with the program, unless the program does before. */
  #keep({ close, ...port }: Listener): Listener {
    const listener = {
      ...port,
      close: () => {
        this.#open.delete(listener);
        close();
      },
    };
    this.#open.add(listener);
    return listener;
  }
}
