import type { Quality } from './node-config.ts';
import { byzantineMajority, type QuorumSet, simpleMajority } from './quorum-set.ts';

/** A validator as the generation of quorum sets sees it. */
export interface RatedValidator {
  /** Strkey. */
  readonly publicKey: string;
  readonly homeDomain: string;
  readonly quality: Quality;
}

const levels: readonly Quality[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];

/**
 * The quorum set that core makes from `[[VALIDATORS]]`: each home domain is an inner set that a majority of its nodes
 * agrees for; the domains of one quality, and all lower ones together as one more, stand side by side. All of them must
 * agree among CRITICAL ones, more than two thirds elsewhere. Source: stellar-core, src/main/Config.cpp
 * (generateQuorumSetHelper).
 */
export function generateQuorumSet(validators: readonly RatedValidator[]): QuorumSet {
  if (validators.length === 0) return { threshold: 0, validators: [], innerSets: [] };
  return normalizeQuorumSet(generateLevel('CRITICAL', validators));
}

function generateLevel(quality: Quality, validators: readonly RatedValidator[]): QuorumSet {
  const domains = new Map<string, string[]>();
  for (const { homeDomain, publicKey } of validators.filter((one) => one.quality === quality)) {
    domains.set(homeDomain, [...(domains.get(homeDomain) ?? []), publicKey]);
  }
  const innerSets = [...domains]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, keys]) => ({
      threshold: simpleMajority(keys.length),
      validators: keys,
      innerSets: [],
    }));
  const lower = validators.filter((one) => levels.indexOf(one.quality) > levels.indexOf(quality));
  const next = levels.find((level) => lower.some((one) => one.quality === level));
  const all = next === undefined ? innerSets : [...innerSets, generateLevel(next, lower)];
  return {
    threshold: quality === 'CRITICAL' ? all.length : byzantineMajority(all.length),
    validators: [],
    innerSets: all,
  };
}

/**
 * The same set in core's normal form: single nodes and single sets are lifted out of their inner set, validators and
 * inner sets are sorted. Source: stellar-core, src/scp/QuorumSetUtils.cpp (normalizeQSet).
 */
export function normalizeQuorumSet(set: QuorumSet): QuorumSet {
  const validators = [...set.validators];
  const innerSets: QuorumSet[] = [];
  for (const inner of set.innerSets.map(normalizeQuorumSet)) {
    const [only] = inner.validators;
    const isSingle =
      inner.threshold === 1 && inner.validators.length === 1 && inner.innerSets.length === 0;
    if (isSingle && only !== undefined) validators.push(only);
    else innerSets.push(inner);
  }
  const [inner] = innerSets;
  if (
    set.threshold === 1 &&
    validators.length === 0 &&
    innerSets.length === 1 &&
    inner !== undefined
  ) {
    return inner;
  }
  return {
    threshold: set.threshold,
    validators: validators.sort(compareKeys),
    innerSets: innerSets.sort(compareSets),
  };
}

/**
 * Core sorts by the bytes of the key. Base32 keeps their order as long as letters, which stand for 0 to 25, come before the
 * digits 2 to 7.
 */
function compareKeys(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left !== right) return rankOf(left) - rankOf(right);
  }
  return a.length - b.length;
}

const rankOf = (code: number): number => (code < 65 ? code + 128 : code);

function compareSets(a: QuorumSet, b: QuorumSet): number {
  return (
    a.threshold - b.threshold ||
    compareLists(a.validators, b.validators, compareKeys) ||
    compareLists(a.innerSets, b.innerSets, compareSets)
  );
}

function compareLists<T>(
  a: readonly T[],
  b: readonly T[],
  compare: (a: T, b: T) => number,
): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (right === undefined) return 1;
    const order = compare(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
