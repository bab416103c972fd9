import { SscError } from '@ssc/errors';
import { type Argument, onlyKnown, whole } from '../argument.ts';
import type { CoreUsageProblem } from '../problem.ts';
import type { SorobanInfo } from './soroban.ts';

/** Settings that `create_upgrade` changes; those left out stay. Names are those of the network settings. */
export interface SettingsUpgrade {
  readonly maxContractSizeBytes?: number;
  readonly maxContractDataKeySizeBytes?: number;
  readonly maxContractDataEntrySizeBytes?: number;
  readonly ledgerMaxInstructions?: number;
  readonly txMaxInstructions?: number;
  readonly txMemoryLimit?: number;
  readonly ledgerMaxReadLedgerEntries?: number;
  readonly ledgerMaxReadBytes?: number;
  readonly ledgerMaxWriteLedgerEntries?: number;
  readonly ledgerMaxWriteBytes?: number;
  readonly ledgerMaxTxCount?: number;
  readonly txMaxReadLedgerEntries?: number;
  readonly txMaxReadBytes?: number;
  readonly txMaxWriteLedgerEntries?: number;
  readonly txMaxWriteBytes?: number;
  readonly txMaxContractEventsSizeBytes?: number;
  readonly ledgerMaxTransactionsSizeBytes?: number;
  readonly txMaxSizeBytes?: number;
  readonly bucketListSizeWindowSampleSize?: number;
  readonly evictionScanSize?: number;
  readonly startingEvictionScanLevel?: number;
  /** From protocol 23 on, as the six after it. */
  readonly txMaxFootprintSize?: number;
  readonly ledgerTargetCloseTimeMilliseconds?: number;
  readonly ballotTimeoutInitialMilliseconds?: number;
  readonly ballotTimeoutIncrementMilliseconds?: number;
  readonly nominationTimeoutInitialMilliseconds?: number;
  readonly nominationTimeoutIncrementMilliseconds?: number;
  readonly ledgerMaxDependentTxClusters?: number;
}

/** The same settings as a ledger has them; those that its protocol does not have are left out. */
export type SorobanSettings = Required<Omit<SettingsUpgrade, FromProtocol23>> &
  Pick<SettingsUpgrade, FromProtocol23>;
type FromProtocol23 =
  | 'txMaxFootprintSize'
  | 'ledgerTargetCloseTimeMilliseconds'
  | 'ballotTimeoutInitialMilliseconds'
  | 'ballotTimeoutIncrementMilliseconds'
  | 'nominationTimeoutInitialMilliseconds'
  | 'nominationTimeoutIncrementMilliseconds'
  | 'ledgerMaxDependentTxClusters';

/** How core names a setting: where it is told, and where it shows. */
interface SettingNames<Value extends number | undefined> {
  /** Of `generateload`. */
  readonly parameter: string;
  /** In `sorobaninfo`. */
  readonly shown: (info: SorobanInfo) => Value;
  /** It is a setting of 64 bits; the others are uint32 (stellar-core: CommandHandler.cpp). */
  readonly wide?: true;
}

// Complete by type: what can be changed can be seen, so that a change can be waited for.
const settingNames: {
  readonly [Name in keyof SorobanSettings]-?: SettingNames<SorobanSettings[Name]>;
} = {
  maxContractSizeBytes: { parameter: 'mxcntrctsz', shown: (info) => info.max_contract_size },
  maxContractDataKeySizeBytes: {
    parameter: 'mxcntrctkeysz',
    shown: (info) => info.max_contract_data_key_size,
  },
  maxContractDataEntrySizeBytes: {
    parameter: 'mxcntrctdatasz',
    shown: (info) => info.max_contract_data_entry_size,
  },
  ledgerMaxInstructions: {
    parameter: 'ldgrmxinstrc',
    shown: ({ ledger }) => ledger.max_instructions,
    wide: true,
  },
  txMaxInstructions: {
    parameter: 'txmxinstrc',
    shown: ({ tx }) => tx.max_instructions,
    wide: true,
  },
  txMemoryLimit: { parameter: 'txmemlim', shown: ({ tx }) => tx.memory_limit },
  ledgerMaxReadLedgerEntries: {
    parameter: 'ldgrmxrdntry',
    shown: ({ ledger }) => ledger.max_read_ledger_entries,
  },
  ledgerMaxReadBytes: { parameter: 'ldgrmxrdbyt', shown: ({ ledger }) => ledger.max_read_bytes },
  ledgerMaxWriteLedgerEntries: {
    parameter: 'ldgrmxwrntry',
    shown: ({ ledger }) => ledger.max_write_ledger_entries,
  },
  ledgerMaxWriteBytes: { parameter: 'ldgrmxwrbyt', shown: ({ ledger }) => ledger.max_write_bytes },
  ledgerMaxTxCount: { parameter: 'ldgrmxtxcnt', shown: ({ ledger }) => ledger.max_tx_count },
  txMaxReadLedgerEntries: {
    parameter: 'txmxrdntry',
    shown: ({ tx }) => tx.max_read_ledger_entries,
  },
  txMaxReadBytes: { parameter: 'txmxrdbyt', shown: ({ tx }) => tx.max_read_bytes },
  txMaxWriteLedgerEntries: {
    parameter: 'txmxwrntry',
    shown: ({ tx }) => tx.max_write_ledger_entries,
  },
  txMaxWriteBytes: { parameter: 'txmxwrbyt', shown: ({ tx }) => tx.max_write_bytes },
  txMaxContractEventsSizeBytes: {
    parameter: 'txmxevntsz',
    shown: ({ tx }) => tx.max_contract_events_size_bytes,
  },
  ledgerMaxTransactionsSizeBytes: {
    parameter: 'ldgrmxtxsz',
    shown: ({ ledger }) => ledger.max_tx_size_bytes,
  },
  txMaxSizeBytes: { parameter: 'txmxsz', shown: ({ tx }) => tx.max_size_bytes },
  bucketListSizeWindowSampleSize: {
    parameter: 'wndowsz',
    shown: (info) => info.state_archival.bucketlist_size_window_sample_size,
  },
  evictionScanSize: {
    parameter: 'evctsz',
    shown: (info) => info.state_archival.eviction_scan_size,
    wide: true,
  },
  startingEvictionScanLevel: {
    parameter: 'evctlvl',
    shown: (info) => info.state_archival.starting_eviction_scan_level,
  },
  txMaxFootprintSize: { parameter: 'txmxftprnt', shown: ({ tx }) => tx.max_footprint_size },
  ledgerTargetCloseTimeMilliseconds: {
    parameter: 'ldgrclse',
    shown: ({ scp }) => scp?.ledger_close_time_ms,
  },
  ballotTimeoutInitialMilliseconds: {
    parameter: 'balinit',
    shown: ({ scp }) => scp?.ballot_timeout_ms,
  },
  ballotTimeoutIncrementMilliseconds: {
    parameter: 'balinc',
    shown: ({ scp }) => scp?.ballot_timeout_inc_ms,
  },
  nominationTimeoutInitialMilliseconds: {
    parameter: 'nominit',
    shown: ({ scp }) => scp?.nomination_timeout_ms,
  },
  nominationTimeoutIncrementMilliseconds: {
    parameter: 'nominc',
    shown: ({ scp }) => scp?.nomination_timeout_inc_ms,
  },
  ledgerMaxDependentTxClusters: {
    parameter: 'maxtxclstrs',
    shown: (info) => info.max_dependent_tx_clusters,
  },
};

/** How core names the settings that `create_upgrade` takes. */
export const settingsParameters: readonly string[] = Object.values(settingNames).map(
  ({ parameter }) => parameter,
);

/**
 * Refuses with SSC_CORE_ARGUMENT an upgrade that names no setting, one that there is not, or a number that core would cut off: for
 * who has something to do before `create_upgrade`, which is checked alike.
 */
export function checkSettings(settings: SettingsUpgrade): void {
  if (Object.keys(settingsQuery(settings)).length > 0) return;
  throw new SscError<CoreUsageProblem>({
    problem: { code: 'SSC_CORE_ARGUMENT' },
    verdict: 'usage',
    summary: 'an upgrade of settings names at least one of them',
    facts: [['Known', Object.keys(settingNames).join(', ')]],
    hint: 'Nothing was sent to the node.',
  });
}

/** The parameters of `create_upgrade` for these settings. */
export function settingsQuery(settings: SettingsUpgrade): Record<string, Argument> {
  onlyKnown('setting', settings, Object.keys(settingNames));
  return Object.fromEntries(
    given(settings).map(([name, value]) => {
      const { parameter, wide } = settingNames[name];
      const most = wide === true ? Number.MAX_SAFE_INTEGER : 2 ** 32 - 1;
      return [parameter, whole(name, value, { most })];
    }),
  );
}

/** The settings of a ledger that an upgrade can change, by the names by which it does. */
export function sorobanSettings(info: SorobanInfo): SorobanSettings {
  return Object.fromEntries(
    Object.entries(settingNames).flatMap(([name, { shown }]) => {
      const value = shown(info);
      return value === undefined ? [] : [[name, value]];
    }),
  ) as unknown as SorobanSettings;
}

/** A setting that a ledger does not have as an upgrade wants it. */
export interface SettingMissing {
  readonly name: keyof SettingsUpgrade;
  /** Undefined when the protocol of the ledger does not have the setting. */
  readonly is: number | undefined;
  readonly wanted: number;
}

/** What of an upgrade a ledger does not have. */
export function settingsMissing(info: SorobanInfo, wanted: SettingsUpgrade): SettingMissing[] {
  return given(wanted).flatMap(([name, value]) => {
    const is = settingNames[name].shown(info);
    return is === value ? [] : [{ name, is, wanted: value }];
  });
}

const given = (settings: SettingsUpgrade): [name: keyof SettingsUpgrade, value: number][] =>
  (Object.entries(settings) as [keyof SettingsUpgrade, number | undefined][]).flatMap(
    ([name, value]) => (value === undefined ? [] : [[name, value]]),
  );
