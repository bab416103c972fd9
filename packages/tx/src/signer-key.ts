import { xdr } from '@stellar/stellar-sdk/base';
import { type AccountRef, addressOf } from './address.ts';
import { publicKeyBytes } from './key.ts';
import { refuse } from './problem.ts';

/**
 * What can sign for an account: an ed25519 key; a transaction known beforehand by its hash; who knows the 32 bytes
 * whose SHA-256 this is; a key for one payload of at most 64 bytes. Hashes as 32 bytes.
 */
export type SignerKey =
  | AccountRef
  | { readonly preAuthTx: Uint8Array }
  | { readonly hashX: Uint8Array }
  | { readonly key: AccountRef; readonly payload: Uint8Array };

/** The signer as XDR. */
export function toSignerKey(signer: SignerKey): xdr.SignerKey {
  if (typeof signer === 'string' || 'publicKey' in signer)
    return xdr.SignerKey.signerKeyTypeEd25519(publicKeyBytes(addressOf(signer)));
  if ('preAuthTx' in signer)
    return xdr.SignerKey.signerKeyTypePreAuthTx(hash('preAuthTx', signer.preAuthTx));
  if ('hashX' in signer) return xdr.SignerKey.signerKeyTypeHashX(hash('hashX', signer.hashX));
  if (signer.payload.length > 64)
    throw refuse(
      { code: 'SSC_TX_INPUT', field: 'payload' },
      `a signer's payload holds at most 64 bytes, got ${signer.payload.length}`,
    );
  return xdr.SignerKey.signerKeyTypeEd25519SignedPayload(
    new xdr.SignerKeyEd25519SignedPayload({
      ed25519: publicKeyBytes(addressOf(signer.key)),
      payload: signer.payload,
    }),
  );
}

function hash(field: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length !== 32)
    throw refuse({ code: 'SSC_TX_INPUT', field }, `${field} has 32 bytes, got ${bytes.length}`);
  return bytes;
}
