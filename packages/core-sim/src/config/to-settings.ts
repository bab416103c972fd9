import type { Random } from '@ssc/clock';
import {
  type QuorumSet as ConfigQuorumSet,
  findOption,
  type HistoryTable,
  type NodeConfig,
  options,
} from '@ssc/core-cfg';
import { present } from '@ssc/errors';
import { resolvePath } from '@ssc/process';
import { StrKey } from '@stellar/stellar-sdk/base';
import { createSigningKey, parseKey, type SigningKey } from '../keys.ts';
import type { SorobanOptions } from '../ledger/soroban-options.ts';
import { normalizeQuorumSet, type QuorumSet } from '../scp/quorum-set.ts';
import { parsePostgresUrl } from '../store/postgres.ts';
import { networkIdOf } from '../tx/frame.ts';
import { readAliases } from './aliases.ts';
import { ConfigRefusal } from './config-refusal.ts';
import type { ArchiveSettings, NodeSettings } from './node-settings.ts';

/** What a node reads of its configuration, with core's defaults filled in. Throws a {@link ConfigRefusal}. */
export function toSettings(
  config: NodeConfig,
  quorumSet: ConfigQuorumSet,
  cwd: string,
  random: Random,
): NodeSettings {
  const passphrase = orDefault(config, 'NETWORK_PASSPHRASE');
  const key = readSeed(config, random);
  return {
    key,
    passphrase,
    networkId: networkIdOf(passphrase),
    isValidator: orDefault(config, 'NODE_IS_VALIDATOR'),
    runStandalone: orDefault(config, 'RUN_STANDALONE'),
    manualClose: orDefault(config, 'MANUAL_CLOSE'),
    quorumSet: toQuorumSet(quorumSet),
    aliases: readAliases(config, key.id),
    ...readPorts(config),
    ...readPeers(config),
    ...readPlaces(config, cwd),
    ...readPace(config),
    ...readHistory(config),
    ...readLoad(config),
    maxSlots: orDefault(config, 'MAX_SLOTS_TO_REMEMBER'),
    soroban: readSoroban(config),
    commands: orDefault(config, 'COMMANDS'),
    notes: readNotes(config),
  };
}

/** What the key means where the file is silent. */
function orDefault<K extends keyof NodeConfig & keyof typeof options>(
  config: NodeConfig,
  key: K,
): NonNullable<NodeConfig[K]> {
  return (config[key] ?? options[key].default) as NonNullable<NodeConfig[K]>;
}

function readSeed(config: NodeConfig, random: Random): SigningKey {
  const text = config.NODE_SEED?.split(/\s+/)[0];
  if (text === undefined) return createSigningKey(random.bytes(32));
  return createSigningKey(StrKey.decodeEd25519SecretSeed(text));
}

function toQuorumSet(set: ConfigQuorumSet): QuorumSet {
  return normalizeQuorumSet(convert(set));
}

const convert = (set: ConfigQuorumSet): QuorumSet => ({
  threshold: set.threshold,
  validators: set.validators.map((key) =>
    present(parseKey(key), `the quorum set names ${key}, which is no key`),
  ),
  inner: set.innerSets.map(convert),
});

const readPorts = (
  config: NodeConfig,
): Pick<NodeSettings, 'httpPort' | 'publicHttp' | 'peerPort'> => ({
  // The port is kept in 16 bits: 99999 becomes 34463.
  httpPort: orDefault(config, 'HTTP_PORT') & 0xffff,
  publicHttp: orDefault(config, 'PUBLIC_HTTP_PORT'),
  peerPort: orDefault(config, 'PEER_PORT'),
});

function readPeers(
  config: NodeConfig,
): Pick<
  NodeSettings,
  'preferredPeers' | 'knownPeers' | 'preferredPeersOnly' | 'targetPeers' | 'maxInboundPeers'
> {
  const targetPeers = orDefault(config, 'TARGET_PEER_CONNECTIONS');
  const additional = orDefault(config, 'MAX_ADDITIONAL_PEER_CONNECTIONS');
  return {
    preferredPeers: [...orDefault(config, 'PREFERRED_PEERS'), ...addressesOf(config, 'home')],
    knownPeers: [...orDefault(config, 'KNOWN_PEERS'), ...addressesOf(config, 'elsewhere')],
    preferredPeersOnly: orDefault(config, 'PREFERRED_PEERS_ONLY'),
    targetPeers,
    maxInboundPeers: additional === -1 ? 8 * targetPeers : additional,
  };
}

/** The addresses of the validators of the node's own home domain, or of the others. */
const addressesOf = (
  { VALIDATORS = [], NODE_HOME_DOMAIN }: NodeConfig,
  where: 'home' | 'elsewhere',
): string[] =>
  VALIDATORS.filter(
    (validator) => (validator.HOME_DOMAIN === NODE_HOME_DOMAIN) === (where === 'home'),
  ).flatMap((validator) => validator.ADDRESS ?? []);

function readPlaces(
  config: NodeConfig,
  cwd: string,
): Pick<NodeSettings, 'databasePath' | 'postgres' | 'bucketFolder' | 'logFilePath'> {
  const bucketFolder = resolvePath(orDefault(config, 'BUCKET_DIR_PATH'), cwd);
  return {
    ...readDatabase(orDefault(config, 'DATABASE'), bucketFolder, cwd),
    bucketFolder,
    logFilePath: orDefault(config, 'LOG_FILE_PATH'),
  };
}

function readDatabase(
  url: string,
  bucketFolder: string,
  cwd: string,
): Pick<NodeSettings, 'databasePath' | 'postgres'> {
  if (url === 'sqlite3://:memory:') return { databasePath: undefined, postgres: undefined };
  const prefix = 'sqlite3://';
  if (url.startsWith(prefix))
    return { databasePath: resolvePath(url.slice(prefix.length), cwd), postgres: undefined };
  const postgres = parsePostgresUrl(url);
  if (typeof postgres === 'string')
    throw new ConfigRefusal(`core-sim does not know ${postgres} in a DATABASE of postgresql://`);
  // Among the buckets, since both go together: in the tables of a real node is what these hold.
  return { databasePath: `${bucketFolder}/core-sim.db`, postgres };
}

function readPace(config: NodeConfig): Pick<NodeSettings, 'closeTimeMs' | 'checkpointFrequency'> {
  const isAccelerated = orDefault(config, 'ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING');
  const closeTimeSeconds = orDefault(config, 'ARTIFICIALLY_SET_CLOSE_TIME_FOR_TESTING');
  return {
    closeTimeMs: closeTimeSeconds > 0 ? closeTimeSeconds * 1000 : isAccelerated ? 1000 : undefined,
    checkpointFrequency: isAccelerated ? 8 : 64,
  };
}

function readHistory(
  config: NodeConfig,
): Pick<NodeSettings, 'archives' | 'publishes' | 'publishDelayMs' | 'catchupCount'> {
  const archives = readArchives(config);
  return {
    archives,
    publishes: archives.some(({ get, put }) => get !== undefined && put !== undefined),
    publishDelayMs: orDefault(config, 'PUBLISH_TO_ARCHIVE_DELAY') * 1000,
    catchupCount: orDefault(config, 'CATCHUP_COMPLETE')
      ? Number.POSITIVE_INFINITY
      : orDefault(config, 'CATCHUP_RECENT'),
  };
}

function readArchives(config: NodeConfig): ArchiveSettings[] {
  const tables: [string, HistoryTable][] = Object.entries(config.HISTORY ?? {});
  for (const { NAME, HISTORY } of config.VALIDATORS ?? [])
    if (HISTORY !== undefined && HISTORY !== '') tables.push([NAME, { get: HISTORY }]);
  const used = (command: string | undefined): string | undefined =>
    command === '' ? undefined : command;
  return tables
    .map(([name, table]) => ({
      name,
      get: used(table.get),
      put: used(table.put),
      mkdir: used(table.mkdir),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const readLoad = (
  config: NodeConfig,
): Pick<NodeSettings, 'generatesLoad' | 'wasmBytes' | 'genesisTestAccounts'> => ({
  generatesLoad: orDefault(config, 'ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING'),
  wasmBytes: {
    values: orDefault(config, 'LOADGEN_WASM_BYTES_FOR_TESTING'),
    weights: orDefault(config, 'LOADGEN_WASM_BYTES_DISTRIBUTION_FOR_TESTING'),
  },
  genesisTestAccounts: orDefault(config, 'GENESIS_TEST_ACCOUNT_COUNT'),
});

const readSoroban = (config: NodeConfig): SorobanOptions => ({
  highLimits: orDefault(config, 'TESTING_SOROBAN_HIGH_LIMIT_OVERRIDE'),
  recalibratesCosts:
    orDefault(config, 'ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING') &&
    orDefault(config, 'UPDATE_SOROBAN_COSTS_DURING_PROTOCOL_UPGRADE_FOR_TESTING'),
  ignoresCloseTimeBounds: orDefault(config, 'TESTING_IGNORE_LEDGER_TIME_UPGRADE_BOUNDS'),
  minPersistentTtl: orDefault(config, 'TESTING_MINIMUM_PERSISTENT_ENTRY_LIFETIME') || undefined,
  eviction: orDefault(config, 'OVERRIDE_EVICTION_PARAMS_FOR_TESTING')
    ? {
        scanSize: orDefault(config, 'TESTING_EVICTION_SCAN_SIZE'),
        level: orDefault(config, 'TESTING_STARTING_EVICTION_SCAN_LEVEL'),
        maxEntries: orDefault(config, 'TESTING_MAX_ENTRIES_TO_ARCHIVE'),
      }
    : undefined,
});

function readNotes(config: NodeConfig): NodeSettings['notes'] {
  const notes: ['INFO' | 'WARNING', string][] = [];
  for (const [key, value] of Object.entries(config)) {
    const testing = findOption(key)?.testingOnly;
    if (testing === undefined || value === false) continue;
    const verb = value === true ? 'enabled' : 'set';
    notes.push([
      'INFO',
      `'${key}' ${verb} in configuration file - node ${testing} not function properly with most networks`,
    ]);
  }
  return notes;
}
