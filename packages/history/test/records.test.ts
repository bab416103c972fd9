import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinRecords, splitRecords } from '../src/index.ts';

async function* chunksOf(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...ends, bytes.length]) {
    yield bytes.subarray(from, to);
    from = to;
  }
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const record of stream) all.push(Buffer.from(record));
  return all;
}

const record = fc
  .uint8Array({ maxLength: 60 })
  .map((bytes) => Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 4))));

describe('records', () => {
  test('split(join(x)) = x, however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 8 }),
        fc.array(fc.nat(500), { maxLength: 12 }),
        async (records, cuts) => {
          const seen = await collect(splitRecords(chunksOf(joinRecords(records), cuts)));
          expect(seen).toEqual(records);
        },
      ),
      { seed: 1 },
    );
  });

  test('a long record comes from many small parts without being put together again and again', async () => {
    const long = Buffer.alloc(2 ** 22, 7);
    const bytes = joinRecords([long]);
    const cuts = Array.from({ length: 4000 }, (_, i) => i * 1000);
    expect((await collect(splitRecords(chunksOf(bytes, cuts))))[0]?.equals(long)).toBe(true);
  });

  test('what is refused, and in which words', async () => {
    const cases = {
      'a mark without its highest bit': '00000004deadbeef',
      'a length that XDR does not have': '80000003deadbe',
      'a length beyond all reason': 'ffffffffdeadbeef',
      'a record that is cut off': '80000004deadbeef80000008deadbeef',
      'a mark that is cut off': '80000004deadbeef8000',
    };
    const lines: string[] = [];
    for (const [name, bytes] of Object.entries(cases))
      await collect(splitRecords(chunksOf(Buffer.from(bytes, 'hex'), []))).then(
        () => lines.push(`${name}: taken`),
        (error: unknown) => lines.push(`${name}: ${String(error)}`),
      );
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "a mark without its highest bit: FramingError: has no record mark at byte 0: 0x00000004 is no length of XDR with the highest bit set
      a length that XDR does not have: FramingError: has no record mark at byte 0: 0x80000003 is no length of XDR with the highest bit set
      a length beyond all reason: FramingError: has no record mark at byte 0: 0xffffffff is no length of XDR with the highest bit set
      a record that is cut off: FramingError: ends inside a record: of the one at byte 8, 12 bytes are announced and 8 are there
      a mark that is cut off: FramingError: ends inside a record: of the one at byte 8, 4 bytes are announced and 2 are there"
    `);
  });
});
