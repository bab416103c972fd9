import { present } from '@ssc/errors';
import { xdr } from '@stellar/stellar-sdk/base';
import { type CostTerms, costTypes, decodeCosts } from '../ledger/cost-settings.ts';
import { type ConfigSettings, settingIds } from '../ledger/setting-ids.ts';
import { averageStateSize } from '../ledger/state-size-window.ts';

/** The settings of Soroban that a ledger is closed by. Names are those of the XDR; fees are stroops. */
export interface SorobanConfig {
  readonly maxContractSize: number;
  readonly maxDataKeySize: number;
  readonly maxDataEntrySize: number;
  readonly compute: xdr.ConfigSettingContractComputeV0;
  readonly ledgerCost: xdr.ConfigSettingContractLedgerCostV0;
  readonly feeHistorical1Kb: bigint;
  readonly events: xdr.ConfigSettingContractEventsV0;
  readonly bandwidth: xdr.ConfigSettingContractBandwidthV0;
  readonly archival: xdr.StateArchivalSettings;
  readonly ledgerMaxTxCount: number;
  /** From protocol 23 on, as the next two. */
  readonly maxDependentTxClusters: number | undefined;
  readonly ledgerCostExt: xdr.ConfigSettingContractLedgerCostExtV0 | undefined;
  readonly scpTiming: xdr.ConfigSettingScpTiming | undefined;
  /** The mean size of the state in bytes. */
  readonly averageStateSize: bigint;
  /** What the host's functions cost in instructions and in bytes of memory. */
  readonly costs: { readonly cpu: CostsByType; readonly memory: CostsByType };
}

/** Costs by the names of their types. @example "VmInstantiation" */
export type CostsByType = ReadonlyMap<string, CostTerms>;

const known = new WeakMap<ConfigSettings, SorobanConfig>();

/** The settings, read; they must be those of a ledger of protocol 20 or later. */
export function sorobanConfig(settings: ConfigSettings): SorobanConfig {
  let config = known.get(settings);
  if (config === undefined) {
    config = read(settings);
    known.set(settings, config);
  }
  return config;
}

function read(settings: ConfigSettings): SorobanConfig {
  const entries = new Map(
    [...settings.values()].map((bytes) => {
      const entry = xdr.ConfigSettingEntry.fromXdr(bytes);
      return [entry.type, entry] as const;
    }),
  );
  const find = <T extends xdr.ConfigSettingEntry['type']>(type: T) =>
    entries.get(type) as Extract<xdr.ConfigSettingEntry, { readonly type: T }> | undefined;
  const get = <T extends xdr.ConfigSettingEntry['type']>(type: T) =>
    present(find(type), `the ledger has no ${type}`);
  return {
    maxContractSize: get('configSettingContractMaxSizeBytes').contractMaxSizeBytes,
    maxDataKeySize: get('configSettingContractDataKeySizeBytes').contractDataKeySizeBytes,
    maxDataEntrySize: get('configSettingContractDataEntrySizeBytes').contractDataEntrySizeBytes,
    compute: get('configSettingContractComputeV0').contractCompute,
    ledgerCost: get('configSettingContractLedgerCostV0').contractLedgerCost,
    feeHistorical1Kb: get('configSettingContractHistoricalDataV0').contractHistoricalData
      .feeHistorical1Kb,
    events: get('configSettingContractEventsV0').contractEvents,
    bandwidth: get('configSettingContractBandwidthV0').contractBandwidth,
    archival: get('configSettingStateArchival').stateArchivalSettings,
    ledgerMaxTxCount: get('configSettingContractExecutionLanes').contractExecutionLanes
      .ledgerMaxTxCount,
    maxDependentTxClusters: find('configSettingContractParallelComputeV0')?.contractParallelCompute
      .ledgerMaxDependentTxClusters,
    ledgerCostExt: find('configSettingContractLedgerCostExtV0')?.contractLedgerCostExt,
    scpTiming: find('configSettingScpTiming')?.contractScpTiming,
    averageStateSize: averageStateSize(settings),
    costs: {
      cpu: byType(settings.get(settingIds.cpuCosts)),
      memory: byType(settings.get(settingIds.memoryCosts)),
    },
  };
}

const byType = (setting: Buffer | undefined): CostsByType =>
  new Map(
    decodeCosts(setting as Buffer).map((terms, i) => [costTypes[i] as string, terms] as const),
  );
