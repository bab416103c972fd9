import type { CoreSetModel } from '@ssc/core-cfg';
import { didYouMean } from '@ssc/errors';
import type { ResourceProfile } from '@ssc/kube-specs';

/** A problem in a specification: where it is, and what is wrong there. */
export type SpecProblem = readonly [path: string, sentence: string];

/** A set of equal nodes, as a mission wants it. `Name` are the sets of the mission. */
export interface CoreSetSpec<Name extends string = string> extends CoreSetModel<Name> {
  /** The nodes are not there until the mission starts them. @default false */
  readonly startsLater?: boolean;
  /** Validators listen until they hear the network's votes, instead of voting at once from their own ledger. @default false */
  readonly waitForConsensus?: boolean;
  /** The size of its containers of stellar-core; who runs the mission may say another. @default "small" */
  readonly resources?: ResourceProfile;
  /** Its data outlive its pods, on claims: what `start({ data: 'kept' })` needs. @default false */
  readonly keepsData?: boolean;
  /** What packets of its nodes wait on their way to other nodes, one way, in milliseconds. @default none */
  readonly delayMs?: number;
  /** Which stellar-core its nodes run: the one under test, or the older one that who runs the mission names. @default "new" */
  readonly image?: 'new' | 'old';
  /**
   * Its nodes begin with an empty ledger of their own, with the newest state of the archives that they read, or with the tables and
   * buckets that the first node of another set has saved: see {@link CoreSet.saveState}. @default "genesis"
   */
  readonly startsFrom?: 'genesis' | 'archive' | { readonly stateOf: Name };
}

// Complete by type: a key that core-cfg adds is missed here by the compiler.
const setKeys = Object.keys({
  nodes: true,
  startsLater: true,
  waitForConsensus: true,
  resources: true,
  keepsData: true,
  delayMs: true,
  image: true,
  startsFrom: true,
  role: true,
  quorum: true,
  safety: true,
  homeDomain: true,
  archivesFrom: true,
  archives: true,
  localHistory: true,
  peers: true,
  peerHosts: true,
  peerMap: true,
  targetPeers: true,
  database: true,
  accelerate: true,
  generatesLoad: true,
  catchup: true,
  invariants: true,
  quorumIntersectionChecker: true,
  maintenance: true,
  genesisTestAccounts: true,
  emitMeta: true,
  oldLeaderElection: true,
  oldTriggerTimer: true,
  surveyPhaseMinutes: true,
  updateSorobanCosts: true,
  measureLatency: true,
  clockOffsetsMs: true,
  sleepMainThreadUs: true,
  simulatedApply: true,
  flowControl: true,
  sorobanLoad: true,
  tuning: true,
  logLevels: true,
  config: true,
  nodeConfig: true,
} satisfies Record<keyof CoreSetSpec, true>);
const quorumKeys = ['all', 'of', 'explicit', 'auto', 'thresholdPercent'];

// A StatefulSet of more pods than this is slower to start than several.
const maxNodesOfSet = 1000;

/** What the compiler cannot see in a network: unknown keys that came by a spread, counts, names, references. */
export function checkNetworkSpec(network: unknown): SpecProblem[] {
  if (!isRecord(network)) return [['network', 'must be an object of core sets']];
  const names = Object.keys(network);
  if (names.length === 0) return [['network', 'must name at least one core set']];
  return names.flatMap((name) => checkSet(name, network[name], names));
}

function checkSet(name: string, set: unknown, names: readonly string[]): SpecProblem[] {
  const at = `network.${name}`;
  const problems: SpecProblem[] = [];
  if (!/^[a-z][a-z0-9]{0,23}$/u.test(name))
    problems.push([
      at,
      'a core set has a name of 1 to 24 small letters and digits, a letter first',
    ]);
  if (!isRecord(set)) return [...problems, [at, 'must be an object']];
  problems.push(...unknownKeys(at, set, setKeys));
  const { nodes, quorum } = set;
  if (!Number.isInteger(nodes) || (nodes as number) < 1 || (nodes as number) > maxNodesOfSet)
    problems.push([`${at}.nodes`, `must be 1 to ${maxNodesOfSet}, got ${String(nodes)}`]);
  problems.push(
    ...checkChoice(`${at}.image`, set['image'], ['new', 'old']),
    ...checkStart(`${at}.startsFrom`, set['startsFrom'], name, names),
  );
  for (const key of ['archivesFrom', 'peers'])
    problems.push(...checkReferences(`${at}.${key}`, set[key], names));
  if (isRecord(quorum)) {
    problems.push(
      ...unknownKeys(`${at}.quorum`, quorum, quorumKeys),
      ...checkReferences(`${at}.quorum.of`, quorum['of'], names),
    );
    const percent = quorum['thresholdPercent'];
    if (
      percent !== undefined &&
      !(Number.isInteger(percent) && (percent as number) >= 1 && (percent as number) <= 100)
    ) {
      problems.push([`${at}.quorum.thresholdPercent`, `must be 1 to 100, got ${String(percent)}`]);
    }
  }
  return problems;
}

function checkChoice(at: string, value: unknown, allowed: readonly string[]): SpecProblem[] {
  if (value === undefined || allowed.includes(String(value))) return [];
  const choice = allowed.map((one) => `"${one}"`).join(' or ');
  return [[at, `must be ${choice}, got "${String(value)}"`]];
}

function checkStart(
  at: string,
  value: unknown,
  name: string,
  names: readonly string[],
): SpecProblem[] {
  if (value === undefined || value === 'genesis' || value === 'archive') return [];
  if (!isRecord(value))
    return [[at, `must be "genesis", "archive" or { stateOf: "a set" }, got "${String(value)}"`]];
  const others = names.filter((other) => other !== name);
  const wrong = checkReferences('', [value['stateOf']], others);
  return [
    ...unknownKeys(at, value, ['stateOf']),
    ...wrong.map(
      ([, sentence]): SpecProblem => [
        `${at}.stateOf`,
        value['stateOf'] === name ? 'must be another core set' : sentence,
      ],
    ),
  ];
}

function checkReferences(at: string, value: unknown, names: readonly string[]): SpecProblem[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [[at, 'must be a list of core sets']];
  return value.flatMap((name: unknown, i): SpecProblem[] =>
    names.includes(String(name))
      ? []
      : [
          [
            `${at}[${i}]`,
            `there is no core set "${String(name)}"${didYouMean(String(name), names)}`,
          ],
        ],
  );
}

function unknownKeys(
  at: string,
  value: Record<string, unknown>,
  known: readonly string[],
): SpecProblem[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => [`${at}.${key}`, `unknown key${didYouMean(key, known)}`] as const);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
