// The archive of a real node verified whole, and the same files decoded by a bare loop over the SDK that checks nothing,
// in one process, in turns.

import { gunzipSync } from 'node:zlib';
import { parseArchivePath, type RecordKind, verifyArchive } from '@ssc/history';
import { xdr } from '@ssc/tx';
import { sampleArchive } from '../test/sample.ts';

const archive = sampleArchive();
const types: Record<RecordKind, { fromXdr(bytes: Uint8Array): unknown }> = {
  ledger: xdr.LedgerHeaderHistoryEntry,
  transactions: xdr.TransactionHistoryEntry,
  results: xdr.TransactionHistoryResultEntry,
  scp: xdr.ScpHistoryEntry,
};

function decodeAll(): number {
  let ledgers = 0;
  for (const [path, bytes] of archive.files) {
    const kind = parseArchivePath(path)?.kind;
    if (kind === undefined || kind === 'well-known' || kind === 'state') continue;
    const content = gunzipSync(bytes);
    for (let at = 0; at < content.length; ) {
      const end = at + 4 + (content.readUInt32BE(at) & 0x7fffffff);
      const record = content.subarray(at + 4, end);
      // Buckets of the hot archive hold nothing but META here, which is the same in both lists.
      if (kind === 'bucket') xdr.BucketEntry.fromXdr(record);
      else types[kind].fromXdr(record);
      if (kind === 'ledger') ledgers += 1;
      at = end;
    }
  }
  return ledgers;
}

async function verifyAll(): Promise<number> {
  const report = await verifyArchive(archive);
  if (report.defects.length > 0) throw new Error('the sample has defects');
  return report.ledgers;
}

const ROUNDS = 7;
const TIMES = 5;

/** Ledgers per second of this process's own time, which other work on the machine does not lengthen. */
async function perSecond(work: () => number | Promise<number>): Promise<number> {
  const before = process.cpuUsage();
  let ledgers = 0;
  for (let i = 0; i < TIMES; i++) ledgers += await work();
  const { user, system } = process.cpuUsage(before);
  return (ledgers * 1e6) / (user + system);
}

const rates: { verified: number; decoded: number }[] = [];
await perSecond(verifyAll);
await perSecond(decodeAll);
for (let round = 0; round < ROUNDS; round++)
  rates.push({ verified: await perSecond(verifyAll), decoded: await perSecond(decodeAll) });

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const verified = median(rates.map((rate) => rate.verified));
const decoded = median(rates.map((rate) => rate.decoded));
const round = (rate: number): string => Math.round(rate).toLocaleString('en');
console.log(`verified   ${round(verified)} ledgers/s: chain, sets, results, buckets, signatures`);
console.log(`decoded    ${round(decoded)} ledgers/s by a bare loop, nothing compared`);
console.log(`of which verification takes ${(decoded / verified).toFixed(2)} times as long`);
