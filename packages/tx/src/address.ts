import { decodeAddressToMuxedAccount, StrKey, xdr } from '@stellar/stellar-sdk/base';
import { publicKeyBytes } from './key.ts';
import { refuse } from './problem.ts';

/** An account: its address (`G…`, or `M…` with a number inside), or anything that has one, such as a key pair. */
export type AccountRef = string | { readonly publicKey: string };

/** The address of an account, unchecked. */
export const addressOf = (account: AccountRef): string =>
  typeof account === 'string' ? account : account.publicKey;

/** The account as XDR writes it where no muxed address may stand. */
export const toAccountId = (account: AccountRef): xdr.PublicKey =>
  xdr.PublicKey.publicKeyTypeEd25519(publicKeyBytes(addressOf(account)));

/** The account as XDR writes it where a muxed address may stand: sources and destinations of payments. */
export function toMuxedAccount(account: AccountRef): xdr.MuxedAccount {
  const address = addressOf(account);
  if (!address.startsWith('M')) return xdr.MuxedAccount.keyTypeEd25519(publicKeyBytes(address));
  if (!StrKey.isValidMed25519PublicKey(address))
    throw refuse(
      { code: 'SSC_TX_KEY' },
      `a muxed address is "M" and 68 letters and digits with a checksum, got ${JSON.stringify(address)}`,
    );
  return decodeAddressToMuxedAccount(address);
}
