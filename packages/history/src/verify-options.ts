import { type CheckpointFrequency, requireLedger } from './checkpoint.ts';
import type { Gunzip } from './gzip.ts';
import { isHash } from './layout.ts';
import { historyError } from './problem.ts';

/** How `verifyArchive` goes about it. */
export interface VerifyOptions {
  /** The network's; an archive of another one is a defect. @default that of the newest state */
  readonly passphrase?: string;
  /** @default found from the files, see `findFrequency` */
  readonly frequency?: CheckpointFrequency;
  /** The first ledger; the whole checkpoint that holds it is verified. @default 1 */
  readonly from?: number;
  /** The last ledger; the whole checkpoint that holds it is verified. @default the newest of the archive */
  readonly to?: number;
  /** A ledger of the range whose hash is known from elsewhere: without one, a history that was made up whole looks true. */
  readonly trusted?: { readonly ledger: number; readonly hash: string };
  /** False does not verify the signatures of consensus messages, which take most of the time. @default true */
  readonly signatures?: boolean;
  /** How many files are read at once. @default 16 */
  readonly concurrency?: number;
  /** @default gunzipWhole */
  readonly gunzip?: Gunzip;
  /** How many defects are reported one by one; the others are counted. @default 1000 */
  readonly mostDefects?: number;
  /** Called after each checkpoint, in order. */
  readonly onProgress?: (progress: VerifyProgress) => void;
}

/** How far a verification has come. */
export interface VerifyProgress {
  readonly checkpoint: number;
  readonly checkpointsDone: number;
  readonly checkpointsAll: number;
  readonly ledgers: number;
  readonly buckets: number;
  readonly defects: number;
}

/** Refuses options that no archive can answer (SSC_HISTORY_INPUT). */
export function checkOptions({ from, to, trusted, concurrency }: VerifyOptions): void {
  if (from !== undefined) requireLedger(from, 'from');
  if (to !== undefined) requireLedger(to, 'to');
  if (from !== undefined && to !== undefined && from > to)
    throw historyError(
      { code: 'SSC_HISTORY_INPUT', field: 'from' },
      `the first ledger, ${from}, comes after the last one, ${to}`,
    );
  if (trusted !== undefined) requireLedger(trusted.ledger, 'trusted.ledger');
  if (trusted !== undefined && !isHash(trusted.hash))
    throw historyError(
      { code: 'SSC_HISTORY_INPUT', field: 'trusted.hash' },
      `a ledger's hash is 64 lower-case hexadecimal digits, got ${JSON.stringify(trusted.hash)}`,
    );
  if (concurrency !== undefined && (!Number.isInteger(concurrency) || concurrency < 1))
    throw historyError(
      { code: 'SSC_HISTORY_INPUT', field: 'concurrency' },
      `concurrency must be a whole number from 1 on, got ${concurrency}`,
    );
}
