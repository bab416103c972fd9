import type { Clock, Timer } from '@ssc/clock';
import type { Connection } from './net.ts';
import { connectTimeoutMs, type SimWays } from './sim-ways.ts';

/** An address and port. */
interface Place {
  readonly address: string;
  readonly port: number;
}

/** What links are made with. */
export interface LinkOptions {
  readonly clock: Clock;
  readonly ways: SimWays;
  /** Told of every message as it is sent, by the addresses of both ends. */
  readonly observe?: (from: string, to: string, message: Uint8Array) => void;
}

/** The connection between two programs, with its two ends. */
export class SimLink {
  readonly #options: LinkOptions;
  readonly client: Connection;
  readonly server: Connection;
  readonly #ends: readonly [LinkEnd, LinkEnd];
  readonly #whenShut: (() => void)[] = [];
  #isOpen = true;

  constructor(options: LinkOptions, client: Place, server: Place) {
    this.#options = options;
    const ends = [
      new LinkEnd(this, client.address, server),
      new LinkEnd(this, server.address, client),
    ] as const;
    this.#ends = ends;
    [this.client, this.server] = ends;
    const [a, b] = [client.address, server.address];
    this.onShut(
      options.ways.onHeal(() => {
        if (!options.ways.isCut(a, b)) for (const end of ends) end.flush();
      }),
    );
  }

  get options(): LinkOptions {
    return this.#options;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Calls back once, when the connection is over, before its ends hear of it. */
  onShut(act: () => void): void {
    this.#whenShut.push(act);
  }

  /** Hands a message to the end that did not send it. */
  arrive(from: LinkEnd, message: Uint8Array): void {
    if (!this.#isOpen) return;
    const [client, server] = this.#ends;
    (from === client ? server : client).arrive(message);
  }

  shut(reason: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const act of this.#whenShut) act();
    for (const end of this.#ends) end.hearClose(reason);
  }
}

/** One end of a connection. What comes before its program listens waits for it, and so does what it sends over a way that is cut. */
class LinkEnd implements Connection {
  readonly remoteHost: string;
  readonly remotePort: number;
  readonly #link: SimLink;
  readonly #local: string;
  readonly #early: Uint8Array[] = [];
  readonly #waiting: Uint8Array[] = [];
  #receive: ((message: Uint8Array) => void) | undefined;
  #closed: ((reason: string) => void) | undefined;
  #closeReason: string | undefined;
  #lastArrival = 0;
  #giveUp: Timer | undefined;

  constructor(link: SimLink, local: string, remote: Place) {
    this.#link = link;
    this.#local = local;
    this.remoteHost = remote.address;
    this.remotePort = remote.port;
  }

  send(message: Uint8Array): void {
    if (!this.#link.isOpen) return;
    const { clock, ways, observe } = this.#link.options;
    observe?.(this.#local, this.remoteHost, message);
    if (!ways.isCut(this.#local, this.remoteHost)) {
      this.#deliver(message);
      return;
    }
    this.#waiting.push(message);
    this.#giveUp ??= clock.timer(connectTimeoutMs, () => this.#link.shut('timed out'));
  }

  onMessage(receive: (message: Uint8Array) => void): void {
    this.#receive = receive;
    for (const message of this.#early.splice(0)) receive(message);
  }

  onClose(closed: (reason: string) => void): void {
    this.#closed = closed;
    if (this.#closeReason !== undefined) closed(this.#closeReason);
  }

  close(): void {
    this.#link.shut('closed by the other end');
  }

  arrive(message: Uint8Array): void {
    if (this.#receive === undefined) this.#early.push(message);
    else this.#receive(message);
  }

  /** Sends what has waited for the way to be healed. */
  flush(): void {
    this.#giveUp?.cancel();
    this.#giveUp = undefined;
    for (const message of this.#waiting.splice(0)) this.#deliver(message);
  }

  hearClose(reason: string): void {
    this.#giveUp?.cancel();
    this.#closeReason = reason;
    this.#closed?.(reason);
  }

  #deliver(message: Uint8Array): void {
    const { clock, ways } = this.#link.options;
    const now = clock.now();
    // Never before an earlier message, also when the latency has changed.
    this.#lastArrival = Math.max(
      this.#lastArrival,
      now + ways.latency(this.#local, this.remoteHost),
    );
    clock.timer(this.#lastArrival - now, () => this.#link.arrive(this, message));
  }
}
