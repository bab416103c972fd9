import { refuseBadModel, refuseBadPlaces } from './check-model.ts';
import type { CoreSetModel, NetworkModel, Placement, PlannedNode } from './network-model.ts';
import type { NodeConfig } from './node-config.generated.ts';
import type { HistoryTable } from './node-config.ts';
import { forCommand, getCommandOf, type PlacedNode } from './placed-node.ts';
import { planQuorum } from './plan-quorum.ts';
import { planSettings } from './plan-settings.ts';
import { deriveKeyPair } from './strkey.ts';

const defaultPeerPort = 11_625;
const defaultHttpPort = 11_626;

/**
 * The settings of every node of a network: names, keys, who listens to whom, who connects to whom, who reads whose
 * archive. Pure: the same model and placement give the same nodes, in the order of the sets.
 *
 * @throws SscError SSC_PLAN_INVALID naming every option that can't be met; nothing is planned then.
 */
export function planNodes<SetName extends string>(
  model: NetworkModel<SetName>,
  placement: Placement<NoInfer<SetName>>,
): PlannedNode<SetName>[] {
  const sets = Object.entries(model.sets) as [SetName, CoreSetModel<SetName>][];
  refuseBadModel(model);
  const nodes = sets.flatMap(([set, setModel]) =>
    Array.from({ length: setModel.nodes }, (_, ordinal): PlacedNode => {
      const name = `${set}-${ordinal}`;
      const keys = deriveKeyPair(`${model.seed}/${set}/${ordinal}`);
      return {
        set,
        ordinal,
        name,
        ...keys,
        place: placement({ set, ordinal, name }),
        model: setModel,
      };
    }),
  );
  refuseBadPlaces(nodes);
  return nodes.map((node) => {
    const change = {
      ...model.config,
      ...node.model.config,
      ...node.model.nodeConfig?.[node.ordinal],
    };
    const planned = planConfig(model.passphrase, node, nodes);
    const config = withChange(planned, change);
    const preparation = preparationOf(planned, node);
    return {
      set: node.set as SetName,
      ordinal: node.ordinal,
      name: node.name,
      publicKey: node.publicKey,
      seed: node.seed,
      config,
      ...(preparation !== undefined && { preparationConfig: withChange(preparation, change) }),
    };
  });
}

function planConfig(
  passphrase: string,
  node: PlacedNode,
  nodes: readonly PlacedNode[],
): NodeConfig {
  return {
    NETWORK_PASSPHRASE: passphrase,
    ...planStorage(node),
    NODE_SEED: `${node.seed} ${node.name}`,
    NODE_IS_VALIDATOR: node.model.role !== 'watcher',
    ...planPeers(node, nodes),
    ...planSettings(node),
    ...planQuorum(node, nodes),
    ...planHistory(node, nodes),
  };
}

function planStorage({ place, model }: PlacedNode): NodeConfig {
  const folder = place.dataFolder;
  const databases = {
    sqlite: `sqlite3://${folder}/stellar.db`,
    memory: 'sqlite3://:memory:',
    postgres: place.postgresUrl ?? '',
  };
  return {
    DATABASE: databases[model.database ?? 'sqlite'],
    BUCKET_DIR_PATH: `${folder}/buckets`,
    LOG_FILE_PATH: place.logFile ?? '',
    HTTP_PORT: place.httpPort ?? defaultHttpPort,
    PUBLIC_HTTP_PORT: place.publicHttp ?? !isLoopback(place.peerHost),
    PEER_PORT: place.peerPort ?? defaultPeerPort,
    ...(place.queryPort !== undefined && { HTTP_QUERY_PORT: place.queryPort }),
    ...(model.emitMeta === true && { METADATA_OUTPUT_STREAM: `${folder}/metadata.xdr` }),
  };
}

const isLoopback = (host: string): boolean => host === 'localhost' || host.startsWith('127.');

function planPeers(node: PlacedNode, nodes: readonly PlacedNode[]): NodeConfig {
  const { model } = node;
  const mapped = model.peerMap?.[node.name];
  const preferred =
    model.peerMap === undefined
      ? nodes.filter((peer) => peer !== node && (model.peers?.includes(peer.set) ?? true))
      : nodes.filter((peer) => mapped?.includes(peer.name) ?? false);
  const target =
    model.targetPeers ?? (model.peerMap === undefined ? 16 : Math.max(1, preferred.length));
  return {
    PREFERRED_PEERS: [...preferred.map(addressOf), ...(model.peerHosts ?? [])],
    PREFERRED_PEERS_ONLY: model.peerMap !== undefined,
    TARGET_PEER_CONNECTIONS: target,
    MAX_ADDITIONAL_PEER_CONNECTIONS: 3 * target,
    ...(nodes.some((peer) => isLoopback(peer.place.peerHost)) && {
      ALLOW_LOCALHOST_FOR_TESTING: true,
    }),
  };
}

/** `host`, with the port where it is not core's default. */
function addressOf({ place }: PlacedNode): string {
  const port = place.peerPort ?? defaultPeerPort;
  return port === defaultPeerPort ? place.peerHost : `${place.peerHost}:${port}`;
}

/** Whose archives a node reads: what its set says, else the sets it listens to, else everybody's. */
function archivesOf(node: PlacedNode, nodes: readonly PlacedNode[]): PlacedNode[] {
  const { archivesFrom, quorum } = node.model;
  const sets = archivesFrom ?? (quorum !== undefined && 'of' in quorum ? quorum.of : undefined);
  return nodes.filter((other) => other !== node && (sets?.includes(other.set) ?? true));
}

function planHistory(node: PlacedNode, nodes: readonly PlacedNode[]): NodeConfig {
  const { model, place } = node;
  const automatic = model.quorum !== undefined && 'auto' in model.quorum;
  const archives: Record<string, HistoryTable> = {};
  for (const other of automatic ? [] : archivesOf(node, nodes)) {
    const get = getCommandOf(other);
    if (get !== undefined) archives[other.name] = { get };
  }
  for (const [name, get] of Object.entries(model.archives ?? {})) archives[name] = { get };
  if (model.localHistory !== false) {
    const folder = `${forCommand(place.dataFolder)}/history`;
    archives['local'] = {
      get: `cp ${folder}/{0} {1}`,
      ...(model.simulatedApply === undefined && {
        put: `cp {0} ${folder}/{1}`,
        mkdir: `mkdir -p ${folder}/{0}`,
      }),
    };
  }
  return { HISTORY: archives };
}

/** Simulated apply is for running only, and new-hist needs an archive that can be written. */
function preparationOf(config: NodeConfig, node: PlacedNode): NodeConfig | undefined {
  if (node.model.simulatedApply === undefined) return undefined;
  const {
    OP_APPLY_SLEEP_TIME_DURATION_FOR_TESTING: _durations,
    OP_APPLY_SLEEP_TIME_WEIGHT_FOR_TESTING: _weights,
    ...rest
  } = config;
  const local = config.HISTORY?.['local'];
  if (local === undefined) return rest;
  const folder = `${forCommand(node.place.dataFolder)}/history`;
  return {
    ...rest,
    HISTORY: {
      ...config.HISTORY,
      local: { ...local, put: `cp {0} ${folder}/{1}`, mkdir: `mkdir -p ${folder}/{0}` },
    },
  };
}

/** The settings with the changes over them; a change to `undefined` takes the key out. */
function withChange(config: NodeConfig, change: object): NodeConfig {
  return Object.fromEntries(
    Object.entries({ ...config, ...change }).filter(([, value]) => value !== undefined),
  );
}
