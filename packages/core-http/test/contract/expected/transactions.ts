import { error, exception, is, sees, type Table } from './expectation.ts';

const pending = is({ status: 'PENDING' });
const duplicate = is({ status: 'DUPLICATE' });
const tryAgainLater = is({ status: 'TRY_AGAIN_LATER' });
const filtered = is({ status: 'FILTERED' });
/** Error with the TransactionResult: 100 stroops, the code, no extension. */
const failed = (result: string) => is({ status: 'ERROR', error: result });

/** `tx`. The last five letters of a short result are its code: //// and two's complement. */
export const transactions: Table = {
  'http-solo/tx.account-merge.will-fail-has-subentries-or-ok.json': pending,
  'http-solo/tx.bad-seq.resubmit-after-applied.json': tryAgainLater,
  'http-solo/tx.bump-sequence.json': pending,
  'http-solo/tx.change-trust.json': pending,
  'http-solo/tx.create-account.one-op.json': pending,
  'http-solo/tx.create-account.six-ops.json': pending,
  'http-solo/tx.create-claimable-balance.json': pending,
  'http-solo/tx.duplicate.same-blob-again.json': duplicate,
  // txBAD_AUTH_EXTRA is -10 = 0xfffffff6, txBAD_AUTH -6, txBAD_SEQ -5, txINSUFFICIENT_FEE -9.
  'http-solo/tx.error.bad-auth-extra.json': failed('AAAAAAAAAGT////2AAAAAA=='),
  'http-solo/tx.error.bad-auth-no-signature.json': failed('AAAAAAAAAGT////6AAAAAA=='),
  'http-solo/tx.error.bad-auth-wrong-network.json': failed('AAAAAAAAAGT////6AAAAAA=='),
  'http-solo/tx.error.bad-auth-wrong-signer.json': failed('AAAAAAAAAGT////6AAAAAA=='),
  'http-solo/tx.error.bad-seq-too-high.json': failed('AAAAAAAAAGT////7AAAAAA=='),
  'http-solo/tx.error.bad-seq-too-low.json': failed('AAAAAAAAAGT////7AAAAAA=='),
  // Queued all the same: its account had enough, in spite of the name of the recording.
  'http-solo/tx.error.insufficient-balance-for-fee.json': pending,
  'http-solo/tx.error.insufficient-fee.json': failed('AAAAAAAAAGT////3AAAAAA=='),
  'http-solo/tx.error.missing-operation.json': failed('AAAAAAAAAGT////8AAAAAA=='),
  'http-solo/tx.error.no-account.json': failed('AAAAAAAAAGT////4AAAAAA=='),
  // txFAILED with one operation inside: PAYMENT, PAYMENT_MALFORMED.
  'http-solo/tx.error.operation-malformed-negative-amount.json': failed(
    'AAAAAAAAAGT/////AAAAAQAAAAAAAAAB/////wAAAAA=',
  ),
  'http-solo/tx.error.too-early.json': failed('AAAAAAAAAGT////+AAAAAA=='),
  'http-solo/tx.error.too-late.json': failed('AAAAAAAAAGT////9AAAAAA=='),
  'http-solo/tx.error.tx-source-is-contractless-max-fee.json': pending,
  'http-solo/tx.fee-bump.json': pending,
  'http-solo/tx.filtered.source-account-banned.json': filtered,
  'http-solo/tx.malformed.empty-blob.json': exception(
    'Must specify a tx blob: tx?blob=<tx in xdr format>',
  ),
  'http-solo/tx.malformed.no-blob.json': exception(
    'Must specify a tx blob: tx?blob=<tx in xdr format>',
  ),
  'http-solo/tx.malformed.not-base64.json': exception(
    'xdr_generic_get: message size not multiple of 4',
  ),
  'http-solo/tx.malformed.trailing-bytes.json': exception(
    'unmarshaling did not consume whole message',
  ),
  'http-solo/tx.malformed.truncated.json': exception(
    'xdr_generic_get: message size not multiple of 4',
  ),
  'http-solo/tx.malformed.unescaped-plus-slash.json': exception(
    'xdr_generic_get: message size not multiple of 4',
  ),
  'http-solo/tx.malformed.valid-base64-not-xdr.json': exception(
    'xdr_generic_get: message size not multiple of 4',
  ),
  'http-solo/tx.manage-sell-offer.json': pending,
  'http-solo/tx.path-payment-strict-send.will-fail-no-trust.json': pending,
  'http-solo/tx.payment.credit.json': pending,
  'http-solo/tx.payment.later-1.json': pending,
  'http-solo/tx.payment.later-10.json': pending,
  'http-solo/tx.payment.later-11.json': pending,
  'http-solo/tx.payment.later-12.json': pending,
  'http-solo/tx.payment.later-13.json': pending,
  'http-solo/tx.payment.later-14.json': pending,
  'http-solo/tx.payment.later-15.json': pending,
  'http-solo/tx.payment.later-16.json': pending,
  'http-solo/tx.payment.later-17.json': pending,
  'http-solo/tx.payment.later-18.json': pending,
  'http-solo/tx.payment.later-19.json': pending,
  'http-solo/tx.payment.later-2.json': pending,
  'http-solo/tx.payment.later-20.json': pending,
  'http-solo/tx.payment.later-21.json': pending,
  'http-solo/tx.payment.later-22.json': pending,
  'http-solo/tx.payment.later-23.json': pending,
  'http-solo/tx.payment.later-3.json': pending,
  'http-solo/tx.payment.later-4.json': pending,
  'http-solo/tx.payment.later-5.json': pending,
  'http-solo/tx.payment.later-6.json': pending,
  'http-solo/tx.payment.later-7.json': pending,
  'http-solo/tx.payment.later-8.json': pending,
  'http-solo/tx.payment.later-9.json': pending,
  'http-solo/tx.payment.multi-op.json': pending,
  'http-solo/tx.payment.muxed-destination.json': pending,
  'http-solo/tx.payment.native.json': pending,
  'http-solo/tx.payment.no-destination.will-fail-when-applied.json': pending,
  'http-solo/tx.payment.underfunded.will-fail-when-applied.json': pending,
  // The admin port does not read a POST body.
  'http-solo/tx.post-body.json': exception('Must specify a tx blob: tx?blob=<tx in xdr format>'),
  'http-solo/tx.set-options.json': pending,
  'http-solo/tx.try-again-later.second-tx-same-source-while-pending.json': tryAgainLater,

  'http-standalone/tx.create.json': pending,
  'http-standalone/tx.duplicate.json': duplicate,
  'http-standalone/tx.filtered.force-true.json': pending,
  'http-standalone/tx.filtered.json': filtered,
  'http-standalone/tx.insufficient-balance.json': failed('AAAAAAAAAGT////5AAAAAA=='),
  'http-standalone/tx.pending.json': pending,
  'http-standalone/tx.replace.fee-bump-10x.json': pending,
  // txINSUFFICIENT_FEE, and in place of the fee charged 0x4e20 = 20000: what it takes to replace the one that waits.
  'http-standalone/tx.replace.fee-bump-not-10x-more.json': failed('AAAAAAAATiD////3AAAAAA=='),
  'http-standalone/tx.replace.first.json': pending,
  'http-standalone/tx.replace.same-seq-10x-fee-not-feebump.json': tryAgainLater,
  'http-standalone/tx.replace.same-seq-not-10x-fee.json': tryAgainLater,
  'http-standalone/tx.resubmit-after-applied.1-ledger.json': tryAgainLater,
  'http-standalone/tx.resubmit-after-applied.13-ledgers.json': failed('AAAAAAAAAGT////7AAAAAA=='),
  'http-standalone/tx.try-again-later-same-source.json': tryAgainLater,
};

const root = 'GBZXN7PIRZGNMHGA7MUUUF4GWPY5AYPV6LY4UV2GL6VJGIQRXFDNMADI';
const alice = 'GCCLBQTCNUE3UYSPJU3OOYSM2ZHR5ZDATTWNYAAULBEKUWOYEHWMGVWC';
const bob = 'GBEVX2NGWUHK7UP6WJ2WUS6V5WN2NGMJPRHVY5JPOZ3F6L7LTGB3HLZ6';
const zoe = 'GA3TPGSUCM4ZANMTTQMHTHCB32J6L4DQCMCTUAV5SCIJHWGHSR7EMNEG';

const account = (name: string, id: string, balance: bigint, seqnum: bigint) =>
  is({ name, id, balance, seqnum });

/** `testacc`: the body of an account that does not exist is `null`. */
export const testAccounts: Table = {
  'http-solo/testacc.json': error('Bad HTTP GET: try something like: testacc?name=bob'),
  'http-solo/testacc__name-alice.json': account('alice', alice, 99_924_999_600n, 42_949_672_964n),
  'http-solo/testacc__name-nosuch.json': is(null),
  // 2^53 is 9007199254740992, so this balance is none that a double holds.
  'http-solo/testacc__name-root.json': account('root', root, 999_999_599_999_999_300n, 2n),
  'http-solo/testacc__name-zoe.after-create.json': account(
    'zoe',
    zoe,
    1_000_000_000n,
    103_079_215_104n,
  ),
  'http-soroban/testacc.TestAccount-0.json': account(
    'TestAccount-0',
    'GD7TO3MB5NYFXKRNF2LI5FYGF6AWNNC5736HCZ6UTZS523DQ2CYKFE33',
    999_000_999_000_999n,
    0n,
  ),
  // There are a thousand of them, from 0 on.
  'http-soroban/testacc.TestAccount-1000.json': is(null),
  'http-soroban/testacc.TestAccount-999.json': account(
    'TestAccount-999',
    'GBAWNBRW27HVYAXARKSXVFRLF5FD5QLC44EKOY2EYESN2VTZ7SOFVFB6',
    999_000_999_000_999n,
    0n,
  ),
  'http-soroban/testacc.root.genesis-accounts.json': account(
    'root',
    root,
    999_000_999_001_000n,
    0n,
  ),
  'http-standalone/testacc__name-alice.json': account(
    'alice',
    alice,
    9_969_999_600n,
    21_474_836_483n,
  ),
  'http-standalone/testacc__name-zoe.json': account('zoe', zoe, 10_000_000_000n, 107_374_182_400n),
};

const payment = (
  status: string,
  amount: bigint,
  [from_name, from_id]: readonly [string, string],
  [to_name, to_id]: readonly [string, string],
) => is({ status, amount, from_name, from_id, to_name, to_id });

/** A payment that failed at once; `detail` is JSON in a text, of several lines. */
const failedPayment = (code: string, amount: bigint, from: string, to: string) =>
  sees(
    (value: {
      status: string;
      detail: string;
      amount: bigint;
      from_name: string;
      to_name: string;
    }) => ({
      status: value.status,
      detail: JSON.parse(value.detail),
      amount: value.amount,
      from: value.from_name,
      to: value.to_name,
    }),
    { status: 'ERROR', detail: { TransactionResultCode: code }, amount, from, to },
  );

/** `testtx`. */
export const testPayments: Table = {
  'http-solo/testtx.json': error(
    'Bad HTTP GET: try something like: testtx?from=root&to=bob&amount=1000000000',
  ),
  'http-solo/testtx__from-nosuch1_to-zoe_amount-5.json': failedPayment(
    'txNO_ACCOUNT',
    5n,
    'nosuch1',
    'zoe',
  ),
  'http-solo/testtx__from-root_to-zoe.json': error(
    'Bad HTTP GET: try something like: testtx?from=root&to=bob&amount=1000000000',
  ),
  'http-solo/testtx__from-root_to-zoe_amount-1000000000_create-true.json': payment(
    'PENDING',
    1_000_000_000n,
    ['root', root],
    ['zoe', zoe],
  ),
  'http-solo/testtx__from-root_to-zoe_amount-5.json': payment(
    'PENDING',
    5n,
    ['root', root],
    ['zoe', zoe],
  ),
  // "abc" was taken for 0.
  'http-solo/testtx__from-zoe_to-root_amount-abc.json': failedPayment(
    'txFAILED',
    0n,
    'zoe',
    'root',
  ),
  'http-standalone/testtx__from-alice_to-bob_amount-10.again.json': payment(
    'DUPLICATE',
    10n,
    ['alice', alice],
    ['bob', bob],
  ),
  'http-standalone/testtx__from-alice_to-bob_amount-10.json': payment(
    'PENDING',
    10n,
    ['alice', alice],
    ['bob', bob],
  ),
  'http-standalone/testtx__from-nobody_to-bob_amount-10.json': failedPayment(
    'txNO_ACCOUNT',
    10n,
    'nobody',
    'bob',
  ),
  'http-standalone/testtx__from-root_to-zoe_amount-10000000000_create-true.json': payment(
    'PENDING',
    10_000_000_000n,
    ['root', root],
    ['zoe', zoe],
  ),
};

/** `banaccounts` and `unbanaccounts`: which transactions are FILTERED. */
export const accountBans: Table = {
  'http-solo/banaccounts.add.json': is({ status: 'banned accounts updated', added: 1, total: 1 }),
  'http-solo/banaccounts.empty.json': error(
    "accountids must not be empty; use 'unbanaccounts' to remove bans",
  ),
  'http-solo/banaccounts.invalid.json': error("invalid address: 'GARBAGE'"),
  'http-solo/banaccounts.list-empty.json': is([]),
  'http-solo/banaccounts.list-one.json': is([
    'GBJY5GRP4R2Q2KMYG76XT4NSEICONIEUIINMTFZ5PC3FTKRFTFEE5HO5',
  ]),
  'http-solo/unbanaccounts.all.json': is({ status: 'banned accounts cleared' }),
  'http-solo/unbanaccounts.one.json': is({
    status: 'banned accounts updated',
    removed: 1,
    total: 0,
  }),
  'http-standalone/banaccounts.alice.json': is({
    status: 'banned accounts updated',
    added: 1,
    total: 1,
  }),
  'http-standalone/unbanaccounts.json': is({ status: 'banned accounts cleared' }),
};
