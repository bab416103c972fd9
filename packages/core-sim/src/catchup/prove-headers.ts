import { recordPath } from '../history/archive-state.ts';
import { hexOf } from '../history/checkpoint.ts';
import {
  type HeaderEntry,
  hashResultsEntry,
  ledgerOfRecord,
  RecordError,
  unzipRecords,
} from '../history/records.ts';
import { bring, progress } from './bring.ts';
import { CatchupFailure } from './catchup-failure.ts';
import type { CatchupJob } from './catchup-job.ts';
import { type CatchupRange, checkpointsOf } from './catchup-range.ts';
import { ChainVerifier, describeLedger, type KnownLedger } from './verify-chain.ts';

/** What core calls the steps of this file together. */
const sequence = 'download-verify-ledgers-seq';

/** Brings the headers that a catchup needs, and proves them. */
export async function proveHeaders(
  job: CatchupJob,
  range: CatchupRange,
  lastClosed: KnownLedger,
): Promise<ReadonlyMap<number, HeaderEntry>> {
  const { host, target } = job;
  const every = host.settings.checkpointFrequency;
  const from = range.buckets ?? range.first;
  const checkpoints = checkpointsOf(from, range.last, every);
  const [oldest = 0, newest = 0] = [checkpoints[0], checkpoints.at(-1)];
  const batch = `batch-download-ledger-${hexOf(oldest)}-${hexOf(newest + every)}`;
  await job.begin(batch, sequence);
  const files = await bring(
    job,
    checkpoints.map((checkpoint) => recordPath('ledger', checkpoint)),
    (done) => `downloading ledger files ${done}`,
  );
  const count = checkpoints.length;
  job.tell(`Succeeded: ${batch} : ${count}/${count} children completed`);
  await job.begin('verify-ledger-chain', sequence);
  host.log('History', 'INFO', `Verifying ledgers [${from},${range.last + 1})`);
  const { trustedHash } = target;
  const chain = new ChainVerifier({
    from,
    to: range.last,
    every,
    lastClosed,
    trustedHash,
    supportedProtocol: host.supportedProtocol,
    endReached: (last) => {
      const word = trustedHash === undefined ? 'Skipping verification for' : 'Verifying';
      host.log('History', 'INFO', `${word} ledger ${describeLedger(last)} against SCP hash`);
    },
  });
  for (let i = count - 1; i >= 0; i--) {
    chain.add(checkpoints[i] as number, files[i] as Uint8Array);
    if (i > 0) job.tell(`verifying checkpoint ${progress(count - i, count)}`);
  }
  host.log('History', 'INFO', `History chain [${from},${range.last}] verified`);
  job.tell('Succeeded: verify-ledger-chain');
  if (target.verifiesResults === true) await proveResults(job, checkpoints, chain.headers);
  return chain.headers;
}

/** Holds the files of results against the headers (`--extra-verification`). */
async function proveResults(
  job: CatchupJob,
  checkpoints: readonly number[],
  headers: ReadonlyMap<number, HeaderEntry>,
): Promise<void> {
  await job.begin('verify-tx-results');
  const remotes = checkpoints.map((checkpoint) => recordPath('results', checkpoint));
  const files = await bring(job, remotes, (done) => `downloading results files ${done}`);
  for (const [i, file] of files.entries()) {
    const mismatch = findMismatch(file, headers);
    if (mismatch === undefined) continue;
    throw new CatchupFailure([
      `Failed to verify tx result set of checkpoint ${checkpoints[i]}: ${mismatch}`,
    ]);
  }
  job.tell('Succeeded: verify-tx-results');
}

function findMismatch(
  file: Uint8Array,
  headers: ReadonlyMap<number, HeaderEntry>,
): string | undefined {
  try {
    const wrong = unzipRecords(file).find((record) => {
      const header = headers.get(ledgerOfRecord('results', record))?.header;
      return header !== undefined && header.txSetResultHash !== hashResultsEntry(record);
    });
    return wrong && `unexpected result hash in ledger ${ledgerOfRecord('results', wrong)}`;
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    return error.message;
  }
}
