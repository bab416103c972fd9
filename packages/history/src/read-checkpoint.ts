import { sha256, xdr } from '@ssc/tx';
import { type ArchiveState, parseArchiveState } from './archive-state.ts';
import { type Defect, type Oddity, toDefect } from './defect.ts';
import { type HeaderFacts, readHeader } from './header.ts';
import { type RecordKind, recordPath, statePath } from './layout.ts';
import { decodeRecord, fetchWhole, type Reading, readRecords } from './read-records.ts';
import { readScp, type ScpFacts } from './scp.ts';
import { hex, readTransactionSet, type SetFacts } from './transaction-set.ts';

/** The results of one ledger. */
export interface ResultFacts {
  readonly ledger: number;
  readonly hash: string;
  /** Hashes of the transactions, sorted. */
  readonly ids: readonly string[];
}

/** What the files of one checkpoint say; undefined stands for a file that could not be read to its end. */
export interface CheckpointFacts {
  readonly checkpoint: number;
  readonly state: ArchiveState | undefined;
  readonly headers: readonly HeaderFacts[] | undefined;
  readonly sets: readonly SetFacts[] | undefined;
  readonly results: readonly ResultFacts[] | undefined;
  /** Empty when there is no such file, which is allowed. */
  readonly scp: readonly ScpFacts[] | undefined;
}

/** What everything that reads needs: the source, a bound for what is done at once, and where findings go. */
export interface Inspection {
  readonly reading: Reading;
  readonly limit: <T>(work: () => Promise<T>) => Promise<T>;
  /** For hashes of transactions and signatures of messages; taken from the archive's state when not given. */
  readonly passphrase: string | undefined;
  /** False leaves the signatures of messages alone. */
  readonly signatures: boolean;
  readonly defects: (defect: Defect) => void;
  readonly oddities: (oddity: Oddity) => void;
  readonly stored: (bytes: number) => void;
}

/** Reads all files of a checkpoint but the buckets. What is wrong with one of them alone is reported here. */
export async function readCheckpoint(
  inspection: Inspection,
  checkpoint: number,
): Promise<CheckpointFacts> {
  const { passphrase, signatures } = inspection;
  const [state, headers, sets, results, scp] = await Promise.all([
    readState(inspection, statePath(checkpoint)),
    readHeaders(inspection, checkpoint),
    readAll(inspection, 'transactions', checkpoint, xdr.TransactionHistoryEntry, (entry, record) =>
      readTransactionSet(entry, record, passphrase),
    ),
    readAll(inspection, 'results', checkpoint, xdr.TransactionHistoryResultEntry, readResults),
    readAll(inspection, 'scp', checkpoint, xdr.ScpHistoryEntry, (entry) =>
      readScp(entry, signatures ? passphrase : undefined),
    ),
  ]);
  return { checkpoint, state: state?.state, headers, sets, results, scp };
}

/** Reads the headers of a checkpoint alone. */
export const readHeaders = (
  inspection: Inspection,
  checkpoint: number,
): Promise<HeaderFacts[] | undefined> =>
  readAll(inspection, 'ledger', checkpoint, xdr.LedgerHeaderHistoryEntry, readHeader);

/** Reads a `stellar-history.json`; undefined, and a defect, when it is not there or is none. */
export async function readState(
  { reading, limit, defects, stored }: Inspection,
  path: string,
): Promise<{ readonly state: ArchiveState; readonly text: string } | undefined> {
  try {
    const bytes = await limit(() => fetchWhole(reading.source, path));
    stored(bytes.length);
    const text = Buffer.from(bytes).toString('utf8');
    return { state: parseArchiveState(text, path), text };
  } catch (error) {
    defects(toDefect(error));
    return undefined;
  }
}

async function readAll<Wire, T extends xdr.XdrValue, Facts>(
  { reading, limit, defects, oddities, stored }: Inspection,
  kind: RecordKind,
  checkpoint: number,
  type: xdr.XdrValueConstructor<Wire, T> & { fromXdr: typeof xdr.XdrValue.fromXdr },
  read: (entry: T, record: Buffer) => Facts,
): Promise<Facts[] | undefined> {
  const file = recordPath(kind, checkpoint);
  const all: Facts[] = [];
  try {
    await limit(async () => {
      const records = readRecords(reading, file, {
        onStored: (part) => stored(part.length),
        onOddity: (message) => oddities({ file, message }),
      });
      for await (const record of records)
        all.push(read(decodeRecord(type, record, file, all.length), record));
    });
    return all;
  } catch (error) {
    const defect = toDefect(error);
    if (kind === 'scp' && defect.kind === 'missing') return all;
    defects(defect);
    return undefined;
  }
}

function readResults(entry: xdr.TransactionHistoryResultEntry, record: Buffer): ResultFacts {
  return {
    ledger: entry.ledgerSeq,
    // Between the ledger's number and the number of the extension's arm.
    hash: sha256(record.subarray(4, record.length - 4)).toString('hex'),
    ids: entry.txResultSet.results.map(({ transactionHash }) => hex(transactionHash)).sort(),
  };
}
