import type { Clock, Timer } from '@ssc/clock';
import { isSscError } from '@ssc/errors';
import type { KubeApi, KubeObject, KubeQuery, WatchEvent } from './api.ts';

/** A live picture of some objects of one kind: one list, then a watch, for as long as it runs. */
export interface Reflector<T extends KubeObject> {
  /** The objects by name, as last heard. */
  readonly items: ReadonlyMap<string, T>;
  /** Resolves after the first list; rejects when that list was refused. */
  readonly ready: Promise<void>;
  /** What went wrong last, when nothing has been heard since. */
  readonly trouble: unknown;
  /** Lists anew, unless something was heard within the last while: a watch may have died in silence. */
  refresh(): Promise<void>;
  /** Calls back after each change, until the returned function is called. */
  onChange(changed: () => void): () => void;
  stop(): void;
}

// A server ends a healthy watch within minutes and sends bookmarks about every minute: this much silence is a dead one.
const silenceMs = 150_000;
/** What was heard longer ago than this is asked for again by `refresh`. */
const freshMs = 20_000;
/** However well the watch seems to do, a list says now and then whether it missed anything. */
const resyncMs = 10 * 60_000;

/**
 * Keeps the picture through everything that ends a watch: the server's time limit, a lost connection, silence, a
 * resourceVersion too old (410), refusals. After each it watches on from where it was, or lists anew.
 */
export const createReflector = <T extends KubeObject>(
  kube: KubeApi,
  clock: Clock,
  query: KubeQuery,
): Reflector<T> => new ListAndWatch(kube, clock, query);

class ListAndWatch<T extends KubeObject> implements Reflector<T> {
  readonly items = new Map<string, T>();
  readonly ready: Promise<void>;
  readonly #kube: KubeApi;
  readonly #clock: Clock;
  readonly #query: KubeQuery;
  readonly #listeners = new Set<() => void>();
  readonly #stopped = new AbortController();
  #trouble: unknown;
  #version = '';
  #heardAtMs: number;
  #listedAtMs: number;

  constructor(kube: KubeApi, clock: Clock, query: KubeQuery) {
    this.#kube = kube;
    this.#clock = clock;
    this.#query = query;
    this.#heardAtMs = clock.now();
    this.#listedAtMs = clock.now();
    this.ready = this.#list();
    this.ready.then(() => this.#run()).catch(() => {});
  }

  get trouble(): unknown {
    return this.#trouble;
  }

  async refresh(): Promise<void> {
    if (this.#clock.now() - this.#heardAtMs < freshMs) return;
    // What the watch tells meanwhile is newer than this list, or is in it: nothing is taken back.
    const before = this.#version;
    const found = await this.#kube.list<T>(this.#query);
    this.#heardAtMs = this.#clock.now();
    if (this.#version === before) this.#show(found.items);
  }

  onChange(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  stop(): void {
    this.#stopped.abort(new Error('the reflector was stopped'));
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    let pauseMs = 250;
    let isListed = true;
    while (!signal.aborted) {
      const before = this.#version;
      try {
        if (!isListed) await this.#list();
        isListed = true;
        await this.#watch();
      } catch (error) {
        if (signal.aborted) return;
        this.#trouble = error;
        // Too old, or unknown what was missed: only a new list tells. A lost connection goes on from the version.
        isListed = !isSscError(error, 'SSC_KUBE_REFUSED');
      }
      isListed &&= this.#clock.now() - this.#listedAtMs < resyncMs;
      pauseMs = this.#version === before ? Math.min(pauseMs * 2, 30_000) : 250;
      await this.#clock.sleep(pauseMs, signal).catch(() => {});
    }
  }

  async #list(): Promise<void> {
    const found = await this.#kube.list<T>(this.#query);
    this.#heardAtMs = this.#clock.now();
    this.#listedAtMs = this.#heardAtMs;
    this.#version = found.resourceVersion;
    this.#trouble = undefined;
    this.#show(found.items);
  }

  /** Watches from the present version on: until the server ends it, it falls silent, or it is time for a list. */
  async #watch(): Promise<void> {
    const clock = this.#clock;
    const quiet = new AbortController();
    const abort = () => quiet.abort(this.#stopped.signal.reason);
    this.#stopped.signal.addEventListener('abort', abort, { once: true });
    const awaitMore = (): Timer =>
      clock.timer(silenceMs, () => quiet.abort(new Error('the watch fell silent')));
    let silence = awaitMore();
    const resync = clock.timer(this.#listedAtMs + resyncMs - clock.now(), () =>
      quiet.abort(new Error('it is time to list anew')),
    );
    const take = (event: WatchEvent<T>): void => {
      silence.cancel();
      silence = awaitMore();
      this.#take(event);
    };
    const query = { ...this.#query, resourceVersion: this.#version };
    try {
      await this.#kube.watch<T>(query, take, quiet.signal);
    } finally {
      silence.cancel();
      resync.cancel();
      this.#stopped.signal.removeEventListener('abort', abort);
    }
  }

  #take({ type, object }: WatchEvent<T>): void {
    const { name = '', resourceVersion = this.#version } = object.metadata ?? {};
    this.#trouble = undefined;
    this.#heardAtMs = this.#clock.now();
    this.#version = resourceVersion;
    if (type === 'BOOKMARK') return;
    if (type === 'DELETED') this.items.delete(name);
    else this.items.set(name, object);
    this.#tell();
  }

  /** Puts what a list gave in the place of the picture. */
  #show(items: readonly T[]): void {
    this.items.clear();
    for (const item of items) this.items.set(item.metadata?.name ?? '', item);
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
