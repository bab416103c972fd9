import type { Consensus } from '../history/records.ts';
import { encodeQuorumSet, type NodeId } from '../scp/quorum-set.ts';
import type { Slot } from '../scp/slot.ts';
import { encodeEnvelope } from '../scp/statement.ts';
import type { KnownSets } from './known-sets.ts';

/** What nodes said when they agreed on a ledger: what archives keep of it. */
export function consensusOf(slot: Slot | undefined, self: NodeId, known: KnownSets): Consensus {
  const agreed = slot?.agreed;
  if (slot === undefined || agreed === undefined) return { envelopes: [], quorumSets: [] };
  const envelopes = [...slot.ballots.latest.values()].filter(({ statement }) => {
    if (statement.node === self && !slot.fullyValidated) return false;
    const ballot = statement.type === 'EXTERNALIZE' ? statement.commit : statement.ballot;
    return ballot.value === agreed;
  });
  const hashes = new Set(envelopes.map((envelope) => envelope.statement.quorumSet));
  const quorumSets = [...hashes].flatMap((hash) => known.quorumSet(hash) ?? []);
  return { envelopes, quorumSets };
}

/** What a node must know after a restart of the slot that it closed last, in XDR. */
export function lastWordsOf(
  slot: Slot | undefined,
  known: KnownSets,
): { readonly envelopes: Buffer[]; readonly quorumSets: Buffer[] } {
  const kept = (slot?.current() ?? []).filter(({ statement }) => statement.type !== 'NOMINATE');
  const hashes = new Set(kept.map((envelope) => envelope.statement.quorumSet));
  return {
    envelopes: kept.map(encodeEnvelope),
    quorumSets: [...hashes].flatMap((hash) => {
      const set = known.quorumSet(hash);
      return set === undefined ? [] : [encodeQuorumSet(set)];
    }),
  };
}
