import type { V1StatefulSet } from '@kubernetes/client-node';
import { formatDuration } from '@ssc/clock';
import { type Fact, isSscError, renderError, usageError } from '@ssc/errors';
import { type KubeObject, planNetwork, readLimits } from '@ssc/formation';
import {
  checkQuota,
  coreSetAnnotation,
  type DemandSum,
  fitQuota,
  type NamespaceLimits,
  type QuotaOptions,
  type QuotaShare,
  shareQuota,
  sumDemand,
  toRunName,
  toStandaloneObjects,
} from '@ssc/kube-specs';
import type { Mission, PhaseResult } from '@ssc/missions';
import { valuesFor } from '../choose-provider.ts';
import { drawSeed, type Host } from '../host.ts';
import { describeBinaries, refuseUnfitHere } from '../native/binaries.ts';
import { toNetworkRequest } from '../network-request.ts';
import { type KubeOpener, openKube, openUnlessNone } from '../open-kube.ts';
import type { Input } from '../options/input.ts';
import { optionsOf } from '../options/of-commands.ts';
import { errorOf } from '../print-end.ts';
import { readClusterSettings } from '../read-cluster-settings.ts';
import { refuseWithoutOld } from '../refuse-without-old.ts';
import { type Rehearsal, rehearse } from '../rehearse-plan.ts';
import { planRuns } from './mission.ts';

/** What a mission would do and need. */
interface MissionPlan {
  readonly mission: string;
  readonly summary: string;
  readonly expectedDuration: string;
  /** Those of a rehearsal: their times are simulated. */
  readonly phases: readonly Pick<PhaseResult, 'name' | 'seconds'>[];
  readonly networks: readonly NetworkNeeds[];
  /** What nodes are processes of, where a binary is named. */
  readonly binaries?: readonly string[];
  /** What was made smaller to fit the quota, with its sizes before and after. */
  readonly fitted: readonly Fact[];
  /** Why there is none, where no cluster could be asked. */
  readonly quota: readonly (readonly QuotaShare[])[] | string;
}

interface NetworkNeeds {
  readonly sets: readonly { readonly name: string; readonly nodes: number }[];
  readonly objects: Readonly<Record<string, number>>;
  readonly resources: readonly DemandSum[];
}

/**
 * Says what a mission would do and need, and whether a cluster has room for it, or a binary of this machine what it takes: 0, or 2 when
 * not.
 */
export async function plan(
  input: Input<typeof optionsOf.plan>,
  host: Host,
  open: KubeOpener = openKube,
): Promise<number> {
  const { options, missions } = input;
  const [mission] = missions;
  if (mission === undefined || missions.length > 1)
    throw usageError('SSC_USAGE_NO_MISSION', 'plan takes the name of one mission', {
      hint: 'For example: ssc plan SimplePayment.',
    });
  const seed = options.seed ?? drawSeed();
  const [planned] = planRuns({ ...input, options: { seed } }, 'simulated');
  if (planned === undefined) return 2;
  // What stands in the environment is for missions; who names a binary here asks about it.
  const isHere = ['coreBinary', 'oldCoreBinary'].some(
    (name) => input.given.get(name)?.from === 'flag',
  );
  if (isHere) refuseWithoutOld([planned], 'native', options);
  const binaries = isHere ? await refuseUnfitHere([planned], options) : undefined;
  const simulated = valuesFor(optionsOf.plan, options, 'simulated');
  const rehearsal = await rehearse(planned, readClusterSettings(simulated, 'rehearsed'), host);
  const limits = isHere
    ? 'nodes are processes of this machine, which has no quota'
    : await readRoom(options, host, open);
  const { networks, fitted } = toNetworks(mission, rehearsal, { ...options, seed }, limits, input);
  const asked = {
    ...toPlan(mission, rehearsal, networks, limits, options),
    fitted,
    ...(binaries !== undefined && { binaries: describeBinaries(binaries) }),
  };
  host.out(options.json ? `${JSON.stringify(asked, null, 2)}\n` : renderPlan(asked, seed));
  if (rehearsal.result.error !== undefined) {
    host.err(`the rehearsal did not come to its end\n${renderError(errorOf(rehearsal.result))}\n`);
    return 3;
  }
  if (typeof limits === 'string') return 0;
  for (const objects of networks) checkQuota(objects, limits, options);
  return 0;
}

/** What limits the namespace, or why that is not known. A cluster that was named must answer. */
async function readRoom(
  options: Input<typeof optionsOf.plan>['options'],
  host: Host,
  open: KubeOpener,
): Promise<NamespaceLimits | string> {
  const cluster = await openUnlessNone(open, options, host, true);
  if (cluster === undefined) return 'no cluster is named, so no quota was looked at';
  try {
    return await readLimits(cluster.namespace, cluster.kube, options.concurrentMissions > 1);
  } catch (error) {
    const isNamed = options.kubeconfig !== undefined || options.context !== undefined;
    if (!isSscError(error, 'SSC_KUBE_REFUSED') && (isNamed || !isSscError(error))) throw error;
    return `no quota was looked at: ${error.message}`;
  } finally {
    await cluster.close();
  }
}

type Objects = readonly KubeObject[];

/** The network that the mission begins with, all of its sets running, and those that it made later in its rehearsal. */
function toNetworks(
  mission: Mission,
  { networks }: Rehearsal,
  options: Input<typeof optionsOf.plan>['options'] & { readonly seed: string },
  limits: NamespaceLimits | string,
  input: Pick<Input, 'params' | 'given'>,
): { readonly networks: readonly Objects[] } & Pick<MissionPlan, 'fitted'> {
  const choice = { ...options, namespace: options.namespace ?? 'default' };
  const run = toRunName(Uint8Array.of(0, 0, 0));
  const request = toNetworkRequest(mission, run, choice, input);
  const rehearsed = networks.map(({ objects }) => objects);
  if (Object.keys(request.sets).length === 0) return { networks: rehearsed, fitted: [] };
  const { plan: whole } = planNetwork(request);
  const isFitted = options.fitQuota && typeof limits !== 'string';
  const { plan: network, changes: fitted } = isFitted
    ? fitQuota(whole, limits, options)
    : { plan: whole, changes: [] };
  const sets = network.sets.map((set) => ({ ...set, running: true }));
  const first = toStandaloneObjects({ ...network, sets });
  return { networks: [first, ...rehearsed.slice(1)], fitted };
}

function toPlan(
  mission: Mission,
  { result }: Rehearsal,
  networks: readonly Objects[],
  limits: NamespaceLimits | string,
  sharing: QuotaOptions,
): Omit<MissionPlan, 'fitted'> {
  return {
    mission: mission.name,
    summary: mission.summary,
    expectedDuration: mission.expectedDuration,
    phases: result.phases.map(({ name, seconds }) => ({ name, seconds })),
    networks: networks.map(toNeeds),
    quota:
      typeof limits === 'string'
        ? limits
        : limits.quotas.length === 0
          ? `namespace ${limits.namespace} has no quota`
          : networks.map((objects) => shareQuota(objects, limits, sharing)),
  };
}

function toNeeds(objects: Objects): NetworkNeeds {
  const sets = objects.filter(({ kind }) => kind === 'StatefulSet') as V1StatefulSet[];
  const kindOf = ({ kind = '' }: KubeObject): string => kind;
  return {
    sets: sets.map(({ metadata, spec }) => ({
      name: metadata?.annotations?.[coreSetAnnotation] ?? metadata?.name ?? '',
      nodes: spec?.replicas ?? 0,
    })),
    objects: Object.fromEntries(
      [...Map.groupBy(objects, kindOf)].map(([kind, those]) => [kind, those.length]),
    ),
    resources: sumDemand(objects),
  };
}

function renderPlan(asked: MissionPlan, seed: string): string {
  const { quota } = asked;
  return [
    `${asked.mission}  ${asked.summary}`,
    `takes about ${asked.expectedDuration} on real nodes`,
    ...(asked.binaries ?? []),
    '',
    `Phases, as rehearsed on simulated nodes with seed ${seed}: their times are simulated, too`,
    ...table(asked.phases.map(({ name, seconds }) => [name, formatDuration(seconds * 1000)])),
    ...asked.networks.flatMap((network, i) => [
      '',
      asked.networks.length === 1 ? 'Network' : `Network ${i + 1} of ${asked.networks.length}`,
      ...table([
        ...network.sets.map(({ name, nodes }) => [name, nodes === 1 ? '1 node' : `${nodes} nodes`]),
        ...(asked.binaries === undefined ? needsOf(network) : []),
      ]),
      ...(i === 0 ? asked.fitted : []).map(
        ([what, sizes]) => `  made smaller to fit: ${what} ${sizes}`,
      ),
      ...(typeof quota === 'string' ? [] : renderShares(quota[i] ?? [])),
    ]),
    ...(typeof quota === 'string' ? ['', quota] : []),
    '',
  ].join('\n');
}

/** What of it a cluster must have. */
const needsOf = ({ objects, resources }: NetworkNeeds): string[][] => [
  [
    'objects',
    Object.entries(objects)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', '),
  ],
  ...resources.map(({ key, amount }) => [key, amount]),
];

const renderShares = (shares: readonly QuotaShare[]): string[] =>
  table(
    shares.map(({ quota, key, amount, left, hard, fits }) => [
      `${fits ? '✔' : '✖'} ${key} of quota ${quota}`,
      `needs ${amount}, left are ${left} of ${hard}`,
    ]),
  );

/** Two columns. */
function table(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(0, ...rows.map(([left = '']) => left.length));
  return rows.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}`);
}
