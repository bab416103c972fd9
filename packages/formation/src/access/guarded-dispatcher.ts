import { Dispatcher } from 'undici';
import { unstarted } from '../kube/unstarted.ts';

/** Passes requests on for as long as nothing speaks against it; what is refused was never sent. */
export class GuardedDispatcher extends Dispatcher {
  readonly #inner: Dispatcher;
  readonly #refusal: () => Error | undefined;

  constructor(inner: Dispatcher, refusal: () => Error | undefined) {
    super();
    this.#inner = inner;
    this.#refusal = refusal;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const refusal = this.#refusal();
    if (refusal === undefined) return this.#inner.dispatch(options, handler);
    // The code says that nothing was sent, which tells a request that changes something that it did not.
    const error = Object.assign(new Error(refusal.message, { cause: refusal }), {
      code: 'UND_ERR_CLOSED',
    });
    handler.onResponseError?.(unstarted, error);
    return true;
  }
}
