import { option, preset } from './option-row.ts';
import { type OptionType, oneOf, text, whole } from './option-type.ts';

const ledger = whole('<ledger>', { min: 1, max: 4_294_967_295 });

/** A ledger whose hash is known. */
const ledgerAndHash: OptionType<{ readonly ledger: number; readonly hash: string }> = {
  value: '<ledger:hash>',
  toml: 'string',
  parse(given) {
    const [, sequence, hash] = /^([1-9]\d{0,9}):([\da-f]{64})$/u.exec(given) ?? [];
    if (sequence !== undefined && hash !== undefined) return { ledger: Number(sequence), hash };
    throw new Error(
      `must be a ledger, a colon and its hash in 64 lower-case hexadecimal digits, got "${given}"`,
    );
  },
};

/** What of an archive is verified, and how. */
export const archiveOptions = {
  passphrase: option(text('<text>'), {
    about: 'the network’s passphrase',
    presetIs: 'as the archive says',
    group: 'What',
    flagOnly: true,
  }),
  from: option(ledger, {
    about: 'the first ledger',
    presetIs: '1',
    group: 'What',
    flagOnly: true,
  }),
  to: option(ledger, {
    about: 'the last ledger',
    presetIs: 'the newest of the archive',
    group: 'What',
    flagOnly: true,
  }),
  trusted: option(ledgerAndHash, {
    about: 'a ledger whose hash is known from elsewhere',
    group: 'What',
    flagOnly: true,
  }),
  frequency: option(oneOf('<ledgers>', '8', '64'), {
    about: 'how many ledgers a checkpoint has: 64, or 8',
    presetIs: 'found from the files',
    group: 'What',
    flagOnly: true,
  }),
  concurrency: preset(
    option(whole('<files>', { min: 1 }), {
      about: 'how many files are read at once',
      group: 'Where',
      flagOnly: true,
    }),
    16,
  ),
};
