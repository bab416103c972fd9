import { didYouMean, type SscError, usageError } from '@ssc/errors';
import { cac } from 'cac';
import { infoOptions, verifyOptions } from './archive-options.ts';
import { protectValues } from './command-line.ts';
import { renderCommandHelp, renderHelp } from './help.ts';
import type { Host } from './host.ts';
import {
  cleanOptions,
  configOptions,
  decodeOptions,
  doctorOptions,
  missionOptions,
  type OptionRow,
  rbacOptions,
  rehearseOptions,
  renderOptions,
  runsOptions,
  upOptions,
} from './option-table.ts';

/** A command that was understood so far; it reads its own options when it runs. Gives the exit code. */
export type Command = (host: Host) => Promise<number>;

/** What cac found: arguments, and options as it typed them. */
export interface Found {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** A row of the table of commands, which makes the parser and the help. */
export interface CommandRow {
  readonly name: string;
  /** What follows the name. @example "<name...>" */
  readonly usage: string;
  readonly about: string;
  readonly options: readonly OptionRow[];
  /** Its help tells about what was named too, so it prints it itself. */
  readonly explains?: true;
  /** Loads and runs it: what a command needs is loaded only for that command. */
  run(found: Found, host: Host): Promise<number>;
}

/** All commands. */
export const commands: readonly CommandRow[] = [
  {
    name: 'mission',
    usage: '<name...>',
    about: 'run missions; the worst verdict is the exit code',
    options: missionOptions,
    explains: true,
    run: async (found, host) => (await import('./commands/mission.ts')).mission(found, host),
  },
  {
    name: 'rehearse',
    usage: '[name...]',
    about: 'run missions on simulated nodes, a line for each; --all for every one',
    options: rehearseOptions,
    run: async (found, host) => (await import('./commands/rehearse.ts')).rehearse(found, host),
  },
  {
    name: 'missions',
    usage: '',
    about: 'list the missions and their parameters',
    options: [],
    run: async (found, host) => (await import('./commands/missions.ts')).missions(found, host),
  },
  {
    name: 'render',
    usage: '<name>',
    about: 'print the configurations and manifests of a mission, with no cluster',
    options: renderOptions,
    explains: true,
    run: async (found, host) => (await import('./commands/render.ts')).render(found, host),
  },
  {
    name: 'results schema',
    usage: '[event]',
    about: 'print the JSON Schema of result.json, or of a line of events.jsonl',
    options: [],
    run: async (found, host) => (await import('./commands/results.ts')).resultsSchema(found, host),
  },
  {
    name: 'render rbac',
    usage: '',
    about: 'print the Role that a run on Kubernetes needs',
    options: rbacOptions,
    run: async (found, host) => (await import('./commands/render-rbac.ts')).renderRbac(found, host),
  },
  {
    name: 'runs',
    usage: '',
    about: 'list the runs on a cluster: who, since when, how far, and when they burn down',
    options: runsOptions,
    run: async (found, host) => (await import('./commands/runs.ts')).runs(found, host),
  },
  {
    name: 'clean',
    usage: '[run...]',
    about: 'remove runs from a cluster, only those that are named',
    options: cleanOptions,
    run: async (found, host) => (await import('./commands/clean.ts')).clean(found, host),
  },
  {
    name: 'up',
    usage: '',
    about: 'start a network on this machine that stays, and print how to reach each node',
    options: upOptions,
    run: async (found, host) => (await import('./commands/up.ts')).up(found, host),
  },
  {
    name: 'down',
    usage: '[run...]',
    about: 'end networks that ssc up started',
    options: [],
    run: async (found, host) => (await import('./commands/down.ts')).down(found, host),
  },
  {
    name: 'doctor',
    usage: '',
    about: 'check everything that a run on Kubernetes needs',
    options: doctorOptions,
    run: async (found, host) => (await import('./commands/doctor.ts')).doctor(found, host),
  },
  {
    name: 'config check',
    usage: '<file...>',
    about: 'check stellar-core configurations as core does, and further; - is standard input',
    options: configOptions,
    run: async (found, host) => (await import('./commands/config.ts')).configCheck(found, host),
  },
  {
    name: 'config explain',
    usage: '<key>',
    about: 'say what a key of the configuration does',
    options: [],
    run: async (found, host) => (await import('./commands/config.ts')).configExplain(found, host),
  },
  {
    name: 'config schema',
    usage: '',
    about: 'print the JSON Schema of a configuration',
    options: [],
    run: async (found, host) => (await import('./commands/config.ts')).configSchema(found, host),
  },
  {
    name: 'tx decode',
    usage: '<base64|file|->',
    about: 'show XDR as JSON: envelopes, results, meta, headers; finds the type by itself',
    options: decodeOptions,
    run: async (found, host) => (await import('./commands/tx.ts')).txDecode(found, host),
  },
  {
    name: 'archive verify',
    usage: '<url|folder>',
    about: 'verify a history archive: headers, transactions, results, buckets, messages',
    options: verifyOptions,
    run: async (found, host) => (await import('./commands/archive.ts')).archiveVerify(found, host),
  },
  {
    name: 'archive info',
    usage: '<url|folder>',
    about: 'say what a history archive holds, from its newest state',
    options: infoOptions,
    run: async (found, host) => (await import('./commands/archive.ts')).archiveInfo(found, host),
  },
  {
    name: 'archive cat',
    usage: '<url|folder> <what>',
    about: 'print records of a history archive as JSON: a path in it, ledger:12, bucket:HASH',
    options: [],
    run: async (found, host) => (await import('./commands/archive.ts')).archiveCat(found, host),
  },
];

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
  const found = findOptions(row, argv);
  if (asksHelp && !row.explains) return printed(renderCommandHelp(row));
  return (host) => row.run(found, host);
}

/** What stands behind the command's words, by cac. */
function findOptions(row: CommandRow, argv: readonly string[]): Found {
  let left = row.name.split(' ').length;
  const rest = argv.filter((arg) => arg.startsWith('-') || left-- <= 0);
  const cli = cac('ssc');
  const command = cli.command('run [...args]', row.about).allowUnknownOptions();
  for (const option of row.options)
    command.option(
      option.value === undefined ? `--${option.flag}` : `--${option.flag} [value]`,
      option.about,
    );
  cli.parse(['node', 'ssc', 'run', ...protectValues(rest)], { run: false });
  const args = cli.args.map((arg) => (arg.startsWith('\0') ? arg.slice(1) : arg));
  const { '--': _rest, ...options } = cli.options;
  return { args, options };
}

function unknownCommand(words: readonly string[]): SscError {
  const names = commands.map((command) => command.name);
  const asked = names.some((name) => name.startsWith(`${words[0]} `))
    ? words.slice(0, 2).join(' ')
    : (words[0] ?? '');
  return usageError(
    'SSC_USAGE_COMMAND',
    `there is no command "${asked}"${didYouMean(asked, names)}`,
    { facts: [['Commands', names.join(', ')]] },
  );
}

const printed =
  (text: string): Command =>
  async (host) => {
    host.out(text);
    return 0;
  };
