import { xdr } from '@stellar/stellar-sdk/base';
import { type AccountRef, toAccountId } from './address.ts';
import { refuse } from './problem.ts';

/** The network's own coin, or a code with the account that issues it. @example { code: 'USD', issuer } */
export type Asset = 'native' | { readonly code: string; readonly issuer: AccountRef };

/** The unit in which amounts of the asset are written. */
export const unitOf = (asset: Asset): string => (asset === 'native' ? 'XLM' : asset.code);

/** The asset as XDR: codes of up to 4 characters and of up to 12 are two kinds. */
export function toAsset(asset: Asset): xdr.Asset {
  if (asset === 'native') return xdr.Asset.assetTypeNative();
  const issuer = toAccountId(asset.issuer);
  return toAssetCode(asset.code).length === 4
    ? xdr.Asset.assetTypeCreditAlphanum4(
        new xdr.AlphaNum4({ assetCode: toAssetCode(asset.code), issuer }),
      )
    : xdr.Asset.assetTypeCreditAlphanum12(
        new xdr.AlphaNum12({ assetCode: toAssetCode(asset.code), issuer }),
      );
}

/** The code's bytes, filled up with zeroes to 4 or 12. */
export function toAssetCode(code: string): Uint8Array {
  if (!/^[A-Za-z0-9]{1,12}$/u.test(code))
    throw refuse(
      { code: 'SSC_TX_KEY' },
      `an asset's code is 1 to 12 letters and digits, got ${JSON.stringify(code)}`,
    );
  const bytes = new Uint8Array(code.length <= 4 ? 4 : 12);
  bytes.set(Buffer.from(code, 'ascii'));
  return bytes;
}

/** The unit of an asset that is XDR already. */
export function unitOfXdr(asset: xdr.Asset): string {
  switch (asset.type) {
    case 'assetTypeNative':
      return 'XLM';
    case 'assetTypeCreditAlphanum4':
      return codeText(asset.alphaNum4.assetCode.toXdr());
    case 'assetTypeCreditAlphanum12':
      return codeText(asset.alphaNum12.assetCode.toXdr());
  }
}

const codeText = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('latin1').replace(/\0+$/u, '');
