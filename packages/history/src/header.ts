import { sha256, type xdr } from '@ssc/tx';
import { zeroHash } from './archive-state.ts';
import { hex } from './transaction-set.ts';

/** What is compared of a header; hashes are lower-case hexadecimal. */
export interface HeaderFacts {
  readonly ledger: number;
  /** As the archive gives it. */
  readonly recordedHash: string;
  /** SHA-256 of the header's bytes. */
  readonly hash: string;
  readonly previousLedgerHash: string;
  /** After the upgrades of this ledger. */
  readonly protocol: number;
  readonly closeTime: bigint;
  readonly txSetHash: string;
  /** True for the value of protocol 28 and later that stands for a set which nobody could use. */
  readonly givenUpSet: boolean;
  readonly txSetResultHash: string;
  readonly bucketListHash: string;
  readonly skipList: readonly string[];
  /** The XDR of the value that was agreed on. */
  readonly value: string;
}

/** Reads a record of the ledger file. */
export function readHeader(entry: xdr.LedgerHeaderHistoryEntry, record: Buffer): HeaderFacts {
  const { header } = entry;
  const { scpValue } = header;
  return {
    ledger: header.ledgerSeq,
    recordedHash: hex(entry.hash),
    // Between the hash and the number of the extension's arm.
    hash: sha256(record.subarray(32, record.length - 4)).toString('hex'),
    previousLedgerHash: hex(header.previousLedgerHash),
    protocol: header.ledgerVersion,
    closeTime: BigInt(String(scpValue.closeTime)),
    txSetHash: hex(scpValue.txSetHash),
    givenUpSet: scpValue.ext.type === 'stellarValueEmptyTxSet',
    txSetResultHash: hex(header.txSetResultHash),
    bucketListHash: hex(header.bucketListHash),
    skipList: header.skipList.map(hex),
    value: scpValue.toXdr('hex'),
  };
}

const skips = [50, 5_000, 50_000, 500_000] as const;

/**
 * The skip list of a ledger, given that of the one before: every 50 ledgers the bucket list's hash goes in front, and
 * now and then an older one moves back (stellar-core: src/bucket/BucketManager.cpp, calculateSkipValues).
 */
export function nextSkipList(
  ledger: number,
  bucketListHash: string,
  before: readonly string[],
): readonly string[] {
  const [s1, s2, s3, s4] = skips;
  if (ledger % s1 !== 0) return before;
  const list = Array.from({ length: skips.length }, (_, i) => before[i] ?? zeroHash);
  const due = (number: number, step: number): boolean => number > 0 && number % step === 0;
  if (due(ledger - s1, s2)) {
    if (due(ledger - s2 - s1, s3)) {
      if (due(ledger - s3 - s2 - s1, s4)) list[3] = list[2] as string;
      list[2] = list[1] as string;
    }
    list[1] = list[0] as string;
  }
  list[0] = bucketListHash;
  return list;
}
