import { type Problem, SscError } from '@ssc/errors';
import type { Formation } from './formation.ts';

/** No name that was drawn for a run was free. */
export interface RunNameProblem extends Problem {
  readonly code: 'SSC_RUN_NAMES_TAKEN';
  readonly runs: readonly string[];
}

// Of 16 million names, one that is taken is a chance; five in a row are none.
const mostDraws = 5;

/**
 * Lights the fuse of a run whose name is nobody else's: as long as a run of the drawn name exists, another is drawn, and that
 * run is not touched. `draw` plans everything anew, with another name each time. The fuse burns when this returns; an
 * interruption returns at once.
 */
export async function claimFormation(
  draw: () => Promise<Formation>,
  signal: AbortSignal,
): Promise<Formation> {
  const taken: string[] = [];
  while (taken.length < mostDraws) {
    const formation = await draw();
    if (await Promise.race([formation.claim(), aborted(signal)])) return formation;
    await formation.remove();
    taken.push(formation.run);
  }
  throw new SscError<RunNameProblem>({
    problem: { code: 'SSC_RUN_NAMES_TAKEN', runs: taken },
    verdict: 'broken',
    summary: `${taken.length} names were drawn for the run, and each is that of another run`,
    facts: [['Drawn', taken.join(', ')]],
    hint: 'Nothing was made. ssc runs lists the runs that there are.',
  });
}

/** Resolves when the signal is aborted: who interrupts a run does not wait for its fuse. */
const aborted = (signal: AbortSignal): Promise<true> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(true);
    signal.addEventListener('abort', () => resolve(true), { once: true });
  });
