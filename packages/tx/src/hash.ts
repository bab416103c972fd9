import { createHash } from 'node:crypto';

/** SHA-256 of the parts one after the other. */
export function sha256(...parts: readonly (Uint8Array | string)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

const networkIds = new Map<string, Buffer>();

/** The network id: SHA-256 of the passphrase's bytes. It stands in front of everything that is signed. */
export function networkId(passphrase: string): Buffer {
  let id = networkIds.get(passphrase);
  if (id === undefined) {
    id = sha256(passphrase);
    // A process sees a handful of networks; a bound keeps a misuse from growing without end.
    if (networkIds.size < 1000) networkIds.set(passphrase, id);
  }
  return Buffer.from(id);
}
