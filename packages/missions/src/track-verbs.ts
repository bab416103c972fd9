/** A verb that was called. */
export interface TrackedVerb {
  readonly name: string;
  readonly args: readonly unknown[];
  /** Whether somebody has looked at its promise. */
  awaited: boolean;
  ended: boolean;
}

/**
 * A handle whose verbs remember whether their promise was awaited: a mission that forgets `await` would go on, and pass,
 * before the verb has done or checked anything. `refuse` throws when no verb may be called any more.
 */
export function trackVerbs<T extends object>(
  name: string,
  handle: T,
  started: Set<TrackedVerb>,
  refuse: () => void = () => {},
): T {
  return new Proxy(handle, {
    get(target, key) {
      // Of the handle itself: what it keeps private is not in the proxy.
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || typeof key === 'symbol') return value;
      return (...args: unknown[]): unknown => {
        refuse();
        const result: unknown = Reflect.apply(value, target, args);
        if (!(result instanceof Promise)) return result;
        const verb: TrackedVerb = { name: `${name}.${key}`, args, awaited: false, ended: false };
        started.add(verb);
        return new TrackedPromise(result, verb);
      };
    },
  });
}

/** A promise that notes that somebody looked at it. */
class TrackedPromise<T> implements Promise<T> {
  readonly [Symbol.toStringTag] = 'Promise';
  readonly #promise: Promise<T>;
  readonly #verb: TrackedVerb;

  constructor(promise: Promise<T>, verb: TrackedVerb) {
    this.#promise = promise;
    this.#verb = verb;
    // The phase reports what nobody awaited; its rejection must not end the process first.
    const end = () => {
      verb.ended = true;
    };
    promise.then(end, end);
  }

  // biome-ignore lint/suspicious/noThenProperty: this is a promise
  then<A = T, B = never>(
    resolved?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#verb.awaited = true;
    return this.#promise.then(resolved, rejected);
  }

  catch<B = never>(rejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, rejected);
  }

  finally(settled?: (() => void) | null): Promise<T> {
    this.#verb.awaited = true;
    return this.#promise.finally(settled);
  }
}
