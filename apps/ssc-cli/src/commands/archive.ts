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
import { gunzipAny, type OpenArchive, openArchive } from '../archive-place.ts';
import type { Host } from '../host.ts';
import type { Input } from '../options/input.ts';
import type { optionsOf } from '../options/of-commands.ts';
import type { OptionValues } from '../options/option-row.ts';

/** Verifies an archive: 0 when it holds ledgers and no defect was found, else 1. */
export async function archiveVerify(
  input: Input<typeof optionsOf.archiveVerify>,
  host: Host,
): Promise<number> {
  const { options } = input;
  const { concurrency } = options;
  return withArchive(input, 'verify', host, concurrency, async ({ source }) => {
    const report = await verifyArchive(source, {
      ...verifyAs(options),
      concurrency,
      gunzip: gunzipAny,
      onProgress: progressPrinter(host),
    });
    const text = options.json ? toJson(report) : renderArchiveReport(report);
    host.out(`${text}\n`);
    return isVerified(report) ? 0 : 1;
  });
}

/** Says what an archive holds, from its newest state. */
export async function archiveInfo(
  input: Input<typeof optionsOf.printed>,
  host: Host,
): Promise<number> {
  return withArchive(input, 'info', host, 1, async ({ source }) => {
    const info = await readArchiveInfo(source, { gunzip: gunzipAny });
    host.out(`${input.options.json ? toJson(info) : renderArchiveInfo(info)}\n`);
    return 0;
  });
}

/** Prints records of an archive as JSON. */
export async function archiveCat({ args }: Pick<Input, 'args'>, host: Host): Promise<number> {
  const [place, what, ...more] = args;
  if (what === undefined || more.length > 0)
    throw usageError(
      'SSC_USAGE_ARCHIVE',
      'archive cat takes an archive, by its address or folder, and what to print of it',
      { facts: [['What', catForms]] },
    );
  return withArchive({ args: [String(place)] }, 'cat', host, 1, async ({ source }) => {
    for await (const text of catArchive(source, what, { gunzip: gunzipAny })) host.out(`${text}\n`);
    return 0;
  });
}

async function withArchive(
  { args }: Pick<Input, 'args'>,
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
  const archive = await openArchive(place, host, connections);
  try {
    return await work(archive);
  } finally {
    await archive.close();
  }
}

const verifyAs = ({
  from,
  to,
  trusted,
  passphrase,
  frequency,
}: OptionValues<typeof optionsOf.archiveVerify>): VerifyOptions => ({
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
  ...(trusted !== undefined && { trusted }),
  ...(passphrase !== undefined && { passphrase }),
  ...(frequency !== undefined && { frequency: frequency === '8' ? 8 : 64 }),
});

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
