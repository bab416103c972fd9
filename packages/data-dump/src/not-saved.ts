import { type Problem, SscError } from '@ssc/errors';

/** Something could not be saved, or not all of it. */
export interface NotSavedProblem extends Problem {
  readonly code: 'SSC_NOT_SAVED';
}

/** The error of an item that could not be saved. */
export const notSaved = (what: string, cause: unknown): SscError<NotSavedProblem> =>
  new SscError<NotSavedProblem>({
    problem: { code: 'SSC_NOT_SAVED' },
    verdict: 'broken',
    summary: `${what} could not be saved`,
    facts: [['Because', cause instanceof Error ? cause.message : String(cause)]],
    cause,
  });

const mostProblems = 100;

/** What could not be saved: the first hundred of it, and how many more. */
export class NotSaved {
  readonly #problems: SscError[] = [];
  #untold = 0;

  add(problem: SscError): void {
    if (this.#problems.length < mostProblems) this.#problems.push(problem);
    else this.#untold += 1;
  }

  list(): readonly SscError[] {
    if (this.#untold === 0) return [...this.#problems];
    const why = new Error('only the first hundred are named');
    return [...this.#problems, notSaved(`${this.#untold} more items`, why)];
  }
}
