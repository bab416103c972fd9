import type { Clock, Timer } from '@ssc/clock';
import { type ByteStream, createByteStream } from './byte-stream.ts';
import { apiVersionOf, type Kind } from './kinds.ts';
import type { KubeObject } from './object.ts';
import { ApiError, renderStatus } from './status.ts';
import type { Change, Store } from './store.ts';

/** What a watch is asked for. */
export interface WatchQuery {
  readonly kind: Kind;
  /** Undefined: all. */
  readonly namespace: string | undefined;
  readonly matches: (object: KubeObject) => boolean;
  /** "" or "0": begin with what there is. */
  readonly resourceVersion: string;
  readonly bookmarks: boolean;
  readonly timeoutMs: number;
  /** Called once, when the watch is over. */
  onClose(): void;
}

/** A watch that is under way. */
export interface OpenWatch {
  readonly stream: ByteStream;
  readonly kind: Kind;
}

/** How often a watch that asked for bookmarks gets one: about a minute, as in the real server's watch cache. */
const bookmarkMs = 60_000;

/** Answers a watch: one JSON event per line. */
export function openWatch(store: Store, clock: Clock, query: WatchQuery): OpenWatch {
  const timers = new Set<Timer>();
  let unsubscribe = () => {};
  const stream = createByteStream(() => {
    unsubscribe();
    for (const timer of timers) timer.cancel();
    query.onClose();
  });
  const send = (type: string, object: object): void => {
    stream.push(Buffer.from(`${JSON.stringify({ type, object })}\n`));
  };
  const bookmark = (): void =>
    send('BOOKMARK', {
      kind: query.kind.kind,
      apiVersion: apiVersionOf(query.kind),
      metadata: {
        resourceVersion: String(store.revision),
        creationTimestamp: null,
      },
    });
  const see = (change: Change): void => {
    if (change.kind !== query.kind) return;
    if (query.namespace !== undefined && change.object.metadata.namespace !== query.namespace)
      return;
    const event = eventFor(change, query.matches);
    if (event !== undefined) send(event.type, event.object);
  };

  const fromStart = query.resourceVersion === '' || query.resourceVersion === '0';
  if (fromStart) {
    for (const object of store.list(query.kind, query.namespace))
      if (query.matches(object)) send('ADDED', object);
  } else {
    const since = Number(query.resourceVersion);
    if (since < store.oldestRevision - 1) {
      const why = `too old resource version: ${since} (${store.oldestRevision})`;
      send('ERROR', renderStatus(new ApiError(410, 'Expired', why)));
      stream.end();
      return { stream, kind: query.kind };
    }
    for (const change of store.changesSince(query.kind, since)) see(change);
  }
  unsubscribe = store.subscribe(see);

  const repeat = (): void => {
    const timer = clock.timer(bookmarkMs, () => {
      timers.delete(timer);
      bookmark();
      repeat();
    });
    timers.add(timer);
  };
  if (query.bookmarks) repeat();
  timers.add(clock.timer(query.timeoutMs, () => stream.end()));
  return { stream, kind: query.kind };
}

/** What a change means to a watch with a selector: an object may come into its sight, or leave it. */
function eventFor(
  change: Change,
  matches: (object: KubeObject) => boolean,
): { type: string; object: KubeObject } | undefined {
  const isSeen = change.type !== 'DELETED' && matches(change.object);
  const wasSeen = change.previous !== undefined && matches(change.previous);
  if (isSeen) return { type: wasSeen ? 'MODIFIED' : 'ADDED', object: change.object };
  if (!wasSeen) return undefined;
  if (change.type === 'DELETED') return { type: 'DELETED', object: change.object };
  // It left: the watcher gets what it last saw, at the revision of the change.
  const { previous } = change;
  return {
    type: 'DELETED',
    object: {
      ...(previous as KubeObject),
      metadata: {
        ...(previous as KubeObject).metadata,
        resourceVersion: change.object.metadata.resourceVersion,
      },
    },
  };
}
