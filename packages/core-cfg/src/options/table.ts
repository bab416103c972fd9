import { applyLoadOptions } from './apply-load.ts';
import { consensusOptions } from './consensus.ts';
import { type GoneOption, goneOptions } from './gone.ts';
import { historyOptions } from './history.ts';
import { ignoredOptions } from './ignored.ts';
import type { Option } from './option.ts';
import { overlayOptions } from './overlay.ts';
import { processOptions } from './process.ts';
import { testingOptions } from './testing.ts';

/**
 * Every key that stellar-core reads, by group. One table: the types of NodeConfig, the order of rendering, the checks of
 * the parser, the JSON Schema and the page of options come from it. It describes v27.1.0 and the source state of 5 August
 * 2026 (v27.1.0-110).
 */
export const optionGroups = {
  process: processOptions,
  consensus: consensusOptions,
  overlay: overlayOptions,
  history: historyOptions,
  testing: testingOptions,
  'apply-load': applyLoadOptions,
  ignored: ignoredOptions,
} as const satisfies Record<string, Record<string, Option>>;

export type OptionGroup = keyof typeof optionGroups;

export const groupTitles: Record<OptionGroup, string> = {
  process: 'Process, HTTP, storage',
  consensus: 'Identity, consensus',
  overlay: 'Overlay',
  history: 'History, catchup, meta, Soroban',
  testing: 'For tests',
  'apply-load': 'The apply-load benchmark',
  ignored: 'Accepted and ignored',
};

/** All keys with their facts. */
export const options = {
  ...processOptions,
  ...consensusOptions,
  ...overlayOptions,
  ...historyOptions,
  ...testingOptions,
  ...applyLoadOptions,
  ...ignoredOptions,
} as const;

/** The name of a key, e.g. `NETWORK_PASSPHRASE`. */
export type OptionName = keyof typeof options;

/** All names, in the order in which they are rendered. */
export const optionNames: readonly OptionName[] = Object.keys(options) as OptionName[];

const byName: ReadonlyMap<string, Option> = new Map(Object.entries(options));

/** The row of a key, or undefined when core does not know it. */
export const findOption = (name: string): Option | undefined => byName.get(name);

/** The group a key belongs to. */
export function groupOf(name: OptionName): OptionGroup {
  const groups = Object.entries(optionGroups) as [OptionGroup, Record<string, Option>][];
  const found = groups.find(([, rows]) => Object.hasOwn(rows, name));
  return found === undefined ? 'ignored' : found[0];
}

/** What to do instead of a key that core knew once, or undefined. */
export const findGone = (name: string): GoneOption | undefined =>
  goneOptions.find((gone) =>
    gone.name.endsWith('*') ? name.startsWith(gone.name.slice(0, -1)) : gone.name === name,
  );
