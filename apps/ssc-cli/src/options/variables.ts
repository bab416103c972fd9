import { didYouMean } from '@ssc/errors';
import type { Mission } from '@ssc/missions';
import type { Host } from '../host.ts';
import type { GivenProblem, GivenText } from './given.ts';
import { variableOf, variableOfParam } from './option-row.ts';
import { allOptions } from './table.ts';

/** An environment variable as it was given; an empty one is none, as pipelines leave them. */
export function variable({ env }: Host, name: string): GivenText | undefined {
  const text = env[name];
  return text === undefined || text === '' ? undefined : { text, from: 'environment', place: name };
}

// Variables of tests, and those that Kubernetes makes from the names of services.
const foreignVariables =
  /^SSC_(E2E|TEST)_|_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_\w+)?)?)$/u;

/** Refuses a variable that is nearly one of ours; others with the same beginning are nobody's business. */
export function checkVariables(
  { env }: Host,
  catalog: Readonly<Record<string, Mission>>,
  problems: GivenProblem[],
): void {
  const known = [
    ...Object.entries(allOptions).flatMap(([name, row]) =>
      'flagOnly' in row && row.flagOnly === true ? [] : [variableOf(name)],
    ),
    ...Object.values(catalog).flatMap((mission) =>
      Object.keys(mission.params).map((name) => variableOfParam(mission.name, name)),
    ),
  ];
  for (const name of Object.keys(env)) {
    if (!name.startsWith('SSC_') || known.includes(name) || foreignVariables.test(name)) continue;
    const meant = didYouMean(
      name.slice(4),
      known.map((one) => one.slice(4)),
    ).replace('"', '"SSC_');
    if (meant !== '') problems.push([name, `is no variable of ssc${meant}`]);
  }
}
