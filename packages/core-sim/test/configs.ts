import { StrKey } from '@stellar/stellar-sdk/base';
import { createTestKey, renderKey } from '../src/keys.ts';
import type { NodeKey } from './network.ts';

export const passphrase = 'Standalone Network ; February 2017';

/** The key of a node of the recordings: its name, padded, is the seed. */
export function nodeKey(name: string, seedName = name): NodeKey {
  const key = createTestKey(seedName, new Uint8Array(32));
  return {
    name,
    seed: StrKey.encodeEd25519SecretSeed(Buffer.from(key.seed)),
    publicKey: renderKey(key.id),
  };
}

/** What may differ from a plain validator of a network in which all nodes trust each other. */
export interface ConfigOptions {
  readonly passphrase?: string;
  /** What the seed is made of; default: the name. */
  readonly seedName?: string;
  readonly thresholdPercent?: number;
  /** Names of the nodes that it listens to; default: all. */
  readonly quorum?: readonly string[];
  /** Names of the nodes that it dials; default: all others. */
  readonly peers?: readonly string[];
  readonly validator?: boolean;
  readonly history?: string;
  /** Lines before the tables. */
  readonly extra?: readonly string[];
}

/** The configuration file of a node among `names`. */
export function renderConfig(
  name: string,
  names: readonly string[],
  options: ConfigOptions = {},
): string {
  const seedOf = (other: string): string =>
    options.seedName === undefined
      ? other
      : options.seedName.replace(name.slice(-1), other.slice(-1));
  const key = nodeKey(name, seedOf(name));
  const quorum = options.quorum ?? names;
  const list = (items: readonly string[]): string =>
    `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;
  const member = (other: string): string =>
    other === name ? `$${name}` : `${nodeKey(other, seedOf(other)).publicKey} ${other}`;
  const peers = options.peers ?? names.filter((other) => other !== name);
  return [
    `NETWORK_PASSPHRASE = ${JSON.stringify(options.passphrase ?? passphrase)}`,
    `NODE_SEED = "${key.seed} ${name}"`,
    `NODE_IS_VALIDATOR = ${options.validator ?? true}`,
    'PUBLIC_HTTP_PORT = true',
    'DATABASE = "sqlite3:///data/stellar.db"',
    'BUCKET_DIR_PATH = "/data/buckets"',
    'LOG_FILE_PATH = "/data/stellar-core.log"',
    'NTP_DRIFT_CHECK_SERVER = ""',
    'FAILURE_SAFETY = 0',
    'UNSAFE_QUORUM = true',
    `PREFERRED_PEERS = ${list(peers)}`,
    ...(options.extra ?? []),
    '[QUORUM_SET]',
    `THRESHOLD_PERCENT = ${options.thresholdPercent ?? 66}`,
    `VALIDATORS = ${list(quorum.map(member))}`,
    options.history ??
      '[HISTORY.local]\nget = "cp /data/history/{0} {1}"\nput = "cp {0} /data/history/{1}"\nmkdir = "mkdir -p /data/history/{0}"',
    '',
  ].join('\n');
}

/** Configurations of a network by node name. */
export const renderConfigs = (
  names: readonly string[],
  options: Readonly<Record<string, ConfigOptions>> = {},
): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, renderConfig(name, names, options[name])]));
