import { textOf } from './config-text.ts';
import type { NodeConfig } from './node-config.generated.ts';
import type { Option } from './options/option.ts';
import { optionNames, options } from './options/table.ts';
import type { Report } from './problem.ts';
import type { CoreBuild } from './raw-value.ts';
import { publicPassphrase, testnetPassphrase } from './rules-keys.ts';
import { archiveNames } from './rules-start.ts';
import { faultOfStrkey } from './strkey.ts';

/** What core bears, and its author most likely did not mean. */
export function warn(config: NodeConfig, build: CoreBuild, report: Report): void {
  warnAboutTesting(config, build, report);
  warnAboutIgnored(config, report);
  warnAboutNumbers(config, report);
  warnAboutAccounts(config, report);
  warnAboutPeers(config, report);
  warnAboutCommands(config, report);
  warnAboutIneffective(config, report);
}

function warnAboutTesting(config: NodeConfig, build: CoreBuild, report: Report): void {
  const passphrase = config.NETWORK_PASSPHRASE;
  const network =
    passphrase === publicPassphrase
      ? 'the network is the public one'
      : passphrase === testnetPassphrase
        ? "the network is SDF's test network"
        : undefined;
  const reason = build === 'production' ? 'the configuration is for production' : network;
  if (reason === undefined) return;
  for (const name of optionNames) {
    const option: Option = options[name];
    const value = config[name];
    const isTesting = option.testingOnly !== undefined || /_FOR_TESTING$|^TESTING_/u.test(name);
    if (!isTesting || value === undefined || isOff(value)) continue;
    report({
      code: 'SSC_CFG_TESTING_KEY',
      path: [name],
      at: 'key',
      message: `${name} is for tests, and ${reason}`,
      suggestion: 'leave it out',
    });
  }
}

const isOff = (value: unknown): boolean =>
  value === false || value === 0 || (Array.isArray(value) && value.length === 0);

const ignoredNames = optionNames.filter((name) => {
  const option: Option = options[name];
  return option.ignored === true;
});

function warnAboutIgnored(config: NodeConfig, report: Report): void {
  for (const name of ignoredNames) {
    if (config[name] === undefined) continue;
    const option: Option = options[name];
    report({
      code: 'SSC_CFG_IGNORED_KEY',
      path: [name],
      at: 'key',
      message: `${name} has no effect any more`,
      suggestion: option.about.replace(/^Has no effect any more[:,] /u, '').replace(/\.$/u, ''),
    });
  }
}

/** Below this core says that the cache is too small. Source: stellar-core, src/main/Config.cpp. */
const smallCache = 20_000;
/** The largest classic transaction. Source: stellar-core, src/herder/TxSetUtils.h. */
const largestTransactionBytes = 102_400;

function warnAboutNumbers(config: NodeConfig, report: Report): void {
  const {
    ENTRY_CACHE_SIZE: cache,
    PEER_PORT: peerPort = 11_625,
    HTTP_PORT: port = 11_626,
  } = config;
  if (cache !== undefined && cache < smallCache) {
    report({
      code: 'SSC_CFG_POOR_VALUE',
      path: ['ENTRY_CACHE_SIZE'],
      message: `ENTRY_CACHE_SIZE is ${cache}: core warns that it is slow`,
      allowed: `at least ${smallCache}`,
    });
  }
  if (peerPort === port) {
    report({
      code: 'SSC_CFG_CONTRADICTION',
      path: [config.HTTP_PORT === undefined ? 'PEER_PORT' : 'HTTP_PORT'],
      message: `HTTP_PORT and PEER_PORT are both ${port}: the node stops when it opens the second`,
    });
  }
  const capacity = config.PEER_FLOOD_READING_CAPACITY_BYTES ?? 0;
  const batch = config.FLOW_CONTROL_SEND_MORE_BATCH_SIZE_BYTES ?? 0;
  const room = capacity - batch;
  if (capacity + batch > 0 && room >= 0 && room < largestTransactionBytes) {
    report({
      code: 'SSC_CFG_POOR_VALUE',
      path: ['PEER_FLOOD_READING_CAPACITY_BYTES'],
      message: `PEER_FLOOD_READING_CAPACITY_BYTES exceeds FLOW_CONTROL_SEND_MORE_BATCH_SIZE_BYTES by ${room}: a large transaction does not fit, and run refuses`,
      allowed: `at least ${largestTransactionBytes} more`,
    });
  }
}

const address = /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?)(?::(\d{1,5}))?$/u;

function warnAboutAccounts(config: NodeConfig, report: Report): void {
  config.FILTERED_G_ADDRESSES?.forEach((address, i) => {
    const fault = faultOfStrkey(address, 'public key');
    if (fault === undefined) return;
    report({
      code: 'SSC_CFG_BAD_STRKEY',
      path: ['FILTERED_G_ADDRESSES', i],
      needs: address === '' ? ['FILTERED_G_ADDRESSES'] : [],
      message: `the account ${fault.sentence}`,
      allowed: '"G…"',
    });
  });
}

function warnAboutPeers(config: NodeConfig, report: Report): void {
  const check = (text: string, path: readonly (string | number)[]): void => {
    const port = address.exec(text);
    if (port !== null && Number(port[1] ?? 1) >= 1 && Number(port[1] ?? 1) <= 65_535) return;
    report({
      code: 'SSC_CFG_BAD_ADDRESS',
      path,
      needs: text === '' ? [String(path[0])] : [],
      message: `"${text}" is no address of a peer: core drops it without stopping`,
      allowed: '"host" or "host:port"',
    });
  };
  for (const name of ['PREFERRED_PEERS', 'KNOWN_PEERS'] as const) {
    config[name]?.forEach((text, i) => {
      check(text, [name, i]);
    });
  }
  config.VALIDATORS?.forEach((entry, i) => {
    if (entry.ADDRESS !== undefined) check(entry.ADDRESS, ['VALIDATORS', i, 'ADDRESS']);
  });
  const target = config.TARGET_PEER_CONNECTIONS ?? options.TARGET_PEER_CONNECTIONS.default;
  const additional = config.MAX_ADDITIONAL_PEER_CONNECTIONS ?? -1;
  const most = Math.floor(additional / 3) + 3;
  if (additional >= 0 && target > most) {
    report({
      code: 'SSC_CFG_POOR_VALUE',
      path: ['TARGET_PEER_CONNECTIONS'],
      needs: ['MAX_ADDITIONAL_PEER_CONNECTIONS'],
      message: `TARGET_PEER_CONNECTIONS is ${target}: core lowers it to ${most}, because MAX_ADDITIONAL_PEER_CONNECTIONS is ${additional}`,
      allowed: `at most ${most}`,
    });
  }
  const preferred = [config.PREFERRED_PEERS, config.PREFERRED_PEER_KEYS, config.VALIDATORS];
  if (
    config.PREFERRED_PEERS_ONLY === true &&
    preferred.every((list) => (list?.length ?? 0) === 0)
  ) {
    report({
      code: 'SSC_CFG_CONTRADICTION',
      path: ['PREFERRED_PEERS_ONLY'],
      needs: ['PREFERRED_PEERS', 'PREFERRED_PEER_KEYS', 'VALIDATORS'],
      message: 'PREFERRED_PEERS_ONLY is on, and no peer is preferred: the node stays alone',
    });
  }
}

/** Most commands: no character that asks for a shell, no brace but those of arguments and doubled ones. */
const plainCommand = /^(?:[^|&;<>`$"'*{}]|\{[01]\}|\{\{|\}\})*$/u;
const shellText = /[|&;<>`$"'*]/u;
const badTemplate = /(?<!\{)(?:\{\{)*\{(?!\{)(?![01]\})|(?<!\})(?:\}\})*\}(?!\})/u;

/** Commands run without a shell: what only a shell understands does nothing. */
function warnAboutCommands(config: NodeConfig, report: Report): void {
  for (const { name, path, archive } of archiveNames(config)) {
    for (const key of ['get', 'put', 'mkdir'] as const) {
      const command = archive[key];
      if (command === undefined || command === '') continue;
      const both = command.includes('{0}') && (key === 'mkdir' || command.includes('{1}'));
      if (both && plainCommand.test(command)) continue;
      const at = path[0] === 'HISTORY' ? [...path, key] : path;
      const shell = shellText.exec(command)?.[0];
      if (shell !== undefined) {
        report({
          code: 'SSC_CFG_COMMAND_SHELL',
          path: at,
          message: `${key} of the archive "${name}" contains ${shell}, and core runs it without a shell`,
          suggestion: 'put the steps into a script',
        });
      }
      const missing = (key === 'mkdir' ? ['{0}'] : ['{0}', '{1}']).filter(
        (argument) => !command.includes(argument),
      );
      if (missing.length > 0 || badTemplate.test(command.replaceAll(/\{[01]\}/gu, ''))) {
        report({
          code: 'SSC_CFG_COMMAND_TEMPLATE',
          path: at,
          message:
            missing.length > 0
              ? `${key} of the archive "${name}" does not use ${missing.join(' and ')}`
              : `${key} of the archive "${name}" has a brace that is neither {0} nor {1}`,
          allowed:
            key === 'mkdir' ? '{0}, other braces doubled' : '{0} and {1}, other braces doubled',
        });
      }
    }
    if ((archive.put ?? '') !== '' && (archive.mkdir ?? '') === '') {
      report({
        code: 'SSC_CFG_ARCHIVE_WITHOUT_MKDIR',
        path,
        at: 'key',
        message: `the archive "${name}" has put and no mkdir: publishing fails where put does not make folders`,
      });
    }
  }
}

function warnAboutIneffective(config: NodeConfig, report: Report): void {
  const pairs = [
    ['TESTING_EVICTION_SCAN_SIZE', 'OVERRIDE_EVICTION_PARAMS_FOR_TESTING'],
    ['TESTING_STARTING_EVICTION_SCAN_LEVEL', 'OVERRIDE_EVICTION_PARAMS_FOR_TESTING'],
    ['TESTING_MAX_ENTRIES_TO_ARCHIVE', 'OVERRIDE_EVICTION_PARAMS_FOR_TESTING'],
    [
      'UPDATE_SOROBAN_COSTS_DURING_PROTOCOL_UPGRADE_FOR_TESTING',
      'ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING',
    ],
    ['QUORUM_INTERSECTION_CHECKER_TIME_LIMIT_MS', 'USE_QUORUM_INTERSECTION_CHECKER_V2'],
    ['QUORUM_INTERSECTION_CHECKER_MEMORY_LIMIT_BYTES', 'USE_QUORUM_INTERSECTION_CHECKER_V2'],
  ] as const;
  for (const [name, needed] of pairs) {
    const value = config[name];
    if (value === undefined || value === false || config[needed] === true) continue;
    report({
      code: 'SSC_CFG_NO_EFFECT',
      path: [name],
      at: 'key',
      needs: [needed],
      message: `${name} has an effect only with ${needed}`,
    });
  }
  if (config.CATCHUP_COMPLETE === true && (config.CATCHUP_RECENT ?? 0) > 0) {
    report({
      code: 'SSC_CFG_NO_EFFECT',
      path: ['CATCHUP_RECENT'],
      at: 'key',
      needs: ['CATCHUP_COMPLETE'],
      message: 'CATCHUP_RECENT has no effect, because CATCHUP_COMPLETE replays everything',
    });
  }
  const seconds = config.ARTIFICIALLY_SET_CLOSE_TIME_FOR_TESTING ?? 0;
  if (config.ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING === true && seconds > 0) {
    report({
      code: 'SSC_CFG_CONTRADICTION',
      path: ['ARTIFICIALLY_SET_CLOSE_TIME_FOR_TESTING'],
      at: 'key',
      message: `ledgers close every ${seconds} s, because this key wins over ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING`,
    });
  }
  if (config.NODE_IS_VALIDATOR === true && textOf(config, 'NODE_SEED') === '') {
    report({
      code: 'SSC_CFG_MISSING_KEY',
      path: ['NODE_SEED'],
      needs: ['NODE_SEED'],
      message: 'the validator has no NODE_SEED: it is another node after every start',
    });
  }
}
