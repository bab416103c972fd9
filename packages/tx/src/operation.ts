import {
  accountMerge,
  bumpSequence,
  inflation,
  manageData,
  setOptions,
} from './operation/accounts.ts';
import {
  claimClaimableBalance,
  clawbackClaimableBalance,
  createClaimableBalance,
} from './operation/claimable-balances.ts';
import { createPassiveSellOffer, manageBuyOffer, manageSellOffer } from './operation/offers.ts';
import {
  createAccount,
  pathPaymentStrictReceive,
  pathPaymentStrictSend,
  payment,
} from './operation/payments.ts';
import { liquidityPoolDeposit, liquidityPoolWithdraw } from './operation/pools.ts';
import {
  beginSponsoringFutureReserves,
  endSponsoringFutureReserves,
  revokeSponsorship,
} from './operation/sponsorship.ts';
import { allowTrust, changeTrust, clawback, setTrustLineFlags } from './operation/trust.ts';

/**
 * Makes operations: all classic ones, by the names that the protocol gives them. Nothing is checked that a node
 * checks: whatever XDR can hold is written, so that a refusal can be provoked.
 */
export const operation = {
  accountMerge,
  allowTrust,
  beginSponsoringFutureReserves,
  bumpSequence,
  changeTrust,
  claimClaimableBalance,
  clawback,
  clawbackClaimableBalance,
  createAccount,
  createClaimableBalance,
  createPassiveSellOffer,
  endSponsoringFutureReserves,
  inflation,
  liquidityPoolDeposit,
  liquidityPoolWithdraw,
  manageBuyOffer,
  manageData,
  manageSellOffer,
  pathPaymentStrictReceive,
  pathPaymentStrictSend,
  payment,
  revokeSponsorship,
  setOptions,
  setTrustLineFlags,
} as const;
