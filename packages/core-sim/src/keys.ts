import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { StrKey } from '@stellar/stellar-sdk/base';

/** A public key in hex: 64 digits. Inside core-sim nodes and accounts are known by it. */
export type KeyId = string;

/** A key pair that can sign. */
export interface SigningKey {
  readonly id: KeyId;
  /** The last four bytes of the public key, which a decorated signature carries. */
  readonly hint: Uint8Array;
  /** The 32 bytes of the seed. */
  readonly seed: Uint8Array;
  /** 64 bytes. The same message gives the same signature. */
  sign(message: Uint8Array): Uint8Array;
}

// DER around a raw Ed25519 key (RFC 8410).
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const spki = Buffer.from('302a300506032b6570032100', 'hex');

export const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');
export const sha256Hex = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');

/** The key pair of a seed of 32 bytes. */
export function createSigningKey(seed: Uint8Array): SigningKey {
  const text = Buffer.from(seed).toString('latin1');
  let key = signingKeys.get(text);
  if (key === undefined) {
    key = deriveKey(seed);
    if (signingKeys.size >= 200_000) signingKeys.clear();
    signingKeys.set(text, key);
  }
  return key;
}

// A seed is the same key on every node and in every command, and to make one costs as much as to sign.
const signingKeys = new Map<string, SigningKey>();

function deriveKey(seed: Uint8Array): SigningKey {
  const key = createPrivateKey({
    key: Buffer.concat([pkcs8, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const spkiBytes = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const publicKey = spkiBytes.subarray(spki.length);
  const id = publicKey.toString('hex');
  return {
    id,
    hint: publicKey.subarray(28),
    seed,
    sign(message) {
      const signature = sign(null, message, key);
      remember(memoKey(id, message, signature), true);
      return signature;
    },
  };
}

/** The key pair that stellar-core's test builds give to a name: `root` is the network's, others are padded with dots. */
export function createTestKey(name: string, networkId: Uint8Array): SigningKey {
  if (name === 'root') return createSigningKey(networkId);
  if (Buffer.byteLength(name) > 32) throw new Error('name too long');
  const seed = Buffer.alloc(32, '.');
  seed.write(name);
  return createSigningKey(seed);
}

const publicKeys = new Map<KeyId, KeyObject>();

function publicKeyOf(id: KeyId): KeyObject {
  let key = publicKeys.get(id);
  if (key === undefined) {
    const der = Buffer.concat([spki, Buffer.from(id, 'hex')]);
    key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    publicKeys.set(id, key);
  }
  return key;
}

// Whether a signature is good depends on nothing but its three parts, so one answer serves every node in this process,
// as stellar-core's own verification cache does for one node.
let answers = new Map<string, boolean>();
let olderAnswers = new Map<string, boolean>();

const memoKey = (id: KeyId, message: Uint8Array, signature: Uint8Array): string =>
  hash('sha256', Buffer.concat([Buffer.from(id), signature, message]), 'base64');

function remember(key: string, good: boolean): boolean {
  if (answers.size >= 50_000) {
    olderAnswers = answers;
    answers = new Map();
  }
  answers.set(key, good);
  return good;
}

/** True when `signature` is the key's signature of the message. */
export function isSignedBy(id: KeyId, message: Uint8Array, signature: Uint8Array): boolean {
  const memo = memoKey(id, message, signature);
  const known = answers.get(memo) ?? olderAnswers.get(memo);
  if (known !== undefined) return known;
  if (signature.length !== 64) return remember(memo, false);
  try {
    return remember(memo, verify(null, message, publicKeyOf(id), signature));
  } catch {
    // Thirty-two bytes that are no point of the curve: nobody can have signed.
    return remember(memo, false);
  }
}

const strkeys = new Map<KeyId, string>();

/** The `G…` form of a public key. */
export function renderKey(id: KeyId): string {
  let text = strkeys.get(id);
  if (text === undefined) {
    text = StrKey.encodeEd25519PublicKey(Buffer.from(id, 'hex'));
    strkeys.set(id, text);
  }
  return text;
}

/** The public key of a `G…` text; undefined when it is none. */
export function parseKey(text: string): KeyId | undefined {
  if (!StrKey.isValidEd25519PublicKey(text)) return undefined;
  return Buffer.from(StrKey.decodeEd25519PublicKey(text)).toString('hex');
}
