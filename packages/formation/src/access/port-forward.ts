import { type buildConnector, Client, Dispatcher } from 'undici';
import type { PodConnect, PodPort } from '../kube/pod-connect.ts';

type Socket = NonNullable<Parameters<buildConnector.Callback>[1]>;

// What one API server is asked to carry at once: as many as it is sent of other requests.
const mostAtOnce = 64;

/** The URL by which requests name a port of a pod to this dispatcher. */
export const podPortUrl = ({ namespace, pod, port }: PodPort): string =>
  `http://${pod}.${namespace}.pod:${port}`;

/**
 * Sends each request for a {@link podPortUrl} over a connection of its own. None is used twice: stellar-core closes it after
 * one answer. So a pod that was started anew is reached by the next request. It keeps no time: who asks does.
 */
export class PortForwardDispatcher extends Dispatcher {
  readonly #connect: PodConnect;
  readonly #open = new Set<Client>();
  readonly #waiting: (() => void)[] = [];

  constructor(connect: PodConnect) {
    super();
    this.#connect = connect;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const start = () => this.#send(options, handler);
    if (this.#open.size < mostAtOnce) start();
    else this.#waiting.push(start);
    return true;
  }

  #send(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const url = new URL(String(options.origin));
    const [pod = '', namespace = ''] = url.hostname.split('.');
    const connect: buildConnector.connector = (_, done) => {
      this.#connect({ namespace, pod, port: Number(url.port || 80) }).then(
        // A Client reads, writes and destroys what it is given, as any stream can.
        (stream) => {
          // It may break before the Client listens, which sees that it is broken and not that it broke.
          stream.on('error', () => {});
          done(null, stream as Socket);
        },
        // Nothing was sent, which the name of the call that failed tells.
        (cause: Error) =>
          done(Object.assign(new Error(cause.message, { cause }), { syscall: 'connect' }), null),
      );
    };
    const client = new Client(url.origin, { connect, headersTimeout: 0, bodyTimeout: 0 });
    this.#open.add(client);
    // A Client cannot be destroyed while it is telling how a request ended.
    const end = (): void =>
      queueMicrotask(() => {
        if (!this.#open.delete(client)) return;
        client.destroy().catch(() => {});
        this.#waiting.shift()?.();
      });
    client.dispatch(options, {
      onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
      onResponseStart: (...args) => handler.onResponseStart?.(...args),
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd(...args) {
        handler.onResponseEnd?.(...args);
        end();
      },
      onResponseError(...args) {
        handler.onResponseError?.(...args);
        end();
      },
    });
  }
}
