import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createMemoryArchive, type MemoryArchive } from '../src/index.ts';

/**
 * The archive of a real node: stellar-core v27.1.0 with accelerated time, ledgers 1 to 263, protocol 0 up to ledger 4 and
 * 27 from then on, 43 transactions of many kinds.
 */
const fixture = new URL('fixtures/archive-v27.1.0.tar.gz', import.meta.url);

const files = readTar(gunzipSync(readFileSync(fixture)));

/** A fresh copy to change. */
export const sampleArchive = (): MemoryArchive => createMemoryArchive(files, 'sample');

/** The files of a tar archive: 512 bytes of head for each, then its content in blocks of 512. */
function readTar(tar: Buffer): [string, Uint8Array][] {
  const found: [string, Uint8Array][] = [];
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const text = (from: number, length: number) =>
      tar.toString('latin1', at + from, at + from + length).replace(/\0.*$/su, '');
    const size = Number.parseInt(text(124, 12), 8);
    const path = text(0, 100);
    if (text(156, 1) === '0' || text(156, 1) === '')
      found.push([path, Uint8Array.from(tar.subarray(at + 512, at + 512 + size))]);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}
