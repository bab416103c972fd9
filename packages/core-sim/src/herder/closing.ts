import type { Clock } from '@ssc/clock';
import type { ProcessContext } from '@ssc/process';
import type { CatchupHost } from '../catchup/catchup-job.ts';
import { OnlineCatchup } from '../catchup/online-catchup.ts';
import { PendingLedgers } from '../catchup/pending-ledgers.ts';
import type { NodeSettings } from '../config/node-settings.ts';
import type { ClosedLedger, Ledger, LedgerState } from '../ledger/ledger.ts';
import { decodeValue, type StellarValue } from '../ledger/stellar-value.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Value } from '../scp/statement.ts';
import { sizeOf, type TxSet } from '../tx/tx-set.ts';
import { countClosed } from './count-closed.ts';
import { countSoroban } from './count-soroban.ts';
import { describeValue } from './describe.ts';
import type { KnownSets } from './known-sets.ts';

/** Whether ledgers follow on each other: `booting` shows as `Connected`. */
export type Syncing = 'booting' | 'synced' | 'catching-up';

/** What closing ledgers needs around it. */
export interface ClosingOptions {
  readonly self: ProcessContext;
  readonly settings: NodeSettings;
  readonly supportedProtocol: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly ledger: Ledger;
  readonly known: KnownSets;
  /** See Defects. */
  readonly neverCatchesUp: boolean;
  closeTimeMs(): number;
  /** A ledger was closed; `isLive` when the network had just agreed on it. */
  closed(ledger: ClosedLedger, isLive: boolean): void;
  /** A state was taken that did not follow on the last ledger. */
  assumed(state: LedgerState): void;
  /** Everything that was heard of is closed: the next round may begin. */
  synced(): void;
  fellBehind(): void;
  /** The network is known to be at this ledger. */
  aligned(seq: number, closeTime: number): void;
  /** Enters the node from outside. */
  enter(step: () => void): void;
  /** What must never happen ends the process. */
  crash(error: unknown): void;
}

/** Closes what was agreed on as far as it follows on the last ledger, and fetches what is missing before the rest. */
export class Closing {
  readonly #options: ClosingOptions;
  readonly #pending: PendingLedgers;
  readonly #catchup: OnlineCatchup;
  readonly #heard: number[] = [];
  #syncing: Syncing = 'booting';
  #behindSinceMs = 0;
  /** When this process closed the last ledger. */
  lastCloseMs: number | undefined;

  constructor(options: ClosingOptions) {
    this.#options = options;
    this.#pending = new PendingLedgers(options.settings.checkpointFrequency);
    this.#catchup = new OnlineCatchup({
      log: options.log,
      pending: this.#pending,
      count: options.settings.catchupCount,
      host: this.catchupHost(),
      closeTimeMs: () => options.closeTimeMs(),
      hashBefore: (seq) => this.#hashBefore(seq),
      applyPending: (applied) => options.enter(() => this.#closePending(applied)),
      crash: (error) => options.crash(error),
    });
  }

  get syncing(): Syncing {
    return this.#syncing;
  }

  /** True while ledgers are fetched out of archives. */
  get isFetching(): boolean {
    return this.#catchup.isRunning;
  }

  /** What of it `/info` shows. */
  get status(): string | undefined {
    return this.#catchup.status(this.#syncing === 'catching-up');
  }

  /** Takes part from the first moment on, behind or not. */
  begin(): void {
    this.#setSyncing('synced');
  }

  /** For a node that only replays archives: it neither talks nor listens. */
  beginOffline(): void {
    this.#setSyncing('synced');
    this.#setSyncing('catching-up');
  }

  /** The network agreed on a ledger; dealt with by {@link settle}. */
  heard(slot: number, value: Value): void {
    this.#pending.add(slot, value);
    this.#heard.push(slot);
  }

  /** Deals with what was agreed on: closes what follows on the last ledger, lets the rest wait. */
  settle(): void {
    for (let slot = this.#heard.shift(); slot !== undefined; slot = this.#heard.shift()) {
      this.#catchup.settle();
      if (slot <= this.#lcl) this.#pending.take(slot);
      else if (slot === this.#lcl + 1 && !this.isFetching) this.#closePending();
      else {
        this.#fallBehind(slot);
        this.#catchup.gap(slot, this.#lcl);
      }
    }
  }

  /** What fetching ledgers out of archives needs of this node. */
  catchupHost(): Omit<CatchupHost, 'tell' | 'finish'> {
    const { self, settings, supportedProtocol, log, metrics, ledger, neverCatchesUp } =
      this.#options;
    return {
      hangs: neverCatchesUp,
      self,
      settings,
      supportedProtocol,
      log,
      metrics,
      lastClosed: () => ({ seq: this.#lcl, hash: ledger.hash, header: ledger.header }),
      aligned: ({ ledgerSeq, scpValue }) => this.#options.aligned(ledgerSeq, scpValue.closeTime),
      assume: (state) => {
        ledger.assume(state);
        this.#options.assumed(state);
      },
      replay: (value, set, hash) => this.#apply(value, set, hash),
    };
  }

  get #lcl(): number {
    return this.#options.ledger.header.ledgerSeq;
  }

  #fallBehind(slot: number): void {
    if (this.#syncing === 'catching-up') return;
    const gap = `local LCL is ${this.#lcl}, network closed ledger ${slot}`;
    this.#options.log('Ledger', 'INFO', `Lost sync, ${gap}`);
    this.#setSyncing('catching-up');
    this.#options.fellBehind();
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
    this.#options.synced();
  }

  #close(slot: number, text: Value): void {
    const { ledger, log, settings, known } = this.#options;
    const value = decodeValue(text);
    const set = value && known.txSetFor(value.txSetHash, slot);
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
  }

  /** Makes the next ledger. With a hash it must be the ledger of that hash. */
  #apply(value: StellarValue, set: TxSet, hash?: string): void {
    const { ledger, log, clock, metrics, supportedProtocol } = this.#options;
    const { ledgerVersion } = ledger.header;
    if (ledgerVersion > supportedProtocol) {
      log('Ledger', 'ERROR', `Unknown ledger version: ${ledgerVersion}`);
      log('Ledger', 'ERROR', 'Upgrade this stellar-core installation to newest version');
      throw new Error(`cannot apply ledger with not supported version: ${ledgerVersion}`);
    }
    const closed = ledger.close(value, set);
    if (hash !== undefined && closed.hash !== hash)
      throw new Error("Local node's ledger corrupted during close");
    const now = clock.now();
    countClosed(metrics, closed, this.lastCloseMs && now - this.lastCloseMs);
    if (closed.header.ledgerVersion >= 20) countSoroban(metrics, closed);
    this.lastCloseMs = now;
    log('Ledger', 'INFO', `Ledger close complete: ${closed.header.ledgerSeq}`);
    this.#options.closed(closed, hash === undefined);
  }

  #setSyncing(next: Syncing): void {
    if (next === this.#syncing) return;
    const { log, metrics, clock } = this.#options;
    log('Ledger', 'INFO', `Changing state ${stateNames[this.#syncing]} -> ${stateNames[next]}`);
    if (next === 'catching-up') this.#behindSinceMs = clock.now();
    else if (this.#syncing === 'catching-up')
      metrics.update('ledger.catchup.duration', clock.now() - this.#behindSinceMs);
    this.#syncing = next;
  }

  #hashBefore(seq: number): string | undefined {
    const value = this.#pending.get(seq);
    const hash = value === undefined ? undefined : decodeValue(value)?.txSetHash;
    return hash === undefined ? undefined : this.#options.known.txSet(hash)?.previousLedgerHash;
  }
}

const stateNames: Record<Syncing, string> = {
  booting: 'LM_BOOTING_STATE',
  synced: 'LM_SYNCED_STATE',
  'catching-up': 'LM_CATCHING_UP_STATE',
};
