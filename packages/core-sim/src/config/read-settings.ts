import type { Random } from '@ssc/clock';
import {
  type ConfigProblem,
  type QuorumSet as ConfigQuorumSet,
  type CoreLogLine,
  findOption,
  type HistoryTable,
  type NodeConfig,
  options,
  parseNodeConfig,
  type QuorumSetTable,
} from '@ssc/core-cfg';
import { present } from '@ssc/errors';
import { type FileError, type Files, readText, resolvePath } from '@ssc/process';
import { StrKey } from '@stellar/stellar-sdk/base';
import { createSigningKey, type KeyId, parseKey, type SigningKey } from '../keys.ts';
import { normalizeQuorumSet, type QuorumSet } from '../scp/quorum-set.ts';
import { parsePostgresUrl } from '../store/postgres.ts';
import { networkIdOf } from '../tx/frame.ts';
import type { ArchiveSettings, NodeSettings } from './node-settings.ts';

/** A configuration that core would not start with; the message is core's own kind. */
export class ConfigRefusal extends Error {
  override readonly name = 'ConfigRefusal';
  /** Lines that core logs before. */
  readonly log: readonly CoreLogLine[];
  constructor(message: string, log: ConfigRefusal['log'] = []) {
    super(message);
    this.log = log;
  }
}

/** A configuration that was read, with what would refuse it later than at reading. */
export interface ReadSettings {
  readonly settings: NodeSettings;
  /** What `new-db`, `new-hist` and `run` refuse. */
  readonly refusedByCreate: ConfigProblem | undefined;
  /** What only `run` refuses. */
  readonly refusedByRun: ConfigProblem | undefined;
}

/** Reads the file as core does, and fills in core's defaults. Throws a {@link ConfigRefusal}. */
export function readSettings(
  files: Files,
  path: string,
  cwd: string,
  random: Random,
): ReadSettings {
  const text = readFile(files, path, cwd);
  const { config, quorumSet, problems } = parseNodeConfig(text);
  const refused = problems.filter((problem) => problem.severity === 'refused');
  const atLoad = refused.find((problem) => problem.core?.stage === 'load');
  if (atLoad !== undefined || config === undefined || quorumSet === undefined) {
    const core = present(atLoad ?? refused[0], 'a refused configuration names no problem').core;
    throw new ConfigRefusal(
      `Failed to parse '${path}' :${core?.message ?? 'invalid configuration'}`,
      core?.log,
    );
  }
  return {
    settings: toSettings(config, toQuorumSet(quorumSet), cwd, random),
    refusedByCreate: refused.find((problem) => problem.core?.stage === 'create'),
    refusedByRun: refused.find((problem) => problem.core?.stage === 'run'),
  };
}

function readFile(files: Files, path: string, cwd: string): string {
  try {
    return readText(files, resolvePath(path, cwd));
  } catch (error) {
    if ((error as FileError).code !== 'ENOENT') throw error;
    throw new ConfigRefusal(`No config file ${path} found`);
  }
}

/** What the key means where the file is silent. */
function orDefault<K extends keyof NodeConfig & keyof typeof options>(
  config: NodeConfig,
  key: K,
): NonNullable<NodeConfig[K]> {
  return (config[key] ?? options[key].default) as NonNullable<NodeConfig[K]>;
}

function toSettings(
  config: NodeConfig,
  quorumSet: QuorumSet,
  cwd: string,
  random: Random,
): NodeSettings {
  const passphrase = orDefault(config, 'NETWORK_PASSPHRASE');
  const key = readSeed(config, random);
  const accelerated = orDefault(config, 'ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING');
  const closeTimeSeconds = orDefault(config, 'ARTIFICIALLY_SET_CLOSE_TIME_FOR_TESTING');
  const targetPeers = orDefault(config, 'TARGET_PEER_CONNECTIONS');
  const additional = orDefault(config, 'MAX_ADDITIONAL_PEER_CONNECTIONS');
  const bucketFolder = resolvePath(orDefault(config, 'BUCKET_DIR_PATH'), cwd);
  const validators = config.VALIDATORS ?? [];
  const homeDomain = config.NODE_HOME_DOMAIN;
  const archives = readArchives(config);
  const addresses = (isHome: boolean): string[] =>
    validators
      .filter((validator) => (validator.HOME_DOMAIN === homeDomain) === isHome)
      .flatMap((validator) => validator.ADDRESS ?? []);
  return {
    key,
    passphrase,
    networkId: networkIdOf(passphrase),
    isValidator: orDefault(config, 'NODE_IS_VALIDATOR'),
    runStandalone: orDefault(config, 'RUN_STANDALONE'),
    manualClose: orDefault(config, 'MANUAL_CLOSE'),
    quorumSet,
    aliases: readAliases(config, key.id),
    // The port is kept in 16 bits: 99999 becomes 34463.
    httpPort: orDefault(config, 'HTTP_PORT') & 0xffff,
    publicHttp: orDefault(config, 'PUBLIC_HTTP_PORT'),
    peerPort: orDefault(config, 'PEER_PORT'),
    preferredPeers: [...orDefault(config, 'PREFERRED_PEERS'), ...addresses(true)],
    knownPeers: [...orDefault(config, 'KNOWN_PEERS'), ...addresses(false)],
    preferredPeersOnly: orDefault(config, 'PREFERRED_PEERS_ONLY'),
    targetPeers,
    maxInboundPeers: additional === -1 ? 8 * targetPeers : additional,
    archives,
    ...readDatabase(orDefault(config, 'DATABASE'), bucketFolder, cwd),
    bucketFolder,
    logFilePath: orDefault(config, 'LOG_FILE_PATH'),
    closeTimeMs: closeTimeSeconds > 0 ? closeTimeSeconds * 1000 : accelerated ? 1000 : undefined,
    checkpointFrequency: accelerated ? 8 : 64,
    publishes: archives.some(({ get, put }) => get !== undefined && put !== undefined),
    publishDelayMs: orDefault(config, 'PUBLISH_TO_ARCHIVE_DELAY') * 1000,
    catchupCount: orDefault(config, 'CATCHUP_COMPLETE')
      ? Number.POSITIVE_INFINITY
      : orDefault(config, 'CATCHUP_RECENT'),
    generatesLoad: orDefault(config, 'ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING'),
    wasmBytes: {
      values: orDefault(config, 'LOADGEN_WASM_BYTES_FOR_TESTING'),
      weights: orDefault(config, 'LOADGEN_WASM_BYTES_DISTRIBUTION_FOR_TESTING'),
    },
    maxSlots: orDefault(config, 'MAX_SLOTS_TO_REMEMBER'),
    genesisTestAccounts: orDefault(config, 'GENESIS_TEST_ACCOUNT_COUNT'),
    soroban: {
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
    },
    commands: orDefault(config, 'COMMANDS'),
    notes: readNotes(config),
  };
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

function readAliases(config: NodeConfig, self: KeyId): Map<KeyId, string> {
  const aliases = new Map<KeyId, string>();
  const add = (text: string): void => {
    const [key = '', alias] = text.trim().split(/\s+/);
    const id = parseKey(key);
    if (id !== undefined && alias !== undefined) aliases.set(id, alias);
  };
  const [, own] = config.NODE_SEED?.trim().split(/\s+/) ?? [];
  if (own !== undefined) aliases.set(self, own);
  for (const validator of config.VALIDATORS ?? [])
    add(`${validator.PUBLIC_KEY.split(/\s+/)[0]} ${validator.NAME}`);
  for (const list of [config.NODE_NAMES, config.PREFERRED_PEER_KEYS, config.SURVEYOR_KEYS])
    list?.forEach(add);
  const walk = (table: QuorumSetTable): void => {
    const { THRESHOLD_PERCENT: _threshold, VALIDATORS = [], ...groups } = table;
    VALIDATORS.forEach(add);
    for (const group of Object.values(groups)) walk(group as QuorumSetTable);
  };
  if (config.QUORUM_SET !== undefined) walk(config.QUORUM_SET);
  // A validator that listens to [[VALIDATORS]] adds itself under this name.
  if (config.VALIDATORS !== undefined && config.NODE_IS_VALIDATOR === true && !aliases.has(self))
    aliases.set(self, 'self');
  return aliases;
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
