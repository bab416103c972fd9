import { checkpointOf, firstLedgerOf } from '../history/checkpoint.ts';
import {
  decodeHeaderEntry,
  type HeaderEntry,
  RecordError,
  unzipRecords,
} from '../history/records.ts';
import { CatchupFailure } from './catchup-failure.ts';

/** A ledger by number and hash. */
export interface KnownLedger {
  readonly seq: number;
  readonly hash: string;
}

/** What a chain of headers is held against. */
export interface ChainChecks {
  /** The ledgers that must be proven, both included. */
  readonly from: number;
  readonly to: number;
  readonly every: number;
  readonly lastClosed: KnownLedger;
  /** What the last ledger must be, from who is believed: the network, or who typed the command. */
  readonly trustedHash: string | undefined;
  readonly supportedProtocol: number;
  /** The newest ledger is about to be held against the trusted hash. */
  endReached?(last: KnownLedger): void;
}

/** `[seq=7, hash=012345]`, core's way to name a ledger. */
export const describeLedger = ({ seq, hash }: KnownLedger): string =>
  `[seq=${seq}, hash=${hash.slice(0, 6)}]`;

const corruptArchive =
  'One or more of history archives may be corrupted. Update HISTORY configuration entry to only contain valid ones.';
const corruptData =
  'It is possible that your bucket storage or database is corrupted. Restore latest backup or reset this instance to fix this issue.';
const upgradeCore = 'Upgrade this stellar-core installation to newest version';

const failed = (why: string, detail: string | undefined, advice: string, isFatal = false) =>
  new CatchupFailure(
    [
      ...(detail === undefined ? [] : [detail]),
      `Catchup material failed verification - ${why}, propagating failure`,
      advice,
    ],
    isFatal,
  );

/**
 * Proves the headers of checkpoints, from the newest back: each hashes to what stands beside it, each names the one before
 * it, the last is the trusted one, and the chain meets what this node has closed itself (stellar-core:
 * src/catchup/VerifyLedgerChainWork.cpp). Throws a {@link CatchupFailure}.
 */
export class ChainVerifier {
  /** The headers proven so far, by number. */
  readonly headers = new Map<number, HeaderEntry>();
  readonly #checks: ChainChecks;
  /** What the next older checkpoint must end with. */
  #ahead: KnownLedger | undefined;
  #disagreement: CatchupFailure | undefined;

  constructor(checks: ChainChecks) {
    this.#checks = checks;
    const { to, trustedHash } = checks;
    if (trustedHash !== undefined) this.#ahead = { seq: to, hash: trustedHash };
  }

  /** The next older checkpoint, as its file in the archive has it. */
  add(checkpoint: number, file: Uint8Array): void {
    const { from, to, every } = this.#checks;
    const entries = this.#read(file);
    const wanted = firstLedgerOf(checkpoint, every);
    const first = entries[0];
    if (first === undefined || first.header.ledgerSeq !== wanted)
      throw this.#missing(
        `Checkpoint did not start with ${wanted} - got ${first?.header.ledgerSeq ?? 0}`,
      );
    let last = first;
    for (const [i, entry] of entries.entries()) {
      if (entry.header.ledgerSeq > to) break;
      this.#checkEntry(entry, i === 0 ? undefined : last);
      this.headers.set(entry.header.ledgerSeq, entry);
      last = entry;
    }
    const end = last.header.ledgerSeq;
    if (end !== checkpoint && end !== to)
      throw this.#missing(`History chain did not end with ${checkpoint} or ${to} - got ${end}`);
    this.#checkEnd({ seq: end, hash: last.hash });
    this.#ahead = { seq: wanted - 1, hash: first.header.previousLedgerHash };
    if (checkpoint === checkpointOf(from, every) && this.#disagreement !== undefined)
      throw this.#disagreement;
  }

  #read(file: Uint8Array): HeaderEntry[] {
    try {
      return unzipRecords(file).map(decodeHeaderEntry);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      const detail = `Failed when verifying ledger chain with error ${error.message}`;
      throw failed('corrupted header', detail, corruptArchive);
    }
  }

  #checkEntry(entry: HeaderEntry, before: HeaderEntry | undefined): void {
    const { header, hash, recordedHash } = entry;
    const claimed = describeLedger({ seq: header.ledgerSeq, hash: recordedHash });
    if (hash !== recordedHash)
      throw this.#badHash(
        `Bad ledger-header history entry: claimed ledger ${claimed} actually hashes to ${hash.slice(0, 6)}`,
      );
    this.#compare(entry);
    if (before === undefined) return;
    const expected = before.header.ledgerSeq + 1;
    if (header.ledgerSeq !== expected) {
      const word = header.ledgerSeq < expected ? 'undershot' : 'overshot';
      const detail = `History chain ${word} expected ledger seq ${expected}, got ${header.ledgerSeq} instead`;
      throw failed(word, detail, corruptArchive);
    }
    if (header.previousLedgerHash !== before.hash)
      throw this.#badHash(
        `Bad hash-chain: ${claimed} wants prev hash ${header.previousLedgerHash.slice(0, 6)} but actual prev hash is ${before.hash.slice(0, 6)}`,
      );
  }

  /** Notes where the chain contradicts this node: told only once the whole chain is proven. */
  #compare({ header, hash }: HeaderEntry): void {
    const { lastClosed, supportedProtocol, trustedHash } = this.#checks;
    const isFatal = trustedHash !== undefined;
    const claimed = describeLedger({ seq: header.ledgerSeq, hash });
    const own = describeLedger(lastClosed);
    const advice = isFatal ? corruptData : corruptArchive;
    if (header.ledgerVersion > supportedProtocol)
      this.#disagreement = failed('unsupported ledger version', undefined, upgradeCore, isFatal);
    if (header.ledgerSeq === lastClosed.seq && hash !== lastClosed.hash)
      this.#disagreement = failed(
        'hash mismatch',
        `Bad ledger-header history entry: claimed ledger ${claimed} does not agree with LCL ${own}`,
        advice,
        isFatal,
      );
    if (header.ledgerSeq === lastClosed.seq + 1 && header.previousLedgerHash !== lastClosed.hash)
      this.#disagreement = failed(
        'hash mismatch',
        `Bad ledger-header history entry: claimed ledger ${claimed} previous hash does not agree with LCL: ${own}`,
        advice,
        isFatal,
      );
  }

  #checkEnd(last: KnownLedger): void {
    if (last.seq === this.#checks.to) this.#checks.endReached?.(last);
    const ahead = this.#ahead;
    if (ahead === undefined || last.hash === ahead.hash) return;
    throw this.#badHash(
      `Checkpoint does not agree with checkpoint ahead: current ${describeLedger(last)}, verified: ${describeLedger(ahead)}`,
    );
  }

  #badHash(detail: string): CatchupFailure {
    return failed('hash mismatch', detail, corruptArchive);
  }

  #missing(detail: string): CatchupFailure {
    return failed('missing entries', detail, corruptArchive);
  }
}
