import { Dispatcher } from 'undici';

/** A connection that tells of each request on its way. */
export class RecordingDispatcher extends Dispatcher {
  readonly #inner: Dispatcher;
  readonly #tell: (request: Dispatcher.DispatchOptions) => void;

  constructor(inner: Dispatcher, tell: (request: Dispatcher.DispatchOptions) => void) {
    super();
    this.#inner = inner;
    this.#tell = tell;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    this.#tell(options);
    return this.#inner.dispatch(options, handler);
  }
}
