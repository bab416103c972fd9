import type { Random } from '@ssc/clock';

const section = (id: number, content: readonly number[]): number[] => [
  id,
  ...unsigned(content.length),
  ...content,
];

/** LEB128. */
const unsigned = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];

const name = (text: string): number[] => [text.length, ...Buffer.from(text, 'ascii')];

const begin = [
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  // The version of the host's interface that it is made for: 20.0.
  ...section(0, [...name('contractenvmetav0'), 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0]),
  ...section(1, [1, 0x60, 0, 1, 0x7e]),
  ...section(3, [1, 0]),
  ...section(4, [1, 0x70, 0, 0x80, 1]),
  ...section(5, [1, 0, 1]),
  ...section(6, [1, 0x7e, 1, 0x42, 42, 0x0b]),
  ...section(7, [2, ...name('memory'), 2, 0, ...name('test'), 0, 0]),
];
const functionBegin = [1, 0, 0x7e];
const functionEnd = [0x42, 0, 0x0f, 0x0b];
/** Bytes of a constant that is dropped: the two opcodes, and a number of six. */
const pairBytes = 8;
/** Of the function's section beside its constants, with the longest lengths. */
const aroundBytes = 1 + 3 + 1 + 3 + functionBegin.length + functionEnd.length;

/**
 * A module of about so many bytes that does nothing: one function of random constants. Its sections and their number of
 * each are those of the modules that stellar-core's own generator uploads.
 */
export function randomWasm(bytes: number, random: Random): Buffer {
  const pairs = Math.max(1, Math.floor((bytes - begin.length - aroundBytes) / pairBytes));
  const noise = random.bytes(pairs * 6);
  const body = [...functionBegin];
  for (let i = 0; i < pairs; i++) {
    const digits = [...noise.subarray(i * 6, i * 6 + 6)];
    // Signed LEB128 of six bytes, positive: the last one has neither the top bit nor the sign's.
    const last = digits.pop() as number;
    body.push(0x42, ...digits.map((digit) => digit | 0x80), (last & 0x1f) | 0x20, 0x1a);
  }
  body.push(...functionEnd);
  const code = section(10, [1, ...unsigned(body.length), ...body]);
  return Buffer.from([...begin, ...code]);
}
