import type { Clock, Timer } from '@ssc/clock';
import type { ProcessContext } from '@ssc/process';
import { xdr } from '@stellar/stellar-sdk/base';
import type { CatchupHost } from '../catchup/catchup-work.ts';
import { OnlineCatchup } from '../catchup/online-catchup.ts';
import { PendingLedgers } from '../catchup/pending-ledgers.ts';
import type { NodeSettings } from '../config/node-settings.ts';
import type { Defects } from '../defects.ts';
import type { Consensus } from '../history/records.ts';
import { renderKey, sha256Hex } from '../keys.ts';
import type { ClosedLedger, Ledger, LedgerState } from '../ledger/ledger.ts';
import {
  decodeValue,
  encodeValue,
  isProposerSigned,
  type StellarValue,
  signValue,
} from '../ledger/stellar-value.ts';
import { decodeUpgrade, encodeUpgrade, isValidUpgrade, upgradeTypes } from '../ledger/upgrade.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type MessageType, messageTypes } from '../overlay/message.ts';
import type { Overlay, Peer } from '../overlay/overlay.ts';
import type { ScpDriver, TimerKind, Validity } from '../scp/driver.ts';
import {
  decodeQuorumSet,
  encodeQuorumSet,
  hashQuorumSet,
  type NodeId,
  nodesOf,
  type QuorumSet,
} from '../scp/quorum-set.ts';
import { Slot } from '../scp/slot.ts';
import {
  decodeEnvelope,
  type Envelope,
  encodeEnvelope,
  type Statement,
  type Value,
  valuesOf,
} from '../scp/statement.ts';
import { NotSimulatedError, readTransaction, type TxFrame } from '../tx/frame.ts';
import { checkTransaction } from '../tx/rules.ts';
import { createTxSet, readTxSet, sizeOf, type TxSet } from '../tx/tx-set.ts';
import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';
import {
  type ArmedUpgrades,
  afterLedger,
  describeArmed,
  isWanted,
  nothingArmed,
  upgradesToPropose,
} from './armed-upgrades.ts';
import { describeValue } from './describe.ts';
import { Fetcher } from './fetcher.ts';
import { Flood } from './flood.ts';
import { isSigned, signLater } from './signed-envelope.ts';
import { type Submitted, TxQueue } from './tx-queue.ts';

/** No slot agreed for so long: consensus is lost (stellar-core: Herder::CONSENSUS_STUCK_TIMEOUT_SECONDS). */
const stuckMs = 35_000;
/** How often a node out of sync asks its peers (stellar-core: Herder::OUT_OF_SYNC_RECOVERY_TIMER). */
const recoveryMs = 10_000;
/** How far in the future a close time may be (stellar-core: Herder::MAX_TIME_SLIP_SECONDS). */
const maxSlipSeconds = 60;
/** How many slots before its own a node asks for (stellar-core: Herder::SCP_EXTRA_LOOKBACK_LEDGERS). */
const extraLookback = 3;
/** How long one old slot takes while ledgers are fetched out of archives: both are work of one thread. */
const busySlotMs = 90;
/** How far ahead of the tracked slot statements are kept (stellar-core: Herder::LEDGER_VALIDITY_BRACKET). */
const validityBracket = 100;

/** Whether the node follows its network: `syncing` shows as `Joining SCP`. */
export type Tracking = 'booting' | 'tracking' | 'syncing';

/** Whether ledgers follow on each other: `booting` shows as `Connected`. */
export type Syncing = 'booting' | 'synced' | 'catching-up';

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
  readonly defects: Pick<Defects, 'refusesUpgrades' | 'slowMs' | 'neverCatchesUp'>;
  /** A ledger was closed and must be kept. */
  closed(ledger: ClosedLedger): void;
  /** A state was taken that did not follow on the last ledger, and must be kept. */
  assumed(state: LedgerState): void;
  armedChanged(armed: ArmedUpgrades): void;
  /** What must never happen ends the process. */
  crash(error: unknown): void;
}

interface Pending {
  readonly envelope: Envelope;
  readonly bytes: Buffer;
  readonly from: Peer | undefined;
  readonly missing: Set<string>;
}

/** One node's way from statements of its peers to closed ledgers (stellar-core: src/herder/HerderImpl.cpp). */
export class Herder {
  readonly #options: HerderOptions;
  readonly #driver: ScpDriver;
  readonly #fetcher: Fetcher;
  readonly queue: TxQueue;
  readonly slots = new Map<number, Slot>();
  /** Bytes of statements by slot and node: what `/quorum` shows as cost. */
  readonly costs = new Map<number, Map<NodeId, number>>();
  readonly #quorumSets = new Map<string, QuorumSet>();
  readonly #txSets = new Map<string, { readonly set: TxSet; slot: number }>();
  readonly #flooded = new Flood();
  readonly #fetching: Pending[] = [];
  readonly #ready = new Map<number, Envelope[]>();
  readonly #pending: PendingLedgers;
  readonly #catchup: OnlineCatchup;
  #heard: number[] = [];
  readonly #timers = new Map<string, Timer>();
  readonly #ballotStarts = new Map<number, number>();
  readonly #timeouts = { nomination: 0, ballot: 0 };
  armed: ArmedUpgrades;
  tracking: Tracking = 'booting';
  syncing: Syncing = 'booting';
  trackedSlot = 0;
  lastCloseMs: number | undefined;
  #lostAtMs = 0;
  #stuck: Timer | undefined;
  #recovery: Timer | undefined;
  #trigger: Timer | undefined;
  #backlog: Timer | undefined;
  #behindSinceMs = 0;
  #depth = 0;

  constructor(options: HerderOptions) {
    this.#options = options;
    this.armed = options.armed;
    const { settings, clock, metrics } = options;
    this.queue = new TxQueue(metrics, () => clock.now());
    this.#fetcher = new Fetcher(clock, metrics, () => options.overlay.peers);
    this.#driver = this.#createDriver();
    this.#pending = new PendingLedgers(settings.checkpointFrequency);
    this.#catchup = new OnlineCatchup({
      log: options.log,
      pending: this.#pending,
      count: settings.catchupCount,
      host: this.catchupHost(),
      closeTimeMs: () => this.closeTimeMs,
      hashBefore: (seq) => this.#hashBefore(seq),
      applyPending: (applied) => this.#run(() => this.#closePending(applied)),
      crash: (error) => options.crash(error),
    });
    this.#quorumSets.set(hashQuorumSet(settings.quorumSet), settings.quorumSet);
  }

  get #lcl(): number {
    return this.#options.ledger.header.ledgerSeq;
  }

  // Start and stop.

  /** Begins to follow the network; with `force`, as one of those who make it. */
  start(force: boolean): void {
    const { settings } = this.#options;
    this.trackedSlot = this.#lcl;
    if (force) {
      this.tracking = 'tracking';
      this.#setSyncing('synced');
      this.#heartbeat();
      if (!settings.manualClose) this.#run(() => this.#triggerNext());
    } else if (this.#lcl === 1) this.#lose();
    else {
      this.tracking = 'tracking';
      this.#heartbeat();
    }
  }

  /** Takes back what was heard for the last slot before a restart. */
  restore(envelopes: readonly Uint8Array[], quorumSets: readonly Uint8Array[]): void {
    for (const bytes of quorumSets) this.#addQuorumSet(decodeQuorumSet(bytes));
    for (const bytes of envelopes) {
      const envelope = decodeEnvelope(bytes);
      const { statement } = envelope;
      if (statement.type !== 'NOMINATE')
        this.#slot(statement.slot).ballots.restore({ ...envelope, statement });
    }
  }

  /** What {@link restore} needs: of the last closed slot. */
  remember(): { readonly envelopes: Buffer[]; readonly quorumSets: Buffer[] } {
    const envelopes = this.slots.get(this.#lcl)?.current() ?? [];
    const kept = envelopes.filter((envelope) => envelope.statement.type !== 'NOMINATE');
    const hashes = new Set(kept.map((envelope) => envelope.statement.quorumSet));
    return {
      envelopes: kept.map(encodeEnvelope),
      quorumSets: [...hashes].flatMap((hash) => {
        const set = this.#quorumSets.get(hash);
        return set === undefined ? [] : [encodeQuorumSet(set)];
      }),
    };
  }

  /** What nodes said when they agreed on a ledger: what archives keep of it. */
  consensusOf(index: number): Consensus {
    const slot = this.slots.get(index);
    const agreed = slot?.agreed;
    if (slot === undefined || agreed === undefined) return { envelopes: [], quorumSets: [] };
    const envelopes = [...slot.ballots.latest.values()].filter(({ statement }) => {
      if (statement.node === this.#driver.self && !slot.fullyValidated) return false;
      const ballot = statement.type === 'EXTERNALIZE' ? statement.commit : statement.ballot;
      return ballot.value === agreed;
    });
    const hashes = new Set(envelopes.map((envelope) => envelope.statement.quorumSet));
    const quorumSets = [...hashes].flatMap((hash) => this.#quorumSets.get(hash) ?? []);
    return { envelopes, quorumSets };
  }

  // What others ask.

  quorumSetOf(hash: string): QuorumSet | undefined {
    return this.#quorumSets.get(hash);
  }

  /** Armed upgrades and catchup, as `/info` shows them. */
  status(): { readonly catchup: string | undefined; readonly armed: string | undefined } {
    const armed = describeArmed(this.armed);
    return {
      catchup: this.#catchup.status(this.syncing === 'catching-up'),
      armed: armed && `Armed with network upgrades: ${armed}`,
    };
  }

  /** Milliseconds between two ledgers that the node aims at. */
  get closeTimeMs(): number {
    return this.#options.settings.closeTimeMs ?? 5000;
  }

  // What is asked of it.

  submit(frame: TxFrame): Submitted {
    const { ledger } = this.#options;
    const result = this.queue.submit(frame, ledger.view(), ledger.header.maxTxSetSize, true);
    if (result.status === 'PENDING') this.#flood('transaction', frame.bytes, this.#lcl, undefined);
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
    this.#run(() => this.#triggerNext());
  }

  // Messages.

  peerAuthenticated(peer: Peer): void {
    peer.send('getScpState', new XdrWriter().uint(this.#lowestToAsk()).end());
  }

  received(peer: Peer, type: MessageType, body: Buffer): void {
    this.#run(() => this.#receive(peer, type, body));
  }

  #receive(peer: Peer, type: MessageType, body: Buffer): void {
    switch (type) {
      case 'scp':
        this.#receiveEnvelope(body, peer);
        return;
      case 'transaction':
        this.#receiveTransaction(body, peer);
        return;
      case 'getScpState':
        this.#sendState(peer, new XdrReader(body).uint());
        return;
      case 'getTxSet':
        this.#sendTxSet(peer, body);
        return;
      case 'getQuorumSet':
        this.#sendQuorumSet(peer, body);
        return;
      case 'txSet':
      case 'generalizedTxSet':
        this.#receiveTxSet(body, type === 'generalizedTxSet');
        return;
      case 'quorumSet':
        this.#receiveQuorumSet(decodeQuorumSet(body));
        return;
      case 'dontHave':
        this.#fetcher.refused(body.subarray(4, 36).toString('hex'), peer);
        return;
      default:
        return;
    }
  }

  #sendState(peer: Peer, from: number): void {
    for (const index of [...this.slots.keys()].sort((a, b) => a - b)) {
      if (index < from) continue;
      for (const envelope of this.slots.get(index)?.current() ?? [])
        peer.send('scp', encodeEnvelope(envelope));
    }
  }

  #sendTxSet(peer: Peer, body: Buffer): void {
    const hash = body.toString('hex');
    const known = this.#txSets.get(hash)?.set;
    if (known !== undefined)
      peer.send(known.isGeneralized ? 'generalizedTxSet' : 'txSet', known.bytes);
    else this.#sendDontHave(peer, messageTypes.txSet, body);
  }

  #sendQuorumSet(peer: Peer, body: Buffer): void {
    const known = this.#quorumSets.get(body.toString('hex'));
    if (known !== undefined) peer.send('quorumSet', encodeQuorumSet(known));
    else this.#sendDontHave(peer, messageTypes.quorumSet, body);
  }

  #sendDontHave(peer: Peer, type: number, hash: Buffer): void {
    peer.send('dontHave', new XdrWriter().int(type).fixed(hash).end());
  }

  #receiveTxSet(body: Buffer, isGeneralized: boolean): void {
    let set: TxSet;
    try {
      set = readTxSet(body, isGeneralized, this.#options.settings.networkId);
    } catch (error) {
      if (!(error instanceof NotSimulatedError) && !(error instanceof xdr.XdrError)) throw error;
      this.#options.log('Herder', 'ERROR', `Cannot use a transaction set: ${error.message}`);
      return;
    }
    if (!this.#fetcher.isSearching(set.hash)) return;
    this.#fetcher.found(set.hash);
    this.#addTxSet(set, this.trackedSlot + 1);
    this.#arrived(set.hash);
  }

  #receiveQuorumSet(set: QuorumSet): void {
    const hash = hashQuorumSet(set);
    if (!this.#fetcher.isSearching(hash)) return;
    this.#fetcher.found(hash);
    this.#addQuorumSet(set);
    this.#arrived(hash);
  }

  #addQuorumSet(set: QuorumSet): void {
    this.#quorumSets.set(hashQuorumSet(set), set);
  }

  #addTxSet(set: TxSet, slot: number): void {
    const known = this.#txSets.get(set.hash);
    if (known === undefined) this.#txSets.set(set.hash, { set, slot });
    else known.slot = Math.max(known.slot, slot);
  }

  #receiveTransaction(body: Buffer, peer: Peer): void {
    if (!this.#flooded.isNews(body, peer, this.#lcl)) return;
    const { ledger, settings } = this.#options;
    let frame: TxFrame;
    try {
      frame = readTransaction(body, settings.networkId);
    } catch (error) {
      if (!(error instanceof NotSimulatedError) && !(error instanceof xdr.XdrError)) throw error;
      return;
    }
    if (this.queue.knows(frame)) return;
    const result = this.queue.submit(frame, ledger.view(), ledger.header.maxTxSetSize, false);
    if (result.status === 'PENDING') this.#flood('transaction', body, this.#lcl, peer);
  }

  #receiveEnvelope(body: Buffer, peer: Peer): void {
    const { metrics, settings } = this.#options;
    metrics.mark('scp.envelope.receive');
    let envelope: Envelope;
    try {
      envelope = decodeEnvelope(body);
    } catch {
      return;
    }
    const { statement } = envelope;
    const { slot, node } = statement;
    const highest =
      this.tracking === 'tracking'
        ? this.trackedSlot + 1 + validityBracket
        : Number.MAX_SAFE_INTEGER;
    if (slot < this.#lowestToKeep() || slot > highest) {
      metrics.add('scp.pending.discarded');
      return;
    }
    const isNews = this.#flooded.isNews(body, peer, slot);
    metrics.mark(`overlay.flood.${isNews ? 'unique' : 'duplicate'}-recv`, body.length);
    if (!isNews) return;
    if (!isSigned(envelope, body, settings.networkId)) {
      metrics.mark('scp.envelope.invalidsig');
      return;
    }
    metrics.mark('scp.envelope.validsig');
    const costs = this.costs.get(slot) ?? new Map<NodeId, number>();
    costs.set(node, (costs.get(node) ?? 0) + body.length);
    this.costs.set(slot, costs);
    const missing = this.#missingFor(statement);
    if (missing.size === 0) this.#envelopeReady({ envelope, bytes: body, from: peer, missing });
    else {
      this.#fetching.push({ envelope, bytes: body, from: peer, missing });
      for (const hash of missing)
        this.#fetcher.search(
          hash === statement.quorumSet ? 'quorumSet' : 'txSet',
          hash,
          slot,
          peer,
        );
    }
  }

  /** What must be fetched before a statement can be judged. */
  #missingFor(statement: Statement): Set<string> {
    const missing = new Set<string>();
    if (!this.#quorumSets.has(statement.quorumSet)) missing.add(statement.quorumSet);
    for (const value of valuesOf(statement)) {
      const hash = decodeValue(value)?.txSetHash;
      if (hash !== undefined && this.#txSet(hash, statement.slot) === undefined) missing.add(hash);
    }
    return missing;
  }

  /** A known set; the empty one that follows the last ledger needs no fetching. */
  #txSet(hash: string, slot: number): TxSet | undefined {
    const known = this.#txSets.get(hash);
    if (known !== undefined) {
      known.slot = Math.max(known.slot, slot);
      return known.set;
    }
    if (slot !== this.#lcl + 1) return undefined;
    const empty = this.#emptySet();
    if (empty.hash !== hash) return undefined;
    this.#addTxSet(empty, slot);
    return empty;
  }

  #empty: TxSet | undefined;

  #emptySet(): TxSet {
    const { ledger } = this.#options;
    if (this.#empty?.previousLedgerHash !== ledger.hash) {
      const { ledgerVersion, baseFee } = ledger.header;
      this.#empty = createTxSet(ledger.hash, ledgerVersion, [], BigInt(baseFee));
    }
    return this.#empty as TxSet;
  }

  #arrived(hash: string): void {
    for (let i = 0; i < this.#fetching.length; ) {
      const pending = this.#fetching[i] as Pending;
      pending.missing.delete(hash);
      if (pending.missing.size > 0) {
        i += 1;
        continue;
      }
      this.#fetching.splice(i, 1);
      this.#envelopeReady(pending);
    }
  }

  #envelopeReady({ envelope, bytes, from }: Pending): void {
    const { slot } = envelope.statement;
    this.#flood('scp', bytes, slot, from);
    const list = this.#ready.get(slot);
    if (list === undefined) this.#ready.set(slot, [envelope]);
    else list.push(envelope);
    this.#processReady();
  }

  /** Gives statements to their slots: while tracking only up to the next one, else all. */
  #processReady(): void {
    while (this.#backlog === undefined) {
      const last = this.tracking === 'tracking' ? this.trackedSlot + 1 : Number.MAX_SAFE_INTEGER;
      const slots = [...this.#ready.keys()].filter((slot) => slot <= last);
      if (slots.length === 0) return;
      const slot = Math.min(...slots);
      const envelopes = this.#ready.get(slot) ?? [];
      this.#ready.delete(slot);
      for (const envelope of envelopes) {
        this.#options.metrics.add('scp.pending.processed');
        this.#slot(slot).receive(envelope);
      }
      this.#closeAgreed();
      if (this.#catchup.isRunning) this.#pauseBacklog();
    }
  }

  #pauseBacklog(): void {
    this.#backlog = this.#options.clock.timer(busySlotMs, () => {
      this.#backlog = undefined;
      this.#run(() => {});
    });
  }

  // Flooding.

  #flood(type: MessageType, body: Buffer, slot: number, from: Peer | undefined): void {
    const { overlay, metrics } = this.#options;
    if (this.#flooded.send(type, body, slot, from, overlay.peers))
      metrics.mark('overlay.message.broadcast');
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

  #createDriver(): ScpDriver {
    const { settings, clock, metrics } = this.#options;
    const timerKey = (slot: number, kind: TimerKind): string => `${slot} ${kind}`;
    const quorumSetHash = hashQuorumSet(settings.quorumSet);
    return {
      self: settings.key.id,
      isValidator: settings.isValidator,
      quorumSet: settings.quorumSet,
      quorumSetOf: (hash) => this.#quorumSets.get(hash),
      validate: (slot, value, nomination) => this.#validate(slot, value, nomination),
      extractValid: (slot, value) => this.#extractValid(slot, value),
      combine: (_slot, candidates) => this.#combine(candidates),
      sign: (draft) => {
        const statement = { ...draft, quorumSet: quorumSetHash };
        // Of the statements that one message brings forth only the last is sent, and needs a signature.
        return signLater(statement, settings.key, settings.networkId, () =>
          metrics.mark('scp.envelope.sign'),
        );
      },
      emit: (envelope) => {
        metrics.mark('scp.envelope.emit');
        const send = (): void =>
          this.#flood('scp', encodeEnvelope(envelope), envelope.statement.slot, undefined);
        const { slowMs } = this.#options.defects;
        if (slowMs === undefined) send();
        else clock.timer(slowMs, send);
      },
      externalized: (slot, value) => this.#externalized(slot, value),
      setTimer: (slot, kind, ms, fire) => {
        const key = timerKey(slot, kind);
        this.#timers.get(key)?.cancel();
        this.#timers.set(
          key,
          clock.timer(ms, () => {
            this.#timers.delete(key);
            this.#run(fire);
          }),
        );
      },
      stopTimer: (slot, kind) => {
        const key = timerKey(slot, kind);
        this.#timers.get(key)?.cancel();
        this.#timers.delete(key);
      },
      // Until the network has its own settings for it, one second for every round, at most half an hour.
      nominationTimeoutMs: (round) => Math.min(round, 1800) * 1000,
      ballotTimeoutMs: (counter) => Math.min(counter, 1800) * 1000,
      ballotStarted: (slot) => {
        if (!this.#ballotStarts.has(slot)) this.#ballotStarts.set(slot, clock.now());
      },
      timedOut: (_slot, kind) => {
        this.#timeouts[kind] += 1;
      },
    };
  }

  #validate(slot: number, text: Value, nomination: boolean): Validity {
    const { settings, ledger, clock, metrics, supportedProtocol } = this.#options;
    const value = decodeValue(text);
    if (value === undefined || !isProposerSigned(settings.networkId, value)) return this.#invalid();
    const lcl = ledger.header;
    if (value.closeTime > Math.floor(clock.now() / 1000) + maxSlipSeconds) return this.#invalid();
    if (slot !== lcl.ledgerSeq + 1) return 'maybe';
    if (value.closeTime <= lcl.scpValue.closeTime) return this.#invalid();
    if (value.upgrades.length > 0 && this.#options.defects.refusesUpgrades === true)
      return this.#invalid();
    let lastType = 0;
    for (const bytes of value.upgrades) {
      const upgrade = decodeUpgrade(bytes);
      if (upgrade === undefined || upgradeTypes[upgrade.name] <= lastType) return this.#invalid();
      lastType = upgradeTypes[upgrade.name];
      if (!isValidUpgrade(ledger.upgradable, upgrade, supportedProtocol)) return this.#invalid();
      const time = lcl.scpValue.closeTime;
      if (nomination && !isWanted(this.armed, ledger.upgradable, time, supportedProtocol, upgrade))
        return this.#invalid();
    }
    const set = this.#txSet(value.txSetHash, slot);
    if (set === undefined || !this.#isValidSet(set)) return this.#invalid();
    metrics.mark('scp.value.valid');
    return 'full';
  }

  #invalid(): Validity {
    this.#options.metrics.mark('scp.value.invalid');
    return 'invalid';
  }

  readonly #judgedSets = new Map<string, boolean>();

  #isValidSet(set: TxSet): boolean {
    const { ledger } = this.#options;
    if (set.frames.length === 0) return set.previousLedgerHash === ledger.hash;
    const key = `${ledger.hash} ${set.hash}`;
    let isValid = this.#judgedSets.get(key);
    if (isValid === undefined) {
      const { ledgerVersion, maxTxSetSize } = ledger.header;
      const view = ledger.view();
      isValid =
        set.previousLedgerHash === ledger.hash &&
        set.isGeneralized === ledgerVersion >= 20 &&
        sizeOf(set.frames, ledgerVersion) <= maxTxSetSize &&
        set.frames.every((frame) => checkTransaction(view, frame) === undefined);
      if (this.#judgedSets.size > 50) this.#judgedSets.clear();
      this.#judgedSets.set(key, isValid);
    }
    return isValid;
  }

  #extractValid(slot: number, text: Value): Value | undefined {
    const { ledger, supportedProtocol } = this.#options;
    const value = decodeValue(text);
    if (value === undefined || slot !== this.#lcl + 1) return undefined;
    const time = ledger.header.scpValue.closeTime;
    const upgrades = value.upgrades.filter((bytes) => {
      const upgrade = decodeUpgrade(bytes);
      return (
        upgrade !== undefined &&
        isWanted(this.armed, ledger.upgradable, time, supportedProtocol, upgrade)
      );
    });
    const stripped = encodeValue({ ...value, upgrades });
    return this.#validate(slot, stripped, true) === 'full' ? stripped : undefined;
  }

  /** The best candidate, with the upgrades of all (stellar-core: HerderSCPDriver::combineCandidates). */
  #combine(candidates: readonly Value[]): Value | undefined {
    this.#options.metrics.mark('scp.nomination.combinecandidates');
    const { ledgerVersion } = this.#options.ledger.header;
    const upgrades = new Map<number, Buffer>();
    const mix = Buffer.alloc(32);
    for (const candidate of candidates) {
      const bytes = Buffer.from(sha256Hex(Buffer.from(candidate, 'latin1')), 'hex');
      for (let i = 0; i < 32; i++) mix[i] = (mix[i] as number) ^ (bytes[i] as number);
    }
    const mixed = BigInt(`0x${mix.toString('hex')}`);
    let best: StellarValue | undefined;
    let bestSet: TxSet | undefined;
    for (const candidate of candidates) {
      const value = decodeValue(candidate);
      if (value === undefined) continue;
      for (const bytes of value.upgrades) {
        const upgrade = decodeUpgrade(bytes);
        if (upgrade === undefined) continue;
        const type = upgradeTypes[upgrade.name];
        const before = upgrades.get(type);
        if (before === undefined || (decodeUpgrade(before)?.value ?? 0) < upgrade.value)
          upgrades.set(type, Buffer.from(bytes));
      }
      const set = this.#txSets.get(value.txSetHash)?.set;
      if (set === undefined) continue;
      if (bestSet === undefined || compareSets(set, bestSet, ledgerVersion, mixed) > 0) {
        best = value;
        bestSet = set;
      }
    }
    if (best === undefined) return undefined;
    const merged = [...upgrades].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
    return encodeValue({ ...best, upgrades: merged });
  }

  #externalized(slot: number, value: Value): void {
    const { metrics } = this.#options;
    metrics.update('scp.timing.externalized', 0);
    if (slot <= this.#lcl) return;
    this.#pending.add(slot, value);
    this.#heard.push(slot);
    this.trackedSlot = Math.max(this.trackedSlot, slot);
    if (this.tracking !== 'tracking') {
      this.tracking = 'tracking';
      this.#recovery?.cancel();
      this.#recovery = undefined;
    }
    this.#heartbeat();
  }

  // Closing.

  /** Deals with what was agreed on: closes what follows on the last ledger, lets the rest wait. */
  #closeAgreed(): void {
    for (let slot = this.#heard.shift(); slot !== undefined; slot = this.#heard.shift()) {
      this.#catchup.settle();
      if (slot <= this.#lcl) this.#pending.take(slot);
      else if (slot === this.#lcl + 1 && !this.#catchup.isRunning) this.#closePending();
      else {
        this.#fallBehind(slot);
        this.#catchup.gap(slot, this.#lcl);
      }
    }
  }

  #fallBehind(slot: number): void {
    if (this.syncing === 'catching-up') return;
    const gap = `local LCL is ${this.#lcl}, network closed ledger ${slot}`;
    this.#options.log('Ledger', 'INFO', `Lost sync, ${gap}`);
    this.#setSyncing('catching-up');
    this.#trigger?.cancel();
  }

  /** Closes what waits as far as it follows on the last ledger. */
  #closePending(applied?: (seq: number) => void): void {
    if (applied !== undefined) this.#pending.trim(this.#lcl);
    for (;;) {
      const slot = this.#lcl + 1;
      const value = this.#pending.take(slot);
      if (value === undefined) break;
      this.#close(slot, value);
      applied?.(slot);
    }
    if (this.#lcl < this.#pending.newest) return;
    this.#setSyncing('synced');
    this.#scheduleTrigger();
  }

  #close(slot: number, text: Value): void {
    const { ledger, log, settings } = this.#options;
    const value = decodeValue(text);
    const set = value && this.#txSet(value.txSetHash, slot);
    if (value === undefined || set === undefined)
      throw new Error(`slot ${slot} was agreed on a value that this node does not have`);
    log(
      'Ledger',
      'INFO',
      `Got consensus: [seq=${slot}, prev=${ledger.hash.slice(0, 6)}, txs=${set.frames.length}, ops=${sizeOf(set.frames, 11)}, sv: ${describeValue(text, settings)}]`,
    );
    if (set.previousLedgerHash !== ledger.hash) {
      log('Ledger', 'ERROR', `TxSet mismatch: LCD wants ${value.txSetHash.slice(0, 6)}`);
      throw new Error('txset mismatch');
    }
    this.#apply(value, set);
    const { metrics } = this.#options;
    metrics.update('scp.timeout.nominate', this.#timeouts.nomination);
    metrics.update('scp.timeout.prepare', this.#timeouts.ballot);
    this.#timeouts.nomination = 0;
    this.#timeouts.ballot = 0;
  }

  /** Makes the next ledger. With a hash it must be the ledger of that hash. */
  #apply(value: StellarValue, set: TxSet, hash?: string): void {
    const { ledger, log, clock } = this.#options;
    const closed = ledger.close(value, set);
    if (hash !== undefined && closed.hash !== hash)
      throw new Error("Local node's ledger corrupted during close");
    const now = clock.now();
    this.#count(closed, now);
    this.lastCloseMs = now;
    log('Ledger', 'INFO', `Ledger close complete: ${closed.header.ledgerSeq}`);
    this.#updateArmed(closed);
    this.queue.ledgerClosed(closed.applied.map((tx) => tx.frame));
    this.#options.closed(closed);
    this.#forgetOld();
  }

  // Ledgers out of archives.

  /** What fetching ledgers out of archives needs of this node. */
  catchupHost(): Omit<CatchupHost, 'tell' | 'finish'> {
    const { self, settings, supportedProtocol, log, metrics, ledger, defects } = this.#options;
    return {
      hangs: defects.neverCatchesUp === true,
      self,
      settings,
      supportedProtocol,
      log,
      metrics,
      lastClosed: () => ({ seq: this.#lcl, hash: ledger.hash, header: ledger.header }),
      aligned: ({ ledgerSeq, scpValue }) => {
        if (ledgerSeq <= this.trackedSlot) return;
        this.trackedSlot = ledgerSeq;
        const text = `tracking=${ledgerSeq}, closeTime=${scpValue.closeTime}`;
        log('History', 'INFO', `Herder state is set! ${text}`);
      },
      assume: (state) => {
        ledger.assume(state);
        this.#options.assumed(state);
      },
      replay: (value, set, hash) => this.#apply(value, set, hash),
    };
  }

  /** For a node that only replays archives: it neither talks nor listens. */
  beginOffline(): void {
    this.tracking = 'tracking';
    this.trackedSlot = this.#lcl;
    this.#setSyncing('synced');
    this.#setSyncing('catching-up');
  }

  #hashBefore(seq: number): string | undefined {
    const value = this.#pending.get(seq);
    const hash = value === undefined ? undefined : decodeValue(value)?.txSetHash;
    return hash === undefined ? undefined : this.#txSets.get(hash)?.set.previousLedgerHash;
  }

  #count(closed: ClosedLedger, now: number): void {
    const { metrics } = this.#options;
    metrics.update('ledger.ledger.close', 0);
    if (this.lastCloseMs !== undefined) {
      metrics.update('ledger.age.closed', now - this.lastCloseMs);
      metrics.update('ledger.age.closed-histogram', now - this.lastCloseMs);
    }
    metrics.update('ledger.transaction.total-apply', 0);
    const { applied } = closed;
    if (applied.length === 0) return;
    metrics.update('ledger.transaction.count', applied.length);
    let operations = 0;
    for (const { frame, outcome } of applied) {
      metrics.update('ledger.transaction.apply', 0);
      const count = frame.operations.length;
      operations += count;
      for (let i = 0; i < count; i++) metrics.update('ledger.operation.apply', 0);
      metrics.add(`ledger.apply.${outcome.code === 'txSuccess' ? 'success' : 'failure'}`);
    }
    metrics.update('ledger.operation.count', operations);
  }

  #updateArmed(closed: ClosedLedger): void {
    const after = afterLedger(this.armed, closed.upgrades, closed.header.scpValue.closeTime);
    if (after === this.armed) return;
    this.armed = after;
    if (Object.keys(after.values).length === 0)
      this.#options.log('Herder', 'INFO', 'Network upgrades cleared');
    this.#options.armedChanged(after);
  }

  #forgetOld(): void {
    const lowest = this.#lowestToKeep();
    for (const [index, slot] of this.slots) {
      if (index >= lowest) continue;
      slot.nomination.stop();
      this.#driver.stopTimer(index, 'ballot');
      this.slots.delete(index);
    }
    for (const map of [this.costs, this.#ready, this.#ballotStarts])
      for (const index of map.keys()) if (index < lowest) map.delete(index);
    for (const [hash, known] of this.#txSets) if (known.slot < lowest) this.#txSets.delete(hash);
    this.#flooded.forgetBefore(lowest);
    this.#fetcher.forgetBefore(lowest);
    for (let i = this.#fetching.length - 1; i >= 0; i--)
      if ((this.#fetching[i] as Pending).envelope.statement.slot < lowest)
        this.#fetching.splice(i, 1);
  }

  #lowestToKeep(): number {
    return Math.max(1, this.#lcl + 1 - this.#options.settings.maxSlots);
  }

  #lowestToAsk(): number {
    const { maxSlots } = this.#options.settings;
    const lookback = Math.min(maxSlots, extraLookback);
    const next = this.#lcl + 1;
    return next > lookback ? next - lookback : 1;
  }

  // Rounds.

  /** The next round begins one interval after this one began to ballot. */
  #scheduleTrigger(): void {
    const { settings, clock } = this.#options;
    this.#trigger?.cancel();
    if (!settings.isValidator || settings.manualClose || this.syncing !== 'synced') return;
    const now = clock.now();
    const start = this.#ballotStarts.get(this.#lcl) ?? now;
    this.#trigger = clock.timer(Math.max(0, start + this.closeTimeMs - now), () =>
      this.#run(() => this.#triggerNext()),
    );
  }

  #triggerNext(): void {
    const { settings, ledger, clock, supportedProtocol } = this.#options;
    if (!settings.isValidator || this.syncing !== 'synced') return;
    const lcl = ledger.header;
    const { frames, baseFee } = this.queue.choose(ledger.view(), lcl.maxTxSetSize);
    const set =
      frames.length === 0
        ? this.#emptySet()
        : createTxSet(ledger.hash, lcl.ledgerVersion, frames, baseFee);
    const slot = lcl.ledgerSeq + 1;
    this.#addTxSet(set, slot);
    const closeTime = Math.max(Math.floor(clock.now() / 1000), lcl.scpValue.closeTime + 1);
    const refuses = this.#options.defects.refusesUpgrades === true;
    const upgrades = upgradesToPropose(
      refuses ? nothingArmed : this.armed,
      ledger.upgradable,
      lcl.scpValue.closeTime,
      supportedProtocol,
    ).map(encodeUpgrade);
    const value = signValue(settings.key, settings.networkId, {
      txSetHash: set.hash,
      closeTime,
      upgrades,
    });
    this.#slot(slot).nominate(encodeValue(value), encodeValue(lcl.scpValue));
  }

  // Losing and finding the network.

  #heartbeat(): void {
    const { settings, clock } = this.#options;
    this.#stuck?.cancel();
    if (settings.manualClose) return;
    this.#stuck = clock.timer(stuckMs, () => this.#run(() => this.#lose()));
  }

  #lose(): void {
    const { metrics, log, clock } = this.#options;
    if (this.tracking === 'tracking') {
      log('Herder', 'WARNING', 'Lost track of consensus');
      metrics.mark('scp.sync.lost');
    }
    this.tracking = 'syncing';
    this.#lostAtMs = clock.now();
    this.#recover();
    this.#processReady();
  }

  /** Asks peers for what was missed, again and again. */
  #recover(): void {
    const { log, overlay, clock } = this.#options;
    const from = this.#lowestToAsk();
    if (clock.now() > this.#lostAtMs || overlay.peers.length > 0)
      log('Herder', 'INFO', `Asking peers for SCP messages more recent than ${from}`);
    for (const peer of overlay.peers.slice(0, 2))
      peer.send('getScpState', new XdrWriter().uint(from).end());
    // What this node said last may have been lost on the way.
    const own = this.slots.get(this.#lcl + 1)?.current() ?? [];
    for (const envelope of own)
      if (envelope.statement.node === this.#driver.self)
        for (const peer of overlay.peers) peer.send('scp', encodeEnvelope(envelope));
    this.#recovery = clock.timer(recoveryMs, () =>
      this.#run(() => {
        if (this.tracking === 'syncing') this.#recover();
      }),
    );
  }

  #setSyncing(next: Syncing): void {
    if (next === this.syncing) return;
    this.#options.log(
      'Ledger',
      'INFO',
      `Changing state ${stateNames[this.syncing]} -> ${stateNames[next]}`,
    );
    const { metrics, clock } = this.#options;
    if (next === 'catching-up') this.#behindSinceMs = clock.now();
    else if (this.syncing === 'catching-up')
      metrics.update('ledger.catchup.duration', clock.now() - this.#behindSinceMs);
    this.syncing = next;
  }

  /** Every entry from outside goes through here: ledgers are closed once the step that agreed on them is over. */
  #run(step: () => void): void {
    this.#depth += 1;
    try {
      step();
      if (this.#depth === 1) {
        this.#closeAgreed();
        this.#processReady();
      }
    } catch (error) {
      this.#options.crash(error);
    } finally {
      this.#depth -= 1;
    }
  }

  /** Nodes that this node depends on, directly or through others, as far as their sets are known. */
  transitiveQuorum(): Map<NodeId, QuorumSet | undefined> {
    const { settings } = this.#options;
    const found = new Map<NodeId, QuorumSet | undefined>([[settings.key.id, settings.quorumSet]]);
    for (const [, set] of found) {
      if (set === undefined) continue;
      for (const node of nodesOf(set))
        if (!found.has(node)) found.set(node, this.#latestSetOf(node));
    }
    return found;
  }

  #latestSetOf(node: NodeId): QuorumSet | undefined {
    for (const index of [...this.slots.keys()].sort((a, b) => b - a)) {
      const statement = this.slots.get(index)?.latestOf(node);
      if (statement !== undefined) return this.#quorumSets.get(statement.quorumSet);
    }
    return undefined;
  }

  /** For replies: the whole text of a key, or its name. */
  nameOf(node: NodeId, full = false): string {
    const key = renderKey(node);
    return full ? key : (this.#options.settings.aliases.get(node) ?? key.slice(0, 5));
  }
}

const stateNames: Record<Syncing, string> = {
  booting: 'LM_BOOTING_STATE',
  synced: 'LM_SYNCED_STATE',
  'catching-up': 'LM_CATCHING_UP_STATE',
};

/** Which of two sets is the better one: more operations, then higher fees, then the mixed hash. */
function compareSets(a: TxSet, b: TxSet, protocol: number, mixed: bigint): number {
  const size = sizeOf(a.frames, protocol) - sizeOf(b.frames, protocol);
  if (size !== 0) return size;
  if (protocol >= 11) {
    const [x, y] = [feesOf(a), feesOf(b)];
    if (x !== y) return x > y ? 1 : -1;
  }
  if (protocol >= 20 && a.bytes.length !== b.bytes.length) return b.bytes.length - a.bytes.length;
  const rank = (set: TxSet): bigint => BigInt(`0x${set.hash}`) ^ mixed;
  return rank(a) > rank(b) ? 1 : -1;
}

const feesOf = (set: TxSet): bigint => set.frames.reduce((sum, frame) => sum + frame.fee, 0n);
