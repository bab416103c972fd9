import { renderError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import { ledgerLimitsTimes, type SettingsChange, txLimitsTimes } from '../../src/index.ts';
import { type Script, sorobanNetwork } from './soroban-network.ts';

/** What changing the settings gives, or the text of its error; and what the nodes were asked to do. */
async function change(settings: SettingsChange, scripts: Readonly<Record<string, Script>> = {}) {
  const { clock, core, acts } = sorobanNetwork(scripts);
  return clock.run(async () => {
    const result = await core.upgradeSorobanSettings(settings).catch(renderError);
    return { result, acts, seconds: clock.now() / 1000 };
  });
}

describe('upgradeSorobanSettings', () => {
  test('stores the settings, arms every node, and waits for every node', async () => {
    const { result, acts, seconds } = await change(ledgerLimitsTimes(100));
    expect({ result, seconds }).toMatchInlineSnapshot(`
      {
        "result": {
          "ledgerMaxInstructions": 250000000,
          "ledgerMaxReadBytes": 320000,
          "ledgerMaxReadLedgerEntries": 300,
          "ledgerMaxTransactionsSizeBytes": 1000000,
          "ledgerMaxTxCount": 100,
          "ledgerMaxWriteBytes": 320000,
          "ledgerMaxWriteLedgerEntries": 200,
        },
        "seconds": 22,
      }
    `);
    expect(acts.join('\n')).toMatchInlineSnapshot(`
      "core-0 generateload?mode=upgrade_setup&accounts=1&minpercentsuccess=100
      core-0 generateload?mode=create_upgrade&accounts=1&minpercentsuccess=100&ldgrmxinstrc=250000000&ldgrmxrdbyt=320000&ldgrmxwrbyt=320000&ldgrmxtxcnt=100&ldgrmxrdntry=300&ldgrmxwrntry=200&ldgrmxtxsz=1000000
      core-0 upgrades?mode=set&upgradetime=1970-01-01T00:00:21Z&configupgradesetkey=AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg==
      core-1 upgrades?mode=set&upgradetime=1970-01-01T00:00:21Z&configupgradesetkey=AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg==
      core-2 upgrades?mode=set&upgradetime=1970-01-01T00:00:21Z&configupgradesetkey=AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=="
    `);
  });

  test('arms no node before its ledger has the settings', async () => {
    const { result, acts } = await change({ ledgerMaxTxCount: 100 }, { 'core-2': { behind: 9 } });
    expect(result).toEqual({ ledgerMaxTxCount: 100 });
    expect(acts.at(-1)).toMatch(/^core-2 upgrades\?mode=set&upgradetime=1970-01-01T00:00:30Z&/u);
  });

  test('a node that does not take them is named with what it lacks', async () => {
    const { result } = await change(ledgerLimitsTimes(100), {
      'core-2': { ignoresSettings: true },
    });
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_UPGRADE_NOT_APPLIED  core-2 did not apply 7 settings within 2m 15s of the last progress
        Asked       152 times in 2m 31s; the last answer is 0ms old
        Last saw    core-2: not applied: ledgerMaxInstructions (is 2500000, wanted 250000000), ledgerMaxReadBytes (is 3200, wanted 320000), ledgerMaxWriteBytes (is 3200, wanted 320000), ledgerMaxTxCount (is 1, wanted 100), ledgerMaxReadLedgerEntries (is 3, wanted 300), ledgerMaxWriteLedgerEntries (is 2, wanted 200), ledgerMaxTransactionsSizeBytes (is 10000, wanted 1000000); armed from 1970-01-01T00:00:21Z with configUpgradeSetKey AgICAgIC…Ag==; state "Synced!", ledger 257, 2 peers authenticated
        Progress    none for 2m 15s
        Others      core-0 and core-1 upgraded: ledger 257
        The other nodes have it. One that is armed, and in sync, and has it not does not take the ledger that has it."
    `);
  });

  test('a node that refuses the key', async () => {
    const { result } = await change(
      { ledgerMaxTxCount: 100 },
      { 'core-1': { refusesSettings: true } },
    );
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_CORE_TEXT  core-1 answered "Error setting configUpgradeSet" (upgrades)   (definite: nothing was changed)
        Sent          GET upgrades?mode=set&upgradetime=1970-01-01T00:00:21Z&configupgradesetkey=AgICAgICAgIC…%3D%3D (92 characters)
        Answered      200 Error setting configUpgradeSet
        Success is    an empty body
        Its ledger has the settings, and one of them is out of the bounds of the protocol: each has a least value, some a greatest, and a ledger must have room for one transaction."
    `);
  });

  test('a load that fails', async () => {
    const fails = (failsLoad: string) =>
      change({ ledgerMaxTxCount: 100 }, { 'core-0': { failsLoad } });
    expect((await fails('upgrade_setup')).result).toMatchInlineSnapshot(`
      "✖ SSC_LOAD_FAILED  upgrade_setup load on core-0 failed: 2 transactions submitted, 0 refused
        After       3s
        Counters    loadgen.run.failed 1, loadgen.txn.attempted 2, loadgen.txn.rejected 0 (of this run)
        State       state "Synced!", ledger 103, 2 peers authenticated
        Others      core-1 and core-2: state "Synced!", ledger 103, 2 peers authenticated
        Costs       without updateSorobanCosts a new network keeps those that Soroban began with, by which no contract can be stored
        Core's log names the reason (Load generation failed). Too few accounts for the rate is the usual one."
    `);
    expect((await fails('create_upgrade')).result).toContain(
      'create_upgrade load on core-0 failed: 1 transaction submitted, 0 refused',
    );
  });

  test('is refused before anything is done', async () => {
    const refusal = async (
      settings: SettingsChange,
      scripts?: Readonly<Record<string, Script>>,
    ) => {
      const { result, acts, seconds } = await change(settings, scripts);
      expect({ acts, seconds }).toEqual({ acts: [], seconds: 0 });
      return result;
    };
    const old = { protocol: 19 };
    expect(
      await refusal({ ledgerMaxTxCount: 100 }, { 'core-1': old, 'core-2': old }),
    ).toMatchInlineSnapshot(`
      "✖ SSC_SOROBAN_NOT_ACTIVE  Soroban comes with protocol 20, and the ledger is before it
        Nodes    core-1, core-2
        Upgrade it first: upgrade({ protocol: 'latest' })."
    `);
    // These nodes do not show the settings of protocol 23.
    expect(
      await refusal({
        ledgerMaxTxCount: 2,
        txMaxFootprintSize: 8,
        ledgerMaxDependentTxClusters: 8,
      }),
    ).toMatchInlineSnapshot(`
      "✖ SSC_SETTING_NOT_THERE  the ledger of core-0 is before the protocols that have txMaxFootprintSize, ledgerMaxDependentTxClusters
        Upgrade it first: upgrade({ protocol: 'latest' })."
    `);
    expect(await refusal(ledgerLimitsTimes(2_000_000))).toMatchInlineSnapshot(`
      "✖ SSC_CORE_ARGUMENT  ledgerMaxReadBytes must be a whole number from 0 to 4294967295, got "6400000000"
        Nothing was sent to the node."
    `);
    expect(await refusal(ledgerLimitsTimes(1e10))).toContain(
      'ledgerMaxInstructions must be a whole number from 0 to 9007199254740991, got "25000000000000000"',
    );
    expect(await refusal({})).toContain('an upgrade of settings names at least one of them');
    expect(await refusal({ ledgerMaxTxCounts: 1 } as SettingsChange)).toContain(
      'there is no setting "ledgerMaxTxCounts"; did you mean "ledgerMaxTxCount"?',
    );
  });
});

test('limits of transactions are multiplied where the protocol has them', async () => {
  const { clock, core } = sorobanNetwork();
  let asked: object = {};
  const note: SettingsChange = (now) => {
    asked = {
      now: txLimitsTimes(3)(now),
      later: txLimitsTimes(3)({ ...now, txMaxFootprintSize: 4 }),
    };
    return {};
  };
  await clock.run(() => core.upgradeSorobanSettings(note).catch(() => {}));
  expect(asked).toMatchInlineSnapshot(`
    {
      "later": {
        "maxContractDataEntrySizeBytes": 6000,
        "maxContractDataKeySizeBytes": 600,
        "maxContractSizeBytes": 6000,
        "txMaxContractEventsSizeBytes": 600,
        "txMaxFootprintSize": 12,
        "txMaxInstructions": 7500000,
        "txMaxReadBytes": 9600,
        "txMaxReadLedgerEntries": 9,
        "txMaxSizeBytes": 30000,
        "txMaxWriteBytes": 9600,
        "txMaxWriteLedgerEntries": 6,
        "txMemoryLimit": 6000000,
      },
      "now": {
        "maxContractDataEntrySizeBytes": 6000,
        "maxContractDataKeySizeBytes": 600,
        "maxContractSizeBytes": 6000,
        "txMaxContractEventsSizeBytes": 600,
        "txMaxInstructions": 7500000,
        "txMaxReadBytes": 9600,
        "txMaxReadLedgerEntries": 9,
        "txMaxSizeBytes": 30000,
        "txMaxWriteBytes": 9600,
        "txMaxWriteLedgerEntries": 6,
        "txMemoryLimit": 6000000,
      },
    }
  `);
});

describe('a load of uploads', () => {
  const upload = {
    kind: 'sorobanUpload',
    accounts: 100,
    txs: 20,
    txRate: 1,
    maxFeeRate: 1000,
    skipLowFeeTxs: true,
    minPercentSuccess: 90,
  } as const;

  test('tells what of it was applied, and how', async () => {
    const { clock, core, acts } = sorobanNetwork();
    const results = await clock.run(async () => [
      await core.runLoad(upload),
      await core.runLoad({ kind: 'payment', accounts: 100, txs: 20, txRate: 1 }),
      await core.runLoad(upload),
    ]);
    expect(results).toMatchInlineSnapshot(`
      [
        {
          "attempted": 20,
          "rejected": 0,
          "seconds": 3,
          "sorobanFailed": 2,
          "sorobanSucceeded": 18,
        },
        {
          "attempted": 20,
          "rejected": 0,
          "seconds": 3,
        },
        {
          "attempted": 20,
          "rejected": 0,
          "seconds": 3,
          "sorobanFailed": 2,
          "sorobanSucceeded": 18,
        },
      ]
    `);
    expect(acts.join('\n')).toMatchInlineSnapshot(`
      "core-0 generateload?mode=soroban_upload&accounts=100&txs=20&txrate=1&maxfeerate=1000&minpercentsuccess=90&skiplowfeetxs=true
      core-0 generateload?mode=pay&accounts=100&txs=20&txrate=1
      core-0 generateload?mode=soroban_upload&accounts=100&txs=20&txrate=1&maxfeerate=1000&minpercentsuccess=90&skiplowfeetxs=true"
    `);
  });

  test('is refused before protocol 20', async () => {
    const { clock, core, acts } = sorobanNetwork({ 'core-0': { protocol: 19 } });
    const text = await clock.run(() => core.startLoad(upload).catch(renderError));
    expect(text).toMatchInlineSnapshot(`
      "✖ SSC_SOROBAN_NOT_ACTIVE  Soroban comes with protocol 20, and the ledger is before it
        Nodes    core-0
        Upgrade it first: upgrade({ protocol: 'latest' })."
    `);
    expect(acts).toEqual([]);
  });

  test('that fails says of which mode it was', async () => {
    const { clock, core } = sorobanNetwork({ 'core-0': { failsLoad: 'soroban_upload' } });
    const text = await clock.run(() => core.runLoad(upload).catch(renderError));
    expect(text).toContain('soroban_upload load on core-0 failed: 20 of 20 transactions submitted');
  });
});
