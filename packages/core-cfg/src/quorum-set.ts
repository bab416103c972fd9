import { usageError } from '@ssc/errors';
import type { QuorumSetTable } from './node-config.ts';

/** Who must agree: `threshold` of the validators and inner sets together. Keys are strkeys. */
export interface QuorumSet {
  readonly threshold: number;
  readonly validators: readonly string[];
  readonly innerSets: readonly QuorumSet[];
}

/** Core's default for a `[QUORUM_SET]` without THRESHOLD_PERCENT. */
export const defaultThresholdPercent = 67;

/**
 * How many of `count` members a percentage means: 1 + floor((count · percent − 1) / 100).
 * Source: stellar-core, src/main/Config.cpp (loadQset).
 */
export const thresholdOfPercent = (count: number, percent: number): number =>
  1 + Math.floor((count * percent - 1) / 100);

/** The smallest percentage that means `threshold` of `count`: the inverse of {@link thresholdOfPercent}. */
export const percentOfThreshold = (count: number, threshold: number): number =>
  1 + Math.floor((100 * (threshold - 1)) / count);

/** More than half: n − floor((n − 1) / 2). Used inside an organisation. */
export const simpleMajority = (count: number): number => count - Math.floor((count - 1) / 2);

/** More than two thirds: n − floor((n − 1) / 3). Used between organisations. */
export const byzantineMajority = (count: number): number => count - Math.floor((count - 1) / 3);

/** Validators and inner sets of the top level. */
export const memberCount = (set: QuorumSet): number => set.validators.length + set.innerSets.length;

/** Every node named anywhere in the set, in order of appearance, without repetition. */
export function nodesOf(set: QuorumSet): string[] {
  const nodes = new Set<string>();
  const visit = (inner: QuorumSet): void => {
    for (const node of inner.validators) nodes.add(node);
    inner.innerSets.forEach(visit);
  };
  visit(set);
  return [...nodes];
}

/** True when `nodes` hold a slice of the set: enough of its members, recursively. A threshold of 0 is never met. */
export function hasSlice(set: QuorumSet, nodes: ReadonlySet<string>): boolean {
  if (set.threshold <= 0) return false;
  let met = 0;
  for (const node of set.validators) if (nodes.has(node) && ++met >= set.threshold) return true;
  for (const inner of set.innerSets)
    if (hasSlice(inner, nodes) && ++met >= set.threshold) return true;
  return false;
}

/** True when no slice of the set avoids `nodes`: they can stop it. */
export function isVBlocking(set: QuorumSet, nodes: ReadonlySet<string>): boolean {
  if (set.threshold <= 0) return false;
  let left = 1 + memberCount(set) - set.threshold;
  for (const node of set.validators) if (nodes.has(node) && --left <= 0) return true;
  for (const inner of set.innerSets) if (isVBlocking(inner, nodes) && --left <= 0) return true;
  return false;
}

/** How few nodes can stop the set: the size of its smallest v-blocking set. */
export function smallestVBlocking(set: QuorumSet): number {
  if (set.threshold <= 0) return 0;
  const costs = [
    ...set.validators.map(() => 1),
    ...set.innerSets.map((inner) => smallestVBlocking(inner)),
  ].sort((a, b) => a - b);
  const needed = 1 + costs.length - set.threshold;
  return costs.slice(0, Math.max(0, needed)).reduce((sum, cost) => sum + cost, 0);
}

/**
 * The set as it is written: `[QUORUM_SET]` with groups `sub0`, `sub1` and so on. `nameOf` may add an alias where a node is
 * first named, as `"G… alias"`.
 *
 * @throws SscError SSC_CFG_THRESHOLD_NOT_EXACT when no percentage means the threshold (with more than 100 members), or it
 * is none (0, or more than the members).
 */
export function toQuorumSetTable(
  set: QuorumSet,
  nameOf: (publicKey: string) => string = (publicKey) => publicKey,
): QuorumSetTable {
  const count = memberCount(set);
  const percent = percentOfThreshold(count, set.threshold);
  if (
    set.threshold < 1 ||
    set.threshold > count ||
    thresholdOfPercent(count, percent) !== set.threshold
  ) {
    throw usageError(
      'SSC_CFG_THRESHOLD_NOT_EXACT',
      `no THRESHOLD_PERCENT means ${set.threshold} of ${count} members`,
      { hint: 'Use groups of at most 100 members, and thresholds from 1 to their number.' },
    );
  }
  return {
    THRESHOLD_PERCENT: percent,
    VALIDATORS: set.validators.map(nameOf),
    ...Object.fromEntries(
      set.innerSets.map((inner, i) => [`sub${i}`, toQuorumSetTable(inner, nameOf)]),
    ),
  };
}
