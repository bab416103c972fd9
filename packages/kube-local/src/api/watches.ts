import type { Clock, Random } from '@ssc/clock';
import type { HttpResponse } from '@ssc/process';
import { matcher } from './list.ts';
import { isTrue, refuseInitialEvents } from './request-options.ts';
import type { Route } from './route.ts';
import { ApiError } from './status.ts';
import type { Store } from './store.ts';
import { type OpenWatch, openWatch } from './watch.ts';

/** The watches of a cluster that are under way. */
export class Watches {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #open = new Set<OpenWatch>();

  constructor(store: Store, clock: Clock, random: Random) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
  }

  /** Oldest first. */
  get open(): ReadonlySet<OpenWatch> {
    return this.#open;
  }

  /** Answers a watch: it goes on until its time is over, or its client goes away. */
  answer(route: Route, query: URLSearchParams, signal?: AbortSignal): HttpResponse {
    const resourceVersion = versionOf(query);
    refuseInitialEvents(query);
    const seconds = Number(query.get('timeoutSeconds') ?? 0);
    let isClosed = false;
    let watch: OpenWatch | undefined;
    const open: OpenWatch = openWatch(this.#store, this.#clock, {
      kind: route.kind,
      namespace: route.namespace === '' ? undefined : route.namespace,
      matches: matcher(route, query),
      resourceVersion,
      bookmarks: isTrue(query.get('allowWatchBookmarks')),
      // The real server draws from 30 to 60 minutes when the client names no time.
      timeoutMs: seconds > 0 ? seconds * 1000 : 1_800_000 + this.#random.int(1_800_000),
      // A version that is too old ends the watch before it is there.
      onClose: () => {
        if (watch !== undefined) this.#open.delete(watch);
        isClosed = true;
      },
    });
    watch = open;
    if (!isClosed) this.#open.add(open);
    const { stream } = open;
    signal?.addEventListener('abort', () => stream.end(), { once: true });
    return {
      status: 200,
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      body: stream,
    };
  }
}

function versionOf(query: URLSearchParams): string {
  const version = query.get('resourceVersion') ?? '';
  if (/^\d*$/u.test(version)) return version;
  const quoted = JSON.stringify(version);
  throw new ApiError(
    500,
    '',
    `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`,
  );
}
