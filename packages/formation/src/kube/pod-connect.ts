import { Duplex } from 'node:stream';
import { type Clock, within } from '@ssc/clock';
import { Dispatcher, WebSocket } from 'undici';
import type { KubeAccess } from './transport.ts';

/** A port of a pod. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/**
 * Opens a connection to a port of a pod by way of the API server. Rejects where the API server refuses; that nobody listens
 * in the pod shows as an error of the stream, with code ECONNREFUSED.
 */
export type PodConnect = (to: PodPort) => Promise<Duplex>;

// The API server answers when it has reached the kubelet, which takes milliseconds, or never does for a machine that is lost.
const openWithinMs = 10_000;

/**
 * Connections to pods as the API server forwards them: one WebSocket each, in the channel protocol, which all kubelets
 * know. Channel 0 carries the bytes, channel 1 what went wrong; each begins with the number of the port.
 */
export const createPodConnect =
  (access: KubeAccess, clock: Clock): PodConnect =>
  async (to) => {
    const stream = await within(clock, openWithinMs, undefined, (signal) =>
      open(access, to, signal),
    );
    if (stream !== undefined) return stream;
    throw connectError(to, 'the API server did not answer');
  };

async function open(access: KubeAccess, to: PodPort, signal: AbortSignal): Promise<Duplex> {
  const { namespace, pod, port } = to;
  const upgrade = new UpgradeWatch(access.dispatcher);
  const socket = new WebSocket(
    `${access.baseUrl.replace(/^http/u, 'ws')}/api/v1/namespaces/${namespace}/pods/${pod}/portforward?ports=${port}`,
    { protocols: ['v4.channel.k8s.io'], dispatcher: upgrade },
  );
  socket.binaryType = 'arraybuffer';
  signal.addEventListener('abort', () => socket.close(), { once: true });
  return new Promise((resolve, reject) => {
    const refuse = (): void => reject(connectError(to, upgrade.refusal ?? 'the connection broke'));
    socket.addEventListener('error', refuse, { once: true });
    socket.addEventListener(
      'open',
      () => {
        socket.removeEventListener('error', refuse);
        resolve(new ForwardedStream(socket, to, () => upgrade.cut()));
      },
      { once: true },
    );
  });
}

/** The bytes of channel 0. */
class ForwardedStream extends Duplex {
  readonly #socket: WebSocket;
  readonly #cut: () => void;

  constructor(socket: WebSocket, to: PodPort, cut: () => void) {
    super();
    this.#socket = socket;
    this.#cut = cut;
    const begun = new Set<number>();
    socket.addEventListener('message', ({ data }) => {
      const message = Buffer.from(data as ArrayBuffer);
      const channel = message[0] ?? 0;
      if (!begun.has(channel)) begun.add(channel);
      else if (channel === 0) this.push(message.subarray(1));
      else this.destroy(streamError(to, message.toString('utf8', 1)));
    });
    socket.addEventListener('close', () => this.push(null));
    socket.addEventListener('error', () => this.destroy(streamError(to, 'the connection broke')));
  }

  override _read(): void {}

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.#socket.send(Buffer.concat([new Uint8Array(1), chunk]));
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // Without waiting for the other side to agree: it may be a kubelet that is gone.
    this.#socket.close();
    this.#cut();
    done(error);
  }
}

/** Hands on one request for an upgrade, and keeps what a WebSocket does not tell: why it was refused, and what it runs on. */
class UpgradeWatch extends Dispatcher {
  /** What the server said instead of upgrading. */
  refusal: string | undefined;
  readonly #inner: Dispatcher;
  #socket: Duplex | undefined;

  constructor(inner: Dispatcher) {
    super();
    this.#inner = inner;
  }

  cut(): void {
    this.#socket?.destroy();
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const parts: Buffer[] = [];
    let status = 0;
    return this.#inner.dispatch(options, {
      onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
      onRequestUpgrade: (controller, statusCode, headers, socket) => {
        this.#socket = socket;
        handler.onRequestUpgrade?.(controller, statusCode, headers, socket);
      },
      onResponseStart(_controller, statusCode) {
        status = statusCode;
      },
      onResponseData: (_controller, chunk) => void parts.push(chunk),
      onResponseEnd: (controller) => {
        this.refusal = describeRefusal(status, Buffer.concat(parts).toString('utf8'));
        handler.onResponseError?.(controller, new Error(this.refusal));
      },
      onResponseError: (controller, error) => {
        this.refusal = error.message;
        handler.onResponseError?.(controller, error);
      },
    });
  }
}

function describeRefusal(status: number, body: string): string {
  try {
    const { kind, message } = JSON.parse(body) as { kind?: unknown; message?: unknown };
    if (kind === 'Status' && typeof message === 'string') return `${status}: ${message}`;
  } catch {
    // Not the API server's own words: something before it answered.
  }
  return `${status}: ${body.trim().slice(0, 200) || 'no words'}`;
}

const connectError = ({ pod, port }: PodPort, why: string): Error =>
  new Error(`no connection to port ${port} of pod ${pod}: ${why}`);

/** What the kubelet tells on the second channel. That nobody listens is told after the stream was opened. */
const streamError = ({ pod, port }: PodPort, why: string): Error => {
  const refused = /connection refused/iu.test(why);
  return Object.assign(
    new Error(`port ${port} of pod ${pod}: ${refused ? 'connection refused' : why.trim()}`),
    { code: refused ? 'ECONNREFUSED' : 'ECONNRESET' },
  );
};
