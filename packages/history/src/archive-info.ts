import { type ArchiveState, bucketsOf } from './archive-state.ts';
import type { CheckpointFrequency } from './checkpoint.ts';
import { isCheckpoint } from './checkpoint.ts';
import { toDefect } from './defect.ts';
import { statePath } from './layout.ts';
import { findFrequency, type ReadOptions, readArchive } from './read-archive.ts';
import { hasFile } from './read-records.ts';
import type { ArchiveSource } from './source.ts';
import { hex } from './transaction-set.ts';

/** What an archive says of itself, believed without a check. */
export interface ArchiveInfo {
  readonly archive: string;
  readonly state: ArchiveState;
  readonly frequency: CheckpointFrequency;
  /** How many checkpoints there are up to the newest, if none is missing. */
  readonly checkpoints: number;
  /** The buckets that the newest state names. */
  readonly buckets: number;
  /** True when the archive begins with the network's first ledger, false when it was begun later. */
  readonly fromStart: boolean;
  /** The newest header; undefined for an archive without ledgers, or when it cannot be read. */
  readonly last:
    | {
        readonly hash: string;
        readonly protocol: number;
        /** Seconds since 1970. */
        readonly closeTime: number;
      }
    | undefined;
}

/** Reads the newest state and header of an archive: three or four files, however long it is. */
export async function readArchiveInfo(
  source: ArchiveSource,
  options: ReadOptions = {},
): Promise<ArchiveInfo> {
  const reader = readArchive(source, options);
  const state = await reader.state();
  const { currentLedger } = state;
  const frequency = await findFrequency(source, currentLedger);
  const whole = isCheckpoint(currentLedger, frequency);
  return {
    archive: source.name,
    state,
    frequency,
    checkpoints: whole ? (currentLedger + 1) / frequency : 0,
    buckets: bucketsOf([...state.currentBuckets, ...(state.hotArchiveBuckets ?? [])]).length,
    fromStart: currentLedger > 0 && (await hasFile(source, statePath(frequency - 1))),
    last: whole ? await lastHeader(reader.headers(currentLedger)) : undefined,
  };
}

async function lastHeader(
  headers: ReturnType<ReturnType<typeof readArchive>['headers']>,
): Promise<ArchiveInfo['last']> {
  let last: ArchiveInfo['last'];
  try {
    for await (const { hash, header } of headers)
      last = {
        hash: hex(hash),
        protocol: header.ledgerVersion,
        closeTime: Number(String(header.scpValue.closeTime)),
      };
  } catch (error) {
    // A damaged file is what `verify` is for; here it says only that nothing is known.
    toDefect(error);
    return undefined;
  }
  return last;
}
