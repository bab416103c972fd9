import { didYouMean, type SscError, usageError } from '@ssc/errors';
import { checkNetworkSpec, type SpecProblem } from '@ssc/formation';

const specKeys = [
  'summary',
  'doc',
  'params',
  'network',
  'expectedDuration',
  'atEnd',
  'testBuildFor',
  'needsProtocol',
  'run',
];
const atEndKeys = ['agreement', 'errorMetrics', 'synced', 'because'];

/** Refuses a mission that the compiler let through: all problems at once, each with its path. */
export function checkMission(name: string, spec: Readonly<Record<string, unknown>>): void {
  const problems: SpecProblem[] = [];
  if (!/^([A-Z][a-z0-9]*)+$/u.test(name))
    problems.push(['name', `must be PascalCase, got "${name}"`]);
  problems.push(...unknownKeys('', spec, specKeys));
  if (typeof spec['summary'] !== 'string' || !/^[A-Z].*\.$/u.test(spec['summary']))
    problems.push(['summary', 'must be a sentence with a capital and a full stop']);
  const atEnd = (spec['atEnd'] ?? {}) as Readonly<Record<string, unknown>>;
  problems.push(...unknownKeys('atEnd.', atEnd, atEndKeys));
  const skips = atEndKeys.some((key) => atEnd[key] === false);
  if (skips && typeof atEnd['because'] !== 'string')
    problems.push(['atEnd.because', 'must say why a check is left out']);
  const params = (spec['params'] ?? {}) as Readonly<Record<string, unknown>>;
  const { needsProtocol } = spec as { readonly needsProtocol?: string };
  if (needsProtocol !== undefined && !Object.hasOwn(params, needsProtocol))
    problems.push([
      'needsProtocol',
      `there is no parameter "${needsProtocol}"${didYouMean(needsProtocol, Object.keys(params))}`,
    ]);
  for (const [param, value] of Object.entries(params)) {
    if (typeof value !== 'object' || value === null || !('parse' in value))
      problems.push([`params.${param}`, 'must be made by count(), amount() or duration()']);
  }
  if (spec['network'] !== undefined && typeof spec['network'] !== 'function')
    problems.push(...checkNetworkSpec(spec['network']));
  if (typeof spec['run'] !== 'function') problems.push(['run', 'must be a function']);
  if (problems.length > 0) throw missionInvalid(name, problems, 'loaded');
}

/** The refusal of a mission with its problems, before or while it runs. */
export function missionInvalid(
  name: string,
  problems: readonly SpecProblem[],
  when: 'loaded' | 'running',
): SscError {
  return usageError(
    'SSC_MISSION_INVALID',
    `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} in mission ${name}; ${when === 'loaded' ? 'nothing was started' : 'the run ends here'}`,
    { facts: problems },
  );
}

function unknownKeys(
  prefix: string,
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
): SpecProblem[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => [`${prefix}${key}`, `unknown key${didYouMean(key, known)}`] as const);
}
