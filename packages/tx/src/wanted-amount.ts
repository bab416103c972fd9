import type { xdr } from '@stellar/stellar-sdk/base';
import { renderAmount } from './amount.ts';
import { unitOfXdr } from './asset.ts';

/** What an operation is to move, as text with its unit; undefined where it moves nothing by amount. */
export function wantedAmount({ body }: xdr.Operation): string | undefined {
  switch (body.type) {
    case 'createAccount':
      return renderAmount(body.createAccountOp.startingBalance);
    case 'payment':
      return of(body.paymentOp.amount, body.paymentOp.asset);
    case 'pathPaymentStrictReceive':
      return of(
        body.pathPaymentStrictReceiveOp.destAmount,
        body.pathPaymentStrictReceiveOp.destAsset,
      );
    case 'pathPaymentStrictSend':
      return of(body.pathPaymentStrictSendOp.sendAmount, body.pathPaymentStrictSendOp.sendAsset);
    case 'manageSellOffer':
      return of(body.manageSellOfferOp.amount, body.manageSellOfferOp.selling);
    case 'createPassiveSellOffer':
      return of(body.createPassiveSellOfferOp.amount, body.createPassiveSellOfferOp.selling);
    case 'manageBuyOffer':
      return of(body.manageBuyOfferOp.buyAmount, body.manageBuyOfferOp.buying);
    case 'createClaimableBalance':
      return of(body.createClaimableBalanceOp.amount, body.createClaimableBalanceOp.asset);
    case 'clawback':
      return of(body.clawbackOp.amount, body.clawbackOp.asset);
    case 'liquidityPoolWithdraw':
      return renderAmount(body.liquidityPoolWithdrawOp.amount, 'shares');
    case 'accountMerge':
    case 'allowTrust':
    case 'beginSponsoringFutureReserves':
    case 'bumpSequence':
    case 'changeTrust':
    case 'claimClaimableBalance':
    case 'clawbackClaimableBalance':
    case 'endSponsoringFutureReserves':
    case 'extendFootprintTtl':
    case 'inflation':
    case 'invokeHostFunction':
    case 'liquidityPoolDeposit':
    case 'manageData':
    case 'restoreFootprint':
    case 'revokeSponsorship':
    case 'setOptions':
    case 'setTrustLineFlags':
      return undefined;
  }
}

const of = (amount: bigint, asset: xdr.Asset): string => renderAmount(amount, unitOfXdr(asset));
