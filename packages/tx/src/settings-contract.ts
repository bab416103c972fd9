/**
 * The contract that stores the settings to be voted on, written out by hand: `write(bytes)` stores the bytes as
 * temporary data of the contract under their SHA-256, makes them live 30 days of 5-second ledgers and returns the hash.
 * It does what the contract of stellar-core's own `get-settings-upgrade-txs` does (stellar/rs-soroban-env:
 * soroban-test-wasms, write_upgrade_bytes), which has no other use for a compiler's output of 2 KiB.
 */
export function settingsContract(): Uint8Array {
  return module_([
    section(1, vector([funcType(1), funcType(3), funcType(4)])),
    section(
      2,
      // The host's functions by the names of its environment (stellar/rs-soroban-env: soroban-env-common/env.json).
      vector([
        importFunction('c', '_', 0), // 0: compute_hash_sha256(bytes) → bytes
        importFunction('l', '_', 1), // 1: put_contract_data(key, value, storage type)
        importFunction('l', '7', 2), // 2: extend_contract_data_ttl(key, storage type, threshold, extend to)
      ]),
    ),
    section(3, vector([[0]])),
    section(5, vector([[0x00, 1]])), // one page of memory: unused, but every contract that a compiler made has one
    section(
      7,
      vector([
        [...name('memory'), 0x02, 0],
        [...name('write'), 0x00, 3],
      ]),
    ),
    section(10, vector([withLength(writeFunction())])),
    // A stream of one SCEnvMetaEntry: kind 0, interface version 20.0, which every later protocol accepts.
    section(0, [...name('contractenvmetav0'), 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0]),
  ]);
}

const I64 = 0x7e;
const localGet = (index: number): number[] => [0x20, index];
const call = (index: number): number[] => [0x10, index];
const i64Const = (value: bigint): number[] => [0x42, ...signed(value)];
const DROP = 0x1a;

/** The host's form of a 32-bit number: the number in the upper half, tag 4 in the lowest byte. */
const u32Val = (value: number): bigint => (BigInt(value) << 32n) | 4n;
const TEMPORARY = 0n;
const LEDGERS_TO_LIVE = 518_400;

const writeFunction = (): number[] => [
  ...[1, 1, I64], // one local of 64 bits: the hash
  ...localGet(0),
  ...call(0),
  ...[0x22, 1], // local.tee
  ...localGet(0),
  ...i64Const(TEMPORARY),
  ...call(1),
  DROP,
  ...localGet(1),
  ...i64Const(TEMPORARY),
  ...i64Const(u32Val(LEDGERS_TO_LIVE)),
  ...i64Const(u32Val(LEDGERS_TO_LIVE)),
  ...call(2),
  DROP,
  ...localGet(1),
  0x0b, // end
];

const module_ = (sections: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, ...sections.flat()]);
const section = (id: number, content: readonly number[]): number[] => [id, ...withLength(content)];
const vector = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];
const withLength = (content: readonly number[]): number[] => [
  ...unsigned(content.length),
  ...content,
];
const name = (text: string): number[] => withLength([...Buffer.from(text, 'ascii')]);
const funcType = (parameters: number): number[] => [
  0x60,
  ...vector(Array.from({ length: parameters }, () => [I64])),
  ...vector([[I64]]),
];
const importFunction = (from: string, export_: string, type: number): number[] => [
  ...name(from),
  ...name(export_),
  0x00,
  type,
];

/** LEB128. */
const unsigned = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];

/** Signed LEB128 of a number that is not negative. */
const signed = (value: bigint): number[] =>
  value < 0x40n ? [Number(value)] : [Number(value & 0x7fn) | 0x80, ...signed(value >> 7n)];
