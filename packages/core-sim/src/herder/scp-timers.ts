import type { Clock, Timer } from '@ssc/clock';
import type { TimerKind } from '../scp/driver.ts';

/** The timers of slots, one of each kind, and when their ballots began. */
export class ScpTimers {
  readonly #clock: Clock;
  readonly #timers = new Map<string, Timer>();
  readonly #ballotStarts = new Map<number, number>();
  /** How often time ran out since the last ledger. */
  readonly #timeouts = { nomination: 0, ballot: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(slot: number, kind: TimerKind, ms: number, fire: () => void): void {
    const key = `${slot} ${kind}`;
    this.#timers.get(key)?.cancel();
    const timer = this.#clock.timer(ms, () => {
      this.#timers.delete(key);
      fire();
    });
    this.#timers.set(key, timer);
  }

  stop(slot: number, kind: TimerKind): void {
    const key = `${slot} ${kind}`;
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }

  timedOut(kind: TimerKind): void {
    this.#timeouts[kind] += 1;
  }

  /** How often time ran out since this was asked last. */
  takeTimeouts(): Readonly<Record<TimerKind, number>> {
    const taken = { ...this.#timeouts };
    this.#timeouts.nomination = 0;
    this.#timeouts.ballot = 0;
    return taken;
  }

  ballotStarted(slot: number): void {
    if (!this.#ballotStarts.has(slot)) this.#ballotStarts.set(slot, this.#clock.now());
  }

  /** When the slot's first ballot began; undefined when there was none. */
  ballotStart(slot: number): number | undefined {
    return this.#ballotStarts.get(slot);
  }

  forgetBefore(slot: number): void {
    for (const index of this.#ballotStarts.keys())
      if (index < slot) this.#ballotStarts.delete(index);
  }
}
