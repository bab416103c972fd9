import type { Clock, Random } from '@ssc/clock';
import { type Connection, type Listener, type Net, NetError } from '@ssc/process';
import type { NodeSettings } from '../config/node-settings.ts';
import { renderKey } from '../keys.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { NodeId } from '../scp/quorum-set.ts';
import { isForeign, type Refusal, refusalOfHello, renderHello } from './handshake.ts';
import {
  decodeError,
  decodeHello,
  decodeMessage,
  encodeError,
  encodeMessage,
  type Hello,
  type MessageType,
} from './message.ts';
import type { Peer, Traffic } from './peer.ts';

/** The first look for peers after the start, and the pause between looks. */
const firstTickMs = 1900;
const tickMs = 3000;
const authenticationTimeoutMs = 2000;
/** How long a connection stays for the error that ends it. */
const lingerMs = 100;

/** What the node does with its peers. */
export interface OverlayHandlers {
  authenticated(peer: Peer): void;
  received(peer: Peer, type: MessageType, body: Buffer): void;
}

/** What the overlay needs of the node. */
export interface OverlayOptions {
  readonly settings: NodeSettings;
  readonly build: string;
  readonly supportedProtocol: number;
  readonly net: Net;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly bans: ReadonlySet<NodeId>;
  readonly handlers: OverlayHandlers;
}

/** A connection on its way to becoming a peer. */
interface Session {
  readonly connection: Connection;
  readonly isOutbound: boolean;
  readonly target: string | undefined;
  readonly traffic: Traffic;
  hello: Hello | undefined;
  peer: Peer | undefined;
  isOpen: boolean;
}

/** An address that the node may dial. */
interface Target {
  readonly address: string;
  /** Who answered there last: it may be connected already, by a connection of its own. */
  node: NodeId | undefined;
  failures: number;
  nextAttemptMs: number;
  isDialing: boolean;
}

/** The node's connections: dialed and accepted, each authenticated by the node's key (stellar-core: src/overlay). */
export class Overlay {
  readonly #options: OverlayOptions;
  readonly #sessions = new Set<Session>();
  readonly #peers = new Map<NodeId, Session>();
  readonly #targets = new Map<string, Target>();
  readonly #session: { readonly key: Uint8Array; readonly nonce: Uint8Array };
  #listener: Listener | undefined;

  constructor(options: OverlayOptions) {
    this.#options = options;
    this.#session = { key: options.random.bytes(32), nonce: options.random.bytes(32) };
    for (const address of [...options.settings.preferredPeers, ...options.settings.knownPeers])
      this.addTarget(address);
  }

  /** Listens and begins to dial. Throws a NetError when the port is taken. */
  start(): void {
    const { net, clock, settings, log } = this.#options;
    log('Overlay', 'DEBUG', `Binding to endpoint 0.0.0.0:${settings.peerPort}`);
    this.#listener = net.listen(settings.peerPort, (connection) => this.#accept(connection));
    const tick = (): void => {
      this.#dialAll();
      clock.timer(tickMs, tick);
    };
    clock.timer(firstTickMs, tick);
  }

  get peers(): Peer[] {
    return [...this.#peers.values()].flatMap((session) => session.peer ?? []);
  }

  get pendingCount(): number {
    return [...this.#sessions].filter((session) => session.peer === undefined).length;
  }

  peer(id: NodeId): Peer | undefined {
    return this.#peers.get(id)?.peer;
  }

  /** Adds an address to dial, at the next look for peers. */
  addTarget(address: string): void {
    const full = /:\d+$/.test(address) ? address : `${address}:11625`;
    if (!this.#targets.has(full))
      this.#targets.set(full, {
        address: full,
        node: undefined,
        failures: 0,
        nextAttemptMs: 0,
        isDialing: false,
      });
  }

  /** Ends the connection to a node, with a word to it. False when there is none. */
  drop(id: NodeId, reason: string): boolean {
    const session = this.#peers.get(id);
    if (session === undefined) return false;
    this.#refuse(session, 'misc', reason);
    return true;
  }

  stop(): void {
    this.#listener?.close();
    for (const session of [...this.#sessions]) session.connection.close();
  }

  #dialAll(): void {
    const { clock, settings } = this.#options;
    const dialed = [...this.#peers.values()].filter((session) => session.isOutbound).length;
    let room = settings.targetPeers - dialed;
    for (const target of this.#targets.values()) {
      if (room <= 0) return;
      if (target.isDialing || clock.now() < target.nextAttemptMs || this.#isConnected(target))
        continue;
      room -= 1;
      void this.#dial(target);
    }
  }

  #isConnected(target: Target): boolean {
    if (target.node !== undefined && this.#peers.has(target.node)) return true;
    for (const session of this.#sessions)
      if (session.target === target.address || session.peer?.address === target.address)
        return true;
    return false;
  }

  async #dial(target: Target): Promise<void> {
    const { net, clock, random, metrics, log } = this.#options;
    target.isDialing = true;
    metrics.mark('overlay.outbound.attempt');
    const colon = target.address.lastIndexOf(':');
    const host = target.address.slice(0, colon);
    try {
      const connection = await net.connect(host, Number(target.address.slice(colon + 1)));
      target.failures = 0;
      metrics.mark('overlay.outbound.establish');
      const session = this.#open(connection, target.address);
      this.#send(session, 'hello', this.#hello());
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      target.failures = Math.min(10, target.failures + 1);
      // stellar-core: PeerManager, 10 s doubled with every failure, at random within.
      target.nextAttemptMs = clock.now() + 1000 * (1 + random.int(10 * 2 ** target.failures));
      log('Overlay', 'DEBUG', `Could not connect to ${target.address}: ${error.message}`);
    } finally {
      target.isDialing = false;
    }
  }

  #accept(connection: Connection): void {
    this.#options.metrics.mark('overlay.inbound.attempt');
    this.#open(connection, undefined);
  }

  #open(connection: Connection, target: string | undefined): Session {
    const traffic = { messagesRead: 0, messagesWritten: 0, bytesRead: 0, bytesWritten: 0 };
    const session: Session = {
      connection,
      isOutbound: target !== undefined,
      target,
      traffic,
      hello: undefined,
      peer: undefined,
      isOpen: true,
    };
    this.#sessions.add(session);
    connection.onMessage((message) => this.#receive(session, message));
    connection.onClose(() => this.#forget(session));
    this.#options.clock.timer(authenticationTimeoutMs, () => {
      if (session.peer === undefined && session.isOpen) connection.close();
    });
    return session;
  }

  #forget(session: Session): void {
    if (!session.isOpen) return;
    session.isOpen = false;
    this.#sessions.delete(session);
    if (session.peer === undefined) return;
    this.#options.metrics.mark(`overlay.${session.isOutbound ? 'outbound' : 'inbound'}.drop`);
    if (this.#peers.get(session.peer.id) === session) this.#peers.delete(session.peer.id);
  }

  #hello(): Buffer {
    const { settings, build, supportedProtocol, clock } = this.#options;
    const nowMs = clock.now();
    return renderHello(settings, { build, supportedProtocol, nowMs, session: this.#session });
  }

  #send(session: Session, type: MessageType, body: Uint8Array): void {
    if (!session.isOpen) return;
    const message = encodeMessage(type, body);
    session.traffic.messagesWritten += 1;
    session.traffic.bytesWritten += message.length;
    const { metrics } = this.#options;
    metrics.mark('overlay.message.write');
    metrics.mark('overlay.byte.write', message.length);
    session.connection.send(message);
  }

  #refuse(session: Session, ...[code, text]: Refusal): void {
    this.#send(session, 'error', encodeError(code, text));
    this.#forget(session);
    // A connection that is closed at once would take the word with it.
    this.#options.clock.timer(lingerMs, () => session.connection.close());
  }

  #receive(session: Session, bytes: Uint8Array): void {
    if (!session.isOpen) return;
    session.traffic.messagesRead += 1;
    session.traffic.bytesRead += bytes.length;
    const { metrics, handlers, log } = this.#options;
    metrics.mark('overlay.message.read');
    metrics.mark('overlay.byte.read', bytes.length);
    const message = decodeMessage(bytes);
    if (message === undefined) {
      this.#refuse(session, 'data', 'unknown message type');
      return;
    }
    if (message.type === 'error') {
      const { text } = decodeError(message.body);
      log('Overlay', 'INFO', `Received error: ${text}`);
      session.connection.close();
    } else if (message.type === 'hello') this.#receiveHello(session, message.body);
    else if (message.type === 'auth') this.#receiveAuth(session);
    else if (session.peer === undefined) this.#refuse(session, 'misc', 'not authenticated');
    else handlers.received(session.peer, message.type, message.body);
  }

  #receiveHello(session: Session, body: Buffer): void {
    if (session.hello !== undefined) {
      this.#refuse(session, 'misc', 'received unexpected HELLO');
      return;
    }
    const hello = decodeHello(body);
    const target = session.target === undefined ? undefined : this.#targets.get(session.target);
    if (target !== undefined) target.node = hello.node;
    // Also to one who is sent away: it then knows whom it has reached.
    if (!session.isOutbound) this.#send(session, 'hello', this.#hello());
    const refusal = this.#judge(session, hello);
    if (refusal === 'banned') {
      session.connection.close();
      return;
    }
    if (refusal !== undefined) {
      if (!session.isOutbound) this.#options.metrics.mark('overlay.inbound.reject');
      this.#refuse(session, ...refusal);
      return;
    }
    session.hello = hello;
    if (session.isOutbound) this.#send(session, 'auth', new Uint8Array(4));
  }

  /** Why a node that says hello is sent away; undefined when it may stay. */
  #judge(session: Session, hello: Hello): Refusal | 'banned' | undefined {
    const { settings, log, bans, clock } = this.#options;
    if (isForeign(settings, hello)) {
      const who = `${session.connection.remoteHost}:${hello.listeningPort}`;
      log('Overlay', 'WARNING', `Connection from peer with different NetworkID: ${who}`);
      return ['conf', 'wrong network passphrase'];
    }
    const refusal = refusalOfHello(settings, hello, clock.now());
    if (refusal !== undefined) return refusal;
    if (bans.has(hello.node)) return 'banned';
    for (const other of this.#sessions) {
      if (other === session || other.hello?.node !== hello.node) continue;
      // Two nodes that dial each other at once must both keep the same connection: the one of the lower key.
      const mine = session.isOutbound === settings.key.id < hello.node;
      if (other.peer !== undefined || !mine) return this.#twinOf(session, hello.node);
      this.#refuse(other, ...this.#twinOf(other, hello.node));
    }
    const inbound = [...this.#peers.values()].filter((other) => !other.isOutbound).length;
    if (!session.isOutbound && inbound >= settings.maxInboundPeers)
      return ['load', 'peer rejected'];
    return undefined;
  }

  /**
   * The refusal of a second connection to a node. Two that dial each other at the same instant may lose both connections: so
   * the next try comes at random (stellar-core: PeerManager, within 20 s after the first failure).
   */
  #twinOf({ target }: Session, id: NodeId): Refusal {
    const { clock, random } = this.#options;
    const dialed = target === undefined ? undefined : this.#targets.get(target);
    if (dialed !== undefined) dialed.nextAttemptMs = clock.now() + 1000 * (1 + random.int(20));
    return ['conf', `already-connected peer: ${renderKey(id)}`];
  }

  #receiveAuth(session: Session): void {
    const { hello } = session;
    if (hello === undefined || session.peer !== undefined) {
      this.#refuse(session, 'misc', 'out-of-order AUTH message');
      return;
    }
    if (this.#peers.has(hello.node)) {
      this.#refuse(session, ...this.#twinOf(session, hello.node));
      return;
    }
    const { clock, metrics, handlers } = this.#options;
    const peer: Peer = {
      id: hello.node,
      isOutbound: session.isOutbound,
      address: session.target ?? `${session.connection.remoteHost}:${hello.listeningPort}`,
      version: hello.version,
      overlayVersion: hello.overlayVersion,
      connectedAtMs: clock.now(),
      traffic: session.traffic,
      send: (type, body) => this.#send(session, type, body),
    };
    session.peer = peer;
    this.#peers.set(hello.node, session);
    if (!session.isOutbound) {
      metrics.mark('overlay.inbound.establish');
      this.#send(session, 'auth', new Uint8Array(4));
    }
    handlers.authenticated(peer);
  }
}
