import type { Clock } from '@ssc/clock';
import { NetError } from './net.ts';

/** How long a caller waits for a host that is cut off, as a kernel does before it gives up. */
export const connectTimeoutMs = 10_000;

/** The ways between hosts, by their addresses: how long they take, and which are cut. */
export class SimWays {
  readonly #clock: Clock;
  readonly #latencyMs: (from: string, to: string) => number;
  readonly #cuts = new Set<string>();
  readonly #healed = new Set<() => void>();

  constructor(clock: Clock, latencyMs: (from: string, to: string) => number) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
  }

  cut(a: string, b: string): void {
    this.#cuts.add(pair(a, b));
  }

  heal(a: string, b: string): void {
    this.#cuts.delete(pair(a, b));
    for (const look of [...this.#healed]) look();
  }

  isCut(a: string, b: string): boolean {
    return this.#cuts.has(pair(a, b));
  }

  /** Calls back whenever a way is healed, whichever; the result ends that. */
  onHeal(look: () => void): () => void {
    this.#healed.add(look);
    return () => this.#healed.delete(look);
  }

  /** What one way takes, in milliseconds. */
  latency(from: string, to: string): number {
    return from === to ? 0 : this.#latencyMs(from, to);
  }

  /** Waits for one way; rejects with a NetError when it is cut, and still so when a caller gives up. */
  async travel(from: string, to: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.isCut(from, to)) {
      await this.#clock.sleep(connectTimeoutMs, signal);
      if (this.isCut(from, to)) throw new NetError('ETIMEDOUT', `${to} does not answer`);
    }
    const ms = this.latency(from, to);
    if (ms > 0) await this.#clock.sleep(ms, signal);
  }
}

const pair = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);
