/** One thing to be measured: `run` gives milliseconds, by its own clock. */
export interface Contender {
  readonly name: string;
  run(): number;
}

/** What was measured of one contender. */
export interface Figures {
  readonly name: string;
  readonly minMs: number;
  readonly medianMs: number;
  readonly maxMs: number;
}

/** Runs all contenders in turn, `rounds` times, so that whatever else the machine does meets them alike. */
export function compare(contenders: readonly Contender[], rounds: number): Figures[] {
  const times = contenders.map((): number[] => []);
  for (const contender of contenders) contender.run(); // warms caches and the compiler
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) times[i]?.push(contender.run());
  }
  return contenders.map(({ name }, i) => summarize(name, times[i] ?? []));
}

/** Smallest, median and largest of some milliseconds. */
export function summarize(name: string, times: readonly number[]): Figures {
  const sorted = times.toSorted((a, b) => a - b);
  return {
    name,
    minMs: sorted[0] ?? 0,
    medianMs: sorted[sorted.length >> 1] ?? 0,
    maxMs: sorted.at(-1) ?? 0,
  };
}

/** Milliseconds of a function. */
export function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Lines for people; ratios are of medians, to the first contender. */
export function renderFigures(title: string, figures: readonly Figures[]): string {
  const base = figures[0]?.medianMs ?? 1;
  const lines = figures.map(
    ({ name, minMs, medianMs, maxMs }) =>
      `  ${name.padEnd(46)}${medianMs.toFixed(1).padStart(9)} ms  (${minMs.toFixed(1)} to ${maxMs.toFixed(1)})  ${(medianMs / base).toFixed(2)}×`,
  );
  return [title, ...lines, ''].join('\n');
}
