import { insideClock } from './async-resources.ts';
import { type QueuedTimer, TimerQueue } from './timer-queue.ts';

/** Real work under way. */
export interface Ticket {
  readonly settled: Promise<void>;
  readonly isSettled: boolean;
  /** Gives what the work gave to whoever waits for it. */
  handOut(): void;
}

/** The time that a virtual clock and its forks share: their timers, their real work, and what they wait for. */
export class VirtualTime {
  readonly #queue = new TimerQueue();
  /** In the order in which the work was begun. */
  readonly #tickets: Ticket[] = [];
  readonly #waits = new Map<number, string>();
  readonly #start: number;
  #now: number;
  #fired = 0;
  #waitId = 0;
  #thrown: { readonly error: unknown } | undefined;

  constructor(start: number) {
    this.#start = start;
    this.#now = start;
  }

  get now(): number {
    return this.#now;
  }

  /** Milliseconds since it began. */
  get elapsedMs(): number {
    return this.#now - this.#start;
  }

  /** How many timers have fired. */
  get fired(): number {
    return this.#fired;
  }

  after(ms: number, fire: () => void): QueuedTimer {
    return this.#queue.add(this.#now + Math.max(0, ms), fire);
  }

  /** No timer fires while the work is under way. */
  take(ticket: Ticket): void {
    this.#tickets.push(ticket);
  }

  /** Takes note of what somebody waits for; the result forgets it. */
  wait(what: string): () => void {
    const id = this.#waitId;
    this.#waitId += 1;
    this.#waits.set(id, what);
    return () => void this.#waits.delete(id);
  }

  /** What everybody waits for. */
  waits(): readonly string[] {
    return [...this.#waits.values()];
  }

  /** Two turns of the event loop with no ticket open: every in-process request has ended by then. */
  async becomeQuiet(): Promise<void> {
    for (let quietTurns = 0; quietTurns < 2; ) {
      await turn();
      const first = this.#tickets[0];
      if (first === undefined) {
        quietTurns += 1;
        continue;
      }
      quietTurns = 0;
      if (!first.isSettled) await first.settled;
      this.#tickets.shift();
      first.handOut();
    }
  }

  /** Lets the time of the next timer come. False when there is none. */
  fireNext(): boolean {
    const timer = this.#queue.take();
    if (timer === undefined) return false;
    this.#now = Math.max(this.#now, timer.at);
    this.#fired += 1;
    try {
      timer.fire();
    } catch (error) {
      this.#thrown ??= { error };
    }
    return true;
  }

  throwWhatTimersThrew(): void {
    const thrown = this.#thrown;
    this.#thrown = undefined;
    if (thrown !== undefined) throw thrown.error;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    insideClock(() => setImmediate(resolve));
  });
}
