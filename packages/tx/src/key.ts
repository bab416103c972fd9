import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import { StrKey } from '@stellar/stellar-sdk/base';
import { networkId } from './hash.ts';
import { refuse } from './problem.ts';

/** What signs: a public key and a way to sign with the secret that belongs to it. */
export interface Signer {
  /** Strkey. @example "GBZXN7PIRZGNMHGA7MUUUF4GWPY5AYPV6LY4UV2GL6VJGIQRXFDNMADI" */
  readonly publicKey: string;
  /** An ed25519 signature (64 bytes) of the message, usually a transaction's hash. */
  sign(message: Uint8Array): Uint8Array;
}

/** A key pair. Neither JSON nor `console.log` nor an error shows its secret; only {@link KeyPair.secret} tells it. */
export interface KeyPair extends Signer {
  /** The 32 bytes of the public key. */
  readonly publicKeyBytes: Uint8Array;
  /** The secret seed as strkey (`S…`), for a node's configuration. Do not put it into anything that is printed. */
  secret(): string;
}

// DER of an ed25519 private key (RFC 8410) up to its 32 bytes, and the same of a public key.
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const spki = Buffer.from('302a300506032b6570032100', 'hex');

class Ed25519KeyPair implements KeyPair {
  readonly publicKey: string;
  readonly #publicKeyBytes: Uint8Array;
  readonly #key: KeyObject;
  readonly #seed: Buffer;

  constructor(seed: Uint8Array) {
    this.#seed = Buffer.from(seed);
    this.#key = createPrivateKey({
      key: Buffer.concat([pkcs8, this.#seed]),
      format: 'der',
      type: 'pkcs8',
    });
    this.#publicKeyBytes = createPublicKey(this.#key)
      .export({ format: 'der', type: 'spki' })
      .subarray(spki.length);
    this.publicKey = StrKey.encodeEd25519PublicKey(this.#publicKeyBytes);
  }

  get publicKeyBytes(): Uint8Array {
    return Uint8Array.from(this.#publicKeyBytes);
  }

  sign(message: Uint8Array): Uint8Array {
    return signBytes(null, message, this.#key);
  }

  secret(): string {
    return StrKey.encodeEd25519SecretSeed(this.#seed);
  }
}

/** The pair of a 32-byte seed, for example 32 bytes of a seeded random source. */
export function keyFromSeed(seed: Uint8Array): KeyPair {
  if (seed.length !== 32)
    throw refuse({ code: 'SSC_TX_KEY' }, `a seed has 32 bytes, this one has ${seed.length}`);
  return new Ed25519KeyPair(seed);
}

/** The pair of a secret seed as strkey (`S…`). The error for a malformed one does not show it. */
export function keyFromSecret(secret: string): KeyPair {
  if (!StrKey.isValidEd25519SecretSeed(secret))
    throw refuse(
      { code: 'SSC_TX_KEY' },
      `a secret seed is "S" and 55 letters and digits with a checksum; the text given, of ${secret.length} characters, is not one`,
    );
  return new Ed25519KeyPair(StrKey.decodeEd25519SecretSeed(secret));
}

/**
 * The account that owns all coins of a new network: its seed is the network id
 * (stellar-core: src/ledger/LedgerManagerImpl.cpp, startNewLedger).
 */
export function rootKey(passphrase: string): KeyPair {
  return new Ed25519KeyPair(networkId(passphrase));
}

/**
 * The pair that stellar-core's testing commands derive from a name: the name's ASCII characters, filled up with
 * `.` to 32 bytes (stellar-core: src/main/CommandHandler.cpp, `testacc`); it throws at longer names. The name `root` means
 * {@link rootKey} there, which needs a passphrase, so it is refused here.
 */
export function testAccountKey(name: string): KeyPair {
  if (!/^[\x20-\x7e]{1,32}$/u.test(name))
    throw refuse(
      { code: 'SSC_TX_KEY' },
      `the account name ${JSON.stringify(name)} cannot be used: it must be 1 to 32 printable ASCII characters`,
    );
  if (name === 'root')
    throw refuse(
      { code: 'SSC_TX_KEY' },
      'the account name "root" stands for the root account of a network, not for a derived key',
      { hint: 'Use rootKey(passphrase).' },
    );
  return new Ed25519KeyPair(Buffer.from(name.padEnd(32, '.'), 'ascii'));
}

/** True when `signature` is `publicKey`'s (strkey or 32 bytes) over the message. */
export function verifySignature(
  publicKey: string | Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== 64) return false;
  const bytes = typeof publicKey === 'string' ? publicKeyBytes(publicKey) : publicKey;
  const key = createPublicKey({
    key: Buffer.concat([spki, bytes]),
    format: 'der',
    type: 'spki',
  });
  return verifyBytes(null, message, key, signature);
}

/** The 32 bytes of a public key given as strkey (`G…`); SSC_TX_KEY when it is malformed. */
export function publicKeyBytes(address: string): Uint8Array {
  if (!StrKey.isValidEd25519PublicKey(address))
    throw refuse(
      { code: 'SSC_TX_KEY' },
      `an account's address is "G" and 55 letters and digits with a checksum, got ${JSON.stringify(address)}`,
    );
  return StrKey.decodeEd25519PublicKey(address);
}

/** The strkey (`G…`) of 32 bytes. */
export function renderPublicKey(bytes: Uint8Array): string {
  if (bytes.length !== 32)
    throw refuse({ code: 'SSC_TX_KEY' }, `a public key has 32 bytes, this one has ${bytes.length}`);
  return StrKey.encodeEd25519PublicKey(bytes);
}
