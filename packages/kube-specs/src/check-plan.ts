import { type Fact, usageError } from '@ssc/errors';
import { networkPrefix, nodesPerSetMax } from './names.ts';
import type { NetworkPlan, SetPlan } from './plan.ts';

/** Refuses a plan that cannot become objects, naming every place at once (SSC_PLAN_INVALID, usage). */
export function checkPlan(plan: NetworkPlan): void {
  networkPrefix(plan.run, plan.network);
  const problems: Fact[] = [
    ...named('namespace', plan.namespace),
    ...image('history.image', plan.history.image),
    ...port('history.port', plan.history.port),
    ...plan.sets.flatMap((set) => checkSet(set)),
    ...twice(plan.sets.map((set) => set.name)),
  ];
  if (typeof plan.user === 'number' && !(Number.isInteger(plan.user) && plan.user > 0))
    problems.push(['user', `must be a user id above 0 or "image", got ${plan.user}`]);
  if (problems.length === 0) return;
  throw usageError(
    'SSC_PLAN_INVALID',
    `${problems.length === 1 ? 'a problem' : `${problems.length} problems`} in the plan of run ${plan.run}; nothing was made`,
    { facts: problems },
  );
}

function checkSet(set: SetPlan): Fact[] {
  const here = `sets.${set.name}`;
  const { data } = set;
  return [
    ...(set.name === '' ? ([['sets', 'a set needs a name']] as Fact[]) : []),
    ...(set.nodes.length >= 1 && set.nodes.length <= nodesPerSetMax
      ? []
      : ([[`${here}.nodes`, `must be 1 to ${nodesPerSetMax}, got ${set.nodes.length}`]] as Fact[])),
    ...image(`${here}.image`, set.image),
    ...(/^[a-z0-9][-a-z0-9.]*$/u.test(set.dataId)
      ? []
      : ([[`${here}.dataId`, `must be of a-z, 0-9, "-" and ".", got "${set.dataId}"`]] as Fact[])),
    ...(data.kind === 'claim' ? whole(`${here}.data.sizeMiB`, data.sizeMiB) : []),
    ...(data.kind === 'empty-dir' && data.sizeLimitMiB !== undefined
      ? whole(`${here}.data.sizeLimitMiB`, data.sizeLimitMiB)
      : []),
    ...catchup(`${here}.preparation.catchup`, set.preparation.catchup),
    ...set.preparation.newHist.flatMap((name) =>
      /^[A-Za-z0-9_][-A-Za-z0-9_]*$/u.test(name)
        ? []
        : ([
            [`${here}.preparation.newHist`, `"${name}" cannot be the name of an archive`],
          ] as Fact[]),
    ),
  ];
}

const catchup = (place: string, text: string | undefined): Fact[] =>
  text === undefined || /^(?:current|[0-9]+)\/(?:max|[0-9]+)$/u.test(text)
    ? []
    : [[place, `must be DESTINATION/COUNT such as "current/0", got "${text}"`]];

const image = (place: string, text: string): Fact[] =>
  text !== '' && !/\s/u.test(text) ? [] : [[place, `must be an image's name, got "${text}"`]];

const named = (place: string, text: string): Fact[] =>
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/u.test(text)
    ? []
    : [[place, `must be 1 to 63 of a-z, 0-9 and "-", got "${text}"`]];

const port = (place: string, number: number): Fact[] =>
  Number.isInteger(number) && number > 1023 && number <= 65_535
    ? []
    : [[place, `must be 1024 to 65535, since it is not opened as root, got ${number}`]];

const whole = (place: string, number: number): Fact[] =>
  Number.isSafeInteger(number) && number > 0
    ? []
    : [[place, `must be a whole number above 0, got ${number}`]];

const twice = (names: readonly string[]): Fact[] =>
  [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].map((name) => [
    'sets',
    `"${name}" stands there twice`,
  ]);
