import type { NodeSettings } from '../config/node-settings.ts';
import { type Json, orNull } from '../http/styled-json.ts';
import {
  closestBlocking,
  hashQuorumSet,
  type NodeId,
  nodesOf,
  type QuorumSet,
} from '../scp/quorum-set.ts';
import type { Slot } from '../scp/slot.ts';
import { type Statement, workingBallot } from '../scp/statement.ts';
import { describeValue } from './describe.ts';
import { describeSlot, type SlotNames } from './describe-slot.ts';
import type { Herder } from './herder.ts';
import { IntersectionChecker, largestAnalysed } from './quorum-intersection.ts';

/** How the nodes of the set stand to what this node heard of a slot. */
interface Standing {
  readonly agree: NodeId[];
  readonly delayed: NodeId[];
  readonly disagree: NodeId[];
  readonly missing: NodeId[];
}

function standingOf(slot: Slot, set: QuorumSet): Standing {
  const standing: Standing = { agree: [], delayed: [], disagree: [], missing: [] };
  const reference = slot.agreed ?? slot.ballots.current?.value;
  for (const node of orderedNodes(set)) {
    const statement = slot.latestOf(node);
    if (statement === undefined) standing.missing.push(node);
    else if (statement.type === 'NOMINATE')
      (slot.agreed === undefined ? standing.agree : standing.delayed).push(node);
    else if (reference !== undefined && workingBallot(statement).value !== reference)
      standing.disagree.push(node);
    else if (slot.agreed !== undefined && statement.type === 'PREPARE') standing.delayed.push(node);
    else standing.agree.push(node);
  }
  return standing;
}

const orderedNodes = (set: QuorumSet): NodeId[] => [...nodesOf(set)];

function phaseOf(slot: Slot, self: NodeId): string {
  const statement = slot.latestOf(self);
  if (statement === undefined || statement.type === 'NOMINATE') return 'unknown';
  return statement.type === 'PREPARE'
    ? 'PREPARE'
    : statement.type === 'CONFIRM'
      ? 'CONFIRM'
      : 'EXTERNALIZE';
}

/** How a report is to be written. */
export interface ReportOptions {
  readonly compact: boolean;
  readonly fullKeys: boolean;
}

/** Tells about quorums what core tells (stellar-core: HerderImpl::getJsonQuorumInfo). */
export class QuorumReport {
  readonly #herder: Herder;
  readonly #settings: NodeSettings;
  readonly #intersection = new IntersectionChecker();

  constructor(herder: Herder, settings: NodeSettings) {
    this.#herder = herder;
    this.#settings = settings;
  }

  /** The set as `{t, v}`. */
  set(set: QuorumSet, fullKeys: boolean): Json {
    return {
      t: set.threshold,
      v: [
        ...set.validators.map((node) => this.#herder.nameOf(node, fullKeys)),
        ...set.inner.map((group) => this.set(group, fullKeys)),
      ],
    };
  }

  /** The `quorum` of `/info`: about the slot before the tracked one. */
  summary(): Json {
    const trackedSlot = this.#herder.tracker.slot;
    const slot = this.#herder.slots.get(trackedSlot - 1) ?? undefined;
    return this.#report(slot, { compact: true, fullKeys: false });
  }

  /** The reply of `/quorum` for this node. */
  full(options: ReportOptions): Json {
    const newest = Math.max(...this.#herder.slots.keys());
    return this.#report(this.#herder.slots.get(newest), options);
  }

  /** The reply of `/quorum` for another node, as far as this one heard of it. */
  of(node: NodeId, options: ReportOptions): Json {
    const newest = Math.max(...this.#herder.slots.keys());
    const slot = this.#herder.slots.get(newest);
    const statement = slot?.latestOf(node);
    const name = this.#herder.nameOf(node, options.fullKeys);
    const set = statement && this.#herder.quorumSetOf(statement.quorumSet);
    if (slot === undefined || set === undefined)
      return { node: name, qset: { phase: slot === undefined ? 'unknown' : 'expired' } };
    const { cost: _cost, lag_ms: _lag, ...qset } = this.#qset(slot, set, node, options);
    return { node: name, qset };
  }

  #report(slot: Slot | undefined, options: ReportOptions): Json {
    const { key, quorumSet } = this.#settings;
    const transitive = this.#transitive(options.fullKeys);
    return {
      maybe_dead_nodes: [],
      node: this.#herder.nameOf(key.id, options.fullKeys),
      qset:
        slot === undefined
          ? { cost: options.compact ? 0 : null, lag_ms: null }
          : this.#qset(slot, quorumSet, key.id, options),
      ...(transitive !== undefined && { transitive }),
    };
  }

  #qset(
    slot: Slot,
    set: QuorumSet,
    node: NodeId,
    { compact, fullKeys }: ReportOptions,
  ): { readonly [name: string]: Json } {
    const standing = standingOf(slot, set);
    const agreeing = new Set([...standing.agree, ...standing.delayed]);
    const blocking = closestBlocking(set, agreeing, node);
    const names = (nodes: readonly NodeId[]): Json =>
      compact ? nodes.length : orNull(nodes.map((id) => this.#herder.nameOf(id, fullKeys)));
    return {
      agree: names(standing.agree),
      cost: this.#cost(slot.index, compact, fullKeys),
      delayed: names(standing.delayed),
      disagree: names(standing.disagree),
      fail_at: blocking.length,
      ...(!compact && { fail_with: names(blocking) }),
      hash: hashQuorumSet(set).slice(0, 6),
      lag_ms: null,
      ledger: slot.index,
      missing: names(standing.missing),
      phase: phaseOf(slot, node),
      ...(this.#settings.isValidator && { validated: slot.fullyValidated }),
      ...(!compact && { value: this.set(set, fullKeys) }),
    };
  }

  #cost(index: number, compact: boolean, fullKeys: boolean): Json {
    const { costs } = this.#herder;
    if (compact) return [...(costs.get(index) ?? [])].reduce((sum, [, bytes]) => sum + bytes, 0);
    if (costs.size === 0) return null;
    return Object.fromEntries(
      [...costs].map(([slot, nodes]) => [
        String(slot),
        Object.fromEntries(
          [...nodes].map(([node, bytes]) => [this.#herder.nameOf(node, fullKeys), bytes]),
        ),
      ]),
    );
  }

  /** Whether any two quorums share a node; undefined until every set is known, and for networks too large to try all. */
  #transitive(fullKeys: boolean): Json | undefined {
    const all = this.#herder.transitiveQuorum();
    if ([...all.values()].some((set) => set === undefined) || all.size > largestAnalysed)
      return undefined;
    const sets = all as Map<NodeId, QuorumSet>;
    const checked = this.#intersection.check(sets, this.#herder.tracker.slot);
    const split = checked.split?.map((side) =>
      side.map((node) => this.#herder.nameOf(node, fullKeys)),
    );
    return {
      intersection: split === undefined,
      last_check_ledger: checked.ledger,
      node_count: sets.size,
      ...(split === undefined
        ? { critical: null }
        : { last_good_ledger: checked.lastGood, potential_split: split }),
    };
  }

  /** The reply of `/quorum?transitive=true`. */
  nodes(options: ReportOptions): Json {
    const sets = this.#herder.transitiveQuorum();
    const values: string[] = [];
    const nodes = [...distancesFrom(this.#settings.key.id, sets)].map(([node, distance]) =>
      this.#node({ node, distance, set: sets.get(node) }, values, options),
    );
    const summary = this.#transitive(options.fullKeys);
    return {
      ...(summary as { readonly [key: string]: Json } | undefined),
      maybe_dead_nodes: [],
      nodes,
    };
  }

  /** A node of that reply; a value that no node before it had is added to `values`. */
  #node(
    { node, distance, set }: Member,
    values: string[],
    { compact, fullKeys }: ReportOptions,
  ): Json {
    const last = this.#lastOf(node);
    const text = last && shownValue(last);
    const value = text === undefined ? undefined : describeValue(text, this.#settings, fullKeys);
    if (value !== undefined && !values.includes(value)) values.push(value);
    return {
      ...(last !== undefined && { heard: last.slot }),
      node: this.#herder.nameOf(node, fullKeys),
      status: set === undefined ? 'unknown' : this.#pace(last?.slot),
      ...(!compact && {
        distance,
        ...(set !== undefined && { qset: this.set(set, fullKeys) }),
        ...(value !== undefined && { value, value_id: values.indexOf(value) + 1 }),
      }),
    };
  }

  /** What the node said of the newest slot of which it said anything. */
  #lastOf(node: NodeId): Statement | undefined {
    const newest = [...this.#herder.slots.values()].sort((a, b) => b.index - a.index);
    for (const slot of newest) {
      const statement = slot.latestOf(node);
      if (statement !== undefined) return statement;
    }
    return undefined;
  }

  /** How a node that was heard of a slot goes along. */
  #pace(heard: number | undefined): string {
    const tracked = this.#herder.tracker.slot;
    if (heard === undefined) return 'missing';
    if (heard < tracked) return 'behind';
    return heard > tracked + 1 ? 'ahead' : 'tracking';
  }

  /** The reply of `/scp`. */
  scp(limit: number, fullKeys: boolean): Json {
    const { slots } = this.#herder;
    const newest = [...slots.keys()].sort((a, b) => b - a).slice(0, limit);
    const names: SlotNames = {
      node: (id) => this.#herder.nameOf(id, fullKeys),
      value: (text) => describeValue(text, this.#settings, fullKeys),
      set: (set) => this.set(set, fullKeys),
      quorumSetOf: (hash) => this.#herder.quorumSetOf(hash),
    };
    return {
      queue: null,
      scp:
        newest.length === 0
          ? null
          : Object.fromEntries(
              newest.map((index) => [String(index), describeSlot(slots.get(index) as Slot, names)]),
            ),
      you: this.#herder.nameOf(this.#settings.key.id, fullKeys),
    };
  }
}

/** A node of the transitive quorum. */
interface Member {
  readonly node: NodeId;
  /** How many sets lead to it. */
  readonly distance: number;
  readonly set: QuorumSet | undefined;
}

function distancesFrom(
  self: NodeId,
  sets: ReadonlyMap<NodeId, QuorumSet | undefined>,
): Map<NodeId, number> {
  const distances = new Map<NodeId, number>([[self, 0]]);
  for (const [node, distance] of distances) {
    const set = sets.get(node);
    if (set === undefined) continue;
    for (const other of nodesOf(set)) if (!distances.has(other)) distances.set(other, distance + 1);
  }
  return distances;
}

function shownValue(statement: Statement): string | undefined {
  if (statement.type === 'NOMINATE') return statement.accepted[0] ?? statement.votes[0];
  return workingBallot(statement).value;
}
