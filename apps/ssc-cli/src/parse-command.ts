import { didYouMean, type SscError, usageError } from '@ssc/errors';
import type { CommandRow } from './command-row.ts';
import { commands } from './commands.ts';
import { renderCommandHelp, renderHelp } from './help.ts';
import type { Host } from './host.ts';
import { everyOptions } from './options/output.ts';
import { goneCommands } from './options/predecessor.ts';
import { readInput } from './options/read-input.ts';
import { renderConfig } from './options/show-config.ts';

/** A command that was understood so far; it reads its options when it runs. Gives the exit code. */
export type Command = (host: Host) => Promise<number>;

/** The command of an argument list; a usage error with the nearest name for an unknown one. */
export function parseCommand(argv: readonly string[]): Command {
  const words = argv.filter((arg) => !arg.startsWith('-'));
  const row =
    commands.find(({ name }) => name === words.slice(0, 2).join(' ')) ??
    commands.find(({ name }) => name === words[0]);
  const asksHelp = argv.some((arg) => arg === '--help' || arg === '-h') || words[0] === 'help';
  if (asksHelp && row === undefined) return printed(renderHelp(commands));
  if (argv.includes('--version') && words.length === 0)
    return async (host) => (await import('./commands/version.ts')).version(host);
  if (words.length === 0) {
    return async (host) => {
      host.err(renderHelp(commands));
      return 2;
    };
  }
  if (row === undefined) throw unknownCommand(words);
  let left = row.name.split(' ').length;
  const rest = argv.filter((arg) => arg.startsWith('-') || left-- <= 0);
  return asksHelp ? (host) => help(row, rest, host) : (host) => runCommand(row, rest, host);
}

async function runCommand(row: CommandRow, words: readonly string[], host: Host): Promise<number> {
  const input = await readInput(row, words, host);
  if (input.options['showConfig'] !== true) return row.run(input, host);
  host.out(renderConfig({ ...row.options, ...everyOptions }, input));
  return 0;
}

/** The help of a command; of one about missions, with the parameters of those that are named. */
async function help(row: CommandRow, words: readonly string[], host: Host): Promise<number> {
  const names = row.missions === undefined ? [] : words.filter((word) => !word.startsWith('-'));
  const { missionHelp } = await import('./help-missions.ts');
  host.out(renderCommandHelp(row, names.flatMap(missionHelp)));
  return 0;
}

function unknownCommand(words: readonly string[]): SscError {
  const names = commands.map((command) => command.name);
  const asked = names.some((name) => name.startsWith(`${words[0]} `))
    ? words.slice(0, 2).join(' ')
    : (words[0] ?? '');
  const instead = Object.hasOwn(goneCommands, asked) ? goneCommands[asked] : undefined;
  return usageError(
    'SSC_USAGE_COMMAND',
    `there is no command "${asked}"${instead === undefined ? didYouMean(asked, names) : ''}`,
    {
      facts: [
        ...(instead === undefined ? [] : ([['Instead', instead]] as const)),
        ['Commands', names.join(', ')],
      ],
    },
  );
}

const printed =
  (text: string): Command =>
  async (host) => {
    host.out(text);
    return 0;
  };
