import { appendFileSync } from 'node:fs';
import { inject } from 'vitest';

/** What a test showed on the real API. */
export interface Tally {
  readonly objects?: number;
  readonly equalSequences?: number;
  readonly sequences?: number;
}

/** Adds to what the closing line tells. */
export const tell = (tally: Tally): void =>
  appendFileSync(inject('tallyFile'), `${JSON.stringify(tally)}\n`);

/** The closing line. */
export function renderTally(tallies: readonly Tally[]): string {
  const sum = (key: keyof Tally): number =>
    tallies.reduce((total, tally) => total + (tally[key] ?? 0), 0);
  const [equal, all] = [sum('equalSequences'), sum('sequences')];
  return `real API: ${sum('objects')} objects strict-valid, ${equal}${equal === all ? '' : ` of ${all}`} sequences equal`;
}
