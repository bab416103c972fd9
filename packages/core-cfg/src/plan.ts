import { suggest, usageError } from '@ssc/errors';
import type { CoreSetModel, NetworkModel, Placement, PlannedNode } from './network-model.ts';
import type { NodeConfig } from './node-config.generated.ts';
import type { HistoryTable } from './node-config.ts';
import { forCommand, getCommandOf, type PlacedNode } from './placed-node.ts';
import { planQuorum } from './plan-quorum.ts';
import { planSettings } from './plan-settings.ts';
import { deriveKeyPair } from './strkey.ts';

const defaultPeerPort = 11_625;
const defaultHttpPort = 11_626;
const mostNodesPerSet = 1000;

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
  refuseBadModel(model, sets);
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

function refuseBadModel(
  model: NetworkModel,
  sets: readonly (readonly [string, CoreSetModel])[],
): void {
  const facts: [string, string][] = [];
  const names = sets.map(([name]) => name);
  const check = (path: string, name: string): void => {
    if (names.includes(name)) return;
    const near = suggest(name, names);
    const hint = near === undefined ? '' : `; did you mean "${near}"?`;
    facts.push([path, `there is no set "${name}"${hint}`]);
  };
  if (model.passphrase === '') facts.push(['passphrase', 'must not be empty']);
  for (const [name, set] of sets) {
    if (!/^[a-z][a-z0-9-]*$/u.test(name)) {
      facts.push([`sets.${name}`, 'a name is lower case letters, digits and hyphens']);
    }
    if (!Number.isInteger(set.nodes) || set.nodes < 1 || set.nodes > mostNodesPerSet) {
      facts.push([`sets.${name}.nodes`, `must be 1 to ${mostNodesPerSet}, got ${set.nodes}`]);
    }
    set.archivesFrom?.forEach((other, i) => {
      check(`sets.${name}.archivesFrom[${i}]`, other);
    });
    set.peers?.forEach((other, i) => {
      check(`sets.${name}.peers[${i}]`, other);
    });
    const { quorum } = set;
    if (quorum !== undefined && 'of' in quorum) {
      quorum.of.forEach((other, i) => {
        check(`sets.${name}.quorum.of[${i}]`, other);
      });
      if (quorum.of.length === 0) facts.push([`sets.${name}.quorum.of`, 'names no set']);
    }
    if (quorum !== undefined && 'auto' in quorum) {
      quorum.auto.of?.forEach((other, i) => {
        check(`sets.${name}.quorum.auto.of[${i}]`, other);
      });
    }
    const offsets = set.clockOffsetsMs?.length ?? set.nodes;
    if (offsets !== set.nodes) {
      facts.push([`sets.${name}.clockOffsetsMs`, `has ${offsets} offsets for ${set.nodes} nodes`]);
    }
    for (const ordinal of Object.keys(set.nodeConfig ?? {})) {
      if (Number(ordinal) < set.nodes) continue;
      facts.push([`sets.${name}.nodeConfig.${ordinal}`, `the set has nodes 0 to ${set.nodes - 1}`]);
    }
    const nodeNames = new Set(
      sets.flatMap(([other, { nodes }]) =>
        Array.from(
          { length: nodes > 0 && nodes <= mostNodesPerSet ? nodes : 0 },
          (_, i) => `${other}-${i}`,
        ),
      ),
    );
    for (const [node, peers] of Object.entries(set.peerMap ?? {})) {
      for (const peer of [node, ...peers]) {
        if (nodeNames.has(peer)) continue;
        const near = suggest(peer, nodeNames);
        const hint = near === undefined ? '' : `; did you mean "${near}"?`;
        facts.push([`sets.${name}.peerMap.${node}`, `there is no node "${peer}"${hint}`]);
      }
    }
  }
  refuse(facts);
}

function refuseBadPlaces(nodes: readonly PlacedNode[]): void {
  const facts: [string, string][] = [];
  for (const { name, place, model } of nodes) {
    if (/\s/u.test(place.dataFolder)) {
      facts.push([
        `${name}.dataFolder`,
        `must not contain blanks, got "${place.dataFolder}": core splits commands at them`,
      ]);
    }
    if (place.historyUrl !== undefined && /\s/u.test(place.historyUrl)) {
      facts.push([`${name}.historyUrl`, `must not contain blanks, got "${place.historyUrl}"`]);
    }
    if (model.database === 'postgres' && place.postgresUrl === undefined) {
      facts.push([`${name}.postgresUrl`, 'is missing, and the set asks for postgres']);
    }
  }
  refuse(facts);
}

function refuse(facts: readonly (readonly [string, string])[]): void {
  if (facts.length === 0) return;
  const count = facts.length === 1 ? 'one problem' : `${facts.length} problems`;
  throw usageError('SSC_PLAN_INVALID', `the network has ${count}; nothing was planned`, { facts });
}
