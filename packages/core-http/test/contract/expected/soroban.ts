import type { ConfigSetting, SorobanInfo } from '../../../src/commands/soroban.ts';
import { exception, is, sees, type Table, text } from './expectation.ts';

const fees = {
  fee_contract_events_size_1kb: 200,
  fee_historical_1kb: 100,
  fee_rate_per_instructions_increment: 100,
  fee_read_1kb: 1000,
  fee_read_ledger_entry: 5000,
  fee_transaction_size_1kb: 2000,
  fee_write_1kb: 1000,
  fee_write_ledger_entry: 20_000,
};
const scp = {
  ballot_timeout_inc_ms: 1000,
  ballot_timeout_ms: 1000,
  ledger_close_time_ms: 5000,
  nomination_timeout_inc_ms: 1000,
  nomination_timeout_ms: 1000,
};
const archival = (max_entry_ttl: number): SorobanInfo['state_archival'] => ({
  average_bucket_list_size: 0,
  bucket_list_size_snapshot_period: 30,
  bucketlist_size_window_sample_size: 30,
  eviction_scan_size: 100_000,
  max_entries_to_archive: 100,
  max_entry_ttl,
  min_persistent_ttl: 4096,
  min_temporary_ttl: 16,
  persistent_rent_rate_denominator: 1215,
  starting_eviction_scan_level: 6,
  temp_rent_rate_denominator: 2430,
});

/** The limits that a ledger begins with at protocol 20 and above. */
const initial = is({
  ...fees,
  scp,
  state_archival: archival(1_054_080),
  ledger: {
    max_instructions: 2_500_000,
    max_read_bytes: 3200,
    max_read_ledger_entries: 3,
    max_tx_count: 1,
    max_tx_size_bytes: 10_000,
    max_write_bytes: 3200,
    max_write_ledger_entries: 2,
  },
  max_contract_data_entry_size: 2000,
  max_contract_data_key_size: 200,
  max_contract_size: 2000,
  max_dependent_tx_clusters: 1,
  tx: {
    max_contract_events_size_bytes: 200,
    max_footprint_size: 3,
    max_instructions: 2_500_000,
    max_read_bytes: 3200,
    max_read_ledger_entries: 3,
    max_size_bytes: 10_000,
    max_write_bytes: 3200,
    max_write_ledger_entries: 2,
    memory_limit: 2_000_000,
  },
});

/** The limits of TESTING_SOROBAN_HIGH_LIMIT_OVERRIDE; an upgrade changed two of them. Instructions leave 32 bits. */
const high = (max_contract_size: number, max_tx_count: number) =>
  is({
    ...fees,
    scp,
    state_archival: archival(6_307_200),
    ledger: {
      max_instructions: 25_000_000_000,
      max_read_bytes: 320_000_000,
      max_read_ledger_entries: 30_000,
      max_tx_count,
      max_tx_size_bytes: 50_000_000,
      max_write_bytes: 320_000_000,
      max_write_ledger_entries: 20_000,
    },
    max_contract_data_entry_size: 2_000_000,
    max_contract_data_key_size: 200_000,
    max_contract_size,
    max_dependent_tx_clusters: 1,
    tx: {
      max_contract_events_size_bytes: 4000,
      max_footprint_size: 300,
      max_instructions: 250_000_000,
      max_read_bytes: 3_200_000,
      max_read_ledger_entries: 300,
      max_size_bytes: 500_000,
      max_write_bytes: 3_200_000,
      max_write_ledger_entries: 200,
      memory_limit: 200_000_000,
    },
  });

/** Ids in order, and the values of the first and of the lanes. */
const settings = (maxSize: number, lanes: number, names: readonly string[]) =>
  sees(
    (list: readonly ConfigSetting[]) => ({
      names: list.map((entry) => entry.configSettingID.replace('CONFIG_SETTING_', '')),
      maxSize: list[0]?.['contractMaxSizeBytes'],
      lanes: list.find(({ configSettingID }) => configSettingID.endsWith('_EXECUTION_LANES'))?.[
        'contractExecutionLanes'
      ],
    }),
    { names, maxSize, lanes: { ledgerMaxTxCount: lanes } },
  );

const all = [
  'CONTRACT_MAX_SIZE_BYTES',
  'CONTRACT_COMPUTE_V0',
  'CONTRACT_LEDGER_COST_V0',
  'CONTRACT_HISTORICAL_DATA_V0',
  'CONTRACT_EVENTS_V0',
  'CONTRACT_BANDWIDTH_V0',
  'CONTRACT_COST_PARAMS_CPU_INSTRUCTIONS',
  'CONTRACT_COST_PARAMS_MEMORY_BYTES',
  'CONTRACT_DATA_KEY_SIZE_BYTES',
  'CONTRACT_DATA_ENTRY_SIZE_BYTES',
  'STATE_ARCHIVAL',
  'CONTRACT_EXECUTION_LANES',
  'LIVE_SOROBAN_STATE_SIZE_WINDOW',
  'EVICTION_ITERATOR',
  'CONTRACT_PARALLEL_COMPUTE_V0',
  'CONTRACT_LEDGER_COST_EXT_V0',
  'SCP_TIMING',
  'FROZEN_LEDGER_KEYS',
  'FREEZE_BYPASS_TXS',
];
/** What create_upgrade writes: no cost parameters, and none of the three that no upgrade can change. */
const upgradeable = [
  'CONTRACT_MAX_SIZE_BYTES',
  'CONTRACT_COMPUTE_V0',
  'CONTRACT_LEDGER_COST_V0',
  'CONTRACT_HISTORICAL_DATA_V0',
  'CONTRACT_EVENTS_V0',
  'CONTRACT_BANDWIDTH_V0',
  'CONTRACT_DATA_KEY_SIZE_BYTES',
  'CONTRACT_DATA_ENTRY_SIZE_BYTES',
  'STATE_ARCHIVAL',
  'CONTRACT_EXECUTION_LANES',
  'CONTRACT_PARALLEL_COMPUTE_V0',
  'CONTRACT_LEDGER_COST_EXT_V0',
  'SCP_TIMING',
];

/** 5016 characters: 0xf = 15 settings, the first of them the largest contract. */
const template = (start: string) =>
  sees(
    (value: string) => [value.length, value.slice(0, 24), value.slice(-12)],
    [5016, start, 'AAPoAAAD6A=='],
  );

const before20 = is(undefined);
const notMultipleOf4 = exception('xdr_generic_get: message size not multiple of 4');

/** `sorobaninfo` and `dumpproposedsettings`. */
export const soroban: Table = {
  'http-solo/dumpproposedsettings.json': exception(
    'Must specify a ConfigUpgradeSetKey blob: dumpproposedsettings?blob=<ConfigUpgradeSetKey in xdr format>',
  ),
  'http-solo/dumpproposedsettings__blob-AAAA.json': notMultipleOf4,
  'http-solo/dumpproposedsettings__blob-B64.txt': text('configUpgradeSet is missing or invalid'),
  'http-solo/sorobaninfo.json': initial,
  'http-solo/sorobaninfo.protocol0.txt': before20,
  'http-solo/sorobaninfo__foo-bar.txt': text('Invalid param'),
  'http-solo/sorobaninfo__format-basic.json': initial,
  'http-solo/sorobaninfo__format-detailed.json': settings(2000, 1, all),
  'http-solo/sorobaninfo__format-nosuch.txt': text('Invalid format option'),
  // 0x7d0 = 2000 bytes.
  'http-solo/sorobaninfo__format-upgrade_xdr.txt': template('AAAADwAAAAAAAAfQAAAAAQAA'),

  'http-soroban/dumpproposedsettings.not-percent-encoded.json': notMultipleOf4,
  'http-soroban/dumpproposedsettings.ok.json': settings(200_000, 300, upgradeable),
  'http-soroban/sorobaninfo.after-config-upgrade.json': high(200_000, 300),
  'http-soroban/sorobaninfo.before-config-upgrade.json': high(128_000, 200),
  'http-soroban/sorobaninfo.detailed.json': settings(200_000, 300, all),
  'http-soroban/sorobaninfo.high-limits-updated-costs.json': high(128_000, 200),
  // 0x30d40 = 200000 bytes.
  'http-soroban/sorobaninfo.upgrade_xdr.txt': template('AAAADwAAAAAAAw1AAAAAAQAA'),

  'http-trio/dumpproposedsettings.ok.node-0.json': settings(200_000, 300, upgradeable),
  'http-trio/sorobaninfo.after-config-upgrade.node-0.json': high(200_000, 300),
  'http-trio/sorobaninfo.high-limits.node-0.json': high(128_000, 200),
  'http-trio/sorobaninfo.three.node-0.txt': before20,
  'http-trio/sorobaninfo__format-detailed.node-0.json': settings(128_000, 200, all),
  // 0x1f400 = 128000 bytes.
  'http-trio/sorobaninfo__format-upgrade_xdr.node-0.txt': template('AAAADwAAAAAAAfQAAAAAAQAA'),
};
