import { xdr } from '@stellar/stellar-sdk/base';
import { type Amount, parseAmount } from '../amount.ts';
import { toAsset, unitOf } from '../asset.ts';
import { liquidityPoolId, type Pool } from '../pool.ts';
import { type Price, toPrice } from '../price.ts';
import { type Operation, type OperationSource, wrap } from './wrap.ts';

/** Puts up to two amounts, in the order of the pool's assets as given, into a pool. */
export function liquidityPoolDeposit(
  options: OperationSource &
    Pool & {
      readonly max: readonly [Amount, Amount];
      /** Of the first of the pool's assets in the network's order, in the second. */
      readonly minPrice: Price;
      readonly maxPrice: Price;
    },
): Operation {
  const [maxAmountA, maxAmountB] = inOrder(options, options.max);
  return wrap(
    options,
    xdr.OperationBody.liquidityPoolDeposit(
      new xdr.LiquidityPoolDepositOp({
        liquidityPoolId: new xdr.PoolId(liquidityPoolId(options)),
        maxAmountA,
        maxAmountB,
        minPrice: toPrice(options.minPrice),
        maxPrice: toPrice(options.maxPrice),
      }),
    ),
  );
}

/** Takes assets out of a pool for so many shares, and at least the two amounts. */
export function liquidityPoolWithdraw(
  options: OperationSource &
    Pool & {
      /** As stroops or `"… shares"`. */
      readonly amount: Amount;
      readonly min: readonly [Amount, Amount];
    },
): Operation {
  const [minAmountA, minAmountB] = inOrder(options, options.min);
  return wrap(
    options,
    xdr.OperationBody.liquidityPoolWithdraw(
      new xdr.LiquidityPoolWithdrawOp({
        liquidityPoolId: new xdr.PoolId(liquidityPoolId(options)),
        amount: parseAmount(options.amount, 'shares'),
        minAmountA,
        minAmountB,
      }),
    ),
  );
}

/** The two amounts in the order that the network gives the pool's assets. */
function inOrder(pool: Pool, amounts: readonly [Amount, Amount]): [bigint, bigint] {
  const [first, second] = pool.pool;
  const a = parseAmount(amounts[0], unitOf(first));
  const b = parseAmount(amounts[1], unitOf(second));
  const swapped = Buffer.compare(toAsset(first).toXdr(), toAsset(second).toXdr()) > 0;
  return swapped ? [b, a] : [a, b];
}
