import { isSscError } from '@ssc/errors';
import { parseArchivePath } from './layout.ts';
import type { HistoryProblem } from './problem.ts';

/**
 * The classes of defects.
 *
 * - `missing`, `gzip`, `framing`, `xdr`, `state`: a file that is not there or whose bytes are damaged.
 * - `passphrase`, `trusted`: the archive of another network, or of another history.
 * - `sequence`: records of other ledgers than the file is for, gaps, repetitions.
 * - `header`: a header and the hash beside it disagree. `chain`: headers that do not follow each other.
 * - `rule`: a header that breaks a rule of the protocol which needs no transactions to check.
 * - `transactions`, `results`: not what the header names, or not what belongs together.
 * - `bucket`: a file that is not what its hash names, or is malformed. `bucket-list`: levels that do not give the
 *   header's hash or break a rule.
 * - `scp`: consensus messages that are not signed, or speak of another ledger.
 */
export type DefectKind =
  | 'missing'
  | 'gzip'
  | 'framing'
  | 'xdr'
  | 'state'
  | 'passphrase'
  | 'trusted'
  | 'sequence'
  | 'header'
  | 'chain'
  | 'rule'
  | 'transactions'
  | 'results'
  | 'bucket'
  | 'bucket-list'
  | 'scp';

/** Something that is wrong with an archive. */
export interface Defect {
  readonly kind: DefectKind;
  /** The path in the archive. */
  readonly file: string;
  /** Where it is about one. */
  readonly ledger?: number;
  /** What was expected and what was seen, in one sentence. */
  readonly message: string;
}

/** Something that no reader minds and no publisher does: a sign that somebody else touched the file. */
export interface Oddity {
  readonly file: string;
  readonly message: string;
}

/** The defect that an error of reading a file tells of; errors of any other kind are thrown on. */
export function toDefect(error: unknown): Defect {
  if (!isSscError(error, 'SSC_HISTORY_MISSING', 'SSC_HISTORY_STATE', 'SSC_HISTORY_FILE'))
    throw error;
  const problem = error.problem as Extract<HistoryProblem, { readonly file: string }>;
  const { file } = problem;
  switch (problem.code) {
    case 'SSC_HISTORY_STATE':
      return { kind: 'state', file, message: error.message };
    case 'SSC_HISTORY_FILE':
      return { kind: problem.flaw, file, message: error.message };
    default:
      return { kind: 'missing', file, message: error.message };
  }
}

/** `kind  file, ledger 12: message`, for a person; the checkpoint where no ledger is told, since paths have it in hexadecimal. */
export function renderDefect({ kind, file, ledger, message }: Defect): string {
  const about = parseArchivePath(file);
  const place =
    ledger !== undefined
      ? `ledger ${ledger}`
      : about !== undefined && 'checkpoint' in about
        ? `checkpoint ${about.checkpoint}`
        : undefined;
  const where = place === undefined ? file : `${file}, ${place}`;
  // What was wrong with reading a file is told as a sentence that begins with its path.
  const rest = message.startsWith(file)
    ? `${place === undefined ? '' : ','}${message.slice(file.length)}`
    : `: ${message}`;
  return `${kind.padEnd(12)} ${where}${rest}`;
}
