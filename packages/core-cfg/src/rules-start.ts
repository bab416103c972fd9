import { textOf } from './config-text.ts';
import type { NodeConfig } from './node-config.generated.ts';
import type { HistoryTable } from './node-config.ts';
import { type CoreLogLine, formatPath, type Report } from './problem.ts';
import type { CoreBuild } from './raw-value.ts';

/** What core refuses after it has loaded the file. Source: stellar-core, src/main/ApplicationImpl.cpp (validateAndLogConfig). */
export function checkCreate(config: NodeConfig, build: CoreBuild, report: Report): void {
  checkNetworkedValidator(config, report);
  const { HTTP_QUERY_PORT: queryPort = 0, HTTP_PORT: port = 11_626 } = config;
  if (queryPort !== 0 && queryPort === port) {
    report({
      code: 'SSC_CFG_CONTRADICTION',
      path: ['HTTP_QUERY_PORT'],
      needs: ['HTTP_PORT'],
      message: `HTTP_QUERY_PORT and HTTP_PORT are both ${port}`,
      core: { stage: 'create', message: 'HTTP_QUERY_PORT must be different from HTTP_PORT' },
    });
  }
  checkInvariants(config, build, report);
  checkDatabase(config, report);
  if (textOf(config, 'NETWORK_PASSPHRASE') === '') {
    report({
      code: 'SSC_CFG_MISSING_KEY',
      path: ['NETWORK_PASSPHRASE'],
      needs: ['NETWORK_PASSPHRASE'],
      message:
        config.NETWORK_PASSPHRASE === undefined
          ? 'NETWORK_PASSPHRASE is not set'
          : 'NETWORK_PASSPHRASE is empty',
      core: { stage: 'create', message: 'NETWORK_PASSPHRASE not configured' },
    });
  }
}

/** A validator of a network serves consensus only; a watcher or a standalone node may do these. */
function checkNetworkedValidator(config: NodeConfig, report: Report): void {
  if (config.NODE_IS_VALIDATOR !== true || config.RUN_STANDALONE === true) return;
  const used = [
    ['ENABLE_SOROBAN_DIAGNOSTIC_EVENTS', config.ENABLE_SOROBAN_DIAGNOSTIC_EVENTS === true, 'set'],
    ['METADATA_OUTPUT_STREAM', textOf(config, 'METADATA_OUTPUT_STREAM') !== '', 'set'],
    ['HTTP_QUERY_PORT', (config.HTTP_QUERY_PORT ?? 0) !== 0, 'non-zero'],
  ] as const;
  for (const [name, isUsed, word] of used) {
    if (!isUsed) continue;
    report({
      code: 'SSC_CFG_CONTRADICTION',
      path: [name],
      needs: ['NODE_IS_VALIDATOR', 'RUN_STANDALONE'],
      message: `${name} is set, and the node is a validator of a network`,
      suggestion: 'move it to a watcher',
      core: {
        stage: 'create',
        message: `${name} is ${word}, NODE_IS_VALIDATOR is set, and RUN_STANDALONE is not set`,
      },
    });
  }
}

/** Source: stellar-core, src/invariant. */
const invariantNames = [
  'AccountSubEntriesCountIsValid',
  'ArchivedStateConsistency',
  'BucketListIsConsistentWithDatabase',
  'BucketListStateConsistency',
  'ConservationOfLumens',
  'ConstantProductInvariant',
  'EventsAreConsistentWithEntryDiffs',
  'LedgerEntryIsValid',
  'LiabilitiesMatchOffers',
  'SponsorshipCountIsValid',
] as const;

const longestPattern = 300;
/** More repetitions than this could be tried in too many ways on a name that does not match. */
const mostRepetitions = 6;

/** A repeated group or a reference back may take for ever, as may many repetitions in a row. */
function isCostly(pattern: string): boolean {
  const repetitions = pattern.replaceAll('(?', '(').match(/[*+?{]/gu) ?? [];
  return (
    pattern.length > longestPattern ||
    repetitions.length > mostRepetitions ||
    /\)[*+{]|\\[1-9k]/u.test(pattern)
  );
}

/** The invariants that a pattern of INVARIANT_CHECKS means; undefined when it is no pattern, or too costly to try. */
function matchInvariants(pattern: string): readonly string[] | undefined {
  if (isCostly(pattern)) return undefined;
  try {
    const expression = new RegExp(`^(?:${pattern})$`, 'i');
    return invariantNames.filter((name) => expression.test(name));
  } catch {
    return undefined;
  }
}

function checkInvariants(config: NodeConfig, build: CoreBuild, report: Report): void {
  const enabled = new Set<string>();
  config.INVARIANT_CHECKS?.forEach((pattern, i) => {
    const path = ['INVARIANT_CHECKS', i];
    const matched = matchInvariants(pattern);
    if (matched === undefined) return;
    const refuse = (message: string, coreMessage: string): void => {
      report({
        code: 'SSC_CFG_INVARIANT_PATTERN',
        path,
        needs: pattern === '' ? ['INVARIANT_CHECKS'] : [],
        message,
        suggestion:
          'use "(?!EventsAreConsistentWithEntryDiffs).*" for all that a test network can check',
        core: { stage: 'create', message: coreMessage },
      });
    };
    const again = matched.find((name) => enabled.has(name));
    if (pattern === '') refuse('the pattern is empty', 'Invariant pattern must be non empty');
    else if (matched.length === 0) {
      refuse(
        `no invariant is called "${pattern}"`,
        `Invariant pattern '${pattern}' did not match any invariants. Registered invariants are: ${invariantNames.join(', ')}`,
      );
    } else if (again !== undefined) {
      refuse(
        `the pattern matches "${again}", as an earlier one does`,
        `Invariant already enabled: '${again}'`,
      );
    }
    for (const name of matched) enabled.add(name);
    const emits =
      config.EMIT_CLASSIC_EVENTS === true && config.BACKFILL_STELLAR_ASSET_EVENTS === true;
    const streams = build === 'test' || textOf(config, 'METADATA_OUTPUT_STREAM') !== '';
    if (matched.includes('EventsAreConsistentWithEntryDiffs') && !(emits && streams)) {
      refuse(
        'the pattern includes EventsAreConsistentWithEntryDiffs, and events are not emitted',
        'Invalid configuration: EventsAreConsistentWithEntryDiffs invariant requires METADATA_OUTPUT_STREAM to be set, as well as both EMIT_CLASSIC_EVENTS and BACKFILL_STELLAR_ASSET_EVENTS to be enabled',
      );
    }
  });
}

function checkDatabase(config: NodeConfig, report: Report): void {
  const url = config.DATABASE;
  if (url === undefined || url.startsWith('$FILE:')) return;
  const backend = /^(\w+):\/\//u.exec(url)?.[1];
  if (backend === 'sqlite3' || backend === 'postgresql') return;
  report({
    code: 'SSC_CFG_UNKNOWN_VALUE',
    path: ['DATABASE'],
    message:
      backend === undefined
        ? 'DATABASE does not begin with a kind of database'
        : `DATABASE is of the kind "${backend}"`,
    allowed: 'sqlite3://FILE, sqlite3://:memory: or postgresql://dbname=…',
    ...(backend !== undefined && {
      core: {
        stage: 'create',
        message: `Failed to find shared library for backend ${backend}`,
      },
    }),
  });
}

const archivesFatal = (text: string): CoreLogLine => ({
  level: 'FATAL',
  text,
  partition: 'History',
});

/** What only `run` refuses. Source: stellar-core, src/history/HistoryArchiveManager.cpp (checkSensibleConfig). */
export function checkRun(config: NodeConfig, report: Report): void {
  if (config.MANUAL_CLOSE === true && config.NODE_IS_VALIDATOR !== true) {
    const message =
      'Starting stellar-core in MANUAL_CLOSE mode requires NODE_IS_VALIDATOR to be set';
    report({
      code: 'SSC_CFG_CONTRADICTION',
      path: ['MANUAL_CLOSE'],
      needs: ['NODE_IS_VALIDATOR'],
      message: 'MANUAL_CLOSE is on, and the node is no validator',
      core: { stage: 'run', message, log: [{ level: 'ERROR', text: message }] },
    });
  }
  const archives = archiveNames(config);
  for (const { name, path, archive } of archives) {
    const { get = '', put = '' } = archive;
    if (get !== '') continue;
    const text =
      put === ''
        ? `Archive '${name}' has no 'get' or 'put' command, will not function`
        : `Archive '${name}' has 'put' but no 'get' command, will be unwritable`;
    report({
      code: 'SSC_CFG_ARCHIVE_WITHOUT_GET',
      path,
      at: 'key',
      needs: [formatPath(path.slice(0, 2))],
      message: `the archive "${name}" has no get command`,
      suggestion: 'give it one: core reads an archive before it writes to it',
      core: {
        stage: 'run',
        message: 'Unable to setup the application to run',
        log: misconfigured(text),
      },
    });
  }
  const readable = archives.some(({ archive }) => (archive.get ?? '') !== '');
  if (readable || config.RUN_STANDALONE === true || archives.length > 0) return;
  report({
    code: 'SSC_CFG_ARCHIVE_MISSING',
    path: ['HISTORY'],
    needs: ['HISTORY', 'VALIDATORS', 'RUN_STANDALONE'],
    message: 'the node knows no archive to read',
    suggestion: 'give it one with a get command, its own will do',
    core: {
      stage: 'run',
      message: 'Unable to setup the application to run',
      log: misconfigured('No readable archives configured, catchup will fail.'),
    },
  });
}

const misconfigured = (text: string): CoreLogLine[] => [
  archivesFatal(text),
  archivesFatal('History archives misconfigured.'),
  { level: 'ERROR', text: 'Unable to setup the application to run' },
];

/** An archive with the place it is defined at. */
export interface NamedArchive {
  readonly name: string;
  readonly path: readonly (string | number)[];
  readonly archive: HistoryTable;
}

/** The archives of `[HISTORY.x]`, then those of `[[VALIDATORS]]`. */
export function archiveNames(config: NodeConfig): NamedArchive[] {
  const own = Object.entries(config.HISTORY ?? {}).map(([name, archive]) => ({
    name,
    path: ['HISTORY', name],
    archive,
  }));
  const listed = (config.VALIDATORS ?? []).flatMap(({ NAME: name, HISTORY: get }, i) =>
    get === undefined ? [] : [{ name, path: ['VALIDATORS', i, 'HISTORY'], archive: { get } }],
  );
  return [...own, ...listed];
}

/** One name for two archives stops core while it loads the file. */
export function checkArchiveNames(config: NodeConfig, report: Report): void {
  const own = new Set(Object.keys(config.HISTORY ?? {}));
  for (const { name, path } of archiveNames(config)) {
    if (path[0] !== 'VALIDATORS' || !own.has(name)) continue;
    report({
      code: 'SSC_CFG_DUPLICATE_NAME',
      path,
      message: `[HISTORY.${name}] and the HISTORY of the validator "${name}" are two archives of one name`,
      suggestion: 'leave one of them out',
      core: { message: `Conflicting archive name '${name}'` },
    });
  }
}
