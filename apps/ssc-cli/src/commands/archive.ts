import { usageError } from '@ssc/errors';
import {
  catArchive,
  catForms,
  isVerified,
  readArchiveInfo,
  renderArchiveInfo,
  renderArchiveReport,
  type VerifyOptions,
  type VerifyProgress,
  verifyArchive,
} from '@ssc/history';
import { infoOptions, verifyOptions } from '../archive-options.ts';
import { gunzipAny, type OpenArchive, openArchive } from '../archive-place.ts';
import { type GivenOptions, readOptions } from '../command-line.ts';
import type { Host } from '../host.ts';
import type { Found } from '../parse-command.ts';

/** Verifies an archive: 0 when it holds ledgers and no defect was found, else 1. */
export async function archiveVerify(found: Found, host: Host): Promise<number> {
  const { options } = readOptions(verifyOptions, {}, found.options);
  const concurrency = wholeNumber(options, 'concurrency') ?? 16;
  const asked = verifyAs(options);
  return withArchive(found, 'verify', host, concurrency, async ({ source }) => {
    const report = await verifyArchive(source, {
      ...asked,
      concurrency,
      gunzip: gunzipAny,
      onProgress: progressPrinter(host),
    });
    const text = options['json'] === true ? toJson(report) : renderArchiveReport(report);
    host.out(`${text}\n`);
    return isVerified(report) ? 0 : 1;
  });
}

/** Says what an archive holds, from its newest state. */
export async function archiveInfo(found: Found, host: Host): Promise<number> {
  const { options } = readOptions(infoOptions, {}, found.options);
  return withArchive(found, 'info', host, 1, async ({ source }) => {
    const info = await readArchiveInfo(source, { gunzip: gunzipAny });
    host.out(`${options['json'] === true ? toJson(info) : renderArchiveInfo(info)}\n`);
    return 0;
  });
}

/** Prints records of an archive as JSON. */
export async function archiveCat(found: Found, host: Host): Promise<number> {
  readOptions([], {}, found.options);
  const [place, what, ...more] = found.args;
  if (what === undefined || more.length > 0)
    throw usageError(
      'SSC_USAGE_ARCHIVE',
      'archive cat takes an archive, by its address or folder, and what to print of it',
      { facts: [['What', catForms]] },
    );
  return withArchive({ ...found, args: [String(place)] }, 'cat', host, 1, async ({ source }) => {
    for await (const text of catArchive(source, what, { gunzip: gunzipAny })) host.out(`${text}\n`);
    return 0;
  });
}

async function withArchive(
  { args }: Found,
  verb: string,
  host: Host,
  connections: number,
  work: (archive: OpenArchive) => Promise<number>,
): Promise<number> {
  const [place] = args;
  if (place === undefined || args.length > 1)
    throw usageError(
      'SSC_USAGE_ARCHIVE',
      `archive ${verb} takes one archive: its address (http, https) or its folder`,
    );
  const archive = openArchive(place, host, connections);
  try {
    return await work(archive);
  } finally {
    await archive.close();
  }
}

function verifyAs(options: GivenOptions['options']): VerifyOptions {
  const [from, to, trusted, passphrase] = [
    wholeNumber(options, 'from'),
    wholeNumber(options, 'to'),
    trustedLedger(options['trusted']),
    options['passphrase'],
  ];
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(trusted !== undefined && { trusted }),
    ...(typeof passphrase === 'string' && { passphrase }),
    ...(options['frequency'] !== undefined && { frequency: options['frequency'] === '8' ? 8 : 64 }),
  };
}

function wholeNumber(options: GivenOptions['options'], flag: string): number | undefined {
  const value = options[flag];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^[1-9]\d{0,9}$/u.test(value)) return Number(value);
  throw usageError('SSC_USAGE_OPTIONS', 'one option cannot be used; nothing was started', {
    facts: [[`--${flag}`, `must be a whole number from 1 on, got "${String(value)}"`]],
  });
}

function trustedLedger(value: string | boolean | undefined): VerifyOptions['trusted'] {
  if (value === undefined) return undefined;
  const [, ledger, hash] = /^([1-9]\d{0,9}):([\da-f]{64})$/u.exec(String(value)) ?? [];
  if (ledger !== undefined && hash !== undefined) return { ledger: Number(ledger), hash };
  throw usageError('SSC_USAGE_OPTIONS', 'one option cannot be used; nothing was started', {
    facts: [
      [
        '--trusted',
        `must be a ledger, a colon and its hash in 64 lower-case hexadecimal digits, got "${String(value)}"`,
      ],
    ],
  });
}

// A short verification says nothing before its result.
const pauseMs = 2000;

function progressPrinter(host: Host): (progress: VerifyProgress) => void {
  let last = host.clock.now();
  return ({ checkpoint, checkpointsDone, checkpointsAll, ledgers, buckets, defects }) => {
    const now = host.clock.now();
    if (now - last < pauseMs) return;
    last = now;
    const share = Math.floor((100 * checkpointsDone) / checkpointsAll);
    host.err(
      `${share} %  ledger ${checkpoint}, ${ledgers} headers, ${buckets} buckets, ${defects} defects\n`,
    );
  };
}

const toJson = (value: object): string => JSON.stringify(value, undefined, 2);
