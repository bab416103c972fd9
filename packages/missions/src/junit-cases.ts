import type { ErrorResult, RunResult } from './run-result.ts';

/** A run of which there is nothing but why it could not begin. */
export interface RunNotBegun {
  readonly mission: string;
  readonly error: ErrorResult;
}

/** A phase or a check of a run. */
export interface Case {
  readonly name: string;
  readonly group: 'phases' | 'checks';
  readonly seconds: number;
  readonly outcome: 'ok' | 'failure' | 'error' | 'skipped';
  readonly message?: string;
  readonly text?: string;
  readonly type?: string;
  /** How tries before this one ended in it. */
  readonly earlier?: readonly Problem[];
}

/** Why a case is not well. */
export type Problem = Required<Pick<Case, 'type' | 'message' | 'text'>>;

/** A run, the last of its tries. */
export interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
  readonly seconds: number;
  /** How many tries it took. */
  readonly tries: number;
  /** Undefined for a run that could not begin. */
  readonly result?: RunResult;
}

/** The run as a suite; `earlier` are its tries before the last one, all of which were *broken*. */
export function toSuite(
  run: RunResult | RunNotBegun,
  title: string,
  earlier: readonly (RunResult | RunNotBegun)[],
): Suite {
  const tries = earlier.length + 1;
  if (!('phases' in run)) {
    const cases = withEarlier([theRun(problemOf(run.error))], earlier);
    return { name: title, cases, seconds: 0, tries };
  }
  const isSimulated = run.nodes === 'simulated' || run.nodes === 'mixed';
  return {
    name: `${title}${isSimulated ? ' (simulated)' : ''}`,
    cases: withEarlier(casesOf(run), earlier),
    seconds: run.seconds,
    tries,
    result: run,
  };
}

const theRunItself = 'the run';

/** What no phase and no check stands for. */
const theRun = (more: Pick<Case, 'outcome'> & Partial<Case>): Case => ({
  name: theRunItself,
  group: 'phases',
  seconds: 0,
  ...more,
});

function casesOf(result: RunResult): Case[] {
  const phases = result.phases.map(
    (phase): Case => ({
      name: phase.name,
      group: 'phases',
      seconds: phase.seconds,
      ...(phase.outcome === 'done' ? { outcome: 'ok' } : problemOf(result.error)),
    }),
  );
  // The failed check is a case of its own: the phase around it is none as well, or one problem would count twice.
  const hasFailedCheck = result.checks.some((check) => check.outcome === 'failed');
  const checks = result.checks.map(
    (check): Case => ({
      name: check.name,
      group: 'checks',
      seconds: check.seconds ?? 0,
      ...(check.outcome === 'held'
        ? { outcome: 'ok' }
        : check.outcome === 'failed'
          ? problemOf(result.error)
          : { outcome: 'skipped', message: check.because ?? 'the run ended before it was made' }),
    }),
  );
  const cases = [
    ...(hasFailedCheck ? phases.filter((one) => one.outcome === 'ok') : phases),
    ...checks,
  ];
  // An error between phases, or one of the clean-up.
  if (result.error !== undefined && !cases.some(isBad))
    cases.push(
      theRun({
        ...problemOf(result.error),
        ...(result.error.phase && { name: result.error.phase }),
      }),
    );
  return cases;
}

const isBad = ({ outcome }: Case): boolean => outcome === 'failure' || outcome === 'error';

/**
 * Each earlier try is told in the case in which it broke, or, when the last one has none of that name that was made, in the one in
 * which that broke; else in a case of its own.
 */
function withEarlier(
  cases: readonly Case[],
  earlier: readonly (RunResult | RunNotBegun)[],
): readonly Case[] {
  const all = [...cases];
  for (const one of earlier) {
    if (one.error === undefined) continue;
    const at = placeOf(one.error, all);
    const { earlier: before = [], ...last } = all[at] ?? theRun({ outcome: 'ok' });
    all[at] = { ...last, earlier: [...before, toProblem(one, one.error)] };
  }
  return all;
}

/** Which case an earlier try is told in; the place after the last one when there is none for it. */
function placeOf(error: ErrorResult, cases: readonly Case[]): number {
  const named = (wanted: string | undefined): number =>
    cases.findIndex(({ name, outcome }) => name === wanted && outcome !== 'skipped');
  const places = [named(error.phase), cases.findIndex(isBad), named(theRunItself)];
  return places.find((place) => place >= 0) ?? cases.length;
}

const toProblem = (one: RunResult | RunNotBegun, error: ErrorResult): Problem => ({
  message: error.message,
  type: error.code,
  text: [...('run' in one ? [`run ${one.run}`] : []), textOf(error)].join('\n'),
});

function problemOf(
  error: ErrorResult | undefined,
): Pick<Case, 'outcome' | 'message' | 'text' | 'type'> {
  if (error === undefined) return { outcome: 'error', message: 'it did not end' };
  return {
    outcome: error.verdict === 'failed' ? 'failure' : 'error',
    type: error.code,
    message: error.message,
    text: textOf(error),
  };
}

const textOf = (error: ErrorResult): string =>
  [
    `${error.code}  ${error.message}`,
    ...error.facts.map(([label, value]) => `${label}: ${value}`),
    ...(error.hint === undefined ? [] : [error.hint]),
  ].join('\n');
