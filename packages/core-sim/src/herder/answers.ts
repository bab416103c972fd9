import { messageTypes } from '../overlay/message.ts';
import type { Peer } from '../overlay/peer.ts';
import { encodeQuorumSet } from '../scp/quorum-set.ts';
import type { Slot } from '../scp/slot.ts';
import { encodeEnvelope } from '../scp/statement.ts';
import { XdrWriter } from '../xdr/writer.ts';
import type { KnownSets } from './known-sets.ts';

/** Sends a peer the newest statements of all slots from one on. */
export function sendState(peer: Peer, slots: ReadonlyMap<number, Slot>, from: number): void {
  for (const index of [...slots.keys()].sort((a, b) => a - b)) {
    if (index < from) continue;
    for (const envelope of slots.get(index)?.current() ?? [])
      peer.send('scp', encodeEnvelope(envelope));
  }
}

/** Sends a peer the set of this hash, or says that it is not here. */
export function sendTxSet(peer: Peer, known: KnownSets, hash: Buffer): void {
  const set = known.txSet(hash.toString('hex'));
  if (set === undefined) sendDontHave(peer, messageTypes.txSet, hash);
  else peer.send(set.isGeneralized ? 'generalizedTxSet' : 'txSet', set.bytes);
}

/** Sends a peer the set of this hash, or says that it is not here. */
export function sendQuorumSet(peer: Peer, known: KnownSets, hash: Buffer): void {
  const set = known.quorumSet(hash.toString('hex'));
  if (set === undefined) sendDontHave(peer, messageTypes.quorumSet, hash);
  else peer.send('quorumSet', encodeQuorumSet(set));
}

function sendDontHave(peer: Peer, type: number, hash: Buffer): void {
  peer.send('dontHave', new XdrWriter().int(type).fixed(hash).end());
}
