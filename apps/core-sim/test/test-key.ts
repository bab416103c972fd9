import { Keypair } from '@stellar/stellar-sdk/base';

/** The key whose seed is the name, padded with dots: as core's own test accounts have it. */
export function createTestKey(name: string): { readonly seed: string; readonly publicKey: string } {
  const pair = Keypair.fromRawEd25519Seed(Buffer.from(name.padEnd(32, '.')));
  return { seed: pair.secret(), publicKey: pair.publicKey() };
}
