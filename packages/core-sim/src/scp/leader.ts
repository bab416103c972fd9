import { sha256 } from '../keys.ts';
import { XdrWriter } from '../xdr/writer.ts';
import { type NodeId, nodesOf, normalizeQuorumSet, type QuorumSet } from './quorum-set.ts';
import type { Value } from './statement.ts';

const most = 0xffff_ffff_ffff_ffffn;

/** What leaders of a slot are drawn from. */
export interface Draw {
  readonly slot: number;
  /** The value of the ledger before. */
  readonly previous: Value;
}

const tags = { neighbourhood: 1, priority: 2, value: 3 } as const;

function hashOf(
  draw: Draw,
  tag: number,
  round: number,
  write: (writer: XdrWriter) => void,
): bigint {
  const writer = new XdrWriter().long(draw.slot).latin1(draw.previous).uint(tag).int(round);
  write(writer);
  return sha256(writer.end()).readBigUInt64BE(0);
}

/** Ranks values of one slot: the highest is taken (stellar-core: SCPDriver::computeValueHash). */
export const hashValue = (draw: Draw, round: number, value: Value): bigint =>
  hashOf(draw, tags.value, round, (writer) => writer.latin1(value));

const hashNode = (draw: Draw, tag: number, round: number, node: NodeId): bigint =>
  hashOf(draw, tag, round, (writer) => writer.int(0).hex(node));

/** The share of slices that a node is in, of 2^64 - 1 (stellar-core: SCPDriver::getNodeWeight). */
export function weightOf(set: QuorumSet, node: NodeId): bigint {
  const total = BigInt(set.validators.length + set.inner.length);
  const threshold = BigInt(set.threshold);
  const share = (m: bigint): bigint => (m * threshold + total - 1n) / total;
  if (set.validators.includes(node)) return share(most);
  for (const group of set.inner) {
    const weight = weightOf(group, node);
    if (weight > 0n) return share(weight);
  }
  return 0n;
}

/**
 * The leaders of a nomination round for `self`, and the round in which one was found: rounds that add no leader to
 * `leaders` are skipped (stellar-core: NominationProtocol::updateRoundLeaders).
 */
export function addLeaders(
  draw: Draw,
  self: NodeId,
  set: QuorumSet,
  round: number,
  leaders: Set<NodeId>,
): number {
  const others = normalizeQuorumSet(set, self);
  const nodes = nodesOf(others);
  nodes.delete(self);
  const priority = (node: NodeId, at: number): bigint => {
    const weight = node === self ? most : weightOf(others, node);
    if (weight === 0n || hashNode(draw, tags.neighbourhood, at, node) > weight) return 0n;
    return hashNode(draw, tags.priority, at, node);
  };
  for (let at = round; ; at++) {
    let top = priority(self, at);
    let found = [self];
    for (const node of nodes) {
      const its = priority(node, at);
      if (its > top) [top, found] = [its, []];
      if (its === top && its > 0n) found.push(node);
    }
    const before = leaders.size;
    for (const node of found) leaders.add(node);
    if (leaders.size > before || leaders.size > nodes.size) return at;
  }
}
