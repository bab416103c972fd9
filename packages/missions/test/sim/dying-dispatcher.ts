import type { ForkedClock } from '@ssc/clock';
import { Dispatcher } from 'undici';

/** Where a driver dies: at its call number `call`, from 1, before the call took effect or after it did and before the answer. */
export interface Death {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/**
 * The connection of a driver that dies: at the call its clock dies with it, and it never hears anything again, so that
 * nothing of it runs any more, no `finally` and no signal handler.
 */
export class DyingDispatcher extends Dispatcher {
  readonly #inner: Dispatcher;
  readonly #clock: ForkedClock;
  readonly #death: Death;
  readonly #died: () => void;
  #calls = 0;

  constructor(inner: Dispatcher, clock: ForkedClock, death: Death, died: () => void) {
    super();
    this.#inner = inner;
    this.#clock = clock;
    this.#death = death;
    this.#died = died;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    if (this.#clock.dead) return true;
    this.#calls += 1;
    if (this.#calls !== this.#death.call)
      return this.#inner.dispatch(options, whileAlive(handler, this.#clock));
    if (this.#death.when === 'before') {
      this.#die();
      return true;
    }
    // The call is done when its answer begins; nobody hears it.
    const die = () => this.#die();
    return this.#inner.dispatch(options, { onResponseStart: die, onResponseError: die });
  }

  #die(): void {
    this.#clock.kill();
    this.#died();
  }
}

function whileAlive(
  handler: Dispatcher.DispatchHandler,
  clock: ForkedClock,
): Dispatcher.DispatchHandler {
  return {
    onRequestStart(controller, context) {
      if (!clock.dead) handler.onRequestStart?.(controller, context);
    },
    onResponseStart(controller, status, headers, message) {
      if (!clock.dead) handler.onResponseStart?.(controller, status, headers, message);
    },
    onResponseData(controller, chunk) {
      if (!clock.dead) handler.onResponseData?.(controller, chunk);
    },
    onResponseEnd(controller, trailers) {
      if (!clock.dead) handler.onResponseEnd?.(controller, trailers);
    },
    onResponseError(controller, error) {
      if (!clock.dead) handler.onResponseError?.(controller, error);
    },
  };
}
