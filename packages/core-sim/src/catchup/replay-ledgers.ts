import { recordPath } from '../history/archive-state.ts';
import { firstLedgerOf } from '../history/checkpoint.ts';
import {
  decodeTransactionsEntry,
  type HeaderEntry,
  ledgerOfRecord,
  RecordError,
  unzipRecords,
} from '../history/records.ts';
import { createTxSet, type TxSet } from '../tx/tx-set.ts';
import { CatchupFailure } from './catchup-failure.ts';
import type { CatchupJob } from './catchup-job.ts';
import { type CatchupRange, checkpointsOf } from './catchup-range.ts';

/** How long the application of one ledger takes. */
const ledgerMs = 10;

/** Applies ledgers one by one, with the transaction sets that archives hold (stellar-core: src/catchup/DownloadApplyTxsWork.cpp). */
export async function replayLedgers(
  job: CatchupJob,
  range: CatchupRange,
  headers: ReadonlyMap<number, HeaderEntry>,
): Promise<void> {
  const { self, settings, log } = job.host;
  const every = settings.checkpointFrequency;
  const checkpoints = checkpointsOf(range.first, range.last, every);
  const tellLeft = (left: number): void => {
    const share = Math.floor((100 * (checkpoints.length - left)) / checkpoints.length);
    job.tell(
      `Download & apply checkpoints: num checkpoints left to apply:${left} (${share}% done)`,
    );
  };
  for (const checkpoint of checkpoints) {
    const text = `Downloading, unzipping and applying transactions for checkpoint ${checkpoint}`;
    log('History', 'INFO', text);
  }
  tellLeft(checkpoints.length);
  await job.begin('download-apply-ledgers');
  const remotes = checkpoints.map((checkpoint) => recordPath('transactions', checkpoint));
  const isWhole = await job.files.each(remotes, async (file, i) => {
    const checkpoint = checkpoints[i] as number;
    const records = replaying(() => recordsOf(file));
    const last = Math.min(checkpoint, range.last);
    for (let seq = Math.max(range.first, firstLedgerOf(checkpoint, every)); seq <= last; seq++) {
      await self.clock.sleep(ledgerMs);
      const entry = headers.get(seq) as HeaderEntry;
      const set = replaying(() => setFor(job, entry, records.get(seq)));
      job.host.replay(entry.header.scpValue, set, entry.hash);
    }
    tellLeft(checkpoints.length - 1 - i);
  });
  if (!isWhole) throw new CatchupFailure([]);
}

/** What can't be read or does not fit fails the catchup, not the process. */
function replaying<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CatchupFailure) throw error;
    throw new CatchupFailure([`Replay failed: ${(error as Error).message}`]);
  }
}

function recordsOf(file: Uint8Array): Map<number, Buffer> {
  const records = new Map<number, Buffer>();
  for (const record of unzipRecords(file)) {
    if (record.length < 4) throw new RecordError();
    records.set(ledgerOfRecord('transactions', record), record);
  }
  return records;
}

/** The recorded set of a ledger, or the empty one for a ledger without a record. */
function setFor({ host }: CatchupJob, { header }: HeaderEntry, record: Buffer | undefined): TxSet {
  const last = host.lastClosed();
  const { ledgerVersion, baseFee } = last.header;
  if (header.previousLedgerHash !== last.hash)
    throw new Error(
      `replay at ledger ${header.ledgerSeq} disagreed with LCL ${last.hash.slice(0, 6)} previous hash`,
    );
  const set =
    record === undefined
      ? createTxSet(last.hash, ledgerVersion, [], BigInt(baseFee))
      : decodeTransactionsEntry(record, host.settings.networkId);
  const wanted = header.scpValue.txSetHash;
  if (set.hash !== wanted)
    throw new Error(
      `replay txset hash differs from txset hash in replay ledger: hash for txset is ${set.hash}, expected ${wanted}`,
    );
  return set;
}
