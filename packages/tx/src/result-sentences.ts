import type { xdr } from '@stellar/stellar-sdk/base';
import { renderAmount } from './amount.ts';

/** Numbers that make a sentence about a result say more. Amounts in stroops. */
export interface ResultNumbers {
  /** What the source account holds. */
  readonly balance?: bigint | undefined;
  /** What the source account must keep. */
  readonly reserve?: bigint | undefined;
  /** The most that the transaction offered as fee. */
  readonly fee?: bigint | undefined;
  /** The fee in the result: what was taken, or what would have sufficed. */
  readonly feeCharged?: bigint | undefined;
  /** The sequence number that the transaction uses. */
  readonly sequence?: bigint | undefined;
  /** The account's sequence number in the ledger; the next transaction uses this plus 1. */
  readonly accountSequence?: bigint | undefined;
  /** What the operation was to move, with its unit. @example "10 XLM" */
  readonly amount?: string | undefined;
}

type Sentence = string | ((numbers: ResultNumbers) => string);

/** The sentence of a code with the numbers known put in. */
export const say = (sentence: Sentence, numbers: ResultNumbers): string =>
  typeof sentence === 'string' ? sentence : sentence(numbers);

/** Every code of a whole transaction. */
export type TransactionCode = xdr.TransactionResult['result']['type'];
/** Every code by which an operation is refused before it is tried; `opInner` leads to its own result. */
export type OuterCode = Exclude<xdr.OperationResult['type'], 'opInner'>;
/** Every code of every kind of operation. */
export type OperationCode = xdr.OperationResultTr['value']['type'];

const joined = (...parts: (string | undefined)[]): string => {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? '' : ` (${known.join(', ')})`;
};
const known = (label: string, value: bigint | undefined): string | undefined =>
  value === undefined ? undefined : `${label} ${value}`;
const money = (label: string, amount: bigint | undefined): string | undefined =>
  amount === undefined ? undefined : `${label} ${renderAmount(amount)}`;
const stroops = (label: string, fee: bigint | undefined): string | undefined =>
  fee === undefined ? undefined : `${label} ${fee} stroops`;
const wanted = (numbers: ResultNumbers): string | undefined =>
  numbers.amount === undefined ? undefined : `wanted ${numbers.amount}`;
const means = (numbers: ResultNumbers): string =>
  joined(wanted(numbers), money('has', numbers.balance), money('must keep', numbers.reserve));

/** What each code of a transaction says (stellar-core: src/transactions/TransactionFrame.cpp). */
export const transactionSentences: Record<TransactionCode, Sentence> = {
  txSuccess: 'all operations were applied',
  txFeeBumpInnerSuccess: 'all operations of the transaction inside the fee bump were applied',
  txFailed: 'an operation was refused; none took effect',
  txFeeBumpInnerFailed: 'the transaction inside the fee bump was refused; none of it took effect',
  txTooEarly: 'the ledger is before the time or ledger from which the transaction is valid',
  txTooLate: 'the ledger is past the time or ledger up to which the transaction is valid',
  txMissingOperation: 'the transaction holds no operation',
  txBadSeq: (n) =>
    `the sequence number is not the next one of its account${joined(
      known('sent', n.sequence),
      known('the account is at', n.accountSequence),
      known('expected', n.accountSequence === undefined ? undefined : n.accountSequence + 1n),
    )}`,
  txBadAuth:
    'the signatures do not reach the threshold of an account that must agree, or are for another network',
  txInsufficientBalance: (n) =>
    `the account that pays the fee would fall below its reserve${joined(
      stroops('fee', n.fee),
      money('has', n.balance),
      money('must keep', n.reserve),
    )}`,
  txNoAccount: 'the source account is not in the ledger',
  txInsufficientFee: (n) =>
    `the fee is too small${joined(stroops('offered', n.fee), stroops('needed', n.feeCharged))}`,
  txBadAuthExtra: 'a signature is there that no account needs',
  txInternalError: 'the node met an error of its own while it applied the transaction',
  txNotSupported: "the ledger's protocol does not know this kind of transaction",
  txBadSponsorship: 'a sponsorship was begun and not ended within the transaction',
  txBadMinSeqAgeOrGap:
    "the account's sequence number changed less long ago than the transaction asks for",
  txMalformed:
    'the transaction contradicts itself: its fee, its preconditions or its Soroban data are out of range',
  txSorobanInvalid:
    'the Soroban resources or the footprint are against the rules or above the limits of the network',
  txFrozenKeyAccessed: 'the transaction touches a ledger entry that the network has frozen',
};

/** What each code of an operation that was not tried says (stellar-core: src/transactions/OperationFrame.cpp). */
export const outerSentences: Record<OuterCode, Sentence> = {
  opBadAuth: 'the signatures do not reach the threshold that the source account asks for',
  opNoAccount: "the operation's source account is not in the ledger",
  opNotSupported: "the ledger's protocol does not know this operation",
  opTooManySubentries: 'the account owns the most entries it can (1000)',
  opExceededWorkLimit: 'the operation is too much work',
  opTooManySponsoring: 'the account sponsors the most entries it can',
};

const malformed = 'a field of the operation is out of range';
const noTrust = 'the destination has no trust line for the asset';
const srcNoTrust = 'the source has no trust line for the asset';
const srcNotAuthorized = 'the issuer has not authorized the source to send the asset';
const notAuthorized = 'the issuer has not authorized the destination to hold the asset';
const noDestination = 'the destination account is not in the ledger';
const noIssuer = "the asset's issuer is not in the ledger";
const crossSelf = "the trade would meet an offer of the account's own";
const trustlineFrozen = 'the trust line it needs is frozen by the network';
const lineFull: Sentence = (n) =>
  `the destination would hold more than its limit${joined(wanted(n))}`;
const underfunded: Sentence = (n) => `the source has not enough to spare${means(n)}`;
const lowReserve: Sentence = (n) =>
  `the account has not enough XLM for the reserve of one more entry${joined(
    money('has', n.balance),
    money('must keep', n.reserve),
  )}`;
const offer = {
  sellNoTrust: 'the source has no trust line for what it sells',
  buyNoTrust: 'the source has no trust line for what it buys',
  sellNotAuthorized: 'the issuer has not authorized the source to sell the asset',
  buyNotAuthorized: 'the issuer has not authorized the source to hold what it buys',
  lineFull: 'the source would hold more than its limit of what it buys',
  sellNoIssuer: 'the issuer of what is sold is not in the ledger',
  buyNoIssuer: 'the issuer of what is bought is not in the ledger',
  notFound: 'the offer to be changed is not there, or is not the account’s own',
} as const;

/** What each code of each operation says (stellar-core: src/transactions/*OpFrame.cpp). */
export const operationSentences: Record<OperationCode, Sentence> = {
  createAccountSuccess: 'the account was created',
  createAccountMalformed: 'the starting balance is negative, or the new account is the source',
  createAccountUnderfunded: underfunded,
  createAccountLowReserve: (n) =>
    `the starting balance is below the reserve of a new account${joined(wanted(n))}`,
  createAccountAlreadyExist: 'the account is there already',

  paymentSuccess: 'the payment was made',
  paymentMalformed: 'the amount is not above 0, or the asset is malformed',
  paymentUnderfunded: underfunded,
  paymentSrcNoTrust: srcNoTrust,
  paymentSrcNotAuthorized: srcNotAuthorized,
  paymentNoDestination: noDestination,
  paymentNoTrust: noTrust,
  paymentNotAuthorized: notAuthorized,
  paymentLineFull: lineFull,
  paymentNoIssuer: noIssuer,

  pathPaymentStrictReceiveSuccess: 'the payment was made',
  pathPaymentStrictReceiveMalformed: malformed,
  pathPaymentStrictReceiveUnderfunded: underfunded,
  pathPaymentStrictReceiveSrcNoTrust: srcNoTrust,
  pathPaymentStrictReceiveSrcNotAuthorized: srcNotAuthorized,
  pathPaymentStrictReceiveNoDestination: noDestination,
  pathPaymentStrictReceiveNoTrust: noTrust,
  pathPaymentStrictReceiveNotAuthorized: notAuthorized,
  pathPaymentStrictReceiveLineFull: lineFull,
  pathPaymentStrictReceiveNoIssuer: 'the issuer of an asset of the path is not in the ledger',
  pathPaymentStrictReceiveTooFewOffers: 'the offers along the path are not enough for the amount',
  pathPaymentStrictReceiveOfferCrossSelf: crossSelf,
  pathPaymentStrictReceiveOverSendmax: 'the payment would cost more than the most to send',

  pathPaymentStrictSendSuccess: 'the payment was made',
  pathPaymentStrictSendMalformed: malformed,
  pathPaymentStrictSendUnderfunded: underfunded,
  pathPaymentStrictSendSrcNoTrust: srcNoTrust,
  pathPaymentStrictSendSrcNotAuthorized: srcNotAuthorized,
  pathPaymentStrictSendNoDestination: noDestination,
  pathPaymentStrictSendNoTrust: noTrust,
  pathPaymentStrictSendNotAuthorized: notAuthorized,
  pathPaymentStrictSendLineFull: lineFull,
  pathPaymentStrictSendNoIssuer: 'the issuer of an asset of the path is not in the ledger',
  pathPaymentStrictSendTooFewOffers: 'the offers along the path are not enough for the amount',
  pathPaymentStrictSendOfferCrossSelf: crossSelf,
  pathPaymentStrictSendUnderDestmin: 'the destination would get less than the least asked for',

  manageSellOfferSuccess: 'the offer was made, changed, taken or deleted',
  manageSellOfferMalformed: malformed,
  manageSellOfferSellNoTrust: offer.sellNoTrust,
  manageSellOfferBuyNoTrust: offer.buyNoTrust,
  manageSellOfferSellNotAuthorized: offer.sellNotAuthorized,
  manageSellOfferBuyNotAuthorized: offer.buyNotAuthorized,
  manageSellOfferLineFull: offer.lineFull,
  manageSellOfferUnderfunded: underfunded,
  manageSellOfferCrossSelf: crossSelf,
  manageSellOfferSellNoIssuer: offer.sellNoIssuer,
  manageSellOfferBuyNoIssuer: offer.buyNoIssuer,
  manageSellOfferNotFound: offer.notFound,
  manageSellOfferLowReserve: lowReserve,

  manageBuyOfferSuccess: 'the offer was made, changed, taken or deleted',
  manageBuyOfferMalformed: malformed,
  manageBuyOfferSellNoTrust: offer.sellNoTrust,
  manageBuyOfferBuyNoTrust: offer.buyNoTrust,
  manageBuyOfferSellNotAuthorized: offer.sellNotAuthorized,
  manageBuyOfferBuyNotAuthorized: offer.buyNotAuthorized,
  manageBuyOfferLineFull: offer.lineFull,
  manageBuyOfferUnderfunded: underfunded,
  manageBuyOfferCrossSelf: crossSelf,
  manageBuyOfferSellNoIssuer: offer.sellNoIssuer,
  manageBuyOfferBuyNoIssuer: offer.buyNoIssuer,
  manageBuyOfferNotFound: offer.notFound,
  manageBuyOfferLowReserve: lowReserve,

  setOptionsSuccess: 'the options were set',
  setOptionsLowReserve: lowReserve,
  setOptionsTooManySigners: 'the account has the most signers it can (20)',
  setOptionsBadFlags: 'a flag is both set and cleared, or the flags contradict each other',
  setOptionsInvalidInflation: 'the inflation destination is not in the ledger',
  setOptionsCantChange: 'the account has made its flags immutable',
  setOptionsUnknownFlag: 'a flag is unknown',
  setOptionsThresholdOutOfRange: 'a weight or threshold is not 0 to 255',
  setOptionsBadSigner: 'the signer is the account itself, or its key or weight is invalid',
  setOptionsInvalidHomeDomain: 'the home domain is malformed',
  setOptionsAuthRevocableRequired: 'clawback can be enabled only where authorization is revocable',

  changeTrustSuccess: 'the trust line was made, changed or deleted',
  changeTrustMalformed: malformed,
  changeTrustNoIssuer: noIssuer,
  changeTrustInvalidLimit: 'the limit is below what the trust line holds or owes',
  changeTrustLowReserve: lowReserve,
  changeTrustSelfNotAllowed: 'an account needs no trust line for an asset of its own',
  changeTrustTrustLineMissing: 'a trust line for an asset of the pool is missing',
  changeTrustCannotDelete: 'a pool share still needs the trust line',
  changeTrustNotAuthMaintainLiabilities: 'a trust line for an asset of the pool is not authorized',

  allowTrustSuccess: 'the authorization was changed',
  allowTrustMalformed: malformed,
  allowTrustNoTrustLine: 'the trustor has no trust line for the asset',
  allowTrustTrustNotRequired: 'the source does not require authorization',
  allowTrustCantRevoke: 'the source cannot revoke: its authorizations are not revocable',
  allowTrustSelfNotAllowed: 'an account cannot authorize itself',
  allowTrustLowReserve: lowReserve,

  accountMergeSuccess: 'the account was merged',
  accountMergeMalformed: 'an account cannot be merged into itself',
  accountMergeNoAccount: noDestination,
  accountMergeImmutableSet: 'the account has made its flags immutable',
  accountMergeHasSubEntries: 'the account still owns trust lines, offers, signers or data',
  accountMergeSeqnumTooFar: 'the sequence number is so high that the account could be replayed',
  accountMergeDestFull: 'the destination cannot hold the balance as well',
  accountMergeIsSponsor: 'the account still sponsors entries of others',

  inflationSuccess: 'inflation was paid out',
  inflationNotTime: 'it is not yet time, or the protocol (12 and later) has no inflation',

  manageDataSuccess: 'the data entry was made, changed or deleted',
  manageDataNotSupportedYet: "the ledger's protocol does not know this operation",
  manageDataNameNotFound: 'there is no data entry of that name to delete',
  manageDataLowReserve: lowReserve,
  manageDataInvalidName: 'the name of the data entry is malformed',

  bumpSequenceSuccess: 'the sequence number was raised, or was above already',
  bumpSequenceBadSeq: 'the sequence number to bump to is negative',

  createClaimableBalanceSuccess: 'the claimable balance was made',
  createClaimableBalanceMalformed: 'the amount, the claimants or a condition is malformed',
  createClaimableBalanceLowReserve: lowReserve,
  createClaimableBalanceNoTrust: srcNoTrust,
  createClaimableBalanceNotAuthorized: srcNotAuthorized,
  createClaimableBalanceUnderfunded: underfunded,

  claimClaimableBalanceSuccess: 'the balance was claimed',
  claimClaimableBalanceDoesNotExist: 'there is no such claimable balance',
  claimClaimableBalanceCannotClaim:
    'the source is no claimant of it, or its condition does not hold now',
  claimClaimableBalanceLineFull: 'the source would hold more than its limit',
  claimClaimableBalanceNoTrust: srcNoTrust,
  claimClaimableBalanceNotAuthorized: 'the issuer has not authorized the source to hold the asset',
  claimClaimableBalanceTrustlineFrozen: trustlineFrozen,

  beginSponsoringFutureReservesSuccess: 'the sponsorship began',
  beginSponsoringFutureReservesMalformed: 'an account cannot sponsor itself',
  beginSponsoringFutureReservesAlreadySponsored: 'the account is being sponsored already',
  beginSponsoringFutureReservesRecursive: 'the sponsor is itself being sponsored, or the reverse',

  endSponsoringFutureReservesSuccess: 'the sponsorship ended',
  endSponsoringFutureReservesNotSponsored: 'the source is not being sponsored',

  revokeSponsorshipSuccess: 'the sponsorship was revoked or passed on',
  revokeSponsorshipDoesNotExist: 'the entry or signer is not there',
  revokeSponsorshipNotSponsor: 'the source neither sponsors the entry nor owns it',
  revokeSponsorshipLowReserve: lowReserve,
  revokeSponsorshipOnlyTransferable:
    'a claimable balance must have a sponsor: it can only be passed on',
  revokeSponsorshipMalformed: malformed,

  clawbackSuccess: 'the amount was clawed back',
  clawbackMalformed: malformed,
  clawbackNotClawbackEnabled: 'the trust line was made without clawback',
  clawbackNoTrust: 'the account has no trust line for the asset',
  clawbackUnderfunded: (n) => `the account holds less of the asset${joined(wanted(n))}`,

  clawbackClaimableBalanceSuccess: 'the claimable balance was clawed back',
  clawbackClaimableBalanceDoesNotExist: 'there is no such claimable balance',
  clawbackClaimableBalanceNotIssuer: 'the source is not the issuer of the asset',
  clawbackClaimableBalanceNotClawbackEnabled: 'the claimable balance was made without clawback',

  setTrustLineFlagsSuccess: 'the flags of the trust line were set',
  setTrustLineFlagsMalformed: malformed,
  setTrustLineFlagsNoTrustLine: 'the trustor has no trust line for the asset',
  setTrustLineFlagsCantRevoke: 'the source cannot revoke: its authorizations are not revocable',
  setTrustLineFlagsInvalidState: 'the flags of the trust line would contradict each other',
  setTrustLineFlagsLowReserve: lowReserve,

  liquidityPoolDepositSuccess: 'the deposit was made',
  liquidityPoolDepositMalformed: malformed,
  liquidityPoolDepositNoTrust: 'the source lacks a trust line for the pool or one of its assets',
  liquidityPoolDepositNotAuthorized:
    'the issuer has not authorized the source for an asset of the pool',
  liquidityPoolDepositUnderfunded: underfunded,
  liquidityPoolDepositLineFull: 'the source would hold more pool shares than its limit',
  liquidityPoolDepositBadPrice: "the pool's price is outside the bounds given",
  liquidityPoolDepositPoolFull: 'the pool cannot hold more',
  liquidityPoolDepositTrustlineFrozen: trustlineFrozen,

  liquidityPoolWithdrawSuccess: 'the withdrawal was made',
  liquidityPoolWithdrawMalformed: malformed,
  liquidityPoolWithdrawNoTrust: 'the source lacks a trust line for the pool or one of its assets',
  liquidityPoolWithdrawUnderfunded: (n) => `the source has fewer pool shares${joined(wanted(n))}`,
  liquidityPoolWithdrawLineFull: 'the source would hold more of an asset than its limit',
  liquidityPoolWithdrawUnderMinimum: 'the withdrawal would give less than the least asked for',
  liquidityPoolWithdrawTrustlineFrozen: trustlineFrozen,

  invokeHostFunctionSuccess: 'the host function returned',
  invokeHostFunctionMalformed: malformed,
  invokeHostFunctionTrapped: 'the contract trapped: it failed or ran out of its budget',
  invokeHostFunctionResourceLimitExceeded: 'it used more resources than it declared',
  invokeHostFunctionEntryArchived: 'an entry of the footprint is archived and must be restored',
  invokeHostFunctionInsufficientRefundableFee: 'the refundable part of the fee did not suffice',

  extendFootprintTtlSuccess: 'the lifetime of the entries was extended',
  extendFootprintTtlMalformed: malformed,
  extendFootprintTtlResourceLimitExceeded: 'it used more resources than it declared',
  extendFootprintTtlInsufficientRefundableFee: 'the refundable part of the fee did not suffice',

  restoreFootprintSuccess: 'the entries were restored',
  restoreFootprintMalformed: malformed,
  restoreFootprintResourceLimitExceeded: 'it used more resources than it declared',
  restoreFootprintInsufficientRefundableFee: 'the refundable part of the fee did not suffice',
};
