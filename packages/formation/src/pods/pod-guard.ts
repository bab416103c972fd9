import type { Clock } from '@ssc/clock';
import { SscError } from '@ssc/errors';

/** How pods are looked at. */
export interface PodLook {
  /** Throws when a pod is in trouble; with `impatient`, also when one only seems to be: something has failed already. */
  check(impatient?: boolean): Promise<void>;
  /** Whether an error is what such a look throws. */
  isTrouble(error: unknown): boolean;
}

// As often as a wait looks at nodes.
const lookEveryMs = 1000;

/** Lets nothing go on that asks nodes whose pods are in trouble: a question may wait long for an answer that cannot come. */
export class PodGuard {
  readonly #clock: Clock;
  readonly #look: PodLook;
  /** Ends each piece of work under way. */
  readonly #underWay = new Set<(trouble: unknown) => void>();
  #isLooking = false;

  constructor(clock: Clock, look: PodLook) {
    this.#clock = clock;
    this.#look = look;
  }

  /**
   * Does work that asks nodes. When a pod is in trouble, or was when the work failed, the work ends with that, and its signal is
   * aborted.
   */
  async guard<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const mine = new AbortController();
    const abort = (): void => mine.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    let end = (_trouble: unknown): void => {};
    try {
      return await new Promise<T>((resolve, reject) => {
        end = (trouble) => {
          reject(trouble);
          mine.abort(trouble);
        };
        this.#underWay.add(end);
        this.#lookOn();
        work(mine.signal).then(resolve, (error: unknown) =>
          this.#explain(error, mine.signal).then(reject, reject),
        );
      });
    } finally {
      this.#underWay.delete(end);
      signal.removeEventListener('abort', abort);
    }
  }

  /**
   * What failed, or what is wrong with a pod: then nothing is said about the network, nor about the mission, which may have been
   * refused for what a node said that came back without its data.
   */
  async #explain(error: unknown, signal: AbortSignal): Promise<unknown> {
    if (signal.aborted || !(error instanceof SscError) || this.#look.isTrouble(error)) return error;
    try {
      await this.#look.check(true);
    } catch (trouble) {
      if (this.#look.isTrouble(trouble)) return trouble;
    }
    return error;
  }

  #lookOn(): void {
    if (this.#isLooking || this.#underWay.size === 0) return;
    this.#isLooking = true;
    this.#clock.timer(lookEveryMs, () => {
      void this.#lookOnce().then(() => {
        this.#isLooking = false;
        this.#lookOn();
      });
    });
  }

  async #lookOnce(): Promise<void> {
    if (this.#underWay.size === 0) return;
    try {
      await this.#look.check();
    } catch (error) {
      // What cannot be asked is asked again.
      if (this.#look.isTrouble(error)) for (const end of [...this.#underWay]) end(error);
    }
  }
}
