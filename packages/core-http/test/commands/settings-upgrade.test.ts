import { renderError, SscError } from '@ssc/errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { settingsMissing } from '../../src/commands/settings-upgrade.ts';
import {
  checkSettings,
  type SettingsUpgrade,
  type SorobanInfo,
  type SorobanSettings,
  sorobanSettings,
} from '../../src/index.ts';
import { recording } from '../recordings.ts';

const infoOf = (file: string): SorobanInfo =>
  JSON.parse(recording(`http-soroban/sorobaninfo.${file}.json`).body) as SorobanInfo;

/** The same object with each number's path in its place. */
const paths = (value: object, path = ''): object =>
  Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      typeof member === 'object' ? paths(member as object, `${path}${name}.`) : `${path}${name}`,
    ]),
  );

describe('sorobanSettings', () => {
  test('where each one stands in sorobaninfo', () => {
    const where = paths(infoOf('before-config-upgrade')) as SorobanInfo;
    expect(sorobanSettings(where)).toMatchInlineSnapshot(`
      {
        "ballotTimeoutIncrementMilliseconds": "scp.ballot_timeout_inc_ms",
        "ballotTimeoutInitialMilliseconds": "scp.ballot_timeout_ms",
        "bucketListSizeWindowSampleSize": "state_archival.bucketlist_size_window_sample_size",
        "evictionScanSize": "state_archival.eviction_scan_size",
        "ledgerMaxDependentTxClusters": "max_dependent_tx_clusters",
        "ledgerMaxInstructions": "ledger.max_instructions",
        "ledgerMaxReadBytes": "ledger.max_read_bytes",
        "ledgerMaxReadLedgerEntries": "ledger.max_read_ledger_entries",
        "ledgerMaxTransactionsSizeBytes": "ledger.max_tx_size_bytes",
        "ledgerMaxTxCount": "ledger.max_tx_count",
        "ledgerMaxWriteBytes": "ledger.max_write_bytes",
        "ledgerMaxWriteLedgerEntries": "ledger.max_write_ledger_entries",
        "ledgerTargetCloseTimeMilliseconds": "scp.ledger_close_time_ms",
        "maxContractDataEntrySizeBytes": "max_contract_data_entry_size",
        "maxContractDataKeySizeBytes": "max_contract_data_key_size",
        "maxContractSizeBytes": "max_contract_size",
        "nominationTimeoutIncrementMilliseconds": "scp.nomination_timeout_inc_ms",
        "nominationTimeoutInitialMilliseconds": "scp.nomination_timeout_ms",
        "startingEvictionScanLevel": "state_archival.starting_eviction_scan_level",
        "txMaxContractEventsSizeBytes": "tx.max_contract_events_size_bytes",
        "txMaxFootprintSize": "tx.max_footprint_size",
        "txMaxInstructions": "tx.max_instructions",
        "txMaxReadBytes": "tx.max_read_bytes",
        "txMaxReadLedgerEntries": "tx.max_read_ledger_entries",
        "txMaxSizeBytes": "tx.max_size_bytes",
        "txMaxWriteBytes": "tx.max_write_bytes",
        "txMaxWriteLedgerEntries": "tx.max_write_ledger_entries",
        "txMemoryLimit": "tx.memory_limit",
      }
    `);
  });

  test('before protocol 23 there are fewer', () => {
    const {
      scp: _scp,
      max_dependent_tx_clusters: _clusters,
      ...info
    } = infoOf('before-config-upgrade');
    const { max_footprint_size: _size, ...tx } = info.tx;
    const all = Object.keys(sorobanSettings(infoOf('before-config-upgrade')));
    const fewer = Object.keys(sorobanSettings({ ...info, tx }));
    expect(all.filter((name) => !fewer.includes(name))).toMatchInlineSnapshot(`
      [
        "txMaxFootprintSize",
        "ledgerTargetCloseTimeMilliseconds",
        "ballotTimeoutInitialMilliseconds",
        "ballotTimeoutIncrementMilliseconds",
        "nominationTimeoutInitialMilliseconds",
        "nominationTimeoutIncrementMilliseconds",
        "ledgerMaxDependentTxClusters",
      ]
    `);
  });
});

test('what a real upgrade changed is what was told to it', () => {
  const now = sorobanSettings(infoOf('before-config-upgrade'));
  // generateload?mode=create_upgrade&accounts=1000&txs=1&mxcntrctsz=200000&ldgrmxtxcnt=300
  const wanted = { maxContractSizeBytes: 200_000, ledgerMaxTxCount: 300 };
  expect(sorobanSettings(infoOf('after-config-upgrade'))).toEqual({ ...now, ...wanted });
  expect(settingsMissing(infoOf('before-config-upgrade'), wanted)).toEqual([
    { name: 'maxContractSizeBytes', is: 128_000, wanted: 200_000 },
    { name: 'ledgerMaxTxCount', is: 200, wanted: 300 },
  ]);
  expect(settingsMissing(infoOf('after-config-upgrade'), wanted)).toEqual([]);
});

test('whatever of the settings is changed is missing, and nothing else', () => {
  const info = infoOf('before-config-upgrade');
  const now = sorobanSettings(info);
  const names = Object.keys(now) as (keyof SorobanSettings)[];
  fc.assert(
    fc.property(fc.subarray(names), fc.subarray(names), (changed, kept) => {
      const wanted: SettingsUpgrade = {
        ...Object.fromEntries(kept.map((name) => [name, now[name]])),
        ...Object.fromEntries(changed.map((name) => [name, (now[name] as number) + 1])),
      };
      expect(
        settingsMissing(info, wanted)
          .map(({ name }) => name)
          .sort(),
      ).toEqual([...changed].sort());
    }),
    { seed: 1 },
  );
});

describe('checkSettings', () => {
  const refusal = (settings: object): string | undefined => {
    try {
      checkSettings(settings);
      return undefined;
    } catch (error) {
      if (error instanceof SscError) return renderError(error);
      throw error;
    }
  };

  test('lets pass what core takes, 64 bits where it does', () => {
    expect(
      refusal({ ledgerMaxInstructions: 25e9, ledgerMaxReadBytes: 2 ** 32 - 1 }),
    ).toBeUndefined();
  });
  test('refuses a number that core would cut off, by its name', () => {
    expect(refusal({ ledgerMaxTxCount: 1, ledgerMaxReadBytes: 2 ** 32 })).toMatchInlineSnapshot(`
      "✖ SSC_CORE_ARGUMENT  ledgerMaxReadBytes must be a whole number from 0 to 4294967295, got "4294967296"
        Nothing was sent to the node."
    `);
    expect(refusal({ ledgerMaxInstructions: 2 ** 53 })).toMatchInlineSnapshot(`
      "✖ SSC_CORE_ARGUMENT  ledgerMaxInstructions must be a whole number from 0 to 9007199254740991, got "9007199254740992"
        Nothing was sent to the node."
    `);
  });
  test('refuses none, and what is none', () => {
    expect(refusal({})).toMatchInlineSnapshot(`
      "✖ SSC_CORE_ARGUMENT  an upgrade of settings names at least one of them
        Known    maxContractSizeBytes, maxContractDataKeySizeBytes, maxContractDataEntrySizeBytes, ledgerMaxInstructions, txMaxInstructions, txMemoryLimit, ledgerMaxReadLedgerEntries, ledgerMaxReadBytes, ledgerMaxWriteLedgerEntries, ledgerMaxWriteBytes, ledgerMaxTxCount, txMaxReadLedgerEntries, txMaxReadBytes, txMaxWriteLedgerEntries, txMaxWriteBytes, txMaxContractEventsSizeBytes, ledgerMaxTransactionsSizeBytes, txMaxSizeBytes, bucketListSizeWindowSampleSize, evictionScanSize, startingEvictionScanLevel, txMaxFootprintSize, ledgerTargetCloseTimeMilliseconds, ballotTimeoutInitialMilliseconds, ballotTimeoutIncrementMilliseconds, nominationTimeoutInitialMilliseconds, nominationTimeoutIncrementMilliseconds, ledgerMaxDependentTxClusters
        Nothing was sent to the node."
    `);
    expect(refusal({ ledgerMaxReadByte: 1 })).toContain('did you mean "ledgerMaxReadBytes"?');
  });
});
