import { createHash } from 'node:crypto';
import {
  findProblems,
  type Placement,
  type PlannedNode,
  planNodes,
  renderNodeConfig,
} from '@ssc/core-cfg';
import { present, usageError } from '@ssc/errors';
import {
  corePorts,
  databaseUrl,
  historyPort,
  type NetworkPlan,
  type NodeDelay,
  networkPrefix,
  podDnsName,
  podLayout,
  savedStateUrl,
  toDataId,
} from '@ssc/kube-specs';
import { type AccessMode, toAccessPlan } from '../access/access-mode.ts';
import {
  type ClusterSettings,
  checkCluster,
  toClusterFields,
  toSetFields,
  withDatabase,
} from './cluster-settings.ts';
import type { CoreSetSpec } from './core-set-spec.ts';

/** What a network is planned from. */
export interface NetworkRequest {
  readonly run: string;
  /** Which network of the run; the first is 0. @default 0 */
  readonly network?: number;
  readonly mission: string;
  readonly namespace: string;
  readonly sets: Readonly<Record<string, CoreSetSpec>>;
  readonly images: Images;
  /** What node keys are derived from, with the run's name. */
  readonly seed: string;
  /** Where each node is. @default its pod: its DNS name, core's own ports, `/data` */
  readonly placement?: Placement;
  /** How it lies in the cluster. @default `{}` */
  readonly clusterSettings?: ClusterSettings;
  /** How requests reach the nodes, which may take objects of its own. @default the API server's pod proxy */
  readonly access?: AccessMode;
}

/** The images of a network's containers. */
export interface Images {
  readonly core: string;
  /** The older stellar-core, for sets that ask for it. */
  readonly old?: string;
  /** nginx, which serves history archives. */
  readonly history: string;
}

/** A network before anything of it exists: what every node is told, and what Kubernetes is told. */
export interface PlannedNetwork {
  readonly passphrase: string;
  readonly nodes: readonly PlannedNode[];
  /** Node → its whole configuration file. */
  readonly configs: ReadonlyMap<string, string>;
  readonly plan: NetworkPlan;
}

/** The passphrase of a run's network, as the predecessor forms it. */
export const passphraseOf = (run: string, network = 0): string =>
  `Private test network '${networkPrefix(run, network)}'`;

/** Nodes in pods of a cluster. */
function podPlacement({ run, network = 0, namespace }: NetworkRequest): Placement {
  return ({ set, ordinal }) => {
    const host = podDnsName({ run, network, set, ordinal }, { namespace });
    return {
      peerHost: host,
      peerPort: corePorts.peer,
      httpPort: corePorts.http,
      dataFolder: podLayout.data,
      historyUrl: `http://${host}:${historyPort}`,
      postgresUrl: databaseUrl('postgres'),
    };
  };
}

/** The image that is asked for; `what` is told when there is none. */
export function imageOf(
  what: string,
  image: 'new' | 'old' | undefined,
  { core, old }: Images,
): string {
  if (image !== 'old') return core;
  if (old !== undefined) return old;
  throw usageError(
    'SSC_OLD_IMAGE_MISSING',
    `${what} runs an older stellar-core, and none is named; nothing was started`,
  );
}

/** A node that would not start with its configuration is found here, not in a pod minutes later. */
function refuseBadConfigs(nodes: readonly PlannedNode[]): void {
  const facts = nodes.flatMap((node) =>
    findProblems(node.config)
      .filter((problem) => problem.severity === 'refused')
      .map((problem) => [`${node.name}.${problem.path}`, problem.message] as const),
  );
  if (facts.length === 0) return;
  throw usageError(
    'SSC_PLAN_INVALID',
    `stellar-core would not start with ${facts.length === 1 ? 'one setting' : `${facts.length} settings`}; nothing was started`,
    { facts },
  );
}

/** What the packets of a node wait on their way to others: to those that it is to connect to, where that is said, else to all. */
function toDelays(
  node: PlannedNode,
  nodes: readonly PlannedNode[],
  delayMs: number,
  { run, network = 0, namespace, sets }: NetworkRequest,
): NodeDelay[] {
  const peerMap = sets[node.set]?.peerMap;
  return nodes
    .filter((peer) => peer !== node && (peerMap?.[node.name]?.includes(peer.name) ?? !peerMap))
    .map(({ set, ordinal }) => ({
      to: podDnsName({ run, network, set, ordinal }, { namespace }),
      delayMs,
    }));
}

function refuseDelays(sets: NetworkRequest['sets']): void {
  const delayed = Object.keys(sets).filter((name) => sets[name]?.delayMs !== undefined);
  if (delayed.length === 0) return;
  throw usageError(
    'SSC_DELAY_UNAVAILABLE',
    `${delayed.join(', ')} should have delayed packets, and packets are delayed in pods of a cluster only`,
    {
      hint: 'Take --provider kubernetes; on this machine, tc-netem(8) delays a whole interface.',
    },
  );
}

/** A state is copied as files, which a history server serves. */
function refuseUncopied(sets: NetworkRequest['sets']): void {
  const facts = Object.entries(sets).flatMap(([name, set]) => {
    if (typeof set.startsFrom !== 'object') return [];
    const { stateOf } = set.startsFrom;
    const from = sets[stateOf];
    const isInFile = (one: CoreSetSpec | undefined): boolean =>
      (one?.database ?? 'sqlite') === 'sqlite';
    return [
      ...[name, stateOf]
        .filter((one) => !isInFile(sets[one]))
        .map((one) => [one, `has its tables in ${sets[one]?.database}`] as const),
      ...(from?.localHistory === false ? [[stateOf, 'serves no archive'] as const] : []),
    ];
  });
  if (facts.length === 0) return;
  throw usageError(
    'SSC_PLAN_INVALID',
    'the state of a node is copied as the files of its tables, which its history server serves; nothing was started',
    { facts },
  );
}

/** Where the first node of a set serves its state once it has saved it. */
function stateUrlOf(set: string, nodes: readonly PlannedNode[], placement: Placement): string {
  const node = present(
    nodes.find((one) => one.set === set),
    `the network has a set ${set}`,
  );
  return savedStateUrl(present(placement(node).historyUrl, `${node.name} serves its archive`));
}

/** Decides everything about a network: keys, configurations, objects. Pure; refuses what cannot be met (SSC_PLAN_INVALID). */
export function planNetwork(request: NetworkRequest): PlannedNetwork {
  const { run, network = 0, namespace, clusterSettings: cluster = {} } = request;
  const sets = withDatabase(request.sets, cluster);
  checkCluster(sets, cluster);
  if (request.placement !== undefined || cluster.delay === undefined) refuseDelays(sets);
  refuseUncopied(sets);
  const passphrase = passphraseOf(run, network);
  const placement = request.placement ?? podPlacement(request);
  const seed = `${request.seed}/${networkPrefix(run, network)}`;
  const nodes = planNodes({ passphrase, seed, sets }, placement);
  refuseBadConfigs(nodes);
  const configs = new Map(nodes.map((node) => [node.name, renderNodeConfig(node.config)]));
  const { delay, historyResources } = cluster;
  const access = request.access && toAccessPlan(request.access);
  const plan: NetworkPlan = {
    run,
    ...(network > 0 && { network }),
    mission: request.mission,
    namespace,
    ...toClusterFields(cluster),
    history: {
      image: request.images.history,
      port: historyPort,
      ...(historyResources !== undefined && { resources: historyResources }),
    },
    ...(delay !== undefined && { delay: { image: delay.image } }),
    ...(access !== undefined && { access }),
    sets: Object.entries(sets).map(([name, set]) => {
      const delayMs = set.delayMs === undefined ? undefined : (delay?.delayMs ?? set.delayMs);
      return {
        name,
        image: imageOf(`core set "${name}"`, set.image, request.images),
        nodes: nodes
          .filter((node) => node.set === name)
          .map((node) => ({
            config: configs.get(node.name) ?? '',
            ...(delayMs !== undefined && { delays: toDelays(node, nodes, delayMs, request) }),
          })),
        running: set.startsLater !== true,
        dataId: toDataId({ run, network, set: name }, 1),
        preparation: {
          newDb: true,
          newHist: set.localHistory === false ? [] : ['local'],
          ...(set.startsFrom === 'archive' && { catchup: 'current/0' }),
          ...(typeof set.startsFrom === 'object' && {
            copyOf: stateUrlOf(set.startsFrom.stateOf, nodes, placement),
          }),
        },
        waitForConsensus: set.waitForConsensus === true,
        ...toSetFields(set, cluster),
      };
    }),
  };
  return { passphrase, nodes, configs, plan };
}

/** A hash of everything that a plan decides; passwords are left out, and so may be others. */
export const planHash = (plan: NetworkPlan): string =>
  createHash('sha256')
    .update(JSON.stringify(plan, (key, value: unknown) => (key === 'password' ? undefined : value)))
    .digest('hex');
