import { gunzipSync, gzipSync } from 'node:zlib';

/** Undoes gzip, part by part; rejects when the bytes are no gzip, are cut off, or fail their checksum. */
export type Gunzip = (compressed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

// Enough for the buckets of any test network; who reads larger ones gives a decompression that streams.
const mostBytes = 2 ** 30;

/**
 * The decompression that is used unless another is given: takes a whole file at once, up to 1 GiB uncompressed, without
 * a thread, so that it also runs on virtual time.
 */
export const gunzipWhole: Gunzip = async function* (compressed) {
  const parts: Uint8Array[] = [];
  for await (const part of compressed) parts.push(part);
  const whole = parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
  yield gunzipSync(whole, { maxOutputLength: mostBytes });
};

/** Compresses as `gzip -c` does, without a name and a time, so that the same content gives the same bytes. */
export const gzip = (content: Uint8Array): Uint8Array => gzipSync(content);

/**
 * What is odd about the head of a gzip file, which readers skip and no checksum covers: flags that `gzip` never sets, a
 * name that is another file's. Undefined when it is as `gzip -c FILE` or a writer without names makes it. The time and
 * the kind of machine (bytes 4 to 9) can be anything.
 */
export function gzipOddity(head: Uint8Array, path: string): string | undefined {
  // What is no gzip at all is refused elsewhere.
  if (head[0] !== 0x1f || head[1] !== 0x8b) return undefined;
  const flags = head[3] ?? 0;
  if ((flags & ~0b1000) !== 0) return `has gzip flags 0x${flags.toString(16)} that nobody sets`;
  if (flags === 0) return undefined;
  const end = head.indexOf(0, 10);
  const name = Buffer.from(head.subarray(10, end < 0 ? undefined : end)).toString('latin1');
  const expected = path.slice(path.lastIndexOf('/') + 1).replace(/\.gz$/u, '');
  return name === expected
    ? undefined
    : `was compressed under the name ${JSON.stringify(name.slice(0, 100))}`;
}

/** How much of a file's head {@link gzipOddity} looks at: 10 bytes and a name. */
export const gzipHeadBytes = 10 + 256;
