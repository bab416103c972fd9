import type { Clock, Timer } from '@ssc/clock';
import type { NodeSettings } from '../config/node-settings.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { encodeValue } from '../ledger/stellar-value.ts';
import type { Slot } from '../scp/slot.ts';
import { createPhase } from '../tx/soroban-phase.ts';
import { createTxSet } from '../tx/tx-set.ts';
import type { Closing } from './closing.ts';
import type { KnownSets } from './known-sets.ts';
import type { ScpTimers } from './scp-timers.ts';
import type { TxQueues } from './tx-queues.ts';
import type { Values } from './values.ts';

/** What a round is begun with. */
export interface RoundsOptions {
  readonly settings: NodeSettings;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly queue: TxQueues;
  readonly known: KnownSets;
  readonly values: Values;
  readonly timers: ScpTimers;
  readonly closing: Closing;
  closeTimeMs(): number;
  slot(index: number): Slot;
  /** Runs a step that comes from outside. */
  enter(step: () => void): void;
}

/** When a validator proposes the next ledger, and what. */
export class Rounds {
  readonly #options: RoundsOptions;
  #trigger: Timer | undefined;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** No round begins by itself until the next one is scheduled. */
  cancel(): void {
    this.#trigger?.cancel();
  }

  /** The next round begins one interval after this one began to ballot. */
  schedule(): void {
    const { settings, clock, ledger, timers, closing, closeTimeMs, enter } = this.#options;
    this.#trigger?.cancel();
    if (!settings.isValidator || settings.manualClose || closing.syncing !== 'synced') return;
    const now = clock.now();
    const start = timers.ballotStart(ledger.header.ledgerSeq) ?? now;
    this.#trigger = clock.timer(Math.max(0, start + closeTimeMs() - now), () =>
      enter(() => this.begin()),
    );
  }

  /** Begins the next round at once. */
  begin(): void {
    const { settings, ledger, queue, known, values, closing, slot } = this.#options;
    if (!settings.isValidator || closing.syncing !== 'synced') return;
    const lcl = ledger.header;
    const view = ledger.view();
    const { classic, soroban } = queue.choose(view);
    const clusters = view.soroban?.maxDependentTxClusters ?? 1;
    const set = createTxSet(
      ledger.hash,
      lcl.ledgerVersion,
      classic.frames,
      classic.baseFee,
      createPhase(soroban.frames, soroban.baseFee, clusters),
    );
    const index = lcl.ledgerSeq + 1;
    known.addTxSet(set, index);
    slot(index).nominate(values.propose(set), encodeValue(lcl.scpValue));
  }
}
