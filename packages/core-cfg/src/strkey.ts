import { createHash, createPrivateKey } from 'node:crypto';
import { present } from '@ssc/errors';

/** Which key a strkey holds. Version bytes: stellar-core, src/crypto/StrKey.cpp. */
export type StrkeyKind = 'public key' | 'seed';

/** Which check a text failed: it is not 56 characters of base32, holds another kind of key, or its checksum is wrong. */
export type StrkeyFault = 'length' | 'alphabet' | 'version' | 'checksum';

/** The key in a strkey, or which check the text failed, with a sentence that never quotes the text. */
export type DecodedStrkey =
  | { readonly ok: true; readonly payload: Uint8Array }
  | { readonly ok: false; readonly fault: StrkeyFault; readonly sentence: string };

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const versions = { 'public key': 6 << 3, seed: 18 << 3 } as const;
const letters = { 'public key': 'G', seed: 'S' } as const;
/** One byte of version, 32 of key, 2 of checksum in base32. */
const length = 56;

const digits = new Int8Array(128).fill(-1);
for (let i = 0; i < alphabet.length; i++) digits[alphabet.charCodeAt(i)] = i;

const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc & 0xffff;
});

function crc16(bytes: Uint8Array, end: number): number {
  let crc = 0;
  for (let i = 0; i < end; i++) {
    crc = ((crc << 8) & 0xffff) ^ (crcTable[((crc >> 8) ^ (bytes[i] ?? 0)) & 0xff] ?? 0);
  }
  return crc;
}

/** Decodes `G…` or `S…`: 56 characters of base32 without padding, a version byte, 32 bytes, CRC16-XModem. */
export function decodeStrkey(text: string, kind: StrkeyKind): DecodedStrkey {
  const bytes = Buffer.alloc(35);
  return decodeInto(bytes, text, kind) ?? { ok: true, payload: bytes.subarray(1, 33) };
}

const scratch = new Uint8Array(35);

/** Which check the text fails, or undefined for a strkey: for callers that do not want its bytes. */
export function faultOfStrkey(
  text: string,
  kind: StrkeyKind,
): Extract<DecodedStrkey, { ok: false }> | undefined {
  return decodeInto(scratch, text, kind);
}

function decodeInto(
  bytes: Uint8Array,
  text: string,
  kind: StrkeyKind,
): Extract<DecodedStrkey, { ok: false }> | undefined {
  if (text.length !== length) {
    return fault('length', `has ${text.length} characters, a ${kind} has ${length}`);
  }
  let [held, bits, at] = [0, 0, 0];
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    const digit = code < 128 ? (digits[code] ?? -1) : -1;
    if (digit < 0) {
      return fault('alphabet', `has a character at position ${i + 1} that is none of A-Z and 2-7`);
    }
    held = ((held << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  if (bytes[0] !== versions[kind]) {
    return fault('version', `begins with "${text[0]}", a ${kind} begins with "${letters[kind]}"`);
  }
  if (crc16(bytes, 33) !== (bytes[33] ?? 0) + 256 * (bytes[34] ?? 0)) {
    return fault('checksum', 'has a wrong checksum: a character is mistyped or missing');
  }
  return undefined;
}

const fault = (name: StrkeyFault, sentence: string): Extract<DecodedStrkey, { ok: false }> => ({
  ok: false,
  fault: name,
  sentence,
});

/** Encodes 32 bytes as a strkey. */
export function encodeStrkey(payload: Uint8Array, kind: StrkeyKind): string {
  const bytes = Buffer.alloc(35);
  bytes[0] = versions[kind];
  bytes.set(payload.subarray(0, 32), 1);
  bytes.writeUInt16LE(crc16(bytes, 33), 33);
  let [text, held, bits] = ['', 0, 0];
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >> bits) & 31];
    }
  }
  return text;
}

const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The public key that belongs to the 32 bytes of an ed25519 seed. */
function publicBytesOf(seed: Uint8Array): Buffer {
  const key = createPrivateKey({
    key: Buffer.concat([pkcs8Prefix, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  // The JWK of a private key holds the public one: half the work of making a key object of it.
  return Buffer.from(
    present(key.export({ format: 'jwk' }).x, 'an ed25519 key has an x'),
    'base64url',
  );
}

/** The public key of a seed, both as strkeys; undefined when the seed is none. */
export function publicKeyOfSeed(seed: string): string | undefined {
  const decoded = decodeStrkey(seed, 'seed');
  return decoded.ok ? encodeStrkey(publicBytesOf(decoded.payload), 'public key') : undefined;
}

/** A seed and its public key, as strkeys. */
export interface KeyPair {
  readonly seed: string;
  readonly publicKey: string;
}

/** The key pair whose seed is the SHA-256 of a text: worthless wherever the text is known, and always the same. */
export function deriveKeyPair(text: string): KeyPair {
  const seed = createHash('sha256').update(text).digest();
  return {
    seed: encodeStrkey(seed, 'seed'),
    publicKey: encodeStrkey(publicBytesOf(seed), 'public key'),
  };
}

/**
 * The text with everything in it that could be a seed, or most of one, replaced by a mark: what a message may quote.
 * Wider than `redact` of \@ssc/errors, which knows whole seeds only.
 */
export const maskSeeds = (text: string): string =>
  text.replace(/(?<![A-Za-z0-9])S(?:[A-Z0-9]{15,}|[A-Za-z0-9]{40,})/gu, 'S…redacted');
