import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeStrkey, deriveKeyPair, encodeStrkey, publicKeyOfSeed } from '../src/index.ts';
import { maskSeeds } from '../src/strkey.ts';

/** Told by `stellar-core gen-seed` and `stellar-core convert-id` of v27.1.0. */
const recorded = [
  {
    seed: 'SC2SJUF5JEBJW4NVVATDAJVUAAC6XDP7CL5MBXJCLCYSIOXVTEFZC67Q',
    publicKey: 'GBMFXUE2H6PEDZ4LPC2YPPEMGUSH66OJ2ALFTFKZUNM6YB3OH3ZHGX4R',
  },
  {
    seed: 'SCE2A4S4ZMAFUU74VDWV5NZGVE2EBKM77UNOAWLMNEF3B7T6EHGQ34PE',
    publicKey: 'GC6VDQDLWRAOW3QDPRDDVWPDKB6HJ7NERFSE3A4RXLLXZEWXLWE4LCWI',
  },
] as const;

test.each(recorded)('the public key of a seed that stellar-core made: $publicKey', (keys) => {
  expect(publicKeyOfSeed(keys.seed)).toBe(keys.publicKey);
});

test('the bytes are those that stellar-core tells', () => {
  const decoded = decodeStrkey(recorded[1].publicKey, 'public key');
  expect(decoded.ok && Buffer.from(decoded.payload).toString('hex')).toBe(
    'bd51c06bb440eb6e037c463ad9e3507c74fda489644d8391bad77c92d75d89c5',
  );
});

test('encoding and decoding give back any 32 bytes', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes, fc.constantFrom('public key' as const, 'seed' as const), (key, kind) => {
      const decoded = decodeStrkey(encodeStrkey(key, kind), kind);
      expect(decoded.ok && Uint8Array.from(decoded.payload)).toEqual(key);
    }),
    { seed: 1 },
  );
});

test('one wrong character anywhere is noticed', () => {
  const { publicKey } = recorded[0];
  for (let i = 0; i < publicKey.length; i++) {
    const other = publicKey[i] === 'A' ? 'B' : 'A';
    const mistyped = publicKey.slice(0, i) + other + publicKey.slice(i + 1);
    expect(decodeStrkey(mistyped, 'public key').ok).toBe(false);
  }
});

describe('which check fails', () => {
  const { publicKey, seed } = recorded[0];
  test.each([
    ['too short', publicKey.slice(1), 'length', 'has 55 characters, a public key has 56'],
    ['empty', '', 'length', 'has 0 characters, a public key has 56'],
    [
      'a digit that base32 lacks',
      publicKey.replace('M', '1'),
      'alphabet',
      'has a character at position 3 that is none of A-Z and 2-7',
    ],
    [
      'small letters',
      publicKey.toLowerCase(),
      'alphabet',
      'has a character at position 1 that is none of A-Z and 2-7',
    ],
    ['a seed', seed, 'version', 'begins with "S", a public key begins with "G"'],
    [
      'two letters swapped',
      publicKey.replace('XU', 'UX'),
      'checksum',
      'has a wrong checksum: a character is mistyped or missing',
    ],
  ])('%s', (_, text, fault, sentence) => {
    expect(decodeStrkey(text, 'public key')).toEqual({ ok: false, fault, sentence });
  });
});

test('derived keys are the same for the same text, and differ for others', () => {
  expect(deriveKeyPair('run/core/0')).toEqual(deriveKeyPair('run/core/0'));
  const seeds = new Set(Array.from({ length: 100 }, (_, i) => deriveKeyPair(`run/core/${i}`).seed));
  expect(seeds.size).toBe(100);
  const { seed, publicKey } = deriveKeyPair('run/core/0');
  expect(publicKeyOfSeed(seed)).toBe(publicKey);
});

test.each([
  ['a seed', `key ${recorded[0].seed} end`, 'key S…redacted end'],
  ['a cut seed', `"${recorded[0].seed.slice(0, 30)}"`, '"S…redacted"'],
  ['a mistyped seed', recorded[0].seed.replace('C2', '01'), 'S…redacted'],
  ['a seed in small letters', `S${recorded[0].seed.slice(1).toLowerCase()}`, 'S…redacted'],
  ['a public key', recorded[0].publicKey, recorded[0].publicKey],
  ['a name', 'BucketListStateConsistency', 'BucketListStateConsistency'],
])('masking %s', (_, text, masked) => {
  expect(maskSeeds(text)).toBe(masked);
});
