import type { Clock, Timer } from '@ssc/clock';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Overlay } from '../overlay/overlay.ts';
import { type Envelope, encodeEnvelope } from '../scp/statement.ts';
import { XdrWriter } from '../xdr/writer.ts';

/** No slot agreed for so long: consensus is lost (stellar-core: Herder::CONSENSUS_STUCK_TIMEOUT_SECONDS). */
const stuckMs = 35_000;
/** How often a node out of sync asks its peers (stellar-core: Herder::OUT_OF_SYNC_RECOVERY_TIMER). */
const recoveryMs = 10_000;
/** How many slots ahead of the tracked one statements are kept (stellar-core: Herder::LEDGER_VALIDITY_BRACKET). */
const validityBracket = 100;

/** What following the network needs around it. */
export interface TrackerOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly overlay: Overlay;
  /** True where nobody is waited for (`MANUAL_CLOSE`): consensus is never lost. */
  readonly isPatient: boolean;
  /** The first slot that peers are asked for. */
  lowestToAsk(): number;
  /** What this node said for the next ledger: it may have been lost on the way. */
  ownStatements(): readonly Envelope[];
  /** Consensus was lost: statements of any slot count again. */
  lost(): void;
  /** Enters the node from a timer. */
  enter(step: () => void): void;
}

/** Whether the node follows its network, and what it does when it has lost it. */
export class Tracker {
  /** False also before it was ever found: shows as `Joining SCP`. */
  isTracking = false;
  /** The newest slot that was agreed on. */
  slot = 0;
  readonly #options: TrackerOptions;
  #lostAtMs = 0;
  #stuck: Timer | undefined;
  #recovery: Timer | undefined;

  constructor(options: TrackerOptions) {
    this.#options = options;
  }

  /** The highest slot whose statements are judged now. */
  get highestToJudge(): number {
    return this.isTracking ? this.slot + 1 : Number.MAX_SAFE_INTEGER;
  }

  /** The highest slot whose statements are kept. */
  get highestToKeep(): number {
    return this.isTracking ? this.slot + 1 + validityBracket : Number.MAX_SAFE_INTEGER;
  }

  /** Follows the network from this slot on, until it falls silent. */
  begin(slot: number): void {
    this.slot = slot;
    this.isTracking = true;
    this.#heartbeat();
  }

  /** A slot was agreed on. */
  agreed(slot: number): void {
    this.slot = Math.max(this.slot, slot);
    if (!this.isTracking) {
      this.isTracking = true;
      this.#recovery?.cancel();
      this.#recovery = undefined;
    }
    this.#heartbeat();
  }

  /** The network is lost, or not found yet: asks for it, again and again. */
  lose(): void {
    const { metrics, log, clock } = this.#options;
    if (this.isTracking) {
      log('Herder', 'WARNING', 'Lost track of consensus');
      metrics.mark('scp.sync.lost');
    }
    this.isTracking = false;
    this.#lostAtMs = clock.now();
    this.#recover();
    this.#options.lost();
  }

  #heartbeat(): void {
    const { clock, isPatient, enter } = this.#options;
    this.#stuck?.cancel();
    if (isPatient) return;
    this.#stuck = clock.timer(stuckMs, () => enter(() => this.lose()));
  }

  #recover(): void {
    const { log, overlay, clock, lowestToAsk, ownStatements, enter } = this.#options;
    const from = lowestToAsk();
    if (clock.now() > this.#lostAtMs || overlay.peers.length > 0)
      log('Herder', 'INFO', `Asking peers for SCP messages more recent than ${from}`);
    for (const peer of overlay.peers.slice(0, 2))
      peer.send('getScpState', new XdrWriter().uint(from).end());
    for (const envelope of ownStatements())
      for (const peer of overlay.peers) peer.send('scp', encodeEnvelope(envelope));
    this.#recovery = clock.timer(recoveryMs, () =>
      enter(() => {
        if (!this.isTracking) this.#recover();
      }),
    );
  }
}
