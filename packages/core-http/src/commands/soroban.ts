import * as z from 'zod';
import { base64 } from '../argument.ts';
import type { Command } from '../command.ts';

// Instruction limits leave 32 bits; none leaves what a double holds exactly.
const number = z.int();

const sorobanInfoSchema = z.looseObject({
  fee_contract_events_size_1kb: number,
  fee_historical_1kb: number,
  fee_rate_per_instructions_increment: number,
  fee_read_1kb: number,
  fee_read_ledger_entry: number,
  fee_transaction_size_1kb: number,
  /** The rent fee for a kilobyte. */
  fee_write_1kb: number,
  fee_write_ledger_entry: number,
  ledger: z.looseObject({
    max_instructions: number,
    max_read_bytes: number,
    max_read_ledger_entries: number,
    max_tx_count: number,
    max_tx_size_bytes: number,
    max_write_bytes: number,
    max_write_ledger_entries: number,
  }),
  max_contract_data_entry_size: number,
  max_contract_data_key_size: number,
  max_contract_size: number,
  /** From protocol 23. */
  max_dependent_tx_clusters: number.optional(),
  /** From protocol 23. */
  scp: z
    .looseObject({
      ballot_timeout_inc_ms: number,
      ballot_timeout_ms: number,
      ledger_close_time_ms: number,
      nomination_timeout_inc_ms: number,
      nomination_timeout_ms: number,
    })
    .optional(),
  state_archival: z.looseObject({
    average_bucket_list_size: number,
    /** Core prints the number of samples here, not the period. */
    bucket_list_size_snapshot_period: number,
    bucketlist_size_window_sample_size: number,
    eviction_scan_size: number,
    max_entries_to_archive: number,
    max_entry_ttl: number,
    min_persistent_ttl: number,
    min_temporary_ttl: number,
    persistent_rent_rate_denominator: number,
    starting_eviction_scan_level: number,
    temp_rent_rate_denominator: number,
  }),
  tx: z.looseObject({
    max_contract_events_size_bytes: number,
    /** From protocol 23. */
    max_footprint_size: number.optional(),
    max_instructions: number,
    max_read_bytes: number,
    max_read_ledger_entries: number,
    max_size_bytes: number,
    max_write_bytes: number,
    max_write_ledger_entries: number,
    memory_limit: number,
  }),
});

/** The network's Soroban settings, under core's own names. */
export type SorobanInfo = z.infer<typeof sorobanInfoSchema>;

const notActive = 'Soroban is not active in current ledger version';

/** `sorobaninfo`: limits and fees; undefined before protocol 20. */
export const sorobanInfoCommand = (): Command<SorobanInfo | undefined> => ({
  name: 'sorobaninfo',
  kind: 'read',
  availability: 'always',
  success: { kind: 'json', schema: sorobanInfoSchema, or: notActive },
  expects: `a JSON object with "ledger", "tx" and "state_archival", or "${notActive}"`,
});

export const settingSchema = z.looseObject({ configSettingID: z.string() });
const detailedSchema = z
  .looseObject({ ConfigSettingsEntries: z.array(settingSchema).min(1) })
  .transform((reply) => reply.ConfigSettingsEntries);

/** One network setting, as core prints its XDR. */
export type ConfigSetting = z.infer<typeof settingSchema>;

/** `sorobaninfo?format=detailed`: every setting, in order of its id; undefined before protocol 20. */
export const sorobanSettingsCommand = (): Command<readonly ConfigSetting[] | undefined> => ({
  name: 'sorobaninfo',
  query: { format: 'detailed' },
  kind: 'read',
  availability: 'always',
  success: { kind: 'json', schema: detailedSchema, or: notActive },
  expects: `a JSON object with "ConfigSettingsEntries", or "${notActive}"`,
});

/** `sorobaninfo?format=upgrade_xdr`: a ConfigUpgradeSet of all upgradeable settings, XDR in base64. */
export const sorobanUpgradeTemplateCommand = (): Command<string | undefined> => ({
  name: 'sorobaninfo',
  query: { format: 'upgrade_xdr' },
  kind: 'read',
  availability: 'always',
  success: {
    kind: 'text',
    read(text) {
      const line = text.trim();
      if (line === notActive) return { value: undefined };
      // The shortest set holds one setting; words such as "Invalid" are base64 as well.
      return line.length >= 16 && /^[A-Za-z0-9+/]+={0,2}$/u.test(line) && line.length % 4 === 0
        ? { value: line }
        : undefined;
    },
  },
  expects: `base64, or "${notActive}"`,
});

/** `dumpproposedsettings`: the settings of a ConfigUpgradeSet in the ledger, found by its key (XDR in base64). */
export const proposedSettingsCommand = (key: string): Command<readonly ConfigSetting[]> => ({
  name: 'dumpproposedsettings',
  query: { blob: base64('the ConfigUpgradeSetKey', key) },
  kind: 'read',
  availability: 'always',
  success: { kind: 'json', schema: detailedSchema },
  expects: 'a JSON object with "ConfigSettingsEntries"',
});
