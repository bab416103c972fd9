import {
  findProblems,
  type Placement,
  type PlannedNode,
  planNodes,
  renderNodeConfig,
} from '@ssc/core-cfg';
import { usageError } from '@ssc/errors';
import {
  corePorts,
  historyPort,
  type NetworkPlan,
  podDnsName,
  podLayout,
  resourceProfiles,
  toDataId,
} from '@ssc/kube-specs';
import type { CoreSetSpec } from './core-set-spec.ts';

/** What a network is planned from. */
export interface NetworkRequest {
  readonly run: string;
  readonly mission: string;
  readonly namespace: string;
  readonly sets: Readonly<Record<string, CoreSetSpec>>;
  readonly images: Images;
  /** What node keys are derived from, with the run's name. */
  readonly seed: string;
  /** Where each node is. @default its pod: its DNS name, core's own ports, `/data` */
  readonly placement?: Placement;
}

/** The images of a network's containers. */
export interface Images {
  readonly core: string;
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
export const passphraseOf = (run: string): string => `Private test network '${run}'`;

/** Nodes in pods of a cluster. */
function podPlacement(run: string, namespace: string): Placement {
  return ({ set, ordinal }) => {
    const host = podDnsName({ run, set, ordinal }, { namespace });
    return {
      peerHost: host,
      peerPort: corePorts.peer,
      httpPort: corePorts.http,
      dataFolder: podLayout.data,
      historyUrl: `http://${host}:${historyPort}`,
    };
  };
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

/** Decides everything about a network: keys, configurations, objects. Pure; refuses what cannot be met (SSC_PLAN_INVALID). */
export function planNetwork(request: NetworkRequest): PlannedNetwork {
  const { run, namespace, sets } = request;
  const passphrase = passphraseOf(run);
  const placement = request.placement ?? podPlacement(run, namespace);
  const nodes = planNodes({ passphrase, seed: `${request.seed}/${run}`, sets }, placement);
  refuseBadConfigs(nodes);
  const configs = new Map(nodes.map((node) => [node.name, renderNodeConfig(node.config)]));
  const plan: NetworkPlan = {
    run,
    mission: request.mission,
    namespace,
    history: { image: request.images.history, port: historyPort },
    sets: Object.entries(sets).map(([name, set]) => ({
      name,
      image: request.images.core,
      nodes: nodes
        .filter((node) => node.set === name)
        .map((node) => ({ config: configs.get(node.name) ?? '' })),
      running: set.startsLater !== true,
      dataId: toDataId({ run, set: name }, 1),
      data: { kind: 'empty-dir', medium: 'disk' },
      preparation: { newDb: true, newHist: set.localHistory === false ? [] : ['local'] },
      waitForConsensus: set.waitForConsensus === true,
      resources: resourceProfiles.small,
    })),
  };
  return { passphrase, nodes, configs, plan };
}
