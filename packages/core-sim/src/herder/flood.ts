import { sha256Hex } from '../keys.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { MessageType } from '../overlay/message.ts';
import type { Peer } from '../overlay/peer.ts';

const keys = new WeakMap<Buffer, string>();

/** The hash by which a message is known; made once for all that share its bytes. */
function keyOf(body: Buffer): string {
  let key = keys.get(body);
  if (key === undefined) {
    key = sha256Hex(body);
    keys.set(body, key);
  }
  return key;
}

/** Which peers have which messages, so that nothing is sent twice (stellar-core: src/overlay/Floodgate.cpp). */
export class Flood {
  readonly #peers: () => readonly Peer[];
  readonly #metrics: Metrics;
  readonly #known = new Map<string, { readonly peers: Set<Peer>; readonly slot: number }>();

  constructor(peers: () => readonly Peer[], metrics: Metrics) {
    this.#peers = peers;
    this.#metrics = metrics;
  }

  /** Notes that a peer has a message; false when it was seen before. */
  isNews(body: Buffer, peer: Peer, slot: number): boolean {
    const known = this.#known.get(keyOf(body));
    if (known !== undefined) {
      known.peers.add(peer);
      return false;
    }
    this.#known.set(keyOf(body), { peers: new Set([peer]), slot });
    return true;
  }

  /** Sends to all peers that are not known to have it. */
  send(type: MessageType, body: Buffer, slot: number, from: Peer | undefined): void {
    const key = keyOf(body);
    const known = this.#known.get(key) ?? { peers: new Set<Peer>(), slot };
    this.#known.set(key, known);
    if (from !== undefined) known.peers.add(from);
    let isSent = false;
    for (const peer of this.#peers()) {
      if (known.peers.has(peer)) continue;
      known.peers.add(peer);
      peer.send(type, body);
      isSent = true;
    }
    if (isSent) this.#metrics.mark('overlay.message.broadcast');
  }

  forgetBefore(slot: number): void {
    for (const [key, known] of this.#known) if (known.slot < slot) this.#known.delete(key);
  }
}
