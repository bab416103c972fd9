import type { Clock } from '@ssc/clock';
import type { ProcessContext } from '@ssc/process';

/**
 * What is wrong with a simulated node: for tests of whatever must notice it. Each is what a broken build, machine or disk
 * does; none shows in what the node says of itself.
 */
export interface Defects {
  /** Of so many transactions that it accepts, one is lost. */
  readonly losesEvery?: number;
  /** From this ledger on its state is another than that of the others. */
  readonly wrongStateAt?: number;
  /** It neither proposes upgrades nor accepts a value with one. */
  readonly refusesUpgrades?: boolean;
  /** The same, of upgrades to settings that a contract keeps. */
  readonly refusesSettings?: boolean;
  /** A ledger in which it called the host of contracts comes out otherwise than those of the others. */
  readonly miscountsCalls?: boolean;
  /** Every transaction that calls the host of contracts is refused. */
  readonly rejectsCalls?: boolean;
  /** Checkpoints from this ledger on stay in its queue. */
  readonly stopsPublishingAt?: number;
  /** What it writes into archives is changed on the way. */
  readonly corruptsArchive?: 'ledger' | 'transactions' | 'results' | 'bucket';
  /** It waits for the trigger ledger and fetches nothing. */
  readonly neverCatchesUp?: boolean;
  /** A load is made and never counted as complete. */
  readonly neverCompletesLoad?: boolean;
  /** Every transaction of a load is refused. */
  readonly rejectsLoad?: boolean;
  /** What it says to its peers comes so much later, in milliseconds. */
  readonly slowMs?: number;
  /** Its clock is ahead by so much, in milliseconds; negative: behind. */
  readonly skewMs?: number;
  /** The process dies each time it closes this ledger. */
  readonly crashesAt?: number;
  /** From this ledger on its disk takes nothing more. */
  readonly diskFullAt?: number;
}

/** A process on a machine whose clock is wrong: it moves as fast as others. */
export function skewed(self: ProcessContext, ms: number | undefined): ProcessContext {
  return ms === undefined ? self : { ...self, clock: skewedClock(self.clock, ms) };
}

function skewedClock(clock: Clock, ms: number): Clock {
  return {
    now: () => clock.now() + ms,
    timer: (wait, fire) => clock.timer(wait, fire),
    sleep: (wait, signal) => clock.sleep(wait, signal),
    real: (work) => clock.real(work),
    awaiting: (what, promise) => clock.awaiting(what, promise),
    fork: (name) => clock.fork(name),
  };
}
