import type { Log } from '../log.ts';
import type { CatchupHost } from './catchup-job.ts';
import { type CatchupOutcome, catchUp } from './catchup-work.ts';
import type { PendingLedgers } from './pending-ledgers.ts';

/** What catching up beside the network needs. */
export interface OnlineCatchupOptions {
  readonly log: Log;
  readonly pending: PendingLedgers;
  /** How many of the last ledgers are replayed at least. */
  readonly count: number;
  readonly host: Omit<CatchupHost, 'tell' | 'finish'>;
  closeTimeMs(): number;
  /** The hash that a ledger that waits names as the one before it. */
  hashBefore(seq: number): string | undefined;
  /** Closes what waits as far as it follows, telling of each. */
  applyPending(applied: (seq: number) => void): void;
  /** What must never happen ends the process. */
  crash(error: unknown): void;
}

/** One fetch out of archives; without an outcome while it goes on. */
interface Fetch {
  readonly to: number;
  outcome: CatchupOutcome | undefined;
}

/** How a node that fell behind finds back: it lets ledgers wait, and fetches what is missing before them out of archives. */
export class OnlineCatchup {
  readonly #options: OnlineCatchupOptions;
  #fetch: Fetch | undefined;
  #status: string | undefined;
  #isHopeless = false;

  constructor(options: OnlineCatchupOptions) {
    this.#options = options;
  }

  /** True while ledgers are fetched. */
  get isRunning(): boolean {
    return this.#fetch !== undefined && this.#fetch.outcome === undefined;
  }

  /** The line of `/info`: of a fetch that is over until the next ledger comes. */
  status(isBehind: boolean): string | undefined {
    return isBehind || this.#fetch !== undefined ? this.#status : undefined;
  }

  /** Before a ledger is dealt with: forgets a fetch that is over. */
  settle(): void {
    const outcome = this.#fetch?.outcome;
    if (outcome === undefined) return;
    if (outcome === 'hopeless') {
      this.#options.log('History', 'FATAL', 'Catchup failed and cannot recover');
      this.#isHopeless = true;
    }
    this.#fetch = undefined;
    this.#status = undefined;
  }

  /** A ledger waits that does not follow on the last closed one. */
  gap(seq: number, lastClosed: number): void {
    const { log, pending, closeTimeMs } = this.#options;
    log(
      'Ledger',
      'INFO',
      `Close of ledger ${seq} buffered. mSyncingLedgers has ${pending.size} ledgers`,
    );
    if (this.#fetch !== undefined) {
      if (seq > this.#fetch.to) pending.trim(lastClosed);
      return;
    }
    pending.trim(lastClosed);
    const verdict = pending.judge(closeTimeMs());
    if (!('fetchUpTo' in verdict)) this.#tell(verdict.status);
    else if (this.#isHopeless) {
      const why = 'incompatible core version or invalid local state';
      log('History', 'FATAL', `Skipping catchup: ${why}`);
      this.#status = undefined;
    } else {
      this.#tell(verdict.status);
      this.#start(verdict.fetchUpTo);
    }
  }

  #start(to: number): void {
    const { host, count, applyPending, hashBefore, crash } = this.#options;
    const fetch: Fetch = { to, outcome: undefined };
    this.#fetch = fetch;
    const full: CatchupHost = {
      ...host,
      tell: (status) => this.#tell(status),
      finish: (tell) =>
        applyPending((seq) => tell(`Applying buffered ledgers: apply ledger ${seq}`)),
    };
    void catchUp(full, { to, count, trustedHash: hashBefore(to + 1) })
      .then((outcome) => {
        fetch.outcome = outcome;
      })
      .catch(crash);
  }

  #tell(status: string): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#options.log('History', 'INFO', status);
  }
}
