import { type CostColumn, costsAfter, decodeCosts, encodeCosts } from './cost-settings.ts';
import { firstSettings, flatWindow, setting, uintSetting } from './first-settings.ts';
import { type ConfigSettings, settingIds } from './setting-ids.ts';
import type { SorobanOptions } from './soroban-options.ts';

/** How large what the ledger keeps is, in bytes: before protocol 23 the whole live list counts for rents, then contracts. */
export interface StateSizes {
  readonly list: number;
  readonly contracts: number;
}

/** What the step to a protocol starts from. */
interface VersionStep {
  readonly before: ConfigSettings;
  readonly options: SorobanOptions;
  readonly sizes: StateSizes;
}

/** The settings that the step to each protocol writes, changed or new; one that is not here writes none. */
const steps: Readonly<Record<number, (step: VersionStep) => Buffer[]>> = {
  20: ({ before, options, sizes }) =>
    firstSettings(
      options,
      costsAfterSteps(before, options.recalibratesCosts ? ['20', 'recalibrated'] : ['20']),
      sizes.list,
    ),
  21: ({ before }) => costsAfterSteps(before, ['21']),
  22: ({ before }) => costsAfterSteps(before, ['22']),
  23: stepTo23,
  25: ({ before }) => costsAfterSteps(before, ['25']),
  26: ({ before }) => [
    ...costsAfterSteps(before, ['26']),
    uintSetting(settingIds.frozenKeys, 0),
    uintSetting(settingIds.freezeBypass, 0),
  ],
};

/** The settings, each as XDR, that the step to one protocol writes. */
export const stepTo = (protocol: number, step: VersionStep): Buffer[] =>
  steps[protocol]?.(step) ?? [];

/** Both settings of costs after steps of the table of costs. */
function costsAfterSteps(before: ConfigSettings, names: readonly string[]): Buffer[] {
  const costsOf = (id: number, column: CostColumn): Buffer => {
    const costs = before.get(id);
    const terms = costs === undefined ? [] : decodeCosts(costs);
    return encodeCosts(
      id,
      names.reduce((after, name) => costsAfter(after, column, name), terms),
    );
  };
  return [costsOf(settingIds.cpuCosts, 1), costsOf(settingIds.memoryCosts, 2)];
}

/** Where the numbers of rents begin in the cost of ledger entries, and in the settings of archival. */
const rentFeesAt = 60;
const rentRatesAt = 16;
/** Where the cost of ledger entries has `txMaxDiskReadEntries`. */
const txReadEntriesAt = 20;

function stepTo23({ before, sizes }: VersionStep): Buffer[] {
  const ledgerCost = before.get(settingIds.ledgerCost);
  const readEntries = ledgerCost?.readUInt32BE(txReadEntriesAt) ?? 0;
  return [
    patched(ledgerCost, rentFeesAt, [3_000_000_000n, -17_000n, 10_000n]),
    patched(before.get(settingIds.archival), rentRatesAt, [1215n, 2430n]),
    flatWindow(sizes.contracts),
    uintSetting(settingIds.parallel, 1),
    setting(settingIds.ledgerCostExt).uint(readEntries).long(3500).end(),
    setting(settingIds.scpTiming).uint(5000).uint(1000).uint(1000).uint(1000).uint(1000).end(),
  ];
}

/** A setting with other 64-bit numbers from a place on. */
function patched(before: Buffer | undefined, at: number, numbers: readonly bigint[]): Buffer {
  const bytes = Buffer.from(before ?? []);
  for (const [i, number] of numbers.entries()) bytes.writeBigInt64BE(number, at + 8 * i);
  return bytes;
}
