import type { Clock, Random, Timer } from '@ssc/clock';
import type { NodeSettings } from '../config/node-settings.ts';
import type { Submitted } from '../herder/tx-queue.ts';
import { createTestKey, type KeyId, type SigningKey } from '../keys.ts';
import type { Account } from '../ledger/account.ts';
import type { LedgerHeader } from '../ledger/header.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { TxFrame } from '../tx/frame.ts';
import { refusalOf } from '../tx/result.ts';
import { createSimplePayment } from '../tx/simple-payment.ts';
import type { LoadRequest } from './load-request.ts';

/** stellar-core: src/simulation/LoadGenerator.cpp. */
const stepMs = 100;
const outOfSyncMs = 10_000;
const mostAttempts = 10;
const completionChecks = 20;
const ledgersToSkip = 4;
/** An account is asked to pay at most once in so many ledgers. */
const ledgersBetweenPayments = 3;

/** Meters of load, with what they count; `/metrics` has them from the first run on. */
const meters: Readonly<Record<string, string>> = {
  'loadgen.payment.bytes': 'txn',
  'loadgen.payment.submitted': 'op',
  'loadgen.run.complete': 'run',
  'loadgen.run.failed': 'run',
  'loadgen.run.start': 'run',
  'loadgen.soroban.create_upgrade': 'txn',
  'loadgen.soroban.invoke': 'txn',
  'loadgen.soroban.setup_invoke': 'txn',
  'loadgen.soroban.setup_upgrade': 'txn',
  'loadgen.soroban.upload': 'txn',
  'loadgen.step.count': 'step',
  'loadgen.txn.attempted': 'txn',
  'loadgen.txn.bytes': 'txn',
  'loadgen.txn.rejected': 'txn',
};

/** What a generator needs of its node. */
export interface LoadOptions {
  readonly settings: NodeSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** `state` of `/info`. */
  state(): string;
  closeTimeMs(): number;
  header(): LedgerHeader;
  account(id: KeyId): Account | undefined;
  submit(frame: TxFrame): Submitted;
  /** True while a transaction of the account waits for a ledger. */
  isPending(id: KeyId): boolean;
  /** See Defects.neverCompletesLoad. */
  readonly neverCompletes: boolean;
  /** What must never happen ends the process. */
  crash(error: unknown): void;
}

/** A test account that pays. */
interface Payer {
  readonly index: number;
  readonly key: SigningKey;
  seqNum: bigint;
}

/** One run: what is left to do, and who can do it. */
interface Run {
  readonly request: LoadRequest;
  readonly startMs: number;
  readonly payers: Map<number, Payer>;
  readonly free: number[];
  readonly busy: Set<Payer>;
  submitted: number;
  left: number;
  lastLogMs: number;
}

/** Makes payments between test accounts at a rate, as a test build of core does when `/generateload` asks for it. */
export class LoadGenerator {
  readonly #options: LoadOptions;
  #timer: Timer | undefined;
  #run: Run | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  /** Begins a run. One that is under way never ends in any way that shows, as in core. */
  start(request: LoadRequest): void {
    const { metrics, clock } = this.#options;
    this.#createMeters();
    metrics.mark('loadgen.run.start');
    this.#timer?.cancel();
    const run: Run = {
      request,
      startMs: clock.now(),
      payers: new Map(),
      free: Array.from({ length: request.accounts }, (_, i) => request.offset + i),
      busy: new Set(),
      submitted: 0,
      left: request.txs,
      lastLogMs: clock.now(),
    };
    this.#run = run;
    const perRound = request.txRate * ledgersBetweenPayments * (this.#options.closeTimeMs() / 1000);
    if (request.txs > request.accounts && perRound > request.accounts) {
      this.#options.log(
        'LoadGen',
        'ERROR',
        'Tx rate is too high, there are not enough unique accounts. Make sure there are at least 3x account per transactions per ledger.',
      );
      this.#end('failed');
      return;
    }
    this.#step(run);
  }

  /** Ends the run, which counts as failed. */
  stop(): void {
    this.#createMeters();
    if (this.#run === undefined) return;
    this.#end('failed');
  }

  #createMeters(): void {
    const { metrics } = this.#options;
    for (const [name, event] of Object.entries(meters)) metrics.mark(name, 0, event);
  }

  #end(how: 'complete' | 'failed'): void {
    const { metrics, log } = this.#options;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#run = undefined;
    if (how === 'complete' && this.#options.neverCompletes) return;
    metrics.mark(`loadgen.run.${how}`);
    if (how === 'complete') log('LoadGen', 'INFO', 'Load generation complete.');
    else log('LoadGen', 'ERROR', 'Load generation failed.');
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
    this.#release(run);
    const due = Math.min(run.left, this.#due(run));
    for (let i = 0; i < due; i++)
      if (!this.#pay(run)) {
        this.#end('failed');
        return;
      }
    metrics.mark('loadgen.step.count');
    metrics.update('loadgen.step.submit', 0);
    this.#tell(run);
    if (run.left > 0) this.#later(stepMs, () => this.#step(run));
    else if (run.request.txs === 0) this.#end('complete');
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

  /** Accounts whose payment left the queue may pay again. */
  #release(run: Run): void {
    for (const payer of run.busy) {
      if (this.#options.isPending(payer.key.id)) continue;
      run.busy.delete(payer);
      run.free.push(payer.index);
    }
  }

  /** Submits one payment; false when it can't be. */
  #pay(run: Run): boolean {
    const { random, log, metrics, settings } = this.#options;
    if (run.free.length === 0) {
      log('LoadGen', 'WARNING', 'Load generation failed: no accounts are available');
      return false;
    }
    const payer = this.#takePayer(run);
    const receiver = this.#payer(run, run.request.offset + random.int(run.request.accounts));
    const header = this.#options.header();
    for (let attempt = 1; attempt <= mostAttempts; attempt++) {
      const frame = createSimplePayment({
        source: payer.key,
        destination: receiver.key.id,
        amount: 1n,
        seqNum: payer.seqNum + 1n,
        fee: this.#fee(run, header.baseFee),
        isCreation: false,
        networkId: settings.networkId,
        isV0: header.ledgerVersion < 13,
      });
      // Core counts the message with which the transaction goes out: four bytes more.
      const size = frame.bytes.length + 4;
      metrics.mark('loadgen.payment.submitted');
      metrics.mark('loadgen.payment.bytes', size);
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
        `tx rejected '${submitted.status}': ${code ?? 'no result'} ===> TestAccount-${payer.index}`,
      );
      if (run.request.skipsLowFees && code === 'txInsufficientFee') {
        this.#done(run, payer);
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
    run.busy.add(payer);
  }

  #fee(run: Run, baseFee: number): number {
    const { maxFeeRate } = run.request;
    if (maxFeeRate === undefined) return baseFee;
    return baseFee + this.#options.random.int(maxFeeRate - baseFee + 1);
  }

  #takePayer(run: Run): Payer {
    const at = this.#options.random.int(run.free.length);
    const index = run.free[at] as number;
    const last = run.free.pop() as number;
    if (at < run.free.length) run.free[at] = last;
    return this.#payer(run, index);
  }

  #payer(run: Run, index: number): Payer {
    let payer = run.payers.get(index);
    if (payer === undefined) {
      const key = createTestKey(`TestAccount-${index}`, this.#options.settings.networkId);
      const account = this.#options.account(key.id);
      // Core does not catch this either: the process ends.
      if (account === undefined) throw new Error(`Account ${index} must exist in the DB.`);
      payer = { index, key, seqNum: account.seqNum };
      run.payers.set(index, payer);
    }
    return payer;
  }

  /** Once in the time of a ledger: whether every payment has come into one. */
  #awaitLedger(run: Run, checks: number): void {
    const { account, closeTimeMs, log } = this.#options;
    this.#later(closeTimeMs(), () => {
      const late = [...run.payers.values()].filter(
        ({ key, seqNum }) => (account(key.id)?.seqNum ?? 0n) < seqNum,
      );
      if (late.length === 0) this.#end('complete');
      else if (checks + 1 >= completionChecks) {
        log('LoadGen', 'INFO', `${late.length} accounts are not in sync with the ledger`);
        this.#end('failed');
      } else this.#awaitLedger(run, checks + 1);
    });
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
