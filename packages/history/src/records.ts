/** A file that is not a sequence of records, each with its length before it. */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

// The largest record is a ledger's transactions, some 20 MiB; a length above this is no length.
const longestRecord = 128 * 2 ** 20;

/**
 * The records of a stream: before each stand four bytes, its length with the highest bit set. Keeps no more than one
 * record and one part of the stream. Throws a FramingError that says at which byte it stopped.
 */
export async function* splitRecords(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  // What lies in `parts`, and how much there must be before it is worth putting together.
  let held = 0;
  let needed = 0;
  let at = 0;
  for await (const chunk of stream) {
    const part = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    parts.push(part);
    held += part.length;
    if (held < needed) continue;
    rest = parts.length === 1 ? part : Buffer.concat(parts);
    let offset = 0;
    for (;;) {
      const length = recordLength(rest, offset, at);
      needed = length === undefined ? 4 : length + 4;
      if (length === undefined || rest.length - offset < needed) break;
      yield rest.subarray(offset + 4, offset + needed);
      offset += needed;
      at += needed;
    }
    rest = rest.subarray(offset);
    parts = [rest];
    held = rest.length;
  }
  if (held > 0)
    throw new FramingError(
      `ends inside a record: of the one at byte ${at}, ${needed} bytes are announced and ${held} are there`,
    );
}

function recordLength(rest: Buffer, offset: number, at: number): number | undefined {
  if (rest.length - offset < 4) return undefined;
  const mark = rest.readUInt32BE(offset);
  const length = mark & 0x7fffffff;
  if (mark < 0x80000000 || length > longestRecord || length % 4 !== 0)
    throw new FramingError(
      `has no record mark at byte ${at}: 0x${mark.toString(16).padStart(8, '0')} is no length of XDR with the highest bit set`,
    );
  return length;
}

/** The bytes of a stream of records. */
export function joinRecords(records: Iterable<Uint8Array>): Buffer {
  const parts: Uint8Array[] = [];
  for (const record of records) parts.push(recordMark(record.length), record);
  return Buffer.concat(parts);
}

/** The four bytes before a record. */
export function recordMark(length: number): Buffer {
  const mark = Buffer.allocUnsafe(4);
  mark.writeUInt32BE((0x80000000 | length) >>> 0);
  return mark;
}
