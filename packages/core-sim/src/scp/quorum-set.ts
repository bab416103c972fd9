import { sha256Hex } from '../keys.ts';
import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';

/** A node by its public key in hex. */
export type NodeId = string;

/** `threshold` of the members must agree; a member is a node or a group. */
export interface QuorumSet {
  readonly threshold: number;
  readonly validators: readonly NodeId[];
  readonly inner: readonly QuorumSet[];
}

/**
 * The form in which a set is hashed: groups of one become their node, a set that is nothing but one group becomes that
 * group, members are sorted (stellar-core: src/scp/QuorumSetUtils.cpp). With `without`, that node is taken out, as when a
 * node weighs the others.
 */
export function normalizeQuorumSet(set: QuorumSet, without?: NodeId): QuorumSet {
  let { threshold } = set;
  const validators = set.validators.filter((node) => node !== without);
  threshold -= set.validators.length - validators.length;
  const inner: QuorumSet[] = [];
  for (const group of set.inner) {
    const simple = normalizeQuorumSet(group, without);
    const only = simple.validators[0];
    if (
      simple.threshold === 1 &&
      simple.validators.length === 1 &&
      simple.inner.length === 0 &&
      only !== undefined
    )
      validators.push(only);
    else inner.push(simple);
  }
  const single = inner[0];
  if (threshold === 1 && validators.length === 0 && inner.length === 1 && single !== undefined)
    return single;
  validators.sort();
  inner.sort(compareSets);
  return { threshold, validators, inner };
}

function compareSets(a: QuorumSet, b: QuorumSet): number {
  const [x, y] = [encodeQuorumSet(a), encodeQuorumSet(b)];
  return Buffer.compare(x, y);
}

export function encodeQuorumSet(set: QuorumSet): Buffer {
  const writer = new XdrWriter();
  write(writer, set);
  return writer.end();
}

function write(writer: XdrWriter, set: QuorumSet): void {
  writer.uint(set.threshold).uint(set.validators.length);
  for (const node of set.validators) writer.int(0).hex(node);
  writer.uint(set.inner.length);
  for (const group of set.inner) write(writer, group);
}

export function decodeQuorumSet(bytes: Uint8Array): QuorumSet {
  const reader = new XdrReader(bytes);
  const set = read(reader, 0);
  reader.end();
  return set;
}

function read(reader: XdrReader, depth: number): QuorumSet {
  const threshold = reader.uint();
  const validators = Array.from({ length: reader.count(1000) }, () => {
    reader.int();
    return reader.hex(32);
  });
  const groups = reader.count(1000);
  if (depth > 4 && groups > 0) throw new Error('quorum set too deep');
  return {
    threshold,
    validators,
    inner: Array.from({ length: groups }, () => read(reader, depth + 1)),
  };
}

const hashes = new WeakMap<QuorumSet, string>();

/** SHA-256 of the set's XDR, in hex. */
export function hashQuorumSet(set: QuorumSet): string {
  let hash = hashes.get(set);
  if (hash === undefined) {
    hash = sha256Hex(encodeQuorumSet(set));
    hashes.set(set, hash);
  }
  return hash;
}

/** The set of a node that trusts only itself, which an EXTERNALIZE statement stands for. */
export const singletonSet = (node: NodeId): QuorumSet => ({
  threshold: 1,
  validators: [node],
  inner: [],
});

/** All nodes of the set, each once. */
export function nodesOf(set: QuorumSet, into = new Set<NodeId>()): Set<NodeId> {
  for (const node of set.validators) into.add(node);
  for (const group of set.inner) nodesOf(group, into);
  return into;
}

/** True when the nodes that `has` names include a slice of the set. */
export function isSlice(set: QuorumSet, has: (node: NodeId) => boolean): boolean {
  let left = set.threshold;
  if (left <= 0) return true;
  for (const node of set.validators) if (has(node) && --left <= 0) return true;
  for (const group of set.inner) if (isSlice(group, has) && --left <= 0) return true;
  return false;
}

/** True when the nodes that `has` names are in every slice of the set: without them it can't agree. */
export function isBlocking(set: QuorumSet, has: (node: NodeId) => boolean): boolean {
  // A set with threshold 0 has an empty slice, which nothing can block.
  if (set.threshold === 0) return false;
  let left = 1 + set.validators.length + set.inner.length - set.threshold;
  for (const node of set.validators) if (has(node) && --left <= 0) return true;
  for (const group of set.inner) if (isBlocking(group, has) && --left <= 0) return true;
  return false;
}

/**
 * True when some of `nodes` are a quorum, each by its own set, that has a slice of `own`. A node whose set is not known
 * counts as not there.
 */
export function isQuorum(
  own: QuorumSet,
  nodes: ReadonlySet<NodeId>,
  setOf: (node: NodeId) => QuorumSet | undefined,
): boolean {
  let left = nodes;
  for (;;) {
    const now = left;
    const has = (node: NodeId): boolean => now.has(node);
    const kept = new Set<NodeId>();
    for (const node of now) {
      const set = setOf(node);
      if (set !== undefined && isSlice(set, has)) kept.add(node);
    }
    if (kept.size === now.size) return isSlice(own, has);
    left = kept;
  }
}

/** The fewest of the nodes named by `alive` that must fail until the rest has no slice, as node ids. */
export function closestBlocking(
  set: QuorumSet,
  alive: ReadonlySet<NodeId>,
  except: NodeId,
): NodeId[] {
  let toBlock = 1 + set.validators.length + set.inner.length - set.threshold;
  const costs: NodeId[][] = [];
  for (const node of set.validators) {
    if (node === except) continue;
    if (alive.has(node)) costs.push([node]);
    else if (--toBlock === 0) return [];
  }
  for (const group of set.inner) {
    const found = closestBlocking(group, alive, except);
    if (found.length > 0) costs.push(found);
    else if (--toBlock === 0) return [];
  }
  costs.sort((a, b) => a.length - b.length);
  return costs.slice(0, toBlock).flat();
}
