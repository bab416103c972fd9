import { type Listener, NetError } from './net.ts';

/** A port that somebody serves. */
export interface OpenPort<T> {
  readonly serve: T;
  readonly localOnly: boolean;
  /** What to do when the port closes: requests under way and connections end. */
  readonly onClose: Set<() => void>;
}

/** The ports of one host, for one protocol: what one protocol has open, no other can open. */
export class SimPorts<T> {
  readonly #address: string;
  readonly #open = new Map<number, OpenPort<T>>();
  /** Those of the host, of all its protocols. */
  readonly #taken: Set<number>;

  constructor(address: string, taken: Set<number>) {
    this.#address = address;
    this.#taken = taken;
  }

  /** Opens a port. Throws a NetError (EADDRINUSE). */
  bind(port: number, serve: T, localOnly: boolean): Listener {
    if (this.#taken.has(port))
      throw new NetError('EADDRINUSE', `port ${port} of ${this.#address} is open already`);
    const entry: OpenPort<T> = { serve, localOnly, onClose: new Set() };
    this.#open.set(port, entry);
    this.#taken.add(port);
    return {
      port,
      opened: Promise.resolve(),
      close: () => {
        if (this.#open.get(port) === entry) {
          this.#open.delete(port);
          this.#taken.delete(port);
        }
        for (const act of [...entry.onClose]) act();
      },
    };
  }

  /** The port, for a caller on the same host or another one. Throws a NetError (ECONNREFUSED). */
  reach(port: number, isLocal: boolean): OpenPort<T> {
    const found = this.#open.get(port);
    if (found === undefined || (found.localOnly && !isLocal))
      throw new NetError('ECONNREFUSED', `${this.#address}:${port} is not open`);
    return found;
  }
}
