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
export function startSampling(options: SamplerOptions): Sampler {
  const { clock } = options;
  let samples: Sample[] = [];
  const missed: { node: string; atMs: number }[] = [];
  let everyMs = options.everyMs ?? 5000;
  const ending = new AbortController();
  let timer: Timer | undefined;

  async function ask(node: string): Promise<void> {
    const atMs = clock.now();
    const giveUp = new AbortController();
    const abort = () => giveUp.abort(ending.signal.reason);
    ending.signal.addEventListener('abort', abort, { once: true });
    const deadline = clock.timer(answerWithinMs, () =>
      giveUp.abort(new Error(`no metrics within ${answerWithinMs} ms`)),
    );
    try {
      const metrics = await options.read(node, giveUp.signal);
      if (!ending.signal.aborted) samples.push({ node, atMs: clock.now(), metrics });
    } catch {
      if (!ending.signal.aborted) missed.push({ node, atMs });
    } finally {
      deadline.cancel();
      ending.signal.removeEventListener('abort', abort);
    }
  }

  const sampleNow = async (): Promise<void> => {
    if (ending.signal.aborted) return;
    await Promise.all(options.nodes().map(ask));
  };

  const next = (): void => {
    const slowEnoughMs = (options.nodes().length / mostPerSecond) * 1000;
    timer = clock.timer(Math.max(everyMs, slowEnoughMs), () => {
      if (samples.length > mostSamples) {
        // Half as many, half as often: a run may last for days.
        samples = everySecond(samples);
        everyMs *= 2;
      }
      // Who is silent now is given up before the next time: it holds up nobody.
      void sampleNow();
      next();
    });
  };
  next();

  return {
    sampleNow,
    stop() {
      timer?.cancel();
      ending.abort(new Error('no more samples'));
    },
    get samples() {
      return samples;
    },
    missed,
    get everyMs() {
      return Math.max(everyMs, (options.nodes().length / mostPerSecond) * 1000);
    },
  };
}

function everySecond(samples: readonly Sample[]): Sample[] {
  const seen = new Map<string, number>();
  return samples.filter(({ node }) => {
    const count = seen.get(node) ?? 0;
    seen.set(node, count + 1);
    return count % 2 === 0;
  });
}
