import { bool, int, text } from './option.ts';

const ignored = { ignored: true } as const;

/** Accepted but without effect: core says so in a warning line. Source: stellar-core, src/main/Config.cpp. */
export const ignoredOptions = {
  EXPERIMENTAL_PARALLEL_LEDGER_APPLY: bool(
    false,
    'Has no effect any more: called PARALLEL_LEDGER_APPLY now; write it only for older images.',
    ignored,
  ),
  EXPERIMENTAL_BACKGROUND_TX_SIG_VERIFICATION: bool(
    false,
    'Has no effect any more: called BACKGROUND_TX_SIG_VERIFICATION now; write it only for older images.',
    ignored,
  ),
  BACKGROUND_EVICTION_SCAN: bool(
    true,
    'Has no effect any more: eviction always scans in the background; leave it out.',
    ignored,
  ),
  AUTOMATIC_MAINTENANCE_PERIOD: int(
    0,
    'Has no effect any more: old consensus history is removed as ledgers close; write it only for older images.',
    { ...ignored, unit: 's' },
  ),
  AUTOMATIC_MAINTENANCE_COUNT: int(
    0,
    'Has no effect any more, as AUTOMATIC_MAINTENANCE_PERIOD; write it only for older images.',
    { ...ignored, unit: 'ledgers' },
  ),
  FILTERED_SOROBAN_KEYS_PATH: text(
    '',
    'Has no effect any more: use the ban commands instead; leave it out.',
    ignored,
  ),
} as const;
