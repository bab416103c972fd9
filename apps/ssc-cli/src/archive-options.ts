import type { OptionRow } from './option-table.ts';

/** The options of `ssc archive verify`. */
export const verifyOptions = [
  {
    flag: 'passphrase',
    value: '<text>',
    about: 'the network’s passphrase (default: as the archive says)',
    group: 'What',
  },
  { flag: 'from', value: '<ledger>', about: 'the first ledger (default: 1)', group: 'What' },
  {
    flag: 'to',
    value: '<ledger>',
    about: 'the last ledger (default: the newest of the archive)',
    group: 'What',
  },
  {
    flag: 'trusted',
    value: '<ledger:hash>',
    about: 'a ledger whose hash is known from elsewhere',
    group: 'What',
  },
  {
    flag: 'frequency',
    value: '<ledgers>',
    about: 'how many ledgers a checkpoint has: 64, or 8 (default: found from the files)',
    group: 'What',
    choices: ['8', '64'],
  },
  {
    flag: 'concurrency',
    value: '<files>',
    about: 'how many files are read at once (default: 16)',
    group: 'Where',
  },
  { flag: 'json', about: 'print the report as JSON', group: 'Output' },
] as const satisfies readonly OptionRow[];

/** The options of `ssc archive info`. */
export const infoOptions = [
  { flag: 'json', about: 'print it as JSON', group: 'Output' },
] as const satisfies readonly OptionRow[];
