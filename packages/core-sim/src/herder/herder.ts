import type { Clock, Timer } from '@ssc/clock';
import type { ProcessContext } from '@ssc/process';
import type { NodeSettings } from '../config/node-settings.ts';
import type { Defects } from '../defects.ts';
import type { Consensus } from '../history/records.ts';
import type { ClosedLedger, Ledger, LedgerState } from '../ledger/ledger.ts';
import { settingsUpgrade } from '../ledger/upgrade.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { MessageType } from '../overlay/message.ts';
import type { Overlay } from '../overlay/overlay.ts';
import type { Peer } from '../overlay/peer.ts';
import type { ScpDriver } from '../scp/driver.ts';
import { decodeQuorumSet, type NodeId, type QuorumSet } from '../scp/quorum-set.ts';
import { Slot } from '../scp/slot.ts';
import { decodeEnvelope, type Envelope, type Value } from '../scp/statement.ts';
import type { TxFrame } from '../tx/frame.ts';
import { XdrWriter } from '../xdr/writer.ts';
import {
  type ArmedUpgrades,
  afterLedger,
  describeArmed,
  isNothingArmed,
} from './armed-upgrades.ts';
import { Closing } from './closing.ts';
import { Fetcher } from './fetcher.ts';
import { Flood } from './flood.ts';
import { Inbox } from './inbox.ts';
import { KnownSets } from './known-sets.ts';
import { consensusOf, lastWordsOf } from './last-words.ts';
import { Mail } from './mail.ts';
import { nameOf, transitiveQuorum } from './members.ts';
import { Rounds } from './rounds.ts';
import { createScpDriver } from './scp-driver.ts';
import { ScpTimers } from './scp-timers.ts';
import { Tracker } from './tracker.ts';
import type { Submitted } from './tx-queue.ts';
import { TxQueues } from './tx-queues.ts';
import { Values } from './values.ts';

/** How many slots before its own a node asks for (stellar-core: Herder::SCP_EXTRA_LOOKBACK_LEDGERS). */
const extraLookback = 3;
/** How long one old slot takes while ledgers are fetched out of archives: both are work of one thread. */
const busySlotMs = 90;

/** What the herder needs around it. */
export interface HerderOptions {
  readonly settings: NodeSettings;
  readonly supportedProtocol: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly ledger: Ledger;
  readonly overlay: Overlay;
  readonly armed: ArmedUpgrades;
  readonly self: ProcessContext;
  readonly defects: Pick<
    Defects,
    'refusesUpgrades' | 'refusesSettings' | 'slowMs' | 'neverCatchesUp'
  >;
  /** A ledger was closed and must be kept. */
  closed(ledger: ClosedLedger): void;
  /** A state was taken that did not follow on the last ledger, and must be kept. */
  assumed(state: LedgerState): void;
  armedChanged(armed: ArmedUpgrades): void;
  /** What must never happen ends the process. */
  crash(error: unknown): void;
}

/** One node's way from statements of its peers to closed ledgers (stellar-core: src/herder/HerderImpl.cpp). */
export class Herder {
  readonly queue: TxQueues;
  readonly slots = new Map<number, Slot>();
  readonly closing: Closing;
  readonly tracker: Tracker;
  readonly #options: HerderOptions;
  readonly #driver: ScpDriver;
  readonly #known: KnownSets;
  readonly #values: Values;
  readonly #timers: ScpTimers;
  readonly #fetcher: Fetcher;
  readonly #inbox: Inbox;
  readonly #mail: Mail;
  readonly #rounds: Rounds;
  readonly #flooded: Flood;
  armed: ArmedUpgrades;
  #backlog: Timer | undefined;
  #isOffline = false;
  #depth = 0;

  constructor(options: HerderOptions) {
    this.#options = options;
    this.armed = options.armed;
    const { settings, clock, metrics, ledger, defects } = options;
    this.queue = new TxQueues(metrics, () => clock.now());
    this.#known = new KnownSets(ledger);
    this.#known.addQuorumSet(settings.quorumSet);
    this.#timers = new ScpTimers(clock);
    this.#fetcher = new Fetcher(clock, metrics, () => options.overlay.peers);
    this.#flooded = new Flood(() => options.overlay.peers, metrics);
    this.#values = new Values({
      ...options,
      known: this.#known,
      refuses: ({ name }) =>
        defects.refusesUpgrades === true ||
        (defects.refusesSettings === true && name === settingsUpgrade),
      armed: () => this.armed,
    });
    this.#driver = createScpDriver({
      ...options,
      known: this.#known,
      values: this.#values,
      timers: this.#timers,
      slowMs: defects.slowMs,
      timing: () => ledger.timing,
      flood: (body, slot) => this.#flooded.send('scp', body, slot, undefined),
      externalized: (slot, value) => this.#externalized(slot, value),
      enter: (step) => this.#run(step),
    });
    this.#inbox = new Inbox({
      settings,
      metrics,
      known: this.#known,
      fetcher: this.#fetcher,
      flooded: this.#flooded,
      range: () => this.#range(),
      judge: () => this.#processReady(),
    });
    this.#mail = new Mail({
      ...options,
      known: this.#known,
      fetcher: this.#fetcher,
      flooded: this.#flooded,
      inbox: this.#inbox,
      queue: this.queue,
      slots: this.slots,
      nextSlot: () => this.tracker.slot + 1,
    });
    this.closing = this.#createClosing();
    this.#rounds = new Rounds({
      ...options,
      queue: this.queue,
      known: this.#known,
      values: this.#values,
      timers: this.#timers,
      closing: this.closing,
      closeTimeMs: () => this.closeTimeMs,
      slot: (index) => this.#slot(index),
      enter: (step) => this.#run(step),
    });
    this.tracker = new Tracker({
      ...options,
      isPatient: settings.manualClose,
      lowestToAsk: () => this.#lowestToAsk(),
      ownStatements: () => this.#ownStatements(),
      lost: () => this.#processReady(),
      enter: (step) => this.#run(step),
    });
  }

  #createClosing(): Closing {
    const options = this.#options;
    return new Closing({
      ...options,
      known: this.#known,
      neverCatchesUp: options.defects.neverCatchesUp === true,
      closeTimeMs: () => this.closeTimeMs,
      closed: (closed, isLive) => this.#closed(closed, isLive),
      synced: () => this.#rounds.schedule(),
      fellBehind: () => this.#rounds.cancel(),
      aligned: (seq, closeTime) => {
        if (seq <= this.tracker.slot) return;
        this.tracker.slot = seq;
        // A node without a network has none to follow, now that it knows where that is.
        if (this.#isOffline) this.tracker.isTracking = false;
        const text = `tracking=${seq}, closeTime=${closeTime}`;
        options.log('History', 'INFO', `Herder state is set! ${text}`);
      },
      enter: (step) => this.#run(step),
    });
  }

  get #lcl(): number {
    return this.#options.ledger.header.ledgerSeq;
  }

  // Start and stop.

  /** Begins to follow the network; with `force`, as one of those who make it. */
  start(force: boolean): void {
    if (force) {
      this.closing.begin();
      this.tracker.begin(this.#lcl);
      if (!this.#options.settings.manualClose) this.#run(() => this.#rounds.begin());
    } else if (this.#lcl === 1) {
      this.tracker.slot = 1;
      this.tracker.lose();
    } else this.tracker.begin(this.#lcl);
  }

  /** For a node that only replays archives. */
  beginOffline(): void {
    this.#isOffline = true;
    this.tracker.isTracking = true;
    this.tracker.slot = this.#lcl;
    this.closing.beginOffline();
  }

  /** Takes back what was heard for the last slot before a restart. */
  restore(envelopes: readonly Uint8Array[], quorumSets: readonly Uint8Array[]): void {
    for (const bytes of quorumSets) this.#known.addQuorumSet(decodeQuorumSet(bytes));
    for (const bytes of envelopes) {
      const envelope = decodeEnvelope(bytes);
      const { statement } = envelope;
      if (statement.type !== 'NOMINATE')
        this.#slot(statement.slot).ballots.restore({ ...envelope, statement });
    }
  }

  /** What {@link restore} needs: of the last closed slot. */
  remember(): ReturnType<typeof lastWordsOf> {
    return lastWordsOf(this.slots.get(this.#lcl), this.#known);
  }

  /** What nodes said when they agreed on a ledger: what archives keep of it. */
  consensusOf(index: number): Consensus {
    return consensusOf(this.slots.get(index), this.#driver.self, this.#known);
  }

  // What others ask.

  quorumSetOf(hash: string): QuorumSet | undefined {
    return this.#known.quorumSet(hash);
  }

  /** Bytes of statements by slot and node: what `/quorum` shows as cost. */
  get costs(): ReadonlyMap<number, ReadonlyMap<NodeId, number>> {
    return this.#inbox.costs;
  }

  /** Armed upgrades and catchup, as `/info` shows them. */
  status(): { readonly catchup: string | undefined; readonly armed: string | undefined } {
    const armed = describeArmed(this.armed);
    return {
      catchup: this.closing.status,
      armed: armed && `Armed with network upgrades: ${armed}`,
    };
  }

  /** Milliseconds between two ledgers that the node aims at. */
  get closeTimeMs(): number {
    const { settings, ledger } = this.#options;
    return settings.closeTimeMs ?? ledger.timing?.ledgerTargetCloseTimeMilliseconds ?? 5000;
  }

  /** Nodes that this node depends on, directly or through others, as far as their sets are known. */
  transitiveQuorum(): Map<NodeId, QuorumSet | undefined> {
    return transitiveQuorum(this.#options.settings, (node) => this.#latestSetOf(node));
  }

  #latestSetOf(node: NodeId): QuorumSet | undefined {
    for (const index of [...this.slots.keys()].sort((a, b) => b - a)) {
      const statement = this.slots.get(index)?.latestOf(node);
      if (statement !== undefined) return this.#known.quorumSet(statement.quorumSet);
    }
    return undefined;
  }

  /** For replies: the whole text of a key, or its name. */
  nameOf(node: NodeId, full = false): string {
    return nameOf(this.#options.settings, node, full);
  }

  // What is asked of it.

  submit(frame: TxFrame): Submitted {
    const { ledger } = this.#options;
    const result = this.queue.submit(frame, ledger.view(), true);
    if (result.status === 'PENDING')
      this.#flooded.send('transaction', frame.bytes, this.#lcl, undefined);
    return result;
  }

  arm(armed: ArmedUpgrades): void {
    this.armed = armed;
    const text = describeArmed(armed);
    if (text !== undefined)
      this.#options.log('Herder', 'INFO', `Armed with network upgrades: ${text}`);
    this.#options.armedChanged(armed);
  }

  /** Begins the next round at once (`/manualclose`). */
  triggerNow(): void {
    this.#run(() => this.#rounds.begin());
  }

  // Messages.

  peerAuthenticated(peer: Peer): void {
    peer.send('getScpState', new XdrWriter().uint(this.#lowestToAsk()).end());
  }

  received(peer: Peer, type: MessageType, body: Buffer): void {
    this.#run(() => this.#mail.receive(peer, type, body));
  }

  /** Gives statements to their slots: while tracking only up to the next one, else all. */
  #processReady(): void {
    while (this.#backlog === undefined) {
      const next = this.#inbox.take(this.tracker.highestToJudge);
      if (next === undefined) return;
      for (const envelope of next.envelopes) {
        this.#options.metrics.add('scp.pending.processed');
        this.#slot(next.slot).receive(envelope);
      }
      this.closing.settle();
      if (this.closing.isFetching) this.#pauseBacklog();
    }
  }

  #pauseBacklog(): void {
    this.#backlog = this.#options.clock.timer(busySlotMs, () => {
      this.#backlog = undefined;
      this.#run(() => {});
    });
  }

  // Agreement.

  #slot(index: number): Slot {
    let slot = this.slots.get(index);
    if (slot === undefined) {
      slot = new Slot(index, this.#driver, () => this.#options.clock.now());
      this.slots.set(index, slot);
    }
    return slot;
  }

  #externalized(slot: number, value: Value): void {
    const { metrics } = this.#options;
    metrics.update('scp.timing.externalized', 0);
    if (slot <= this.#lcl) return;
    this.closing.heard(slot, value);
    this.tracker.agreed(slot);
  }

  #closed(closed: ClosedLedger, isLive: boolean): void {
    const { metrics, ledger } = this.#options;
    this.#updateArmed(closed);
    const applied = closed.applied.map((tx) => tx.frame);
    this.queue.ledgerClosed(applied, ledger.view());
    this.#options.closed(closed);
    this.#forgetOld();
    if (!isLive) return;
    const { nomination, ballot } = this.#timers.takeTimeouts();
    metrics.update('scp.timeout.nominate', nomination);
    metrics.update('scp.timeout.prepare', ballot);
  }

  #updateArmed(closed: ClosedLedger): void {
    const after = afterLedger(this.armed, closed.upgrades, closed.header.scpValue.closeTime);
    if (after === this.armed) return;
    this.armed = after;
    if (isNothingArmed(after)) this.#options.log('Herder', 'INFO', 'Network upgrades cleared');
    this.#options.armedChanged(after);
  }

  #forgetOld(): void {
    const [lowest] = this.#range();
    for (const [index, slot] of this.slots) {
      if (index >= lowest) continue;
      slot.nomination.stop();
      this.#driver.stopTimer(index, 'ballot');
      this.slots.delete(index);
    }
    for (const memory of [this.#inbox, this.#timers, this.#known, this.#flooded, this.#fetcher])
      memory.forgetBefore(lowest);
  }

  /** The slots of which statements are kept. */
  #range(): readonly [lowest: number, highest: number] {
    const lowest = Math.max(1, this.#lcl + 1 - this.#options.settings.maxSlots);
    return [lowest, this.tracker.highestToKeep];
  }

  #lowestToAsk(): number {
    const { maxSlots } = this.#options.settings;
    const lookback = Math.min(maxSlots, extraLookback);
    const next = this.#lcl + 1;
    return next > lookback ? next - lookback : 1;
  }

  #ownStatements(): Envelope[] {
    const { self } = this.#driver;
    const all = this.slots.get(this.#lcl + 1)?.current() ?? [];
    return all.filter(({ statement }) => statement.node === self);
  }

  /** Every entry from outside goes through here: ledgers are closed once the step that agreed on them is over. */
  #run(step: () => void): void {
    this.#depth += 1;
    try {
      step();
      if (this.#depth === 1) {
        this.closing.settle();
        this.#processReady();
      }
    } catch (error) {
      this.#options.crash(error);
    } finally {
      this.#depth -= 1;
    }
  }
}
