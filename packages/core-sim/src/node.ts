import type { Clock } from '@ssc/clock';
import { FileError, type ProcessContext } from '@ssc/process';
import type { NodeSettings } from './config/node-settings.ts';
import type { Defects } from './defects.ts';
import { readArmed, showArmed } from './herder/armed-upgrades.ts';
import type { Syncing } from './herder/closing.ts';
import { Herder } from './herder/herder.ts';
import { QuorumReport } from './herder/quorum-report.ts';
import type { Submitted } from './herder/tx-queue.ts';
import { Publisher } from './history/publisher.ts';
import { openStaging, type Staging } from './history/staging.ts';
import type { Json } from './http/styled-json.ts';
import { type KeyId, parseKey, renderKey } from './keys.ts';
import { type ClosedLedger, Ledger, type LedgerState } from './ledger/ledger.ts';
import { LoadGenerator } from './load/load-generator.ts';
import type { Logger } from './log.ts';
import { gaugeSoroban } from './metrics/gauge-soroban.ts';
import { Metrics } from './metrics/metrics.ts';
import { NotSimulatedError } from './not-simulated.ts';
import { Overlay } from './overlay/overlay.ts';
import { settingsContractHash, wasmOfContract } from './soroban/apply-host-call.ts';
import type { MiscState, Store } from './store/store.ts';
import type { TxFrame } from './tx/frame.ts';

/** What a node is made of. */
export interface NodeOptions {
  readonly self: ProcessContext;
  readonly settings: NodeSettings;
  readonly logger: Logger;
  readonly store: Store;
  /** `core-sim 1.2.3 (simulates v27.1.0)`. */
  readonly build: string;
  readonly supportedProtocol: number;
  readonly defects: Defects;
  /** Ends the process with what must never happen. */
  crash(error: unknown): void;
}

/** One running node: what `run` holds together, and what the admin port asks. */
export class CoreNode {
  readonly settings: NodeSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly ledger: Ledger;
  readonly overlay: Overlay;
  readonly herder: Herder;
  readonly quorum: QuorumReport;
  readonly bans: Set<KeyId>;
  readonly bannedAccounts: Set<KeyId>;
  readonly hostName: string;
  readonly supportedProtocol: number;
  readonly publisher: Publisher;
  readonly load: LoadGenerator;
  readonly #staging: Staging;
  readonly #options: NodeOptions;
  readonly #startedMs: number;
  #isStarted = false;
  #isStopping = false;
  #catchupStatus: string | undefined;
  #taken = 0;

  /** Loads the ledger; throws what the store throws. */
  constructor(options: NodeOptions) {
    const { self, settings, logger, store } = options;
    this.#options = options;
    this.settings = settings;
    this.clock = self.clock;
    this.logger = logger;
    this.supportedProtocol = options.supportedProtocol;
    this.hostName = self.env['HOSTNAME'] ?? self.net.address;
    this.#startedMs = self.clock.now();
    this.metrics = new Metrics(() => self.clock.now());
    this.ledger = new Ledger(store.load(), {
      supportedProtocol: options.supportedProtocol,
      soroban: settings.soroban,
      wrongStateAt: options.defects.wrongStateAt,
      miscountsCalls: options.defects.miscountsCalls,
    });
    const misc = store.loadMisc();
    this.bans = new Set(misc.bans);
    this.bannedAccounts = new Set(misc.bannedAccounts);
    this.overlay = new Overlay({
      settings,
      build: options.build,
      supportedProtocol: options.supportedProtocol,
      net: self.net,
      clock: self.clock,
      random: self.random.fork(`overlay ${settings.key.id}`),
      log: logger.log,
      metrics: this.metrics,
      bans: this.bans,
      handlers: {
        authenticated: (peer) => this.herder.peerAuthenticated(peer),
        received: (peer, type, body) => this.herder.received(peer, type, body),
      },
    });
    this.herder = new Herder({
      settings,
      supportedProtocol: options.supportedProtocol,
      clock: self.clock,
      log: logger.log,
      metrics: this.metrics,
      ledger: this.ledger,
      overlay: this.overlay,
      armed: readArmed(misc.upgrades),
      self,
      defects: options.defects,
      closed: (closed) => this.#closed(closed),
      assumed: (state) => this.#assumed(state),
      armedChanged: () => this.#saveMisc(),
      crash: (error) => options.crash(error),
    });
    this.#staging = openStaging(self.files, settings, options.build);
    this.publisher = new Publisher({
      self,
      settings,
      log: logger.log,
      metrics: this.metrics,
      staging: this.#staging,
      lastClosed: () => this.ledger.header.ledgerSeq,
      defects: options.defects,
      crash: options.crash,
    });
    this.load = new LoadGenerator({
      settings,
      clock: self.clock,
      random: self.random.fork(`load ${settings.key.id}`),
      log: logger.log,
      metrics: this.metrics,
      state: () => this.state,
      closeTimeMs: () => this.herder.closeTimeMs,
      header: () => this.ledger.header,
      ledgerSettings: () => this.ledger.settings,
      account: (id) => this.ledger.account(id),
      entry: (sortKey) => this.ledger.entry(sortKey),
      submit: (frame) =>
        options.defects.rejectsLoad === true ? { status: 'TRY_AGAIN_LATER' } : this.submit(frame),
      neverCompletes: options.defects.neverCompletesLoad === true,
      isPending: (id) => this.herder.queue.isPending(id),
      crash: options.crash,
    });
    const decode = (list: readonly string[]): Buffer[] =>
      list.map((text) => Buffer.from(text, 'base64'));
    this.herder.restore(decode(misc.scp), decode(misc.quorumSets));
    this.quorum = new QuorumReport(this.herder, settings);
  }

  /** Joins the network; with `force`, without waiting to hear from it. */
  start(force: boolean): void {
    this.#isStarted = true;
    if (!this.settings.runStandalone) this.overlay.start();
    this.#openHistory();
    this.herder.start(force);
  }

  /** Begins to replay archives, without a network. */
  startOffline(): void {
    this.#isStarted = true;
    if (this.settings.publishes) this.#staging.restore(this.ledger.header.ledgerSeq);
    this.herder.beginOffline();
  }

  /** Takes a transaction from outside. */
  submit(frame: TxFrame): Submitted {
    const { losesEvery, rejectsCalls } = this.#options.defects;
    refuseUnknownCalls(this.ledger, frame);
    if (rejectsCalls === true && frame.soroban !== undefined) return { status: 'TRY_AGAIN_LATER' };
    this.#taken += 1;
    if (losesEvery !== undefined && this.#taken % losesEvery === 0) return { status: 'PENDING' };
    return this.herder.submit(frame);
  }

  /** What a catchup without a network is at. */
  tellCatchup(status: string): void {
    if (status === this.#catchupStatus) return;
    this.#catchupStatus = status;
    this.logger.log('History', 'INFO', status);
  }

  /** Goes on where the last process stopped. */
  #openHistory(): void {
    if (!this.settings.publishes) return;
    if (this.settings.databasePath === undefined) {
      this.#staging.clear();
      this.#staging.begin(this.ledger.header);
    } else this.#staging.restore(this.ledger.header.ledgerSeq);
    this.publisher.start();
  }

  stop(): void {
    this.#isStopping = true;
    this.overlay.stop();
  }

  /** `state` of `/info`. */
  get state(): string {
    if (!this.#isStarted) return 'Booting';
    if (this.#isStopping) return 'Stopping';
    if (!this.herder.tracker.isTracking) return 'Joining SCP';
    return stateOf[this.herder.closing.syncing];
  }

  /** The reply of `/info`. */
  info(isCompact: boolean): Json {
    const { header, hash, upgradable, live } = this.ledger;
    const { closeTime } = header.scpValue;
    const age = closeTime === 0 ? 0 : Math.max(0, Math.floor(this.clock.now() / 1000) - closeTime);
    const status = this.#status();
    return {
      info: {
        build: this.#options.build,
        ledger: {
          age,
          baseFee: header.baseFee,
          baseReserve: header.baseReserve,
          ...(!isCompact && {
            bucketlist: live.levels.map(({ curr, snap }) => ({ curr: curr.hash, snap: snap.hash })),
          }),
          closeTime,
          ...(header.flags !== 0 && { flags: header.flags }),
          hash,
          ...(upgradable.maxSorobanTxSetSize !== undefined && {
            maxSorobanTxSetSize: upgradable.maxSorobanTxSetSize,
          }),
          maxTxSetSize: header.maxTxSetSize,
          num: header.ledgerSeq,
          version: header.ledgerVersion,
        },
        network: this.settings.passphrase,
        peers: {
          authenticated_count: this.overlay.peers.length,
          pending_count: this.overlay.pendingCount,
        },
        protocol_version: this.supportedProtocol,
        quorum: this.quorum.summary(),
        startedOn: `${new Date(this.#startedMs).toISOString().slice(0, 19)}Z`,
        state: this.state,
        ...(status.length > 0 && { status }),
      },
    };
  }

  #status(): string[] {
    const { catchup, armed } = this.herder.status();
    return [catchup ?? this.#catchupStatus, this.publisher.status, armed].filter(
      (line) => line !== undefined,
    );
  }

  /** Brings counters up to date that tell the present. */
  updateGauges(): void {
    const { lastCloseMs } = this.herder.closing;
    const age = lastCloseMs === undefined ? 0 : Math.floor((this.clock.now() - lastCloseMs) / 1000);
    this.metrics.set('ledger.age.current-seconds', age);
    this.metrics.set('overlay.connection.authenticated', this.overlay.peers.length);
    this.metrics.set('overlay.connection.pending', this.overlay.pendingCount);
    if (this.ledger.header.ledgerVersion >= 20) gaugeSoroban(this.metrics, this.ledger);
  }

  /** The node of `G…`, of `$alias` or alias, or of `@PREFIX` among the named ones. */
  findNode(name: string): KeyId | undefined {
    const id = parseKey(name);
    if (id !== undefined) return id;
    for (const [key, alias] of this.settings.aliases) {
      if (
        name.startsWith('@')
          ? renderKey(key).startsWith(name.slice(1))
          : `$${alias}` === name || alias === name
      )
        return key;
    }
    return undefined;
  }

  ban(id: KeyId): void {
    this.bans.add(id);
    this.#saveMisc();
  }

  unban(id: KeyId): void {
    this.bans.delete(id);
    this.#saveMisc();
  }

  /** How many of them were not banned before. */
  banAccounts(ids: readonly KeyId[]): number {
    const before = this.bannedAccounts.size;
    for (const id of ids) this.bannedAccounts.add(id);
    this.#saveMisc();
    return this.bannedAccounts.size - before;
  }

  /** How many of them were banned before. */
  unbanAccounts(ids: readonly KeyId[]): number {
    const before = this.bannedAccounts.size;
    for (const id of ids) this.bannedAccounts.delete(id);
    this.#saveMisc();
    return before - this.bannedAccounts.size;
  }

  /** True for a transaction that touches a banned account. */
  isFiltered(frame: TxFrame): boolean {
    if (this.bannedAccounts.size === 0) return false;
    const touched = [frame.source, frame.feeSource];
    for (const operation of frame.operations) {
      touched.push(operation.source ?? frame.source);
      if (operation.type !== 'invokeHostFunction') touched.push(operation.destination);
    }
    return touched.some((id) => this.bannedAccounts.has(id));
  }

  #closed(closed: ClosedLedger): void {
    const { crashesAt, diskFullAt = Number.POSITIVE_INFINITY } = this.#options.defects;
    if (closed.header.ledgerSeq >= diskFullAt)
      throw new FileError('ENOSPC', this.settings.databasePath ?? this.settings.bucketFolder);
    if (closed.header.ledgerSeq === crashesAt) throw new Error('core-sim was told to crash here');
    const { seq, checkpoint } = this.#stage(closed);
    this.#options.store.closed(closed, this.ledger.state);
    this.#saveMisc();
    if (!this.settings.publishes) return;
    if (checkpoint === undefined && this.#staging.isIncomplete(seq))
      this.logger.log(
        'History',
        'INFO',
        'Skipping incomplete checkpoint, publish was previously disabled',
      );
    this.publisher.ledgerClosed(checkpoint);
  }

  #assumed(state: LedgerState): void {
    if (this.settings.publishes) this.#staging.abandon();
    this.#options.store.replace(state);
    this.#saveMisc();
  }

  /** Before the ledger is kept, so that no ledger is missing from its checkpoint when the process dies between. */
  #stage(closed: ClosedLedger): { seq: number; checkpoint: number | undefined } {
    const seq = closed.header.ledgerSeq;
    if (!this.settings.publishes) return { seq, checkpoint: undefined };
    const consensus = this.herder.consensusOf(seq);
    return { seq, checkpoint: this.#staging.add(closed, consensus, this.ledger.state) };
  }

  #saveMisc(): void {
    const { envelopes, quorumSets } = this.herder.remember();
    const encode = (list: readonly Buffer[]): string[] =>
      list.map((bytes) => bytes.toString('base64'));
    const misc: MiscState = {
      upgrades: showArmed(this.herder.armed),
      bans: [...this.bans],
      bannedAccounts: [...this.bannedAccounts],
      scp: encode(envelopes),
      quorumSets: encode(quorumSets),
    };
    this.#options.store.saveMisc(misc);
  }
}

/** Throws a {@link NotSimulatedError} for calls of contracts that core-sim has no model of. */
function refuseUnknownCalls(ledger: Ledger, { operations }: TxFrame): void {
  for (const operation of operations) {
    if (operation.type !== 'invokeHostFunction' || operation.call.kind !== 'invoke') continue;
    const wasm = wasmOfContract(ledger, operation.call.contract);
    if (wasm !== undefined && wasm !== settingsContractHash)
      throw new NotSimulatedError(
        'core-sim runs no contracts: of the one that stores settings for upgrades it has a model',
      );
  }
}

/** What a node that follows its network calls itself. */
const stateOf: Record<Syncing, string> = {
  booting: 'Connected',
  'catching-up': 'Catching up',
  synced: 'Synced!',
};
