import { xdr } from '@stellar/stellar-sdk/base';
import { type Asset, toAsset } from './asset.ts';
import { sha256 } from './hash.ts';

/** A liquidity pool of two assets, in either order. */
export interface Pool {
  readonly pool: readonly [Asset, Asset];
}

/** The one fee that there is: 0.3 % (stellar-xdr: LIQUIDITY_POOL_FEE_V18). */
const FEE_BASIS_POINTS = 30;

/** The pool as XDR names it, its assets in their order. */
export function poolParameters(pool: Pool): xdr.LiquidityPoolParameters {
  // Kind, code, issuer: the order of assets is that of their bytes.
  const [assetA, assetB] = pool.pool
    .map((asset) => toAsset(asset))
    .sort((a, b) => Buffer.compare(a.toXdr(), b.toXdr())) as [xdr.Asset, xdr.Asset];
  return xdr.LiquidityPoolParameters.liquidityPoolConstantProduct(
    new xdr.LiquidityPoolConstantProductParameters({ assetA, assetB, fee: FEE_BASIS_POINTS }),
  );
}

/** The 32 bytes by which a pool is known. */
export const liquidityPoolId = (pool: Pool): Buffer => sha256(poolParameters(pool).toXdr());
