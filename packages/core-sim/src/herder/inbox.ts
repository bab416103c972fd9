import type { NodeSettings } from '../config/node-settings.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Peer } from '../overlay/peer.ts';
import type { NodeId } from '../scp/quorum-set.ts';
import { decodeEnvelope, type Envelope } from '../scp/statement.ts';
import type { Fetcher } from './fetcher.ts';
import type { Flood } from './flood.ts';
import type { KnownSets } from './known-sets.ts';
import { isSigned } from './signed-envelope.ts';

/** What the inbox needs around it. */
export interface InboxOptions {
  readonly settings: NodeSettings;
  readonly metrics: Metrics;
  readonly known: KnownSets;
  readonly fetcher: Fetcher;
  readonly flooded: Flood;
  /** The lowest and highest slot of which statements are taken in. */
  range(): readonly [lowest: number, highest: number];
  /** There is something to {@link Inbox.take}. */
  judge(): void;
}

interface Waiting {
  readonly envelope: Envelope;
  readonly bytes: Buffer;
  readonly from: Peer;
  readonly missing: Set<string>;
}

/** Statements of others, from their arrival until they can be judged (stellar-core: src/herder/PendingEnvelopes.cpp). */
export class Inbox {
  /** Bytes of statements by slot and node: what `/quorum` shows as cost. */
  readonly costs = new Map<number, Map<NodeId, number>>();
  readonly #options: InboxOptions;
  readonly #waiting: Waiting[] = [];
  readonly #ready = new Map<number, Envelope[]>();

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** Takes in a statement. */
  receive(body: Buffer, peer: Peer): void {
    const { metrics, known } = this.#options;
    metrics.mark('scp.envelope.receive');
    const envelope = this.#read(body, peer);
    if (envelope === undefined) return;
    const { slot, node, quorumSet } = envelope.statement;
    const costs = this.costs.get(slot) ?? new Map<NodeId, number>();
    costs.set(node, (costs.get(node) ?? 0) + body.length);
    this.costs.set(slot, costs);
    const missing = known.missingFor(envelope.statement);
    const waiting = { envelope, bytes: body, from: peer, missing };
    if (missing.size === 0) {
      this.#judgeable(waiting);
      return;
    }
    this.#waiting.push(waiting);
    for (const hash of missing)
      this.#options.fetcher.search(hash === quorumSet ? 'quorumSet' : 'txSet', hash, slot, peer);
  }

  /** A set has come. */
  arrived(hash: string): void {
    for (let i = 0; i < this.#waiting.length; ) {
      const waiting = this.#waiting[i] as Waiting;
      waiting.missing.delete(hash);
      if (waiting.missing.size > 0) {
        i += 1;
        continue;
      }
      this.#waiting.splice(i, 1);
      this.#judgeable(waiting);
    }
  }

  /** Takes out the statements of the lowest slot that has any, up to `last`. */
  take(
    last: number,
  ): { readonly slot: number; readonly envelopes: readonly Envelope[] } | undefined {
    const slots = [...this.#ready.keys()].filter((slot) => slot <= last);
    if (slots.length === 0) return undefined;
    const slot = Math.min(...slots);
    const envelopes = this.#ready.get(slot) ?? [];
    this.#ready.delete(slot);
    return { slot, envelopes };
  }

  forgetBefore(lowest: number): void {
    for (const map of [this.costs, this.#ready])
      for (const slot of map.keys()) if (slot < lowest) map.delete(slot);
    for (let i = this.#waiting.length - 1; i >= 0; i--)
      if ((this.#waiting[i] as Waiting).envelope.statement.slot < lowest)
        this.#waiting.splice(i, 1);
  }

  /** A statement that is news, for a slot of interest, and signed by who says it. */
  #read(body: Buffer, peer: Peer): Envelope | undefined {
    const { metrics, settings, flooded, range } = this.#options;
    let envelope: Envelope;
    try {
      envelope = decodeEnvelope(body);
    } catch {
      return undefined;
    }
    const { slot } = envelope.statement;
    const [lowest, highest] = range();
    if (slot < lowest || slot > highest) {
      metrics.add('scp.pending.discarded');
      return undefined;
    }
    const isNews = flooded.isNews(body, peer, slot);
    metrics.mark(`overlay.flood.${isNews ? 'unique' : 'duplicate'}-recv`, body.length);
    if (!isNews) return undefined;
    const isValid = isSigned(envelope, body, settings.networkId);
    metrics.mark(`scp.envelope.${isValid ? 'validsig' : 'invalidsig'}`);
    return isValid ? envelope : undefined;
  }

  #judgeable({ envelope, bytes, from }: Waiting): void {
    const { slot } = envelope.statement;
    this.#options.flooded.send('scp', bytes, slot, from);
    const list = this.#ready.get(slot);
    if (list === undefined) this.#ready.set(slot, [envelope]);
    else list.push(envelope);
    this.#options.judge();
  }
}
