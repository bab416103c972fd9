import type { ProcessContext } from '@ssc/process';
import type { NodeSettings } from '../config/node-settings.ts';
import type { LedgerHeader } from '../ledger/header.ts';
import type { LedgerState } from '../ledger/ledger.ts';
import type { StellarValue } from '../ledger/stellar-value.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { TxSet } from '../tx/tx-set.ts';
import type { ArchiveFiles } from './archive-files.ts';
import type { KnownLedger } from './verify-chain.ts';

/** Where to, and how. */
export interface CatchupTarget {
  /** Undefined: the newest ledger that the archive has. */
  readonly to: number | undefined;
  /** How many of the last ledgers are replayed at least; Infinity: all. */
  readonly count: number;
  /** The hash of the ledger `to` from who is believed. */
  readonly trustedHash?: string | undefined;
  /** The archive to read; default: each file from one of the readable ones by chance. */
  readonly archive?: string | undefined;
  /** True to prove the files of results too. */
  readonly verifiesResults?: boolean;
}

/** What a catchup needs of its node. */
export interface CatchupHost {
  readonly self: ProcessContext;
  readonly settings: NodeSettings;
  readonly supportedProtocol: number;
  readonly log: Log;
  readonly metrics: Metrics;
  /** See Defects.neverCatchesUp. */
  readonly hangs: boolean;
  lastClosed(): KnownLedger & { readonly header: LedgerHeader };
  /** Where the network is known to be, now that the headers are proven. */
  aligned(header: LedgerHeader): void;
  /** Takes a state as it is. */
  assume(state: LedgerState): void;
  /** Applies one ledger; throws when that does not give the ledger of this hash. */
  replay(value: StellarValue, set: TxSet, hash: string): void;
  /** What `/info` shows of it. */
  tell(status: string): void;
  /** The last step, when all that was fetched is applied. */
  finish?(tell: (status: string) => void): void;
}

/** One catchup under way, as its steps see it. */
export interface CatchupJob {
  readonly host: CatchupHost;
  readonly target: CatchupTarget;
  readonly files: ArchiveFiles;
  /** Says how far it is. */
  tell(status: string): void;
  /** Waits for the thread, then begins a step; its name, and that of the steps it belongs to, are told should it fail. */
  begin(step: string, ...of: readonly string[]): Promise<void>;
}
