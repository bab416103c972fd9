import type { Clock } from '@ssc/clock';
import { isSscError } from '@ssc/errors';
import type { KubeApi, KubeObject, KubeQuery } from './api.ts';

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
export function createReflector<T extends KubeObject>(
  kube: KubeApi,
  clock: Clock,
  query: KubeQuery,
): Reflector<T> {
  const items = new Map<string, T>();
  const listeners = new Set<() => void>();
  const stopped = new AbortController();
  let trouble: unknown;
  let version = '';
  let heardAtMs = clock.now();
  let listedAtMs = clock.now();

  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };

  async function list(): Promise<void> {
    const found = await kube.list<T>(query);
    heardAtMs = clock.now();
    listedAtMs = heardAtMs;
    items.clear();
    for (const item of found.items) items.set(item.metadata?.name ?? '', item);
    version = found.resourceVersion;
    trouble = undefined;
    changed();
  }

  async function watch(): Promise<void> {
    const quiet = new AbortController();
    const abort = () => quiet.abort(stopped.signal.reason);
    stopped.signal.addEventListener('abort', abort, { once: true });
    let timer = clock.timer(silenceMs, () => quiet.abort(new Error('the watch fell silent')));
    const resync = clock.timer(listedAtMs + resyncMs - clock.now(), () =>
      quiet.abort(new Error('it is time to list anew')),
    );
    try {
      await kube.watch<T>(
        { ...query, resourceVersion: version },
        ({ type, object }) => {
          timer.cancel();
          timer = clock.timer(silenceMs, () => quiet.abort(new Error('the watch fell silent')));
          trouble = undefined;
          heardAtMs = clock.now();
          version = object.metadata?.resourceVersion ?? version;
          if (type === 'BOOKMARK') return;
          if (type === 'DELETED') items.delete(object.metadata?.name ?? '');
          else items.set(object.metadata?.name ?? '', object);
          changed();
        },
        quiet.signal,
      );
    } finally {
      timer.cancel();
      resync.cancel();
      stopped.signal.removeEventListener('abort', abort);
    }
  }

  async function run(): Promise<void> {
    let pauseMs = 250;
    let listed = true;
    while (!stopped.signal.aborted) {
      const before = version;
      try {
        if (!listed) await list();
        listed = true;
        await watch();
      } catch (error) {
        if (stopped.signal.aborted) return;
        trouble = error;
        // Too old, or unknown what was missed: only a new list tells. A lost connection goes on from the version.
        listed = !isSscError(error, 'SSC_KUBE_REFUSED');
      }
      listed &&= clock.now() - listedAtMs < resyncMs;
      pauseMs = version === before ? Math.min(pauseMs * 2, 30_000) : 250;
      await clock.sleep(pauseMs, stopped.signal).catch(() => {});
    }
  }

  const ready = list();
  ready.then(run).catch(() => {});
  return {
    items,
    ready,
    get trouble() {
      return trouble;
    },
    async refresh() {
      if (clock.now() - heardAtMs < freshMs) return;
      // What the watch tells meanwhile is newer than this list, or is in it: nothing is taken back.
      const before = version;
      const found = await kube.list<T>(query);
      heardAtMs = clock.now();
      if (version !== before) return;
      items.clear();
      for (const item of found.items) items.set(item.metadata?.name ?? '', item);
      changed();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      stopped.abort(new Error('the reflector was stopped'));
    },
  };
}
