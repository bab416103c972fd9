import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectArmed, type Load, nothingArmed } from '../src/index.ts';
import { fakeNode } from './fake-network.ts';
import { recording } from './recordings.ts';

/** The path of the one request that a call sends. */
async function sent(
  call: (client: ReturnType<typeof fakeNode>['client']) => Promise<unknown>,
): Promise<{ path: string; query: Record<string, string>; method: string; body: string }> {
  const { client, clock, dispatcher } = fakeNode(() => '', { queryBaseUrl: 'http://core-0:11627' });
  await clock.run(() => call(client).catch(() => {}));
  const request = dispatcher.requests[0];
  if (request === undefined) throw new Error('nothing was sent');
  const { path, query, method, body } = request;
  return { path, query: Object.fromEntries(query), method, body };
}

test('every value comes back from the query as it went in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.base64String({ minLength: 4, maxLength: 200 }), async (blob) => {
      const { query, path } = await sent((client) => client.submit(blob));
      expect(query['blob']).toBe(blob);
      // Core takes a bare + for a blank.
      expect(path).not.toMatch(/[+\s]/u);
    }),
    { seed: 1, numRuns: 200 },
  );
});

describe('upgrades', () => {
  test('all values under the names that core asks for', async () => {
    const { path } = await sent((client) =>
      client.upgrades.set(Date.UTC(2026, 10, 22, 12, 46, 23) / 1000, {
        protocolVersion: 27,
        baseFee: 100,
        baseReserve: 5_000_000,
        maxTxSetSize: 1000,
        maxSorobanTxSetSize: 200,
        flags: 1,
        nominationTimeoutLimit: 5,
        expirationMinutes: 10,
        configUpgradeSetKey: 'kPfu+A==',
      }),
    );
    expect(path).toBe(
      '/upgrades?mode=set&upgradetime=2026-11-22T12:46:23Z&protocolversion=27&basefee=100&basereserve=5000000&maxtxsetsize=1000&maxsorobantxsetsize=200&flags=1&nominationtimeoutlimit=5&expirationminutes=10&configupgradesetkey=kPfu%2BA%3D%3D',
    );
  });

  test('what is armed, under the same names', async () => {
    const get = async (file: string) => {
      const { client, clock } = fakeNode(() => recording(file).body);
      return clock.run(() => client.upgrades.get());
    };
    const all = await get('http-solo/upgrades__mode-get.all-set-future.json');
    expect(all).toEqual({
      time: 1893456000,
      protocolVersion: 27,
      baseFee: 300,
      baseReserve: 5_000_000,
      maxTxSetSize: 500,
      maxSorobanTxSetSize: 50,
      flags: 0,
      nominationTimeoutLimit: 3,
      expirationMinutes: 60,
      others: { upgradeversion: 1 },
    });
    expect(nothingArmed(all)).toBe(false);
    const none = await get('http-trio/upgrades__mode-get.after-27.node-0.json');
    expect(nothingArmed(none)).toBe(true);
    const settings = await get('http-trio/upgrades__mode-get.configupgradesetkey.node-0.json');
    expect(settings.configUpgradeSetKey).toMatch(/^kPfu/u);
    expect(settings.settings?.[0]).toEqual({
      configSettingID: 'CONFIG_SETTING_CONTRACT_MAX_SIZE_BYTES',
      contractMaxSizeBytes: 200_000,
    });
  });
});

test('a value of a later build is kept, and counts as armed', async () => {
  const { body } = recording('http-trio/upgrades__mode-get.after-27.node-0.json');
  const later = body.replace(
    '"fee"',
    '"ledgerceiling" : { "nullopt" : false, "data" : 7 },\n   "fee"',
  );
  const { client, clock } = fakeNode(() => later);
  const armed = await clock.run(() => client.upgrades.get());
  expect(armed.others).toEqual({
    ledgerceiling: { nullopt: false, data: 7 },
    upgradeversion: 1,
  });
  expect(nothingArmed(armed)).toBe(false);
  await expect(clock.run(() => expectArmed([client], 1795351583, {}))).rejects.toMatchObject({
    facts: [['core-0', 'ledgerceiling: told nothing, armed 7']],
  });
});

describe('generateload', () => {
  test.each<[Load, string]>([
    [
      { mode: 'pay', accounts: 1000, txs: 200, txRate: 20, spikeSize: 50, spikeInterval: 3 },
      'mode=pay&accounts=1000&txs=200&txrate=20&spikesize=50&spikeinterval=3',
    ],
    [
      {
        mode: 'pay',
        accounts: 10,
        offset: 20,
        txs: 5,
        txRate: 1,
        maxFeeRate: 1000,
        skipLowFeeTxs: true,
      },
      'mode=pay&accounts=10&offset=20&txs=5&txrate=1&maxfeerate=1000&skiplowfeetxs=true',
    ],
    [
      { mode: 'soroban_upload', accounts: 1000, txs: 30, txRate: 5, minPercentSuccess: 90 },
      'mode=soroban_upload&accounts=1000&txs=30&txrate=5&minpercentsuccess=90',
    ],
    [
      { mode: 'soroban_invoke_setup', accounts: 1000, txRate: 5, instances: 5, wasms: 2 },
      'mode=soroban_invoke_setup&accounts=1000&txrate=5&instances=5&wasms=2',
    ],
    [
      {
        mode: 'mixed_classic_soroban',
        accounts: 1000,
        txs: 40,
        txRate: 5,
        payWeight: 50,
        sorobanUploadWeight: 25,
        sorobanInvokeWeight: 25,
        instances: 5,
        wasms: 2,
      },
      'mode=mixed_classic_soroban&accounts=1000&txs=40&txrate=5&instances=5&wasms=2&payweight=50&sorobanuploadweight=25&sorobaninvokeweight=25',
    ],
    [{ mode: 'upgrade_setup' }, 'mode=upgrade_setup'],
    [
      {
        mode: 'create_upgrade',
        settings: {
          maxContractSizeBytes: 200_000,
          ledgerMaxInstructions: 25_000_000_000,
          ledgerMaxTxCount: 300,
        },
      },
      'mode=create_upgrade&mxcntrctsz=200000&ldgrmxinstrc=25000000000&ldgrmxtxcnt=300',
    ],
    [
      {
        mode: 'mixed_pregen_sac_payment',
        accounts: 100,
        txs: 10,
        classicTxRate: 5,
        sorobanTxRate: 5,
      },
      'mode=mixed_pregen_sac_payment&accounts=100&txs=10&classictxrate=5&sorobantxrate=5',
    ],
  ])('%o', async (load, query) => {
    expect((await sent((client) => client.generateLoad(load))).path).toBe(`/generateload?${query}`);
  });

  test('a setting that does not exist, and one that core would cut off, are refused', async () => {
    const { client } = fakeNode(() => '');
    const create = (settings: object) =>
      client.generateLoad({ mode: 'create_upgrade', settings } as Load);
    await expect(create({ txMaxSizeByte: 1 })).rejects.toMatchObject({
      code: 'SSC_CORE_ARGUMENT',
      message: 'there is no setting "txMaxSizeByte"; did you mean "txMaxSizeBytes"?',
    });
    await expect(create({ ledgerMaxTxCount: 2 ** 32 })).rejects.toMatchObject({
      code: 'SSC_CORE_ARGUMENT',
    });
  });
});

test('the query port is asked by POST, with encoded keys', async () => {
  expect(
    await sent((client) => client.rawLedgerEntries({ keys: ['AA+/', 'BB=='], ledger: 24 })),
  ).toMatchObject({
    method: 'POST',
    path: '/getledgerentryraw',
    body: 'key=AA%2B%2F&key=BB%3D%3D&ledgerSeq=24',
  });
});

test('balances beyond 2^53 stay exact', async () => {
  const { client, clock } = fakeNode(() => recording('http-solo/testacc__name-root.json').body);
  expect(await clock.run(() => client.testAccount('root'))).toEqual({
    balance: 999999599999999300n,
    id: 'GBZXN7PIRZGNMHGA7MUUUF4GWPY5AYPV6LY4UV2GL6VJGIQRXFDNMADI',
    name: 'root',
    seqnum: 2n,
  });
});

test('a level is set only when the reply shows it', async () => {
  const set = async (file: string, level: 'Debug' | 'Trace', partition?: string) => {
    const { client, clock } = fakeNode(() => recording(file).body);
    return clock.run(() => client.setLogLevel(level, partition).catch((error) => error.code));
  };
  expect(await set('http-solo/ll__level-debug.json', 'Debug')).toEqual({ Global: 'Debug' });
  expect(await set('http-solo/ll__level-trace_partition-scp.json', 'Trace', 'scp')).toEqual({
    SCP: 'Trace',
  });
  expect(await set('http-solo/ll__level-nosuch.json', 'Debug')).toBe('SSC_CORE_REPLY_UNEXPECTED');
});
