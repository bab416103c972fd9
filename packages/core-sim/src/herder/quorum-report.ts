import type { NodeSettings } from '../config/node-settings.ts';
import { type Json, orNull } from '../http/styled-json.ts';
import {
  closestBlocking,
  hashQuorumSet,
  isQuorum,
  isSlice,
  type NodeId,
  nodesOf,
  type QuorumSet,
} from '../scp/quorum-set.ts';
import type { Slot } from '../scp/slot.ts';
import type { Ballot } from '../scp/statement.ts';
import { type Statement, workingBallot } from '../scp/statement.ts';
import { describeValue } from './describe.ts';
import type { Herder } from './herder.ts';

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
    const checked = this.#analysis(sets);
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

  #checked: Analysis | undefined;

  #analysis(sets: ReadonlyMap<NodeId, QuorumSet>): Analysis {
    const key = [...sets].map(([node, set]) => node + hashQuorumSet(set)).join();
    if (this.#checked?.key === key) return this.#checked;
    const ledger = this.#herder.tracker.slot;
    const split = findSplit(sets);
    const lastGood = split === undefined ? ledger : (this.#checked?.lastGood ?? 0);
    this.#checked = { key, ledger, lastGood, split };
    return this.#checked;
  }

  /** The reply of `/quorum?transitive=true`. */
  nodes({ compact, fullKeys }: ReportOptions): Json {
    const { slots } = this.#herder;
    const trackedSlot = this.#herder.tracker.slot;
    const self = this.#settings.key.id;
    const distances = new Map<NodeId, number>([[self, 0]]);
    const sets = this.#herder.transitiveQuorum();
    for (const [node, distance] of distances) {
      const set = sets.get(node);
      if (set === undefined) continue;
      for (const other of nodesOf(set))
        if (!distances.has(other)) distances.set(other, distance + 1);
    }
    const values: string[] = [];
    const nodes = [...distances].map(([node, distance]): Json => {
      const set = sets.get(node);
      const heard = [...slots.keys()]
        .filter((index) => slots.get(index)?.latestOf(node) !== undefined)
        .sort((a, b) => b - a)[0];
      const statement = heard === undefined ? undefined : slots.get(heard)?.latestOf(node);
      const text = statement && shownValue(statement);
      const value = text === undefined ? undefined : describeValue(text, this.#settings, fullKeys);
      if (value !== undefined && !values.includes(value)) values.push(value);
      const status =
        set === undefined
          ? 'unknown'
          : heard === undefined
            ? 'missing'
            : heard < trackedSlot
              ? 'behind'
              : heard > trackedSlot + 1
                ? 'ahead'
                : 'tracking';
      return {
        ...(heard !== undefined && { heard }),
        node: this.#herder.nameOf(node, fullKeys),
        status,
        ...(!compact && {
          distance,
          ...(set !== undefined && { qset: this.set(set, fullKeys) }),
          ...(value !== undefined && { value, value_id: values.indexOf(value) + 1 }),
        }),
      };
    });
    const summary = this.#transitive(fullKeys);
    return {
      ...(summary as { readonly [key: string]: Json } | undefined),
      maybe_dead_nodes: [],
      nodes,
    };
  }

  /** The reply of `/scp`. */
  scp(limit: number, fullKeys: boolean): Json {
    const { slots } = this.#herder;
    const newest = [...slots.keys()].sort((a, b) => b - a).slice(0, limit);
    return {
      queue: null,
      scp:
        newest.length === 0
          ? null
          : Object.fromEntries(
              newest.map((index) => [
                String(index),
                this.#slot(slots.get(index) as Slot, fullKeys),
              ]),
            ),
      you: this.#herder.nameOf(this.#settings.key.id, fullKeys),
    };
  }

  #slot(slot: Slot, fullKeys: boolean): Json {
    const { ballots, nomination } = slot;
    const value = (text: string): string => describeValue(text, this.#settings, fullKeys);
    const ballot = (b: Ballot | undefined): string =>
      b === undefined ? '(<null_ballot>)' : `(${b.counter},${value(b.value)})`;
    const sets = new Set(slot.heard.map(({ statement }) => statement.quorumSet));
    return {
      ballotProtocol: {
        ballot: ballot(ballots.current),
        heard: ballots.heardFromQuorum,
        phase: ballots.phase,
        state: `i: ${slot.index} | ${ballots.phase} | b: ${ballot(ballots.current)} | p: ${ballot(ballots.prepared)} | p': ${ballot(ballots.preparedPrime)} | h: ${ballot(ballots.high)} | c: ${ballot(ballots.commit)} | M: ${ballots.latest.size}`,
      },
      nomination: {
        X: orNull([...nomination.votes].map(value)),
        Y: orNull([...nomination.accepted].map(value)),
        Z: orNull([...nomination.candidates].map(value)),
        roundnumber: nomination.round,
        started: nomination.started,
      },
      quorum_sets: Object.fromEntries(
        [...sets].flatMap((hash) => {
          const set = this.#herder.quorumSetOf(hash);
          return set === undefined ? [] : [[hash.slice(0, 6), this.set(set, fullKeys)]];
        }),
      ),
      statements: orNull(
        slot.heard.map(({ atMs, statement, validated }) => [
          Math.floor(atMs / 1000),
          this.#statement(statement, value, ballot, fullKeys),
          validated,
        ]),
      ),
      validated: slot.fullyValidated,
    };
  }

  #statement(
    s: Statement,
    value: (text: string) => string,
    ballot: (b: Ballot | undefined) => string,
    fullKeys: boolean,
  ): string {
    const head = `{ENV@${this.#herder.nameOf(s.node, fullKeys)} |  i: ${s.slot} | ${s.type}`;
    const hash = s.quorumSet.slice(0, 6);
    const list = (values: readonly string[]): string =>
      `{${values.map((text) => `'${value(text)}'`).join(', ')}}`;
    switch (s.type) {
      case 'NOMINATE':
        return `${head} | D: ${hash} | X: ${list(s.votes)} | Y: ${list(s.accepted)} }`;
      case 'PREPARE':
        return `${head} | D: ${hash} | b: ${ballot(s.ballot)} | p: ${ballot(s.prepared)} | p': ${ballot(s.preparedPrime)} | c.n: ${s.cCounter} | h.n: ${s.hCounter} }`;
      case 'CONFIRM':
        return `${head} | D: ${hash} | b: ${ballot(s.ballot)} | p.n: ${s.preparedCounter} | c.n: ${s.cCounter} | h.n: ${s.hCounter} }`;
      case 'EXTERNALIZE':
        return `${head} | c: ${ballot(s.commit)} | h.n: ${s.hCounter} | (lastD): ${hash} }`;
    }
  }
}

function shownValue(statement: Statement): string | undefined {
  if (statement.type === 'NOMINATE') return statement.accepted[0] ?? statement.votes[0];
  return workingBallot(statement).value;
}

/** What the last analysis of the quorums gave. */
interface Analysis {
  /** Stands for the sets that were looked at. */
  readonly key: string;
  readonly ledger: number;
  readonly lastGood: number;
  readonly split: readonly NodeId[][] | undefined;
}

/** All subsets of so many nodes can be tried. */
const largestAnalysed = 12;

/** Two quorums without a common node; undefined when there are none. */
export function findSplit(sets: ReadonlyMap<NodeId, QuorumSet>): [NodeId[], NodeId[]] | undefined {
  const nodes = [...sets.keys()];
  const anything: QuorumSet = { threshold: 0, validators: [], inner: [] };
  const isOwnQuorum = (members: ReadonlySet<NodeId>): boolean => {
    if (members.size === 0) return false;
    for (const node of members) {
      const set = sets.get(node);
      if (set === undefined || !isSlice(set, (other) => members.has(other))) return false;
    }
    return isQuorum(anything, members, (node) => sets.get(node));
  };
  const quorums: Set<NodeId>[] = [];
  for (let bits = 1; bits < 2 ** nodes.length; bits++) {
    const members = new Set(nodes.filter((_, i) => bits & (1 << i)));
    if (isOwnQuorum(members)) quorums.push(members);
  }
  for (const a of quorums)
    for (const b of quorums) if (![...a].some((node) => b.has(node))) return [[...a], [...b]];
  return undefined;
}
