import type { Clock, Timer } from '@ssc/clock';
import type { Sample } from './sample.ts';

/** What a sampler is made from. */
export interface SamplerOptions {
  readonly clock: Clock;
  /** @default 5000 */
  readonly everyMs?: number;
  /** The nodes that run now. */
  nodes(): readonly string[];
  /** The metrics of one node: see sampledMetrics. */
  read(node: string, signal: AbortSignal): Promise<Sample['metrics']>;
}

/** Asks all nodes for their metrics again and again. */
export interface Sampler {
  /** Asks all nodes now, beside what is asked by the clock; resolves when they have answered, or time is over. */
  sampleNow(): Promise<void>;
  stop(): void;
  readonly samples: readonly Sample[];
  /** When nodes were asked and gave no answer. */
  readonly missed: readonly { readonly node: string; readonly atMs: number }[];
  /** The pause between two samples of a node at the end; it grows with the network, and with the length of the run. */
  readonly everyMs: number;
}

// A sample takes a request and some kilobytes: twenty a second are no burden for an API server or a node.
const mostPerSecond = 20;
const answerWithinMs = 4000;
// 100 000 samples of some twenty metrics are about a hundred megabytes.
const mostSamples = 100_000;

/** Starts to sample. Never rejects and never waits for a node that does not answer. */
export const startSampling = (options: SamplerOptions): Sampler => new ClockedSampler(options);

class ClockedSampler implements Sampler {
  readonly missed: { node: string; atMs: number }[] = [];
  readonly #options: SamplerOptions;
  readonly #ending = new AbortController();
  #samples: Sample[] = [];
  /** The pause without regard to how many nodes there are. */
  #pauseMs: number;
  #timer: Timer | undefined;

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#pauseMs = options.everyMs ?? 5000;
    this.#next();
  }

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  get everyMs(): number {
    return Math.max(this.#pauseMs, (this.#options.nodes().length / mostPerSecond) * 1000);
  }

  async sampleNow(): Promise<void> {
    if (this.#ending.signal.aborted) return;
    await Promise.all(this.#options.nodes().map((node) => this.#ask(node)));
  }

  stop(): void {
    this.#timer?.cancel();
    this.#ending.abort(new Error('no more samples'));
  }

  #next(): void {
    this.#timer = this.#options.clock.timer(this.everyMs, () => {
      if (this.#samples.length > mostSamples) this.#thin();
      // Who is silent now is given up before the next time: it holds up nobody.
      void this.sampleNow();
      this.#next();
    });
  }

  /** Half as many, half as often: a run may last for days. */
  #thin(): void {
    this.#samples = everySecond(this.#samples);
    this.#pauseMs *= 2;
  }

  async #ask(node: string): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#ending;
    const atMs = clock.now();
    const giveUp = new AbortController();
    const abort = (): void => giveUp.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const deadline = clock.timer(answerWithinMs, () =>
      giveUp.abort(new Error(`no metrics within ${answerWithinMs} ms`)),
    );
    try {
      const metrics = await this.#options.read(node, giveUp.signal);
      if (!signal.aborted) this.#samples.push({ node, atMs: clock.now(), metrics });
    } catch {
      if (!signal.aborted) this.missed.push({ node, atMs });
    } finally {
      deadline.cancel();
      signal.removeEventListener('abort', abort);
    }
  }
}

function everySecond(samples: readonly Sample[]): Sample[] {
  const seen = new Map<string, number>();
  return samples.filter(({ node }) => {
    const count = seen.get(node) ?? 0;
    seen.set(node, count + 1);
    return count % 2 === 0;
  });
}
