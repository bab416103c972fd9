import type { Clock } from '@ssc/clock';
import { FileError, type ProcessContext } from '@ssc/process';
import { Bans } from './bans.ts';
import type { NodeSettings } from './config/node-settings.ts';
import type { Defects } from './defects.ts';
import { readArmed, showArmed } from './herder/armed-upgrades.ts';
import type { Syncing } from './herder/closing.ts';
import { Herder } from './herder/herder.ts';
import { QuorumReport } from './herder/quorum-report.ts';
import type { Submitted } from './herder/tx-queue.ts';
import { Publisher } from './history/publisher.ts';
import { openStaging, type Staging } from './history/staging.ts';
import { type ClosedLedger, Ledger, type LedgerState } from './ledger/ledger.ts';
import { LoadGenerator } from './load/load-generator.ts';
import type { Logger } from './log.ts';
import { gaugeSoroban } from './metrics/gauge-soroban.ts';
import { Metrics } from './metrics/metrics.ts';
import { Overlay } from './overlay/overlay.ts';
import { refuseUnknownCalls } from './soroban/unknown-calls.ts';
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
  readonly bans: Bans;
  readonly hostName: string;
  /** What the node calls itself. */
  readonly build: string;
  readonly supportedProtocol: number;
  readonly publisher: Publisher;
  readonly load: LoadGenerator;
  readonly startedMs: number;
  readonly #staging: Staging;
  readonly #options: NodeOptions;
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
    this.build = options.build;
    this.supportedProtocol = options.supportedProtocol;
    this.hostName = self.env['HOSTNAME'] ?? self.net.address;
    this.startedMs = self.clock.now();
    this.metrics = new Metrics(() => self.clock.now());
    this.ledger = this.#createLedger(store.load());
    const misc = store.loadMisc();
    this.bans = new Bans(misc, () => this.#saveMisc());
    this.overlay = this.#createOverlay();
    this.herder = this.#createHerder(misc);
    this.#staging = openStaging(self.files, settings, options.build);
    this.publisher = this.#createPublisher();
    this.load = this.#createLoad();
    this.herder.restore(decode(misc.scp), decode(misc.quorumSets));
    this.quorum = new QuorumReport(this.herder, settings);
  }

  #createLedger(state: LedgerState): Ledger {
    const { settings, supportedProtocol, defects } = this.#options;
    return new Ledger(state, {
      supportedProtocol,
      soroban: settings.soroban,
      wrongStateAt: defects.wrongStateAt,
      miscountsCalls: defects.miscountsCalls,
    });
  }

  #createOverlay(): Overlay {
    const { self, settings, logger, build, supportedProtocol } = this.#options;
    return new Overlay({
      settings,
      build,
      supportedProtocol,
      net: self.net,
      clock: self.clock,
      random: self.random.fork(`overlay ${settings.key.id}`),
      log: logger.log,
      metrics: this.metrics,
      bans: this.bans.nodes,
      handlers: {
        authenticated: (peer) => this.herder.peerAuthenticated(peer),
        received: (peer, type, body) => this.herder.received(peer, type, body),
      },
    });
  }

  #createHerder(misc: MiscState): Herder {
    const { self, settings, logger, supportedProtocol, defects, crash } = this.#options;
    return new Herder({
      settings,
      supportedProtocol,
      clock: self.clock,
      log: logger.log,
      metrics: this.metrics,
      ledger: this.ledger,
      overlay: this.overlay,
      armed: readArmed(misc.upgrades),
      self,
      defects,
      closed: (closed) => this.#closed(closed),
      assumed: (state) => this.#assumed(state),
      armedChanged: () => this.#saveMisc(),
      crash,
    });
  }

  #createPublisher(): Publisher {
    const { self, settings, logger, defects, crash } = this.#options;
    return new Publisher({
      self,
      settings,
      log: logger.log,
      metrics: this.metrics,
      staging: this.#staging,
      lastClosed: () => this.ledger.header.ledgerSeq,
      defects,
      crash,
    });
  }

  #createLoad(): LoadGenerator {
    const { self, settings, logger, defects, crash } = this.#options;
    return new LoadGenerator({
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
        defects.rejectsLoad === true ? { status: 'TRY_AGAIN_LATER' } : this.submit(frame),
      neverCompletes: defects.neverCompletesLoad === true,
      isPending: (id) => this.herder.queue.isPending(id),
      crash,
    });
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

  /** Lines under `status` in `/info`. */
  get status(): string[] {
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
    const misc: MiscState = {
      upgrades: showArmed(this.herder.armed),
      ...this.bans.remember(),
      scp: encode(envelopes),
      quorumSets: encode(quorumSets),
    };
    this.#options.store.saveMisc(misc);
  }
}

const encode = (list: readonly Buffer[]): string[] => list.map((bytes) => bytes.toString('base64'));
const decode = (list: readonly string[]): Buffer[] =>
  list.map((text) => Buffer.from(text, 'base64'));

/** What a node that follows its network calls itself. */
const stateOf: Record<Syncing, string> = {
  booting: 'Connected',
  'catching-up': 'Catching up',
  synced: 'Synced!',
};
