import { xdr } from '@stellar/stellar-sdk/base';
import { type Amount, parseAmount } from '../amount.ts';
import { type Asset, toAsset, unitOf } from '../asset.ts';
import { type Price, toPrice } from '../price.ts';
import { type Operation, type OperationSource, wrap } from './wrap.ts';

interface Trade extends OperationSource {
  readonly selling: Asset;
  readonly buying: Asset;
  /** What is offered: of `selling`, but of `buying` in a buy offer. 0 deletes the offer. */
  readonly amount: Amount;
  /** Of one unit of the thing whose amount is given, in the other. */
  readonly price: Price;
}
interface KnownOffer {
  /** The offer to change or delete. @default 0n, a new one */
  readonly offerId?: bigint;
}

/** Makes, changes or deletes an offer to sell an amount. */
export function manageSellOffer(options: Trade & KnownOffer): Operation {
  return wrap(
    options,
    xdr.OperationBody.manageSellOffer(
      new xdr.ManageSellOfferOp({
        selling: toAsset(options.selling),
        buying: toAsset(options.buying),
        amount: parseAmount(options.amount, unitOf(options.selling)),
        price: toPrice(options.price),
        offerId: options.offerId ?? 0n,
      }),
    ),
  );
}

/** Makes, changes or deletes an offer to buy an amount. */
export function manageBuyOffer(options: Trade & KnownOffer): Operation {
  return wrap(
    options,
    xdr.OperationBody.manageBuyOffer(
      new xdr.ManageBuyOfferOp({
        selling: toAsset(options.selling),
        buying: toAsset(options.buying),
        buyAmount: parseAmount(options.amount, unitOf(options.buying)),
        price: toPrice(options.price),
        offerId: options.offerId ?? 0n,
      }),
    ),
  );
}

/** Makes an offer to sell that does not take offers of exactly its own price. */
export function createPassiveSellOffer(options: Trade): Operation {
  return wrap(
    options,
    xdr.OperationBody.createPassiveSellOffer(
      new xdr.CreatePassiveSellOfferOp({
        selling: toAsset(options.selling),
        buying: toAsset(options.buying),
        amount: parseAmount(options.amount, unitOf(options.selling)),
        price: toPrice(options.price),
      }),
    ),
  );
}
