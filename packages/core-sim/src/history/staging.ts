import { type Files, readText } from '@ssc/process';
import type { NodeSettings } from '../config/node-settings.ts';
import { encodeBucket } from '../ledger/bucket.ts';
import { hashHeader, type LedgerHeader } from '../ledger/header.ts';
import type { ClosedLedger, LedgerState } from '../ledger/ledger.ts';
import { writeWhole } from '../store/write-whole.ts';
import {
  type ArchiveState,
  bucketsOf,
  describeState,
  parseState,
  type RecordKind,
  recordKinds,
  renderState,
} from './archive-state.ts';
import { checkpointOf, firstLedgerOf, hexOf } from './checkpoint.ts';
import {
  type Consensus,
  decodeHeaderEntry,
  encodeHeaderEntry,
  encodeMessagesEntry,
  encodeResultsEntry,
  encodeTransactionsEntry,
  frameRecord,
  ledgerOfRecord,
  wholeRecords,
} from './records.ts';

/** What staging needs to know of its node. */
export interface StagingOptions {
  readonly files: Files;
  readonly bucketFolder: string;
  readonly checkpointFrequency: number;
  readonly server: string;
  readonly passphrase: string;
}

/** The hashes of buckets that queued checkpoints still need. */
export function queuedBuckets(files: Files, bucketFolder: string): Set<string> {
  const folder = queueFolder(bucketFolder);
  if (files.info(folder) === undefined) return new Set();
  return new Set(
    files.list(folder).flatMap((name) => {
      const state = parseState(readText(files, `${folder}/${name}`));
      return state === undefined ? [] : bucketsOf(state);
    }),
  );
}

/** The staging of a configured node. */
export const openStaging = (files: Files, settings: NodeSettings, server: string): Staging =>
  new Staging({ files, server, ...settings });

const queueFolder = (bucketFolder: string): string => `${bucketFolder}/publishqueue`;

/**
 * What of a checkpoint is ready while its ledgers close, and the queue of those that wait to be published: files beside
 * the buckets, which outlive the process (stellar-core: src/history/CheckpointBuilder.cpp).
 */
export class Staging {
  readonly #options: StagingOptions;

  constructor(options: StagingOptions) {
    this.#options = options;
  }

  /** Begins the first checkpoint with the first ledger. */
  begin(genesis: LedgerHeader): void {
    this.#create(genesis.ledgerSeq);
    this.#append('ledger', genesis.ledgerSeq, encodeHeaderEntry(genesis, hashHeader(genesis)));
  }

  /** Adds a ledger. Gives the checkpoint that it ends, once that is in the queue. */
  add(closed: ClosedLedger, consensus: Consensus, state: LedgerState): number | undefined {
    const { checkpointFrequency: every } = this.#options;
    const seq = closed.header.ledgerSeq;
    const checkpoint = checkpointOf(seq, every);
    if (seq === firstLedgerOf(checkpoint, every)) this.#create(seq);
    if (!this.#exists(this.#path('ledger', checkpoint, 'dirty'))) return undefined;
    this.#append('ledger', seq, encodeHeaderEntry(closed.header, closed.hash));
    if (closed.applied.length > 0) {
      this.#append('transactions', seq, encodeTransactionsEntry(seq, closed.txSet));
      this.#append('results', seq, encodeResultsEntry(closed));
    }
    if (consensus.envelopes.length > 0)
      this.#append('scp', seq, encodeMessagesEntry(seq, consensus));
    if (seq !== checkpoint) return undefined;
    this.#finish(checkpoint, state);
    return checkpoint;
  }

  /** True when ledgers of the checkpoint are missing that were closed before publication was configured. */
  isIncomplete(seq: number): boolean {
    const checkpoint = checkpointOf(seq, this.#options.checkpointFrequency);
    return seq === checkpoint && !this.#exists(this.#path('ledger', checkpoint));
  }

  /** Takes back what was written of ledgers that were not closed when the process died. */
  restore(lastClosed: number): void {
    const { files } = this.#options;
    const checkpoint = checkpointOf(lastClosed + 1, this.#options.checkpointFrequency);
    this.#reopen(checkpoint);
    for (const kind of recordKinds) {
      const path = this.#path(kind, checkpoint, 'dirty');
      if (!this.#exists(path)) continue;
      const kept = wholeRecords(files.read(path)).filter((record) => {
        const seq =
          kind === 'ledger'
            ? decodeHeaderEntry(record).header.ledgerSeq
            : ledgerOfRecord(kind, record);
        return seq <= lastClosed;
      });
      writeWhole(files, path, Buffer.concat(kept.map(frameRecord)));
    }
  }

  /** A checkpoint that was finished, or half so, with a ledger that was not closed is as it was before that one. */
  #reopen(checkpoint: number): void {
    const { files } = this.#options;
    const queued = this.#queuePath(checkpoint);
    for (const path of [queued, `${queued}.dirty`]) files.remove(path);
    for (const kind of recordKinds) {
      const finished = this.#path(kind, checkpoint);
      if (this.#exists(finished)) files.rename(finished, this.#path(kind, checkpoint, 'dirty'));
    }
  }

  /** Forgets the checkpoint that was begun: what follows does not continue it. */
  abandon(): void {
    const folder = `${this.#options.bucketFolder}/history`;
    for (const kind of recordKinds) {
      if (!this.#exists(`${folder}/${kind}`)) continue;
      for (const name of this.#options.files.list(`${folder}/${kind}`))
        if (name.endsWith('.dirty')) this.#options.files.remove(`${folder}/${kind}/${name}`);
    }
  }

  /** Forgets all that an earlier life left. */
  clear(): void {
    const { files, bucketFolder } = this.#options;
    files.remove(`${bucketFolder}/history`);
    files.remove(queueFolder(bucketFolder));
  }

  /** The checkpoints that wait, ascending. */
  queue(): number[] {
    const folder = queueFolder(this.#options.bucketFolder);
    if (!this.#exists(folder)) return [];
    return this.#options.files
      .list(folder)
      .flatMap((name) => {
        const hex = /^([0-9a-f]{8})\.checkpoint$/.exec(name)?.[1];
        return hex === undefined ? [] : [Number.parseInt(hex, 16)];
      })
      .sort((a, b) => a - b);
  }

  /** The state of a queued checkpoint. */
  stateOf(checkpoint: number): ArchiveState {
    const state = parseState(readText(this.#options.files, this.#queuePath(checkpoint)));
    if (state === undefined) throw new Error(`the queued checkpoint ${checkpoint} can't be read`);
    return state;
  }

  /** Where a queued checkpoint's records are; undefined for messages of which there are none. */
  fileOf(kind: RecordKind, checkpoint: number): string | undefined {
    const path = this.#path(kind, checkpoint);
    return this.#exists(path) ? path : undefined;
  }

  /** Where a bucket is. */
  bucketFile(hash: string): string {
    return `${this.#options.bucketFolder}/bucket-${hash}.xdr`;
  }

  /** Removes what was published. */
  remove(checkpoint: number): void {
    for (const kind of recordKinds) this.#options.files.remove(this.#path(kind, checkpoint));
    this.#options.files.remove(this.#queuePath(checkpoint));
  }

  #finish(checkpoint: number, ledger: LedgerState): void {
    const { files, bucketFolder, server, passphrase } = this.#options;
    const { state, buckets } = describeState(ledger, server, passphrase);
    for (const [hash, bucket] of buckets) {
      const path = this.bucketFile(hash);
      if (!this.#exists(path)) writeWhole(files, path, encodeBucket(bucket));
    }
    files.makeFolder(queueFolder(bucketFolder));
    const dirty = `${this.#queuePath(checkpoint)}.dirty`;
    files.write(dirty, renderState(state));
    for (const kind of recordKinds) {
      const path = this.#path(kind, checkpoint, 'dirty');
      if (this.#exists(path)) files.rename(path, this.#path(kind, checkpoint));
    }
    files.rename(dirty, this.#queuePath(checkpoint));
  }

  #create(seq: number): void {
    const { files, bucketFolder, checkpointFrequency } = this.#options;
    const checkpoint = checkpointOf(seq, checkpointFrequency);
    for (const kind of recordKinds) {
      files.makeFolder(`${bucketFolder}/history/${kind}`);
      // A file of messages comes into being with the first one.
      const path = this.#path(kind, checkpoint, 'dirty');
      if (kind === 'scp') files.remove(path);
      else files.write(path, '');
    }
  }

  #append(kind: RecordKind, seq: number, record: Buffer): void {
    const checkpoint = checkpointOf(seq, this.#options.checkpointFrequency);
    this.#options.files.append(this.#path(kind, checkpoint, 'dirty'), frameRecord(record));
  }

  #path(kind: RecordKind, checkpoint: number, end?: 'dirty'): string {
    const path = `${this.#options.bucketFolder}/history/${kind}/${kind}-${hexOf(checkpoint)}.xdr`;
    return end === undefined ? path : `${path}.${end}`;
  }

  #queuePath(checkpoint: number): string {
    return `${queueFolder(this.#options.bucketFolder)}/${hexOf(checkpoint)}.checkpoint`;
  }

  #exists(path: string): boolean {
    return this.#options.files.info(path) !== undefined;
  }
}
