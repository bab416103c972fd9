import { configUpgradeSet } from '@ssc/tx';
import { xdr } from '@stellar/stellar-sdk/base';
import { isUpgradeable } from '../ledger/proposed-settings.ts';
import type { ConfigSettings } from '../ledger/setting-ids.ts';
import type { CoreNode } from '../node.ts';
import { type SorobanConfig, sorobanConfig } from '../soroban/config.ts';
import { rentFeePerKb } from '../soroban/fees.ts';
import { ledgerLimits } from '../soroban/resources.ts';
import { describeSetting, renderCereal } from './cereal-json.ts';
import { type Command, CommandError } from './request.ts';
import { type Json, renderStyled } from './styled-json.ts';

/** `sorobaninfo`: the settings of contracts in short, wholly, or as a set to be changed and voted on. */
export function sorobanInfo(node: CoreNode, command: Command): string {
  for (const name of command.args.keys()) if (name !== 'format') return 'Invalid param';
  const format = command.args.get('format') ?? 'basic';
  const render = formats[format];
  if (render === undefined) return 'Invalid format option';
  if (node.ledger.header.ledgerVersion < 20)
    return 'Soroban is not active in current ledger version';
  return render(node.ledger.settings);
}

const formats: Readonly<Record<string, (settings: ConfigSettings) => string>> = {
  basic: (settings) => renderStyled(describeBasics(sorobanConfig(settings))),
  detailed: (settings) => renderSettings(entriesOf(settings)),
  upgrade_xdr: (settings) =>
    configUpgradeSet(
      entriesOf(settings).filter((entry) =>
        isUpgradeable(Buffer.from(entry.toXdr()).readInt32BE(0)),
      ),
    ).toXdr('base64'),
};

const entriesOf = (settings: ConfigSettings): xdr.ConfigSettingEntry[] =>
  [...settings].sort(([a], [b]) => a - b).map(([, bytes]) => xdr.ConfigSettingEntry.fromXdr(bytes));

const renderSettings = (entries: readonly xdr.ConfigSettingEntry[]): string =>
  renderCereal({ ConfigSettingsEntries: entries.map(describeSetting) });

function describeBasics(config: SorobanConfig): Json {
  const { compute, ledgerCost, bandwidth, events, archival, ledgerCostExt, scpTiming } = config;
  const limits = ledgerLimits(config);
  return {
    fee_contract_events_size_1kb: events.feeContractEvents1Kb,
    fee_historical_1kb: config.feeHistorical1Kb,
    fee_rate_per_instructions_increment: compute.feeRatePerInstructionsIncrement,
    fee_read_1kb: ledgerCost.feeDiskRead1Kb,
    fee_read_ledger_entry: ledgerCost.feeDiskReadLedgerEntry,
    fee_transaction_size_1kb: bandwidth.feeTxSize1Kb,
    fee_write_1kb: rentFeePerKb(config),
    fee_write_ledger_entry: ledgerCost.feeWriteLedgerEntry,
    ledger: {
      max_instructions: limits.instructions,
      max_read_bytes: limits.read_bytes,
      max_read_ledger_entries: limits.read_ledger_entries,
      max_tx_count: limits.tx_count,
      max_tx_size_bytes: limits.tx_size_bytes,
      max_write_bytes: limits.write_bytes,
      max_write_ledger_entries: limits.write_ledger_entries,
    },
    max_contract_data_entry_size: config.maxDataEntrySize,
    max_contract_data_key_size: config.maxDataKeySize,
    max_contract_size: config.maxContractSize,
    max_dependent_tx_clusters: config.maxDependentTxClusters,
    scp: scpTiming && {
      ballot_timeout_inc_ms: scpTiming.ballotTimeoutIncrementMilliseconds,
      ballot_timeout_ms: scpTiming.ballotTimeoutInitialMilliseconds,
      ledger_close_time_ms: scpTiming.ledgerTargetCloseTimeMilliseconds,
      nomination_timeout_inc_ms: scpTiming.nominationTimeoutIncrementMilliseconds,
      nomination_timeout_ms: scpTiming.nominationTimeoutInitialMilliseconds,
    },
    state_archival: {
      average_bucket_list_size: config.averageStateSize,
      // Core prints the number of samples here too, not how often one is taken.
      bucket_list_size_snapshot_period: archival.liveSorobanStateSizeWindowSampleSize,
      bucketlist_size_window_sample_size: archival.liveSorobanStateSizeWindowSampleSize,
      eviction_scan_size: archival.evictionScanSize,
      max_entries_to_archive: archival.maxEntriesToArchive,
      max_entry_ttl: archival.maxEntryTtl,
      min_persistent_ttl: archival.minPersistentTtl,
      min_temporary_ttl: archival.minTemporaryTtl,
      persistent_rent_rate_denominator: archival.persistentRentRateDenominator,
      starting_eviction_scan_level: archival.startingEvictionScanLevel,
      temp_rent_rate_denominator: archival.tempRentRateDenominator,
    },
    tx: {
      max_contract_events_size_bytes: events.txMaxContractEventsSizeBytes,
      max_footprint_size: ledgerCostExt?.txMaxFootprintEntries,
      max_instructions: compute.txMaxInstructions,
      max_read_bytes: ledgerCost.txMaxDiskReadBytes,
      max_read_ledger_entries: ledgerCost.txMaxDiskReadEntries,
      max_size_bytes: bandwidth.txMaxSizeBytes,
      max_write_bytes: ledgerCost.txMaxWriteBytes,
      max_write_ledger_entries: ledgerCost.txMaxWriteLedgerEntries,
      memory_limit: compute.txMemoryLimit,
    },
  };
}

/** The XDR of a ConfigUpgradeSetKey in hex, from base64; undefined for another text. */
export function parseSettingsKey(text: string): string | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 64 ? bytes.toString('hex') : undefined;
}

/** The settings that a contract keeps under a key, as core shows them; undefined when there are none to vote on. */
export const describeProposal = (node: CoreNode, key: string): readonly Json[] | undefined =>
  proposalOf(node, key)?.map(describeSetting);

const proposalOf = (node: CoreNode, key: string): xdr.ConfigSettingEntry[] | undefined =>
  node.ledger.upgradable
    .proposedSettings(key)
    ?.map((bytes) => xdr.ConfigSettingEntry.fromXdr(bytes));

/** `dumpproposedsettings`: what would be voted on under a key. */
export function dumpProposedSettings(node: CoreNode, command: Command): string {
  const blob = command.args.get('blob');
  if (blob === undefined)
    throw new CommandError(
      'Must specify a ConfigUpgradeSetKey blob: dumpproposedsettings?blob=<ConfigUpgradeSetKey in xdr format>',
    );
  const key = parseSettingsKey(blob);
  const entries = key && proposalOf(node, key);
  return entries ? renderSettings(entries) : 'configUpgradeSet is missing or invalid';
}
