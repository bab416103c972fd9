import type { Clock } from '@ssc/clock';
import type { Formation } from '@ssc/formation';
import {
  createReport,
  type FiguresOf,
  type PhaseSpan,
  type Report,
  type Sampler,
  sampledMetrics,
  startSampling,
} from '@ssc/perf-reporter';

/** What is measured of a run while it goes on, and its figures. */
export class Measured {
  readonly #formation: Formation;
  readonly #clock: Clock;
  readonly #phases: PhaseSpan[] = [];
  #sampler: Sampler | undefined;

  constructor(formation: Formation, clock: Clock) {
    this.#formation = formation;
    this.#clock = clock;
  }

  /** Samples the nodes from now on: once they are there. */
  async start(): Promise<void> {
    const formation = this.#formation;
    this.#sampler = startSampling({
      clock: this.#clock,
      nodes: () => formation.nodes.map((client) => client.node),
      read: async (node, signal) => {
        const client = formation.nodes.find((one) => one.node === node);
        if (client === undefined) return new Map();
        const asked = { only: sampledMetrics, readWithin: 0, answerWithin: '4s', signal } as const;
        return (await client.metrics(asked)).all;
      },
    });
    await this.sampleNow();
  }

  async sampleNow(): Promise<void> {
    await this.#sampler?.sampleNow();
  }

  add(phase: PhaseSpan): void {
    this.#phases.push(phase);
  }

  stop(): void {
    this.#sampler?.stop();
  }

  report(about: FiguresOf): Report {
    const { samples = [], missed = [], everyMs = 0 } = this.#sampler ?? {};
    return createReport({ samples, missed, everyMs, phases: this.#phases }, about);
  }
}
