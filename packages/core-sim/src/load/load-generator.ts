import type { Clock, Timer } from '@ssc/clock';
import type { Submitted } from '../herder/tx-queue.ts';
import { createTestKey, type KeyId } from '../keys.ts';
import type { Account } from '../ledger/account.ts';
import type { Log } from '../log.ts';
import { loadCatalogue } from '../metrics/load-catalogue.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { TxFrame } from '../tx/frame.ts';
import { refusalOf } from '../tx/result.ts';
import type { LoadKind } from './load-kind.ts';
import { LoadKinds, type LoadKindsOptions } from './load-kinds.ts';
import type { LoadRequest } from './load-request.ts';
import { type Payer, Payers } from './payers.ts';

/** stellar-core: src/simulation/LoadGenerator.cpp. */
const stepMs = 100;
const outOfSyncMs = 10_000;
const mostAttempts = 10;
const completionChecks = 20;
const ledgersToSkip = 4;
/** An account is asked to pay at most once in so many ledgers. */
const ledgersBetweenPayments = 3;

/** What a generator needs of its node. */
export interface LoadOptions extends Omit<LoadKindsOptions, 'find'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** `state` of `/info`. */
  state(): string;
  closeTimeMs(): number;
  account(id: KeyId): Account | undefined;
  submit(frame: TxFrame): Submitted;
  /** True while a transaction of the account waits for a ledger. */
  isPending(id: KeyId): boolean;
  /** See Defects.neverCompletesLoad. */
  readonly neverCompletes: boolean;
}

/** One run: what is left to do, and who can do it. */
interface Run {
  readonly request: LoadRequest;
  kind: LoadKind;
  readonly startMs: number;
  payers: Payers;
  /** How calls of the host of contracts had ended before it. */
  readonly before: CallCounts;
  submitted: number;
  left: number;
  lastLogMs: number;
}

interface CallCounts {
  readonly succeeded: number;
  readonly failed: number;
}

/** Makes transactions at a rate, as a test build of core does when `/generateload` asks for it. */
export class LoadGenerator {
  readonly #options: LoadOptions;
  readonly #kinds: LoadKinds;
  #timer: Timer | undefined;
  #run: Run | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#kinds = new LoadKinds({ ...options, find: (name) => this.#find(name) });
  }

  /**
   * Begins a run; gives the key of the settings that `create_upgrade` stores. One that is under way never ends in any way
   * that shows, as in core.
   */
  start(request: LoadRequest): string | undefined {
    const { metrics, clock, log } = this.#options;
    const { kind, key } = this.#kinds.of(request);
    metrics.create(loadCatalogue);
    metrics.mark('loadgen.run.start');
    this.#timer?.cancel();
    const run: Run = {
      request,
      kind,
      startMs: clock.now(),
      payers: this.#payersOf(kind),
      before: this.#calls(),
      submitted: 0,
      left: kind.count,
      lastLogMs: clock.now(),
    };
    this.#run = run;
    const doubt = this.#doubt(run);
    if (doubt === undefined) this.#step(run);
    else {
      log('LoadGen', 'ERROR', doubt);
      this.#end('failed');
    }
    return key;
  }

  /** Why a run can't even begin; undefined when it can. */
  #doubt({ request, kind }: Run): string | undefined {
    const { closeTimeMs, header } = this.#options;
    if (kind.isSoroban && header().ledgerVersion < 20)
      return 'Soroban modes require protocol version 20 or higher';
    const perRound = request.txRate * ledgersBetweenPayments * (closeTimeMs() / 1000);
    return kind.count > kind.payers.length && perRound > kind.payers.length
      ? 'Tx rate is too high, there are not enough unique accounts. Make sure there are at least 3x account per transactions per ledger.'
      : undefined;
  }

  /** Ends the run, which counts as failed. */
  stop(): void {
    this.#options.metrics.create(loadCatalogue);
    if (this.#run === undefined) return;
    this.#end('failed');
  }

  #end(how: 'complete' | 'failed'): void {
    const { metrics, log } = this.#options;
    const run = this.#run;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#run = undefined;
    if (how === 'complete' && this.#options.neverCompletes) return;
    const isTooFew = how === 'complete' && run !== undefined && !this.#hasSucceeded(run);
    metrics.mark(`loadgen.run.${isTooFew ? 'failed' : how}`);
    if (isTooFew)
      log(
        'LoadGen',
        'ERROR',
        'Load generation failed to meet minimum success rate for soroban transactions.',
      );
    else if (how === 'complete') log('LoadGen', 'INFO', 'Load generation complete.');
    else log('LoadGen', 'ERROR', 'Load generation failed.');
  }

  #calls(): CallCounts {
    const { metrics } = this.#options;
    return {
      succeeded: metrics.count('ledger.apply-soroban.success'),
      failed: metrics.count('ledger.apply-soroban.failure'),
    };
  }

  /** Whether as many calls of the host of contracts succeeded as had to, of all that the node applied. */
  #hasSucceeded({ kind, request, before }: Run): boolean {
    const now = this.#calls();
    const succeeded = now.succeeded - before.succeeded;
    const all = succeeded + now.failed - before.failed;
    return !kind.isSoroban || all === 0 || 100 * succeeded >= request.minPercentSuccess * all;
  }

  #later(ms: number, act: () => void): void {
    const { clock, crash } = this.#options;
    this.#timer = clock.timer(ms, () => {
      try {
        act();
      } catch (error) {
        crash(error);
      }
    });
  }

  #step(run: Run): void {
    const { log, metrics, state } = this.#options;
    if (state() !== 'Synced!') {
      log(
        'LoadGen',
        'WARNING',
        `Application is not in sync, load generation inhibited. State ${state()}`,
      );
      this.#later(outOfSyncMs, () => this.#step(run));
      return;
    }
    run.payers.release(this.#options.isPending);
    const due = Math.min(run.left, this.#due(run));
    for (let i = 0; i < due; i++) {
      const payer = run.payers.take(this.#options.random);
      if (payer === undefined)
        log('LoadGen', 'WARNING', 'Load generation failed: no accounts are available');
      if (payer === undefined || !this.#submit(run, payer)) {
        this.#end('failed');
        return;
      }
    }
    metrics.mark('loadgen.step.count');
    metrics.update('loadgen.step.submit', 0);
    this.#tell(run);
    if (run.left > 0) this.#later(stepMs, () => this.#step(run));
    else if (run.kind.count === 0) this.#end('complete');
    else if (run.request.skipsLowFees)
      this.#later(ledgersToSkip * this.#options.closeTimeMs(), () => this.#end('complete'));
    else this.#awaitLedger(run, 0);
  }

  /** How many transactions are missing to what should have been submitted by now. */
  #due({ request, startMs, submitted }: Run): number {
    const elapsedMs = this.#options.clock.now() - startMs;
    const rate = Math.max(1, request.txRate);
    const { spikeIntervalSeconds, spikeSize } = request;
    const spikes =
      spikeIntervalSeconds === 0
        ? 0
        : Math.floor(elapsedMs / 1000 / spikeIntervalSeconds) * spikeSize;
    return Math.max(0, Math.floor((elapsedMs * rate) / 1000) + spikes - submitted);
  }

  /** Submits one transaction of an account; false when it can't be. */
  #submit(run: Run, payer: Payer): boolean {
    const { log, metrics } = this.#options;
    const make = run.kind.next(payer);
    for (let attempt = 1; attempt <= mostAttempts; attempt++) {
      const frame = make(payer.seqNum + 1n);
      // Core counts the message with which the transaction goes out: four bytes more.
      const size = frame.bytes.length + 4;
      for (const [name, events] of Object.entries(run.kind.counted(size)))
        metrics.mark(name, events);
      metrics.mark('loadgen.txn.attempted');
      metrics.mark('loadgen.txn.bytes', size);
      const submitted = this.#options.submit(frame);
      if (submitted.status === 'PENDING') {
        payer.seqNum += 1n;
        this.#done(run, payer);
        return true;
      }
      metrics.mark('loadgen.txn.rejected');
      const code = submitted.status === 'ERROR' ? refusalOf(submitted.result) : undefined;
      log(
        'LoadGen',
        'INFO',
        `tx rejected '${submitted.status}': ${code ?? 'no result'} ===> ${payer.name}`,
      );
      const isSkipped = code === 'txInsufficientFee' || submitted.status === 'TRY_AGAIN_LATER';
      if (run.request.skipsLowFees && isSkipped) {
        // Another one is made in its place, when its turn comes.
        run.submitted += 1;
        run.payers.hasPaid(payer);
        return true;
      }
      if (code !== 'txBadSeq') return false;
      payer.seqNum = this.#options.account(payer.key.id)?.seqNum ?? 0n;
    }
    return false;
  }

  #done(run: Run, payer: Payer): void {
    run.submitted += 1;
    run.left -= 1;
    run.payers.hasPaid(payer);
  }

  #find(name: string): Payer {
    const key = createTestKey(name, this.#options.settings.networkId);
    const account = this.#options.account(key.id);
    // Core does not catch this either: the process ends.
    if (account === undefined) throw new Error(`Account ${name} must exist in the DB.`);
    return { name, key, seqNum: account.seqNum };
  }

  /** Once in the time of a ledger: whether every transaction has come into one, and left what it must. */
  #awaitLedger(run: Run, checks: number): void {
    const { account, closeTimeMs, log } = this.#options;
    this.#later(closeTimeMs(), () => {
      const late = run.payers.known.filter(
        ({ key, seqNum }) => (account(key.id)?.seqNum ?? 0n) < seqNum,
      );
      if (late.length === 0 && run.kind.isThere()) this.#goOn(run);
      else if (checks + 1 >= completionChecks) {
        log('LoadGen', 'INFO', `${late.length} accounts are not in sync with the ledger`);
        this.#end('failed');
      } else this.#awaitLedger(run, checks + 1);
    });
  }

  /** A part of the load is in the ledger: what follows it begins. */
  #goOn(run: Run): void {
    const next = run.kind.follows?.();
    if (next === undefined) {
      this.#end('complete');
      return;
    }
    run.kind = next;
    run.left = next.count;
    run.payers = this.#payersOf(next);
    this.#step(run);
  }

  #payersOf({ payers }: LoadKind): Payers {
    return new Payers(payers, (name) => this.#find(name));
  }

  #tell(run: Run): void {
    const { clock, log, metrics } = this.#options;
    if (clock.now() - run.lastLogMs < 1000) return;
    run.lastLogMs = clock.now();
    const rate = Math.max(1, run.request.txRate);
    const actual = metrics.rate('loadgen.txn.attempted').toFixed(2);
    const minutes = Math.floor(run.left / rate / 60);
    const eta = `${Math.floor(minutes / 60)}h${minutes % 60}m`;
    log(
      'LoadGen',
      'INFO',
      `Tx/s: ${rate} target, ${actual}tx/${actual}op actual (1m EWMA). Pending: ${run.left} txs. ETA: ${eta}`,
    );
  }
}
