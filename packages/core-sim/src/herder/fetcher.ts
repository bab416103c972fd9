import type { Clock, Timer } from '@ssc/clock';
import type { Metrics } from '../metrics/metrics.ts';
import type { Peer } from '../overlay/peer.ts';

/** How long a peer has to give a thing before the next is asked (stellar-core: src/overlay/ItemFetcher.h). */
const patienceMs = 1500;

/** Things that nodes ask each other for by hash. */
export type ItemKind = 'txSet' | 'quorumSet';

interface Search {
  readonly kind: ItemKind;
  readonly slot: number;
  asked: Set<Peer>;
  timer: Timer | undefined;
}

/** Asks one peer after another for a thing that a statement names. */
export class Fetcher {
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #peers: () => readonly Peer[];
  readonly #searches = new Map<string, Search>();

  constructor(clock: Clock, metrics: Metrics, peers: () => readonly Peer[]) {
    this.#clock = clock;
    this.#metrics = metrics;
    this.#peers = peers;
  }

  isSearching(hash: string): boolean {
    return this.#searches.has(hash);
  }

  /** Begins a search with the peer that named the thing; nothing to do when it is under way. */
  search(kind: ItemKind, hash: string, slot: number, first: Peer | undefined): void {
    if (this.#searches.has(hash)) return;
    const search: Search = { kind, slot, asked: new Set(), timer: undefined };
    this.#searches.set(hash, search);
    this.#ask(hash, search, first);
  }

  /** A peer does not have it. */
  refused(hash: string, peer: Peer): void {
    const search = this.#searches.get(hash);
    if (search?.asked.has(peer)) this.#next(hash, search);
  }

  found(hash: string): void {
    this.#searches.get(hash)?.timer?.cancel();
    this.#searches.delete(hash);
  }

  /** Gives up on what only older slots named. */
  forgetBefore(slot: number): void {
    for (const [hash, search] of this.#searches) if (search.slot < slot) this.found(hash);
  }

  #next(hash: string, search: Search): void {
    this.#metrics.mark('overlay.item-fetcher.next-peer');
    const fresh = this.#peers().find((peer) => !search.asked.has(peer));
    // Everyone was asked: start over, somebody may have it by now.
    if (fresh === undefined) search.asked = new Set();
    this.#ask(hash, search, fresh);
  }

  #ask(hash: string, search: Search, peer: Peer | undefined): void {
    search.timer?.cancel();
    const target = peer ?? this.#peers().find((other) => !search.asked.has(other));
    if (target !== undefined) {
      search.asked.add(target);
      target.send(search.kind === 'txSet' ? 'getTxSet' : 'getQuorumSet', Buffer.from(hash, 'hex'));
    }
    search.timer = this.#clock.timer(patienceMs, () => {
      if (this.#searches.get(hash) === search) this.#next(hash, search);
    });
  }
}
