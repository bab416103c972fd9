import { type Fact, usageError } from '@ssc/errors';
import type { AccessPlan } from './access.ts';
import { delayProblem } from './delay.ts';
import { networkPrefix, nodesPerSetMax } from './names.ts';
import { hasDelays } from './objects/pod.ts';
import type { NetworkPlan, Preparation, RunPlan, SetPlan } from './plan.ts';

/** Refuses a plan that cannot become objects, naming every place at once (SSC_PLAN_INVALID, usage). */
export function checkPlan(plan: NetworkPlan): void {
  const problems: Fact[] = [
    ...checkRun(plan),
    ...image('history.image', plan.history.image),
    ...port('history.port', plan.history.port),
    ...(plan.exporter === undefined ? [] : image('exporter.image', plan.exporter.image)),
    ...(plan.delay === undefined ? [] : image('delay.image', plan.delay.image)),
    ...(plan.access === undefined ? [] : checkAccess(plan.access)),
    ...plan.sets.flatMap((set) => checkSet(plan, set)),
    ...twice(plan.sets.map((set) => set.name)),
    ...checkUser(plan),
  ];
  refuse(plan.run, problems);
}

/** Throws what is wrong with a plan, all at once; nothing when nothing is. */
export function refuse(run: string, problems: readonly Fact[]): void {
  if (problems.length === 0) return;
  throw usageError(
    'SSC_PLAN_INVALID',
    `${problems.length === 1 ? 'a problem' : `${problems.length} problems`} in the plan of run ${run}; nothing was made`,
    { facts: problems },
  );
}

/** What networks and jobs are checked for alike. */
export function checkRun(plan: RunPlan): Fact[] {
  networkPrefix(plan.run, plan.network);
  const { postgres } = plan;
  return [
    ...named('namespace', plan.namespace),
    ...(postgres === undefined
      ? []
      : [
          ...image('postgres.image', postgres.image),
          // initdb takes the first line of its file.
          ...(postgres.password === '' || /[\r\n\0]/u.test(postgres.password)
            ? ([['postgres.password', 'must be one line that is not empty']] as Fact[])
            : []),
          ...Object.keys(postgres.settings ?? {}).flatMap((name) =>
            /^[a-z][a-z0-9_.]*$/u.test(name)
              ? []
              : ([['postgres.settings', `"${name}" cannot be the name of a setting`]] as Fact[]),
          ),
          ...(postgres.user === undefined || (Number.isInteger(postgres.user) && postgres.user > 0)
            ? []
            : ([['postgres.user', `must be a user id above 0, got ${postgres.user}`]] as Fact[])),
        ]),
  ];
}

/** Who stellar-core runs as; last, as it was before there were others. */
export const checkUser = (plan: RunPlan): Fact[] =>
  typeof plan.user === 'number' && !(Number.isInteger(plan.user) && plan.user > 0)
    ? [['user', `must be a user id above 0 or "image", got ${plan.user}`]]
    : [];

function checkAccess(access: AccessPlan): Fact[] {
  const host: Fact[] =
    access.host === undefined || dnsName.test(access.host)
      ? []
      : [['access.host', `must be a DNS name, got "${access.host}"`]];
  if (access.kind === 'ingress')
    return [
      ...host,
      ...(access.className === undefined ? [] : dnsNamed('access.className', access.className)),
    ];
  return [
    ...host,
    ...dnsNamed('access.gateway.name', access.gateway.name),
    ...named('access.gateway.namespace', access.gateway.namespace),
    ...(access.gateway.listener === undefined
      ? []
      : dnsNamed('access.gateway.listener', access.gateway.listener)),
  ];
}

const dnsName = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/u;

const dnsNamed = (place: string, text: string): Fact[] =>
  dnsName.test(text) ? [] : [[place, `must be a DNS name, got "${text}"`]];

function checkDelaysOf(plan: NetworkPlan, set: SetPlan): Fact[] {
  const place = `sets.${set.name}.nodes`;
  if (!hasDelays(set)) return [];
  if (plan.delay === undefined)
    return [[place, 'have delays, but the plan has no image for them (delay)']];
  return set.nodes.flatMap(({ delays }, i): Fact[] => {
    const problem = delayProblem(delays ?? []);
    return problem === undefined ? [] : [[`${place}[${i}].delays`, problem]];
  });
}

function checkSet(plan: NetworkPlan, set: SetPlan): Fact[] {
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
    ...(data.kind === 'claim' && data.storageClass !== undefined
      ? dnsNamed(`${here}.data.storageClass`, data.storageClass)
      : []),
    ...(set.database === 'postgres' && plan.postgres === undefined
      ? ([
          [`${here}.database`, 'is postgres, but the plan has no image for it (postgres)'],
        ] as Fact[])
      : []),
    ...checkDelaysOf(plan, set),
    ...checkPreparation(`${here}.preparation`, set.preparation),
  ];
}

/** What is wrong with a preparation. */
export const checkPreparation = (place: string, preparation: Preparation): Fact[] => [
  ...catchup(`${place}.catchup`, preparation.catchup),
  ...(preparation.copyOf === undefined || URL.canParse(preparation.copyOf)
    ? []
    : ([[`${place}.copyOf`, `must be a URL, got "${preparation.copyOf}"`]] as Fact[])),
  ...preparation.newHist.flatMap((name) =>
    /^[A-Za-z0-9_][-A-Za-z0-9_]*$/u.test(name)
      ? []
      : ([[`${place}.newHist`, `"${name}" cannot be the name of an archive`]] as Fact[]),
  ),
];

const catchup = (place: string, text: string | undefined): Fact[] =>
  text === undefined || /^(?:current|[0-9]+)\/(?:max|[0-9]+)$/u.test(text)
    ? []
    : [[place, `must be DESTINATION/COUNT such as "current/0", got "${text}"`]];

export const image = (place: string, text: string): Fact[] =>
  text !== '' && !/\s/u.test(text) ? [] : [[place, `must be an image's name, got "${text}"`]];

export const named = (place: string, text: string): Fact[] =>
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/u.test(text)
    ? []
    : [[place, `must be 1 to 63 of a-z, 0-9 and "-", got "${text}"`]];

const port = (place: string, number: number): Fact[] =>
  Number.isInteger(number) && number > 1023 && number <= 65_535
    ? []
    : [[place, `must be 1024 to 65535, since it is not opened as root, got ${number}`]];

export const whole = (place: string, number: number): Fact[] =>
  Number.isSafeInteger(number) && number > 0
    ? []
    : [[place, `must be a whole number above 0, got ${number}`]];

const twice = (names: readonly string[]): Fact[] =>
  [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].map((name) => [
    'sets',
    `"${name}" stands there twice`,
  ]);
