import { configUpgradeSet } from '@ssc/tx';
import { xdr } from '@stellar/stellar-sdk/base';
import { type Command, CommandError } from '../http/request.ts';
import { isUpgradeable } from '../ledger/proposed-settings.ts';
import { type ConfigSettings, settingIds } from '../ledger/setting-ids.ts';

/** What `create_upgrade` can change, by core's parameters: the setting's name in the SDK, and its field where it has several. */
const parameters: Readonly<Record<string, readonly [setting: string, field?: string]>> = {
  mxcntrctsz: ['contractMaxSizeBytes'],
  mxcntrctkeysz: ['contractDataKeySizeBytes'],
  mxcntrctdatasz: ['contractDataEntrySizeBytes'],
  ldgrmxinstrc: ['contractCompute', 'ledgerMaxInstructions'],
  txmxinstrc: ['contractCompute', 'txMaxInstructions'],
  txmemlim: ['contractCompute', 'txMemoryLimit'],
  ldgrmxrdntry: ['contractLedgerCost', 'ledgerMaxDiskReadEntries'],
  ldgrmxrdbyt: ['contractLedgerCost', 'ledgerMaxDiskReadBytes'],
  ldgrmxwrntry: ['contractLedgerCost', 'ledgerMaxWriteLedgerEntries'],
  ldgrmxwrbyt: ['contractLedgerCost', 'ledgerMaxWriteBytes'],
  txmxrdntry: ['contractLedgerCost', 'txMaxDiskReadEntries'],
  txmxrdbyt: ['contractLedgerCost', 'txMaxDiskReadBytes'],
  txmxwrntry: ['contractLedgerCost', 'txMaxWriteLedgerEntries'],
  txmxwrbyt: ['contractLedgerCost', 'txMaxWriteBytes'],
  ldgrmxtxcnt: ['contractExecutionLanes', 'ledgerMaxTxCount'],
  txmxevntsz: ['contractEvents', 'txMaxContractEventsSizeBytes'],
  ldgrmxtxsz: ['contractBandwidth', 'ledgerMaxTxsSizeBytes'],
  txmxsz: ['contractBandwidth', 'txMaxSizeBytes'],
  wndowsz: ['stateArchivalSettings', 'liveSorobanStateSizeWindowSampleSize'],
  evctsz: ['stateArchivalSettings', 'evictionScanSize'],
  evctlvl: ['stateArchivalSettings', 'startingEvictionScanLevel'],
  txmxftprnt: ['contractLedgerCostExt', 'txMaxFootprintEntries'],
  maxtxclstrs: ['contractParallelCompute', 'ledgerMaxDependentTxClusters'],
  ldgrclse: ['contractScpTiming', 'ledgerTargetCloseTimeMilliseconds'],
  balinit: ['contractScpTiming', 'ballotTimeoutInitialMilliseconds'],
  balinc: ['contractScpTiming', 'ballotTimeoutIncrementMilliseconds'],
  nominit: ['contractScpTiming', 'nominationTimeoutInitialMilliseconds'],
  nominc: ['contractScpTiming', 'nominationTimeoutIncrementMilliseconds'],
};

/** Values by core's parameters. */
export type SettingChanges = ReadonlyMap<string, bigint>;

/** What a request would have changed. */
export function readSettingChanges(command: Command): SettingChanges {
  const changes = new Map<string, bigint>();
  for (const name of Object.keys(parameters)) {
    const text = command.args.get(name);
    if (text === undefined) continue;
    if (!/^-?\d{1,19}$/.test(text)) throw new CommandError(`Failed to parse '${name}' argument`);
    changes.set(name, BigInt(text));
  }
  return changes;
}

/** The set with every setting that can be voted on, as it is or changed; costs are left out (stellar-core: TxGenerator::getConfigUpgradeSetFromLoadConfig). */
export function changedSet(
  settings: ConfigSettings,
  changes: SettingChanges,
): xdr.ConfigUpgradeSet {
  const left: readonly number[] = [settingIds.cpuCosts, settingIds.memoryCosts];
  return configUpgradeSet(
    [...settings]
      .filter(([id]) => isUpgradeable(id) && !left.includes(id))
      .map(([, bytes]) => changedEntry(bytes, changes)),
  );
}

function changedEntry(bytes: Buffer, changes: SettingChanges): xdr.ConfigSettingEntry {
  const entry = xdr.ConfigSettingEntry.fromXdr(bytes);
  const wire = entry.toXdrObject() as unknown as Record<string, unknown>;
  for (const [name, value] of changes) {
    const [setting, field] = parameters[name] as readonly [string, string?];
    const now = wire[setting];
    if (now === undefined) continue;
    if (field === undefined) wire[setting] = Number(value);
    else {
      const fields = now as Record<string, number | bigint>;
      const isWide = typeof fields[field] === 'bigint';
      wire[setting] = { ...fields, [field]: isWide ? value : Number(value) };
    }
  }
  return xdr.ConfigSettingEntry.fromXdrObject(wire as never);
}
