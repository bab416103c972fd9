import {
  Account,
  LiquidityPoolAsset,
  MuxedAccount,
  Operation as Sdk,
  Asset as SdkAsset,
  Claimant as SdkClaimant,
} from '@stellar/stellar-sdk/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Asset,
  claimableBalanceId,
  ledgerKey,
  liquidityPoolId,
  type Operation,
  operation,
  testAccountKey,
  wantedAmount,
  xdr,
} from '../src/index.ts';
import { messageOf } from './message.ts';
import { pairs } from './recorded.ts';
import { rustJson, rustXdr } from './stellar-xdr.ts';

const alice = testAccountKey('alice');
const bob = testAccountKey('bob');
const issuer = testAccountKey('issuer');
const recordedAccounts = ['alice', 'bob', 'carol', 'dave', 'erin', 'issuer', 'mm'].map(
  testAccountKey,
);
const usd: Asset = { code: 'USD', issuer };
const long: Asset = { code: 'LONGCODE', issuer };
const sdkUsd = new SdkAsset('USD', issuer.publicKey);
const sdkLong = new SdkAsset('LONGCODE', issuer.publicKey);
const xlm = SdkAsset.native();
const hash = new Uint8Array(32).fill(7);
const balanceHex = `00000000${Buffer.from(hash).toString('hex')}`;
const pool = { pool: [usd, 'native'] as const };
const sdkPool = new LiquidityPoolAsset(xlm, sdkUsd, 30);
const poolId = liquidityPoolId(pool).toString('hex');

const same: readonly (readonly [string, Operation, xdr.Operation])[] = [
  [
    'createAccount',
    operation.createAccount({ destination: bob, startingBalance: '1.5 XLM', source: alice }),
    Sdk.createAccount({
      destination: bob.publicKey,
      startingBalance: '1.5',
      source: alice.publicKey,
    }),
  ],
  [
    'payment',
    operation.payment({ destination: bob, asset: usd, amount: '3 USD' }),
    Sdk.payment({ destination: bob.publicKey, asset: sdkUsd, amount: '3' }),
  ],
  [
    'pathPaymentStrictReceive',
    operation.pathPaymentStrictReceive({
      destination: bob,
      send: 'native',
      sendMax: '9 XLM',
      receive: usd,
      amount: '2 USD',
      path: [long],
    }),
    Sdk.pathPaymentStrictReceive({
      destination: bob.publicKey,
      sendAsset: xlm,
      sendMax: '9',
      destAsset: sdkUsd,
      destAmount: '2',
      path: [sdkLong],
    }),
  ],
  [
    'pathPaymentStrictSend',
    operation.pathPaymentStrictSend({
      destination: bob,
      send: long,
      amount: '9 LONGCODE',
      receive: 'native',
      receiveMin: '2 XLM',
    }),
    Sdk.pathPaymentStrictSend({
      destination: bob.publicKey,
      sendAsset: sdkLong,
      sendAmount: '9',
      destAsset: xlm,
      destMin: '2',
    }),
  ],
  [
    'manageSellOffer',
    operation.manageSellOffer({
      selling: usd,
      buying: 'native',
      amount: '4 USD',
      price: '1.25',
      offerId: 12n,
    }),
    Sdk.manageSellOffer({
      selling: sdkUsd,
      buying: xlm,
      amount: '4',
      price: { n: 5, d: 4 },
      offerId: '12',
    }),
  ],
  [
    'manageBuyOffer',
    operation.manageBuyOffer({
      selling: usd,
      buying: 'native',
      amount: '4 XLM',
      price: { n: 3, d: 7 },
    }),
    Sdk.manageBuyOffer({
      selling: sdkUsd,
      buying: xlm,
      buyAmount: '4',
      price: { n: 3, d: 7 },
    }),
  ],
  [
    'createPassiveSellOffer',
    operation.createPassiveSellOffer({ selling: usd, buying: long, amount: '4 USD', price: '2' }),
    Sdk.createPassiveSellOffer({
      selling: sdkUsd,
      buying: sdkLong,
      amount: '4',
      price: { n: 2, d: 1 },
    }),
  ],
  [
    'setOptions',
    operation.setOptions({
      inflationDestination: bob,
      clearFlags: ['authRequired'],
      setFlags: ['authRevocable', 'clawbackEnabled'],
      masterWeight: 1,
      lowThreshold: 2,
      mediumThreshold: 3,
      highThreshold: 4,
      homeDomain: 'example.org',
      signer: { key: bob, weight: 5 },
    }),
    Sdk.setOptions({
      inflationDest: bob.publicKey,
      clearFlags: 1,
      setFlags: 10,
      masterWeight: 1,
      lowThreshold: 2,
      medThreshold: 3,
      highThreshold: 4,
      homeDomain: 'example.org',
      signer: { ed25519PublicKey: bob.publicKey, weight: 5 },
    }),
  ],
  [
    'setOptions with a hash',
    operation.setOptions({ signer: { key: { hashX: hash }, weight: 1 } }),
    Sdk.setOptions({ signer: { sha256Hash: hash, weight: 1 } }),
  ],
  [
    'setOptions with a transaction',
    operation.setOptions({ signer: { key: { preAuthTx: hash }, weight: 1 } }),
    Sdk.setOptions({ signer: { preAuthTx: hash, weight: 1 } }),
  ],
  [
    'changeTrust',
    operation.changeTrust({ asset: long, limit: '8 LONGCODE' }),
    Sdk.changeTrust({ asset: sdkLong, limit: '8' }),
  ],
  [
    'changeTrust to a pool',
    operation.changeTrust({ asset: pool }),
    Sdk.changeTrust({ asset: sdkPool }),
  ],
  [
    'allowTrust',
    operation.allowTrust({ trustor: bob, code: 'USD', authorize: 'maintainLiabilities' }),
    Sdk.allowTrust({ trustor: bob.publicKey, assetCode: 'USD', authorize: 2 }),
  ],
  [
    'allowTrust of a long code',
    operation.allowTrust({ trustor: bob, code: 'LONGCODE', authorize: 1 }),
    Sdk.allowTrust({ trustor: bob.publicKey, assetCode: 'LONGCODE', authorize: 1 }),
  ],
  [
    'setTrustLineFlags',
    operation.setTrustLineFlags({
      trustor: bob,
      asset: usd,
      setFlags: ['authorized'],
      clearFlags: ['clawbackEnabled'],
    }),
    Sdk.setTrustLineFlags({
      trustor: bob.publicKey,
      asset: sdkUsd,
      flags: { authorized: true, clawbackEnabled: false },
    }),
  ],
  [
    'accountMerge',
    operation.accountMerge({ destination: bob }),
    Sdk.accountMerge({ destination: bob.publicKey }),
  ],
  ['inflation', operation.inflation(), Sdk.inflation({})],
  [
    'manageData',
    operation.manageData({ name: 'greeting', value: 'hello' }),
    Sdk.manageData({ name: 'greeting', value: 'hello' }),
  ],
  [
    'manageData to delete',
    operation.manageData({ name: 'greeting' }),
    Sdk.manageData({ name: 'greeting', value: null }),
  ],
  ['bumpSequence', operation.bumpSequence({ to: 77n }), Sdk.bumpSequence({ bumpTo: '77' })],
  [
    'createClaimableBalance',
    operation.createClaimableBalance({
      amount: '6 XLM',
      claimants: [
        { destination: bob },
        {
          destination: alice,
          when: { and: [{ not: { before: 1000n } }, { or: ['always', { within: 60n }] }] },
        },
      ],
    }),
    Sdk.createClaimableBalance({
      asset: xlm,
      amount: '6',
      claimants: [
        new SdkClaimant(bob.publicKey),
        new SdkClaimant(
          alice.publicKey,
          SdkClaimant.predicateAnd(
            SdkClaimant.predicateNot(SdkClaimant.predicateBeforeAbsoluteTime('1000')),
            SdkClaimant.predicateOr(
              SdkClaimant.predicateUnconditional(),
              SdkClaimant.predicateBeforeRelativeTime('60'),
            ),
          ),
        ),
      ],
    }),
  ],
  [
    'claimClaimableBalance',
    operation.claimClaimableBalance({ balance: hash }),
    Sdk.claimClaimableBalance({ balanceId: balanceHex }),
  ],
  [
    'clawbackClaimableBalance',
    operation.clawbackClaimableBalance({ balance: hash }),
    Sdk.clawbackClaimableBalance({ balanceId: balanceHex }),
  ],
  [
    'clawback',
    operation.clawback({ asset: usd, from: bob, amount: '1 USD' }),
    Sdk.clawback({ asset: sdkUsd, from: bob.publicKey, amount: '1' }),
  ],
  [
    'beginSponsoringFutureReserves',
    operation.beginSponsoringFutureReserves({ sponsored: bob }),
    Sdk.beginSponsoringFutureReserves({ sponsoredId: bob.publicKey }),
  ],
  [
    'endSponsoringFutureReserves',
    operation.endSponsoringFutureReserves({ source: bob }),
    Sdk.endSponsoringFutureReserves({ source: bob.publicKey }),
  ],
  [
    'revokeSponsorship of an account',
    operation.revokeSponsorship({ entry: ledgerKey.account(bob) }),
    Sdk.revokeAccountSponsorship({ account: bob.publicKey }),
  ],
  [
    'revokeSponsorship of a trust line',
    operation.revokeSponsorship({ entry: ledgerKey.trustLine(bob, long) }),
    Sdk.revokeTrustlineSponsorship({ account: bob.publicKey, asset: sdkLong }),
  ],
  [
    'revokeSponsorship of an offer',
    operation.revokeSponsorship({ entry: ledgerKey.offer(bob, 9n) }),
    Sdk.revokeOfferSponsorship({ seller: bob.publicKey, offerId: '9' }),
  ],
  [
    'revokeSponsorship of data',
    operation.revokeSponsorship({ entry: ledgerKey.data(bob, 'greeting') }),
    Sdk.revokeDataSponsorship({ account: bob.publicKey, name: 'greeting' }),
  ],
  [
    'revokeSponsorship of a balance',
    operation.revokeSponsorship({ entry: ledgerKey.claimableBalance(hash) }),
    Sdk.revokeClaimableBalanceSponsorship({ balanceId: balanceHex }),
  ],
  [
    'revokeSponsorship of a pool',
    operation.revokeSponsorship({ entry: ledgerKey.liquidityPool(pool) }),
    Sdk.revokeLiquidityPoolSponsorship({ liquidityPoolId: poolId }),
  ],
  [
    'revokeSponsorship of a signer',
    operation.revokeSponsorship({ account: alice, signer: bob }),
    Sdk.revokeSignerSponsorship({
      account: alice.publicKey,
      signer: { ed25519PublicKey: bob.publicKey },
    }),
  ],
  [
    'liquidityPoolDeposit',
    operation.liquidityPoolDeposit({
      ...pool,
      max: ['2 USD', '1 XLM'],
      minPrice: '0.5',
      maxPrice: { n: 3, d: 2 },
    }),
    Sdk.liquidityPoolDeposit({
      liquidityPoolId: poolId,
      maxAmountA: '1',
      maxAmountB: '2',
      minPrice: { n: 1, d: 2 },
      maxPrice: { n: 3, d: 2 },
    }),
  ],
  [
    'liquidityPoolWithdraw',
    operation.liquidityPoolWithdraw({ ...pool, amount: '5 shares', min: ['2 USD', '1 XLM'] }),
    Sdk.liquidityPoolWithdraw({
      liquidityPoolId: poolId,
      amount: '5',
      minAmountA: '1',
      minAmountB: '2',
    }),
  ],
];

test.each(same)('%s is what the SDK writes, and what Rust reads', (_, ours, theirs) => {
  const base64 = ours.toXdr('base64');
  expect(base64).toBe(theirs.toXdr('base64'));
  const json = JSON.parse(JSON.stringify(ours)) as unknown;
  expect(rustJson('Operation', base64)).toEqual(json);
  expect(rustXdr('Operation', json)).toBe(base64);
});

test('every classic operation of the protocol is here and in the table', () => {
  const soroban = ['invokeHostFunction', 'extendFootprintTtl', 'restoreFootprint'];
  const { nameByValue } = xdr.OperationType.schema as unknown as {
    nameByValue: Map<number, string>;
  };
  const classic = [...nameByValue.values()].filter((name) => !soroban.includes(name)).sort();
  expect(Object.keys(operation).sort()).toEqual(classic);
  const shown = same.map(([, ours]) => ours.body.type);
  expect([...new Set(shown)].sort()).toEqual(classic);
});

test('what an operation is to move can be told', () => {
  const told = same.map(([name, ours]) => [name, wantedAmount(ours)]);
  expect(Object.fromEntries(told.filter(([, amount]) => amount !== undefined))).toMatchSnapshot();
});

test('a muxed address stays one where it may, and is refused where it may not', () => {
  const muxed = new MuxedAccount(new Account(bob.publicKey, '0'), '42').accountId();
  const paid = operation.payment({ destination: muxed, amount: 1n, source: muxed });
  expect(paid.toXdr('base64')).toBe(
    Sdk.payment({ destination: muxed, asset: xlm, amount: '0.0000001', source: muxed }).toXdr(
      'base64',
    ),
  );
  expect(
    messageOf(() => operation.createAccount({ destination: muxed, startingBalance: 1n })),
  ).toMatchSnapshot();
});

test("the pool's id is the SDK's in either order", () => {
  expect(liquidityPoolId({ pool: ['native', usd] })).toEqual(liquidityPoolId(pool));
  const line = operation.changeTrust({ asset: { pool: [long, usd] } });
  expect(line.toXdr()).toEqual(operation.changeTrust({ asset: { pool: [usd, long] } }).toXdr());
});

test('the id of a claimable balance is the one that a real node gave it', () => {
  const pair = pairs.find(({ label }) => label === 'create-claimable-balance');
  const envelope = xdr.TransactionEnvelope.fromXdr(pair?.envelope ?? '', 'base64');
  const { result } = xdr.TransactionResult.fromXdr(pair?.applied?.result ?? '', 'base64');
  if (envelope.type !== 'envelopeTypeTx' || result.type !== 'txSuccess') throw new Error('changed');
  const { seqNum } = envelope.v1.tx;
  const source = recordedAccounts.find(({ publicKeyBytes }) =>
    envelope.v1.tx.sourceAccount.toXdr('hex').endsWith(Buffer.from(publicKeyBytes).toString('hex')),
  );
  const id = claimableBalanceId({ source: source ?? '', sequence: seqNum, operation: 0 });
  expect(result.results[0]?.toXdr('hex')).toContain(id.toString('hex'));
});

test('any price is an exact fraction, or refused by our error', () => {
  const price = fc.tuple(fc.nat(2 ** 31 - 1), fc.nat({ max: 9_999_999 }));
  fc.assert(
    fc.property(price, ([whole, part]) => {
      const text = `${whole}.${String(part).padStart(7, '0')}`;
      let written: xdr.Operation;
      try {
        written = operation.manageSellOffer({
          selling: 'native',
          buying: usd,
          amount: 1n,
          price: text,
        });
      } catch (error) {
        expect(error).toMatchObject({ code: 'SSC_TX_INPUT' });
        return;
      }
      if (written.body.type !== 'manageSellOffer') throw new Error('not an offer');
      const { n, d } = written.body.manageSellOfferOp.price;
      expect(BigInt(n) * 10_000_000n).toBe(BigInt(d) * BigInt(text.replace('.', '')));
    }),
    { seed: 1, numRuns: 500 },
  );
});

const offer = { selling: usd, buying: 'native', amount: 1n } as const;
test.each([
  ['an amount of another unit', () => operation.payment({ destination: bob, amount: '1 USD' })],
  ['a code', () => operation.changeTrust({ asset: { code: 'US-D', issuer } })],
  ['a price in words', () => operation.manageSellOffer({ ...offer, price: 'one' })],
  ['a price of 0', () => operation.manageSellOffer({ ...offer, price: '0.0' })],
  ['too fine a price', () => operation.manageSellOffer({ ...offer, price: '0.00000000003' })],
  ['half a fraction', () => operation.manageSellOffer({ ...offer, price: { n: 1.5, d: 1 } })],
  ['a long name', () => operation.manageData({ name: 'x'.repeat(65) })],
  ['a long domain', () => operation.setOptions({ homeDomain: 'x'.repeat(33) })],
  ['a short balance id', () => operation.claimClaimableBalance({ balance: new Uint8Array(3) })],
  [
    'a short hash',
    () => operation.setOptions({ signer: { key: { hashX: new Uint8Array(3) }, weight: 1 } }),
  ],
  [
    'a long payload',
    () =>
      operation.setOptions({
        signer: { key: { key: bob, payload: new Uint8Array(65) }, weight: 1 },
      }),
  ],
])('refused: %s', (_, act) => {
  expect(messageOf(act)).toMatchSnapshot();
});
