import { sha256Hex } from '../keys.ts';
import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';
import { readStellarValue, type StellarValue, writeStellarValue } from './stellar-value.ts';

/** The header of a ledger (XDR: LedgerHeader); hashes in hex. */
export interface LedgerHeader {
  readonly ledgerVersion: number;
  readonly previousLedgerHash: string;
  readonly scpValue: StellarValue;
  readonly txSetResultHash: string;
  readonly bucketListHash: string;
  readonly ledgerSeq: number;
  readonly totalCoins: bigint;
  readonly feePool: bigint;
  readonly inflationSeq: number;
  readonly idPool: bigint;
  readonly baseFee: number;
  readonly baseReserve: number;
  readonly maxTxSetSize: number;
  /** Four bucket list hashes of the past. */
  readonly skipList: readonly string[];
  readonly flags: number;
}

export const zeroHash = '0'.repeat(64);

/** 10^18 stroops: all there is. */
export const totalCoins = 1_000_000_000_000_000_000n;

export function encodeHeader(header: LedgerHeader): Buffer {
  const writer = new XdrWriter().uint(header.ledgerVersion).hex(header.previousLedgerHash);
  writeStellarValue(writer, header.scpValue);
  writer.hex(header.txSetResultHash).hex(header.bucketListHash).uint(header.ledgerSeq);
  writer.long(header.totalCoins).long(header.feePool).uint(header.inflationSeq);
  writer.long(header.idPool).uint(header.baseFee).uint(header.baseReserve);
  writer.uint(header.maxTxSetSize);
  for (const hash of header.skipList) writer.hex(hash);
  if (header.flags === 0) writer.int(0);
  else writer.int(1).uint(header.flags).int(0);
  return writer.end();
}

export function decodeHeader(bytes: Uint8Array): LedgerHeader {
  const reader = new XdrReader(bytes);
  const header = {
    ledgerVersion: reader.uint(),
    previousLedgerHash: reader.hex(32),
    scpValue: readStellarValue(reader),
    txSetResultHash: reader.hex(32),
    bucketListHash: reader.hex(32),
    ledgerSeq: reader.uint(),
    totalCoins: reader.long(),
    feePool: reader.long(),
    inflationSeq: reader.uint(),
    idPool: reader.long(),
    baseFee: reader.uint(),
    baseReserve: reader.uint(),
    maxTxSetSize: reader.uint(),
    skipList: [reader.hex(32), reader.hex(32), reader.hex(32), reader.hex(32)],
    flags: reader.int() === 1 ? reader.uint() : 0,
  };
  if (header.flags !== 0) reader.int();
  reader.end();
  return header;
}

/** The hash by which a ledger is known: SHA-256 of its header. */
export const hashHeader = (header: LedgerHeader): string => sha256Hex(encodeHeader(header));

/** The skip list of a ledger, which changes every 50th (stellar-core: BucketManager::calculateSkipValues). */
export function nextSkipList(
  before: readonly string[],
  seq: number,
  bucketListHash: string,
): readonly string[] {
  if (seq % 50 !== 0) return before;
  let [first = zeroHash, second = zeroHash, third = zeroHash, fourth = zeroHash] = before;
  const v = seq - 50;
  if (v > 0 && v % 5000 === 0) {
    const w = v - 5000;
    if (w > 0 && w % 50_000 === 0) {
      const x = w - 50_000;
      if (x > 0 && x % 500_000 === 0) fourth = third;
      third = second;
    }
    second = first;
  }
  first = bucketListHash;
  return [first, second, third, fourth];
}

/** The first ledger, whose entries are known by the hash of their bucket list. */
export const genesisHeader = (bucketListHash: string): LedgerHeader => ({
  ledgerVersion: 0,
  previousLedgerHash: zeroHash,
  scpValue: { txSetHash: zeroHash, closeTime: 0, upgrades: [], signedBy: undefined },
  txSetResultHash: zeroHash,
  bucketListHash,
  ledgerSeq: 1,
  totalCoins,
  feePool: 0n,
  inflationSeq: 0,
  idPool: 0n,
  baseFee: 100,
  baseReserve: 100_000_000,
  maxTxSetSize: 100,
  skipList: [zeroHash, zeroHash, zeroHash, zeroHash],
  flags: 0,
});
